"""A room as a card: its picture, what one does there, and the way in."""

import streamlit as st

from app.i18n import Translator
from app.registry import Room


def card(room: Room, _: Translator) -> None:
    """A card for a grid."""
    with st.container(border=True, height="stretch"):
        st.image(str(room.picture.file), alt=room.picture.alt and _(room.picture.alt), width="stretch")
        st.subheader(_(room.title), anchor=False)
        st.markdown(_(room.summary))
        opening = _("Open {room}").format(room=_(room.title))
        st.page_link(
            room.page,
            label=f":primary[**{opening}**]",
            icon=":material/arrow_forward:",
            query_params={"lang": _.language},
        )
