"""What a visitor has opened stays open when the language changes."""

from streamlit.testing.v1 import AppTest


def _two_tabs_and_a_drawer() -> None:
    import streamlit as st

    from app.i18n import Translator
    from app.widgets.openings import drawer, key_in, tabs

    _ = Translator(st.session_state["language"])
    for number, tab in enumerate(tabs(_, [_("Create"), _("Verify")], "demo")):
        if tab.open:
            tab.markdown(f"tab {number}")
    drawer(_, _("Favourites"), "demo_drawer", lambda: st.markdown("in the drawer"))
    words = [_("Create"), _("Verify")]
    st.selectbox("list", range(2), format_func=words.__getitem__, key=key_in(_, "demo_list"))


def test_tabs_drawers_and_lists_stay_as_they_were_in_the_other_language() -> None:
    page = AppTest.from_function(_two_tabs_and_a_drawer)
    page.session_state["language"] = "en"
    page.run()
    assert [part.value for part in page.markdown] == ["tab 0"]
    page.session_state["demo_en"], page.session_state["demo_drawer_en"] = "Verify", True
    page.selectbox[0].set_value(1).run()
    for language in ("fr", "en"):
        page.session_state["language"] = language
        page.run()
        assert [part.value for part in page.markdown] == ["tab 1", "in the drawer"]
        assert (page.selectbox[0].value, page.selectbox[0].key) == (1, f"demo_list_{language}")
    page.session_state["demo_en"], page.session_state["demo_drawer_en"] = "Create", False
    page.run()
    page.session_state["language"] = "fr"
    page.run()
    assert [part.value for part in page.markdown] == ["tab 0"]
