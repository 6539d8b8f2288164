"""The tabs of the page; the open one stays open when the language changes."""

from collections.abc import Sequence

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from app.i18n import Translator

_OPEN = "avatars_room"


def rooms(_: Translator, titles: Sequence[str]) -> Sequence[TabContainer]:
    """Tabs of which one is open; only that one need be drawn."""
    place, key = st.session_state.get(_OPEN, 0), f"avatars_rooms_{_.language}"
    if key not in st.session_state:  # not `default`: Streamlit forgets the visitor's choice when that changes
        st.session_state[key] = titles[place]
    tabs = st.tabs(titles, on_change="rerun", key=key)
    st.session_state[_OPEN] = next((number for number, tab in enumerate(tabs) if tab.open), place)
    return tabs
