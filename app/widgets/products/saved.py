"""Pictures to come back to: favourites, what was drawn before, and files that say what they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator, explain
from app.widgets.products import closeup, gallery, prompt
from app.widgets.products.visit import MOST_SHEETS, Sheet, Visit, Wish, clean
from core.errors import UserError
from core.images import grid
from core.picture_notes import notes_of
from core.settings import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.product.service import Order, ProductGenerator, ProductPicture

_STRIP = 420  # pixels: a row of a past sheet's pictures


def show(_: Translator, service: ProductGenerator, visit: Visit) -> None:
    """Three drawers under the pictures."""
    with st.expander(_("Favourites"), icon=":material/favorite:", key="products_favourites"):
        _favourites(_, service, visit)
    with st.expander(_("Drawn before"), icon=":material/history:", key="products_history"):
        _history(_, visit)
    with st.expander(_("Read a picture back"), icon=":material/upload_file:", key="products_back"):
        _read_back(_, service, visit)


def _favourites(_: Translator, service: ProductGenerator, visit: Visit) -> None:
    if not visit.favourites:
        st.caption(_("None yet: open a picture and add it. They are kept until you leave this page."))
        return
    with st.container(horizontal=True):
        for place, picture in enumerate(visit.favourites):
            with st.container(width=gallery.CARD, gap="small"):
                st.image(picture.image, width="stretch", alt=closeup.described(_, picture))
                if st.button(_("Open"), key=f"products_favourite_{place}", icon=":material/zoom_in:", width="stretch"):
                    closeup.show(_, service, visit, picture)
    st.download_button(
        _("Download the favourites (ZIP)"),
        gallery.as_zip(visit.favourites),
        "effigies-favourites.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        key="products_favourites_zip",
    )


def _history(_: Translator, visit: Visit) -> None:
    if not visit.past:
        st.caption(_("Nothing yet. The last {count} sheets are kept until you leave.").format(count=MOST_SHEETS))
    for place, sheet in enumerate(reversed(visit.past)):
        said = gallery.title(_, sheet.wish)
        st.markdown(said)
        st.image(_strip(sheet.pictures), width=_STRIP, alt=_("The pictures of that sheet in a row"))
        st.button(
            _("Show again"),
            key=f"products_past_{place}",
            on_click=_show_again,
            args=(visit, sheet),
            icon=":material/undo:",
        )


def _strip(pictures: Sequence[ProductPicture]) -> NDArray[np.uint8]:
    return grid([picture.image for picture in pictures], len(pictures))


def _show_again(visit: Visit, sheet: Sheet) -> None:
    visit.ask(sheet.wish)
    visit.sheet = sheet


def _read_back(_: Translator, service: ProductGenerator, visit: Visit) -> None:
    if not settings().uploads:
        st.info(_("On this server no files are taken."), icon=":material/lock:")
        return
    file = st.file_uploader(
        _("A picture from this page (PNG)"),
        type=["png"],
        help=_("Its text and seed are read from the file. It stays in memory and is never stored."),
        key="products_file",
    )
    if file is None:
        return
    try:
        notes = notes_of(file.getvalue(), settings().image_limits)
        order = order_of(notes or {})
    except UserError as problem:
        st.error(explain(problem))
        return
    unknown = [text for text in (order.text, order.towards or order.text) if service.read(text).empty]
    if unknown:
        prompt.nothing(_, unknown[0])
        return
    closeup.facts(_, order)
    if (notes or {}).get("model") != service.model:
        st.caption(_("It was made by another model than today’s: drawn again, it will look different."))
    st.button(
        _("Draw it again"),
        on_click=visit.ask,
        args=(Wish("one", order.text, order=order),),
        icon=":material/brush:",
        key="products_redraw",
    )


def order_of(notes: dict[str, object]) -> Order:
    """What a stranger's notes ask for, its texts as clean as those of visitors.

    Raises:
        UserError: they ask for no product picture.
    """
    from core.product.service import Order  # here, for the reason given in app/resources.py

    order = Order.from_dict(notes)
    return replace(order, text=clean(order.text), towards=clean(order.towards))
