"""How a visitor's language is chosen, and how numbers and errors are written in it."""

import pytest
from streamlit.testing.v1 import AppTest

from app.i18n import Translator, choose_language, explain
from core.errors import UserError


@pytest.mark.security
@pytest.mark.parametrize(
    ("asked", "browser", "language"),
    [
        ("en", "fr-FR", "en"),  # the address goes before the browser
        ("fr", "en-US", "fr"),
        (None, "fr-CA", "fr"),
        (None, "fr", "fr"),
        (None, "FR_be", "fr"),
        (None, "en-GB", "en"),
        (None, "de-DE", "en"),  # neither: the language most people can read
        (None, "frr-DE", "en"),  # North Frisian is not French
        (None, None, "fr"),  # a browser that does not say
        ("", "en-US", "en"),
        ("klingon", "fr-FR", "fr"),
        ("../../etc", None, "fr"),
    ],
)
def test_language_is_the_address_then_the_browser_then_french(
    asked: str | None, browser: str | None, language: str
) -> None:
    assert choose_language(asked, browser) == language


def test_numbers_are_written_as_the_language_writes_them() -> None:
    french, english = Translator("fr"), Translator("en")
    assert french.percent(0.733) == "73,3\u202f%"
    assert english.percent(0.733) == "73.3%"
    assert french.percent(0.5, digits=0) == "50\u202f%"
    assert french.number(1234.5, digits=1) == "1\u202f234,5"
    assert english.number(1234.5, digits=1) == "1,234.5"
    assert english.number(12) == "12"
    assert english.number(2.5, digits=2) == "2.50"


def test_french_counts_zero_as_singular_and_english_as_plural() -> None:
    # with no translation of its own, a message keeps the language's rule
    assert Translator("en").ngettext("{count} thing", "{count} things", 0) == "{count} things"
    assert Translator("en").ngettext("{count} thing", "{count} things", 1) == "{count} thing"


def test_two_visitors_at_once_keep_their_languages() -> None:
    french, english = Translator("fr"), Translator("en")
    assert (french("Home"), english("Home"), french("Home")) == ("Accueil", "Home", "Accueil")


def test_an_error_is_explained_with_its_figures_in_the_visitors_language() -> None:
    def page() -> None:
        import streamlit as st

        from app.i18n import explain
        from core.errors import UserError

        st.error(explain(UserError("{size} MB of {limit}; {name}", size=12.5, limit=15, name="a{b}.png")))

    drawn = AppTest.from_function(page)
    drawn.query_params["lang"] = "fr"
    assert drawn.run().error[0].value == "12,5 MB of 15; a{b}.png"


def test_an_unknown_message_stays_readable() -> None:
    assert Translator("fr")("Not in the catalogue") == "Not in the catalogue"
    assert explain(UserError("Not in the catalogue")) == "Not in the catalogue"
