"""A visitor's own picture, enlarged by both networks; it is held while it is on the page, and stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.frame import last_made, page_memory
from app.i18n import Translator, explain
from app.resources import upscaler
from app.widgets.one_picture import one_picture
from app.widgets.products.closeup import FACTOR, STYLES
from app.widgets.turns import turn
from core.enlarging.resizing import enlarge
from core.errors import UserError
from core.images import decode, encode_png, fit_within
from core.settings import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

LONGEST_SIDE = 256  # a larger picture would keep others waiting for long
_SHOWN_SIDE = 1024  # the file has every pixel
_OPENED, _ENLARGED = "products_own_opened", "products_own_enlarged"  # by the number of the upload


@dataclass(frozen=True)
class Opened:
    """A picture of at most LONGEST_SIDE pixels a side, RGB or, where parts are transparent, RGBA; and its own size."""

    pixels: Pixels
    width: int
    height: int


def show(_: Translator) -> None:
    """The drawer."""
    with st.expander(_("Enlarge a picture of your own"), icon=":material/open_in_full:", key="products_own"):
        file = one_picture(_, "products_own_file")
        if file is None:
            forget()
            return
        try:
            opened = last_made(_OPENED, file.file_id, lambda: _open(file.getvalue()))
            if isinstance(opened, UserError):
                st.error(explain(opened), icon=":material/error:")
            else:
                _enlarge(_, file.file_id, opened)
        except UserError as problem:
            st.warning(explain(problem), icon=":material/warning:")


def forget() -> None:
    """Let go of the picture and of what was made of it."""
    page_memory().pop(_OPENED, None)
    page_memory().pop(_ENLARGED, None)


def _open(data: bytes) -> Opened | UserError:
    with turn():  # a large picture takes a second and half a gigabyte
        try:
            whole = decode(data, settings().image_limits, transparency=True)
        except UserError as problem:  # is as good an answer, and need not be looked for again
            return problem
        return Opened(fit_within(whole, LONGEST_SIDE), whole.shape[1], whole.shape[0])


def _enlarge(_: Translator, file: str, opened: Opened) -> None:
    """The button, and what came of it.

    Raises:
        UserError: the networks are missing, or it is not the visitor's turn for now.
    """
    height, width = opened.pixels.shape[:2]
    small = (width, height) == (opened.width, opened.height)
    if not small:
        st.info(
            _(
                "This picture has {width} × {height} pixels; here, pictures of at most {most} pixels a side are "
                "enlarged. A copy of {small_width} × {small_height} pixels can be."
            ).format(
                width=opened.width, height=opened.height, most=LONGEST_SIDE, small_width=width, small_height=height
            ),
            icon=":material/photo_size_select_small:",
        )
    made = page_memory().get(_ENLARGED, (None, {}))
    if made[0] != file:
        page_memory().pop(_ENLARGED, None)  # of a picture that another has replaced
        label = _("Enlarge four times") if small else _("Enlarge the smaller copy four times")
        if not st.button(label, icon=":material/open_in_full:", key="products_own_enlarge"):
            return
        with st.spinner(_("The picture is being enlarged…"), show_time=True):
            made = page_memory()[_ENLARGED] = (file, _by_networks(opened.pixels))
    _results(_, opened.pixels, made[1])


def _by_networks(pixels: Pixels) -> dict[str, Pixels]:
    network, made = upscaler(), {}
    for style in network.styles:
        with turn():  # one for each: others come in between
            made[style] = network.upscale(pixels, FACTOR, style)
    return made


def _results(_: Translator, pixels: Pixels, made: dict[str, Pixels]) -> None:
    """Before and after, side by side."""
    columns = st.columns(1 + len(made))
    with columns[0]:
        said = _("Enlarged by calculation (bicubic)")
        st.image(fit_within(enlarge(pixels, FACTOR), _SHOWN_SIDE), width="stretch", alt=said)
        st.caption(said)
    for column, (style, large) in zip(columns[1:], made.items(), strict=True):
        with column:
            said = _(STYLES[style])
            st.image(
                fit_within(large, _SHOWN_SIDE), width="stretch",
                alt=_("Enlarged by a network: {style}").format(style=said),
            )  # fmt: skip
            st.caption(said)
            st.download_button(
                _("Download (PNG)"),
                partial(encode_png, large),
                f"effigies-enlarged-{style}.png",
                "image/png",
                icon=":material/download:",
                on_click="ignore",
                key=f"products_own_{style}",
            )
    st.caption(_("The networks learned from small photos of products: what they add to other pictures is a guess."))
