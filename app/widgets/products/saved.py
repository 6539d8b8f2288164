"""Pictures to come back to: favourites, what was drawn before, and files that say what they were made from."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.frame import last_made
from app.i18n import Translator, explain
from app.widgets.generators import gallery as cards
from app.widgets.products import closeup, gallery, prompt
from app.widgets.products.visit import Visit, Wish, read_order
from app.widgets.turns import turn
from core.errors import UserError
from core.picture_notes import MOST_PIXELS, notes_of
from core.settings import settings

if TYPE_CHECKING:
    from core.product.service import ProductGenerator

_READ = "products_read"  # what the uploaded file said


def show(_: Translator, service: ProductGenerator, visit: Visit) -> None:
    """Three drawers under the pictures."""
    with st.expander(_("Favourites"), icon=":material/favorite:", key="products_favourites"):
        _favourites(_, service, visit)
    with st.expander(_("Drawn before"), icon=":material/history:", key="products_history"):
        cards.history(_, "products", visit, partial(gallery.title, _))
    with st.expander(_("Read a picture back"), icon=":material/upload_file:", key="products_back"):
        _read_back(_, service, visit)


def _favourites(_: Translator, service: ProductGenerator, visit: Visit) -> None:
    if not visit.favourites:
        st.caption(_("None yet: open a picture and add it. They are kept until you close the page."))
        return
    with st.container(horizontal=True):
        for place, picture in enumerate(visit.favourites):
            with st.container(width=cards.CARD, gap="small"):
                st.image(picture.shown, width="stretch", alt=closeup.described(_, picture))
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
        notes = _notes(file.file_id, file.getvalue())
        order = read_order(notes)
    except UserError as problem:
        st.error(explain(problem))
        return
    unknown = [text for text in (order.text, order.towards or order.text) if service.read(text).empty]
    if unknown:
        prompt.nothing(_, unknown[0])
        return
    closeup.facts(_, order)
    if notes.get("model") != service.model:
        st.caption(_("It was made by another model than today’s: drawn again, it will look different."))
    st.button(
        _("Draw it again"),
        on_click=visit.ask,
        args=(Wish("one", order.text, order=order),),
        icon=":material/brush:",
        key="products_redraw",
    )


def _notes(file: str, data: bytes) -> dict[str, Any]:
    """What a file says it was made from; read once for each upload, however often the page is drawn.

    Raises:
        UserError: it is no picture, or too many wait.
    """
    limits = settings().image_limits
    tight = replace(limits, max_pixels=min(limits.max_pixels, MOST_PIXELS))

    def read() -> dict[str, Any] | UserError:
        with turn():
            try:
                return notes_of(data, tight) or {}
            except UserError as problem:  # is as good an answer, and need not be looked for again
                return problem

    known = last_made(_READ, file, read)
    if isinstance(known, UserError):
        raise known
    return known
