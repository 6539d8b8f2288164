"""Parts of the page that are made only while they are open."""

from collections.abc import Callable

import streamlit as st


def drawer(title: str, icon: str, key: str, draw: Callable[[], None]) -> None:
    """An expander; `draw` fills it each time the page is drawn with it open."""
    box = st.expander(title, icon=icon, key=key, on_change="rerun")
    if box.open:
        with box:
            draw()
