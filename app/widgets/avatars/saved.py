"""Avatars to come back to: favourites, which morph and have children, and the sheets drawn before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.avatars import closeup, gallery
from app.widgets.avatars.visit import Visit
from app.widgets.generators import gallery as cards

if TYPE_CHECKING:
    from core.avatar.service import AvatarGenerator

_CHOSEN = "avatars_pair"


def show(_: Translator, service: AvatarGenerator, visit: Visit, counter: gallery.Counter) -> None:
    """Two drawers under the avatars."""
    with st.expander(_("Favourites"), icon=":material/favorite:", key="avatars_favourites"):
        _favourites(_, service, visit, counter)
    with st.expander(_("Drawn before"), icon=":material/history:", key="avatars_history"):
        cards.history(_, "avatars", visit, partial(gallery.title, _))


def _favourites(_: Translator, service: AvatarGenerator, visit: Visit, counter: gallery.Counter) -> None:
    if not visit.favourites:
        st.caption(_("None yet: open an avatar and add it. With two, you can morph them and have their children."))
        return
    with st.container(horizontal=True, key="avatars_favourite_cards"):
        for place, avatar in enumerate(visit.favourites):
            with st.container(width=cards.CARD, gap="small"):
                st.image(avatar.shown, width="stretch", alt=closeup.described(_, avatar))
                st.caption(_("Favourite {number}").format(number=place + 1))
                if st.button(_("Open"), key=f"avatars_favourite_{place}", icon=":material/zoom_in:", width="stretch"):
                    closeup.show(_, service, visit, counter, avatar)
    if len(visit.favourites) > 1:
        _pair(_, visit)


def _pair(_: Translator, visit: Visit) -> None:
    many = len(visit.favourites)
    # how many there are is part of the key: the choice starts anew when favourites come or go
    chosen = st.pills(
        _("Choose two"), range(many), selection_mode="multi", default=[many - 2, many - 1],
        format_func=lambda place: _("Favourite {number}").format(number=place + 1),
        key=f"{_CHOSEN}_{many}_{_.language}",
    )  # fmt: skip
    two = [visit.favourites[place] for place in chosen] if len(chosen) == 2 else None
    orders = (two[0].order, two[1].order) if two else ()
    with st.container(horizontal=True):
        st.button(
            _("Morph from one to the other"), icon=":material/linear_scale:", disabled=not two,
            on_click=visit.pair, args=("morph", *orders), key="avatars_morph",
        )  # fmt: skip
        st.button(
            _("Eight children of both"), icon=":material/family_restroom:", disabled=not two,
            on_click=visit.pair, args=("children", *orders), key="avatars_children",
        )  # fmt: skip
