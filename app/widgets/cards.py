"""A room as a card: its picture, what one does there, pictures its model made, and the way in."""

import streamlit as st

from app import showcase
from app.i18n import Translator
from app.registry import Room

_MADE = 64  # pixels wide, as they are made


def card(room: Room, _: Translator) -> None:
    """A card for a grid."""
    with st.container(border=True, height="stretch"):
        st.image(str(room.picture.file), alt=room.picture.alt and _(room.picture.alt), width="stretch")
        st.subheader(_(room.title), anchor=False)
        st.markdown(_(room.summary))
        _made(room, _)
        opening = _("Open {room}").format(room=_(room.title))
        st.page_link(
            room.page,
            label=f":primary[**{opening}**]",
            icon=":material/arrow_forward:",
            query_params={"lang": _.language},
        )


def _made(room: Room, _: Translator) -> None:
    pictures = showcase.made(room.key)
    if not pictures:
        return
    with st.container(horizontal=True, gap="small", key=f"made_{room.key}"):
        for picture in pictures:
            st.image(picture, width=_MADE, alt=_("Made by the model of this room, not drawn by anybody"))
    st.caption(_("Made by the model when the studio opened."))
