"""A room as a card: its picture, what one does there, and the way in."""

import streamlit as st

from app.i18n import Translator
from app.registry import Room


def card(room: Room, _: Translator) -> None:
    """A card for a grid."""
    with st.container(border=True, height="stretch"):
        _picture(room, _)
        _words(room, _)


def wide_card(room: Room, _: Translator) -> None:
    """A card as wide as the page, picture beside the words."""
    with st.container(border=True):
        left, right = st.columns(2, gap="medium", vertical_alignment="center")
        with left:
            _picture(room, _)
        with right:
            _words(room, _)


def _picture(room: Room, _: Translator) -> None:
    st.image(str(room.picture.file), alt=room.picture.alt and _(room.picture.alt), width="stretch")


def _words(room: Room, _: Translator) -> None:
    st.subheader(_(room.title), anchor=False)
    st.markdown(_(room.summary))
    if room.ready:
        opening = _("Open {room}").format(room=_(room.title))
        st.page_link(
            room.page,
            label=f":primary[**{opening}**]",
            icon=":material/arrow_forward:",
            query_params={"lang": _.language},
        )
    else:
        st.caption(_(room.promise))
        st.badge(_("To come"), icon=":material/schedule:", color="gray")
