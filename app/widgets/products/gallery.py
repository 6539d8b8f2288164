"""The pictures that were drawn, two in a row on a phone, and what can be done with all of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.generators import gallery as cards
from app.widgets.generators.visit import COUNT, Sheet
from app.widgets.products import closeup, prompt, wording
from app.widgets.products.visit import Visit, Wish
from app.widgets.turns import drawing

if TYPE_CHECKING:
    from core.product.service import ProductGenerator, ProductPicture

    ProductSheet = Sheet[Wish, ProductPicture]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date of a ZIP file, so that equal pictures give equal files


def draw(_: Translator, service: ProductGenerator, visit: Visit, wish: Wish) -> ProductSheet:
    """The sheet of a wish, drawn unless it is there already; an empty one where nothing of a text is understood."""
    texts = [wish.text, *([wish.order.text, wish.order.towards] if wish.order else [])]
    if any(service.read(text).empty for text in dict.fromkeys(texts) if text or text == wish.text):
        sheet: ProductSheet = Sheet(wish)
    else:
        spinner = _("The pictures are being drawn…")
        ours = wish.kind == "text" and wish.text in wording.every_example(_.language)
        alike = (service.model, wish) if ours else None
        sheet = cards.drawn(visit, wish, lambda: wish.fulfil(service), drawing(COUNT), spinner, alike)
    visit.keep(sheet)
    return sheet


def title(_: Translator, sheet: ProductSheet, length: int = 60) -> str:
    """What a sheet shows, in Markdown."""
    wish = sheet.wish
    text = prompt.quoted(_, wish.text, length)
    if wish.kind == "near" and wish.order:
        return _("{text}, near seed {seed}").format(text=text, seed=wish.order.recipe.seed)
    if wish.kind == "between" and wish.order:
        return _("From {text} to {other}").format(text=prompt.quoted(_, wish.order.text, length), other=text)
    return text


def show(_: Translator, service: ProductGenerator, visit: Visit, sheet: ProductSheet) -> None:
    """Cards, and buttons for all of them."""
    st.subheader(title(_, sheet), anchor=False)
    with st.container(horizontal=True, width=cards.ROW, key="products_grid"):
        for place, picture in enumerate(sheet.pictures):
            _card(_, service, visit, sheet.wish, picture, place)
    with st.container(horizontal=True):
        if sheet.wish.kind in ("text", "near"):
            st.button(_("Again, with new seeds"), on_click=visit.again, icon=":material/casino:", key="products_again")
        cards.undo_button(_, "products", visit)
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
    with st.container(width=cards.CARD, gap="small", key=f"products_card_{place}"):
        st.image(picture.shown, width="stretch", alt=closeup.described(_, picture))
        if wish.kind == "between":
            st.caption(_("{share} of the way").format(share=_.percent(order.share, 0)))
        elif wish.kind == "near":
            st.caption(_("Variant {number} of {count}").format(number=place + 1, count=COUNT))
        else:
            st.caption(_("Seed {seed}").format(seed=order.recipe.seed))
        cards.card_buttons(
            _, "products", place, lambda: closeup.show(_, service, visit, picture), lambda: visit.near(order),
            _("Eight pictures near this one"),
        )  # fmt: skip


def as_zip(pictures: Sequence[ProductPicture]) -> bytes:
    """The pictures as numbered PNG files, with their notes, in one ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for place, picture in enumerate(pictures):
            archive.writestr(zipfile.ZipInfo(f"{place:03d}.png", _EPOCH), picture.png())
    return file.getvalue()
