"""A text box that answers while one types; Streamlit's own waits for Enter."""

import streamlit as st

from app.registry import ASSETS

_FOLDER = ASSETS / "search_box"
_HTML, _CSS, _JS = ((_FOLDER / f"box.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
_box = st.components.v2.component("effigies_search_box", html=_HTML, css=_CSS, js=_JS)


def typed(key: str) -> str:
    """What was typed so far in the box with this key, to be read before it is drawn."""
    return str((st.session_state.get(key) or {}).get("text") or "")


def search_box(label: str, *, placeholder: str, status: str, key: str) -> None:
    """Draw the box; `status`, a line below it, is read out to those who do not see the results appear."""
    data = {"label": label, "placeholder": placeholder, "status": status, "text": typed(key)}
    _box(key=key, data=data, on_text_change=_nothing_more)


def _nothing_more() -> None:
    """The run that follows is all that is wanted."""
