"""Emoji to come back to: favourites, which morph and make a sticker pack, and the rows drawn before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.emoji import closeup, gallery, names
from app.widgets.emoji.visit import Visit
from app.widgets.generators import gallery as cards
from app.widgets.openings import drawer
from core.emoji.stickers import shown_on, sticker_pack

if TYPE_CHECKING:
    from core.emoji.service import EmojiGenerator


def show(_: Translator, service: EmojiGenerator, visit: Visit) -> None:
    """Two drawers."""
    drawer(_, _("Favourites"), "emoji_favourites", lambda: _favourites(_, service, visit), ":material/favorite:")
    drawer(_, _("Drawn before"), "emoji_history", lambda: _history(_, visit), ":material/history:")


def _favourites(_: Translator, service: EmojiGenerator, visit: Visit) -> None:
    if not visit.favourites:
        st.caption(_("None yet: open an emoji and add it. With two, you can morph them."))
        return
    with st.container(horizontal=True, key="emoji_favourite_cards"):
        for place, emoji in enumerate(visit.favourites):
            with st.container(width=gallery.CARD, gap="small"):
                st.image(emoji.shown, width="stretch", alt=names.described(_, emoji.order))
                st.caption(_("Favourite {number}").format(number=place + 1))
                if st.button(_("Open"), key=f"emoji_favourite_{place}", icon=":material/zoom_in:", width="stretch"):
                    closeup.show(_, service, visit, emoji)
    with st.container(horizontal=True):
        if len(visit.favourites) > 1:
            last, latest = visit.favourites[-2:]
            st.button(
                _("Morph between the last two"),
                icon=":material/linear_scale:",
                on_click=visit.morph,
                args=(last.order, latest.order),
                key="emoji_morph",
            )
        st.download_button(
            _("Favourites as stickers (ZIP)"),
            lambda: sticker_pack(visit.favourites, service.manifest.credits),
            "effigies-stickers.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="emoji_favourites_zip",
        )


def _history(_: Translator, visit: Visit) -> None:
    cards.history(_, "emoji", visit, partial(gallery.title, _), lambda emoji: shown_on(emoji.image, 255))
