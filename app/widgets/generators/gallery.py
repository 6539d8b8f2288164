"""Cards, favourites and earlier sheets, as every generator's room shows them."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.i18n import Translator
from app.widgets.generators.visit import MOST_SHEETS, PictureType, Sheet, Visit, WishType
from app.widgets.remembered import once
from app.widgets.turns import turn
from core.errors import UserError
from core.images import grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CARD = 148  # pixels wide: two cards fit a phone, four the column on a desktop
ROW = 4 * CARD + 52
_STRIP = 420  # pixels: a row of a past sheet's pictures


def drawn(
    visit: Visit[Any, WishType, PictureType],
    wish: WishType,
    fulfil: Callable[[], Sequence[PictureType]],
    count: Callable[[], None],
    spinner: str,
    alike: Hashable = None,
) -> Sheet[WishType, PictureType]:
    """The sheet of a wish: the one that is there already, or a new one, or why there is none.

    `fulfil` works when it is the visitor's turn, `spinner` is said meanwhile, and `count` counts the pictures. Other
    visitors may ask `alike`, which holds nothing that anybody wrote: what they get is drawn once
    (`app.widgets.remembered`).
    """
    if visit.sheet and visit.sheet.wish == wish and not visit.sheet.problem:  # too long a line is tried again
        return visit.sheet

    def draw() -> tuple[tuple[PictureType, ...], float]:
        with st.spinner(spinner, show_time=True):
            return timed(fulfil)

    try:
        if alike is not None:
            return Sheet(wish, *once(alike, turn(count), draw, count))
        with turn(count):
            return Sheet(wish, *draw())
    except UserError as problem:
        return Sheet(wish, problem=problem)


def timed(fulfil: Callable[[], Sequence[PictureType]]) -> tuple[tuple[PictureType, ...], float]:
    """The pictures, and how many seconds they took."""
    began = time.perf_counter()
    return tuple(fulfil()), time.perf_counter() - began


def card_buttons(
    _: Translator, room: str, place: int, open_it: Callable[[], None], similar: Callable[[], None], about: str
) -> None:
    """Below a picture: see it closely, or draw others near it; `about` explains the latter."""
    if st.button(_("Open"), key=f"{room}_open_{place}", icon=":material/zoom_in:", width="stretch"):
        open_it()
    st.button(_("Similar"), key=f"{room}_near_{place}", on_click=similar, width="stretch", help=about)


def favour_button(_: Translator, room: str, visit: Visit[Any, Any, PictureType], picture: PictureType) -> None:
    """Keep a picture, or let it go."""
    kept = visit.is_favourite(picture)
    st.button(
        _("Remove from favourites") if kept else _("Add to favourites"),
        icon=":material/heart_minus:" if kept else ":material/favorite:",
        on_click=visit.favour,
        args=(picture,),
        key=f"{room}_favour",
    )


def undo_button(_: Translator, room: str, visit: Visit[Any, Any, Any]) -> None:
    """Back to the sheet before this one."""
    st.button(_("Undo"), on_click=visit.undo, icon=":material/undo:", key=f"{room}_undo", disabled=len(visit.past) < 2)


def history(
    _: Translator,
    room: str,
    visit: Visit[Any, Any, PictureType],
    title: Callable[[Sheet[Any, PictureType]], str],
    image: Callable[[PictureType], NDArray[np.uint8]] = lambda picture: picture.image,
) -> None:
    """The sheets drawn before, the latest first; `image` is what a strip shows of a picture, uint8 (H, W, 3)."""
    st.caption(_("The last {count} sheets are kept until you close the page.").format(count=MOST_SHEETS))
    for place, sheet in enumerate(reversed(visit.past)):
        st.markdown(title(sheet))
        images = [image(picture) for picture in sheet.pictures]
        st.image(grid(images, len(images)), width=_STRIP, alt=_("The pictures of that sheet in a row"))
        st.button(
            _("Show again"), key=f"{room}_past_{place}", on_click=visit.back, args=(sheet,), icon=":material/undo:"
        )
