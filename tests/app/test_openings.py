"""What a visitor has opened stays open when the language changes."""

from streamlit.testing.v1 import AppTest


def _two_tabs_and_a_drawer() -> None:
    import streamlit as st

    from app.i18n import Translator
    from app.widgets.openings import drawer, tabs

    _ = Translator(st.session_state["language"])
    for number, tab in enumerate(tabs(_, [_("Create"), _("Verify")], "demo")):
        if tab.open:
            tab.markdown(f"tab {number}")
    drawer(_, _("Favourites"), "demo_drawer", lambda: st.markdown("in the drawer"))


def test_tabs_and_drawers_stay_open_in_the_other_language() -> None:
    page = AppTest.from_function(_two_tabs_and_a_drawer)
    page.session_state["language"] = "en"
    page.run()
    assert [part.value for part in page.markdown] == ["tab 0"]
    page.session_state["demo_en"], page.session_state["demo_drawer_en"] = "Verify", True
    page.run()
    for language in ("fr", "en"):
        page.session_state["language"] = language
        page.run()
        assert [part.value for part in page.markdown] == ["tab 1", "in the drawer"]
    page.session_state["demo_en"], page.session_state["demo_drawer_en"] = "Create", False
    page.run()
    page.session_state["language"] = "fr"
    page.run()
    assert [part.value for part in page.markdown] == ["tab 0"]
