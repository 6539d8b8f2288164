"""The pictures that were drawn, two in a row on a phone, and what can be done with all of them."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.products import closeup, prompt
from app.widgets.products.visit import COUNT, Sheet, Visit, Wish
from core.errors import UserError

if TYPE_CHECKING:
    from core.product.service import ProductGenerator, ProductPicture

CARD = 148  # pixels wide: two cards fit a phone, four the column on a desktop
_GRID = 4 * CARD + 52
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date of a ZIP file, so that equal pictures give equal files


def draw(_: Translator, service: ProductGenerator, visit: Visit, wish: Wish) -> Sheet:
    """The sheet of a wish, drawn unless it is there already."""
    there = visit.sheet if visit.sheet and visit.sheet.wish == wish else None
    sheet = there or _drawn(_, service, wish)
    visit.keep(sheet)
    return sheet


def _drawn(_: Translator, service: ProductGenerator, wish: Wish) -> Sheet:
    began = time.perf_counter()
    texts = [wish.text, *([wish.order.text, wish.order.towards] if wish.order else [])]
    if any(service.read(text).empty for text in dict.fromkeys(texts) if text or text == wish.text):
        return Sheet(wish)
    try:
        with st.spinner(_("The pictures are being drawn…"), show_time=True):
            return Sheet(wish, tuple(wish.fulfil(service)), time.perf_counter() - began)
    except UserError as problem:
        return Sheet(wish, problem=problem)


def title(_: Translator, wish: Wish, length: int = 60) -> str:
    """What a sheet shows, in Markdown."""
    text = prompt.quoted(_, wish.text, length)
    if wish.kind == "near" and wish.order:
        return _("{text}, near seed {seed}").format(text=text, seed=wish.order.recipe.seed)
    if wish.kind == "between" and wish.order:
        return _("From {text} to {other}").format(text=prompt.quoted(_, wish.order.text, length), other=text)
    return text


def show(_: Translator, service: ProductGenerator, visit: Visit, sheet: Sheet) -> None:
    """Cards, and buttons for all of them."""
    st.subheader(title(_, sheet.wish), anchor=False)
    with st.container(horizontal=True, width=_GRID, key="products_grid"):
        for place, picture in enumerate(sheet.pictures):
            _card(_, service, visit, sheet.wish, picture, place)
    with st.container(horizontal=True):
        if sheet.wish.kind in ("text", "near"):
            st.button(_("Again, with new seeds"), on_click=visit.again, icon=":material/casino:", key="products_again")
        st.download_button(
            _("Download all (ZIP)"),
            as_zip(sheet.pictures),
            "effigies.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="products_zip",
        )
    st.caption(
        _.ngettext(
            "{count} picture of 64 × 64 pixels, shown enlarged, in {seconds} s. Its file carries its text, its seed "
            "and the model’s number {model}.",
            "{count} pictures of 64 × 64 pixels, shown enlarged, in {seconds} s. Every file carries its text, its seed "
            "and the model’s number {model}.",
            len(sheet.pictures),
        ).format(count=_.number(len(sheet.pictures)), seconds=_.number(sheet.seconds, 2), model=service.model)
    )


def _card(
    _: Translator, service: ProductGenerator, visit: Visit, wish: Wish, picture: ProductPicture, place: int
) -> None:
    order = picture.order
    with st.container(width=CARD, gap="small", key=f"products_card_{place}"):
        st.image(picture.image, width="stretch", alt=closeup.described(_, picture))
        if wish.kind == "between":
            st.caption(_("{share} of the way").format(share=_.percent(order.share, 0)))
        elif wish.kind == "near":
            st.caption(_("Variant {number} of {count}").format(number=place + 1, count=COUNT))
        else:
            st.caption(_("Seed {seed}").format(seed=order.recipe.seed))
        if st.button(_("Open"), key=f"products_open_{place}", icon=":material/zoom_in:", width="stretch"):
            closeup.show(_, service, visit, picture)
        st.button(
            _("Similar"),
            key=f"products_near_{place}",
            on_click=visit.near,
            args=(order,),
            width="stretch",
            help=_("Eight pictures near this one"),
        )


def as_zip(pictures: Sequence[ProductPicture]) -> bytes:
    """The pictures as numbered PNG files, with their notes, in one ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for place, picture in enumerate(pictures):
            archive.writestr(zipfile.ZipInfo(f"{place:03d}.png", _EPOCH), picture.png())
    return file.getvalue()
