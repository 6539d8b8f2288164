"""A room that is not built yet: what it will offer, and the way back."""

import streamlit as st

from app.frame import current_room
from app.i18n import translator
from app.registry import HOME

_ = translator()
room = current_room()

st.markdown(_(room.summary))
st.image(str(room.picture.file), alt=room.picture.alt and _(room.picture.alt), width=560)
st.warning(_("This room is not built yet."), icon=":material/construction:")
st.markdown(_(room.promise))
st.page_link(
    HOME.page, label=_("See the rooms that are open"), icon=":material/arrow_back:", query_params={"lang": _.language}
)
