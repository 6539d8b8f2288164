"""Tabs, drawers and lists that stay as the visitor left them when the language changes.

Of tabs and drawers only what is open is made. Streamlit takes tabs and expanders whose words have changed for new ones,
so what is open is noted beside them.
"""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from app.i18n import LANGUAGES, Translator


def tabs(_: Translator, titles: Sequence[str], key: str) -> Sequence[TabContainer]:
    """Tabs of which one is open; only that one need be drawn."""
    place, of_language = st.session_state.get(key, 0), f"{key}_{_.language}"
    if of_language not in st.session_state:  # not `default`: Streamlit forgets the visitor's choice when that changes
        st.session_state[of_language] = titles[place]
    shown = st.tabs(titles, on_change="rerun", key=of_language)
    st.session_state[key] = next((number for number, tab in enumerate(shown) if tab.open), place)
    return shown


def key_in(_: Translator, key: str) -> str:
    """The key of a widget in this language, which begins as it was left in another; a list has no `index` then.

    A list whose entries were renamed goes on showing the old name of what is chosen.
    """
    wanted = f"{key}_{_.language}"
    for language in LANGUAGES:
        if wanted not in st.session_state and f"{key}_{language}" in st.session_state:
            st.session_state[wanted] = st.session_state[f"{key}_{language}"]
    return wanted


def begun(_: Translator, key: str, start: object, *, anew: bool = False) -> str:
    """As `key_in`, of a widget that begins with `start`, and again where `anew` says so."""
    wanted = key_in(_, key)
    if anew or wanted not in st.session_state:
        st.session_state[wanted] = start
    return wanted


def drawer(_: Translator, title: str, key: str, draw: Callable[[], None], icon: str | None = None) -> None:
    """An expander; `draw` fills it each time the page is drawn with it open."""
    box = st.expander(title, icon=icon, key=key_in(_, key), on_change="rerun")
    if box.open:
        with box:
            draw()
