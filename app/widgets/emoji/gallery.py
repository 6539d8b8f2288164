"""The row of variations, two in a row on a phone, and what can be done with all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator, explain
from app.widgets.emoji import closeup, names
from app.widgets.emoji.visit import Visit
from app.widgets.generators import gallery as cards
from app.widgets.generators.visit import COUNT
from app.widgets.turns import drawing
from core.emoji.stickers import sticker_pack

if TYPE_CHECKING:
    from app.widgets.emoji.visit import Wish
    from app.widgets.generators.visit import Sheet
    from core.emoji.orders import Emoji
    from core.emoji.service import EmojiGenerator

    EmojiSheet = Sheet[Wish, Emoji]

CARD = 124  # pixels wide: two cards fit a phone, four the column on a desktop
_GRID = 4 * CARD + 52


def draw(_: Translator, service: EmojiGenerator, visit: Visit) -> EmojiSheet:
    """The sheet that is wanted, drawn unless it is there already."""
    wish, view = visit.wanted, visit.wanted.view
    count = drawing(COUNT, style=view.style, context=visit.picked)
    alike = (service.model, wish) if wish.kind == "view" and not visit.from_photo else None
    sheet = cards.drawn(visit, wish, lambda: wish.fulfil(service), count, _("The emoji are being drawn…"), alike)
    visit.keep(sheet)
    return sheet


def title(_: Translator, sheet: EmojiSheet) -> str:
    """What a sheet shows."""
    if sheet.wish.kind == "near" and sheet.wish.order:
        return _("Small variations of seed {seed}").format(seed=sheet.wish.order.recipe.seed)
    if sheet.wish.kind == "morph":
        return _("From one favourite to the other")
    said = names.context(_, sheet.pictures[0].order)
    return said[:1].upper() + said[1:]


def show(_: Translator, service: EmojiGenerator, visit: Visit, sheet: EmojiSheet) -> None:
    """Cards, and buttons for all of them."""
    if sheet.problem:
        st.warning(explain(sheet.problem), icon=":material/warning:")
        return
    st.subheader(title(_, sheet), anchor=False)
    with st.container(horizontal=True, key="emoji_acts"):
        if sheet.wish.kind != "morph":
            st.button(_("Again: eight others"), on_click=visit.again, icon=":material/casino:", key="emoji_again")
        st.button(
            _("Surprise me"),
            on_click=visit.surprise,
            args=(service.classes,),
            icon=":material/shuffle:",
            key="emoji_surprise",
            help=_("A mood, a topic and a style by chance"),
        )
        cards.undo_button(_, "emoji", visit)
        st.download_button(
            _("All eight as stickers (ZIP)"),
            lambda: sticker_pack(sheet.pictures, service.manifest.credits),
            "effigies-emoji.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="emoji_zip",
        )
    with st.container(horizontal=True, width=_GRID, key="emoji_grid"):
        for place, emoji in enumerate(sheet.pictures):
            _card(_, service, visit, sheet, emoji, place)
    st.caption(
        _.ngettext(
            "{count} emoji of 64 × 64 pixels, shown enlarged, drawn in {seconds} s by model {model}.",
            "{count} emoji of 64 × 64 pixels, shown enlarged, drawn in {seconds} s by model {model}.",
            len(sheet.pictures),
        ).format(count=_.number(len(sheet.pictures)), seconds=_.number(sheet.seconds, 2), model=service.model)
    )


def _card(_: Translator, service: EmojiGenerator, visit: Visit, sheet: EmojiSheet, emoji: Emoji, place: int) -> None:
    with st.container(width=CARD, gap="small", key=f"emoji_card_{place}"):
        st.image(emoji.shown, width="stretch", alt=names.described(_, emoji.order))
        if sheet.wish.kind == "view":
            st.caption(_("Seed {seed}").format(seed=emoji.order.recipe.seed))
        else:
            st.caption(_("Variant {number} of {count}").format(number=place + 1, count=COUNT))
        cards.card_buttons(
            _, "emoji", place, lambda: closeup.show(_, service, visit, emoji), lambda: visit.near(emoji.order),
            _("Eight small variations of this one"),
        )  # fmt: skip
