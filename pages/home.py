"""Home: what Effigies is, and its rooms."""

import streamlit as st

from app.i18n import translator
from app.registry import HOME, ROOMS
from app.widgets.cards import card

_ = translator()
st.markdown(
    _(
        "**A studio where you watch machine learning do real jobs.** Each room does one of them with a model trained "
        "on real data, and tells you honestly how good that model is. No account is needed."
    )
)
with st.grid(3, min_column_width=280):
    for room in ROOMS:
        if room is not HOME:
            card(room, _)
