"""Home: what Effigies is, the rooms that are open, and those to come."""

import streamlit as st

from app.i18n import translator
from app.registry import HOME, ROOMS
from app.widgets.cards import card, wide_card

_ = translator()
rooms = [room for room in ROOMS if room is not HOME]
open_now = [room for room in rooms if room.ready]
to_come = [room for room in rooms if not room.ready]

st.markdown(
    _(
        "**A studio where you watch machine learning do real jobs.** Each room does one of them with a model trained "
        "on real data, and tells you honestly how good that model is. No account is needed."
    )
)

st.header(_("Open now"), anchor=False)
if len(open_now) == 1:
    wide_card(open_now[0], _)
else:
    with st.grid(3, min_column_width=280):
        for room in open_now:
            card(room, _)

if to_come:
    st.header(_("To come"), anchor=False)
    st.markdown(_("These rooms are not built yet. Here is what each of them will do."))
    with st.grid(3, min_column_width=280):
        for room in to_come:
            card(room, _)
