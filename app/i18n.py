"""The visitor's language: sentences, numbers and errors as that visitor reads them.

A page starts with `_ = translator()` and writes `_("Choose a photo")`. Nothing is installed globally, because all
visitors share the process. English sentences are the message ids; other languages come from
`locales/<language>/LC_MESSAGES/effigies.po`, read once per process.
"""

import gettext
import io
import string
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from core.errors import N_, UserError

__all__ = ["LANGUAGES", "N_", "Translator", "choose_language", "explain", "language_switch", "translator"]

LANGUAGES = {"fr": "Français", "en": "English"}
SOURCE_LANGUAGE = "en"  # the language of the message ids
FALLBACK_LANGUAGE = "fr"  # for a browser that does not say: most visitors read French
LOCALES = Path(__file__).parent / "locales"
_STATE = "language"  # session state; all pages share it because main.py draws the switch
_QUERY = "lang"


class Translator:
    """Everything one language needs; call it with an English message to get that language's sentence."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def __call__(self, message: str) -> str:
        """The message in this language."""
        return self._catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The form of the message that fits `count`."""
        return self._catalogue.ngettext(singular, plural, count)

    def number(self, value: float, digits: int = 0) -> str:
        """`1234.5` with `digits=1` as "1,234.5" in English and "1 234,5" in French."""
        return _decimal(round(value, digits), f"#,##0.{'0' * digits}".rstrip("."), self.language)

    def percent(self, share: float, digits: int = 1) -> str:
        """A share of one as a percentage: `0.733` as "73.3%" in English and "73,3 %" in French."""
        pattern = f"#,##0.{'0' * digits}".rstrip(".") + ("%" if self.language == "en" else "\N{NARROW NO-BREAK SPACE}%")
        return _percentage(share, pattern, self.language)


@lru_cache(10_000)  # the same figures at every run of a page, for all visitors
def _decimal(value: float, pattern: str, language: str) -> str:
    return format_decimal(value, format=pattern, locale=language)


@lru_cache(10_000)
def _percentage(share: float, pattern: str, language: str) -> str:
    return format_percent(share, format=pattern, locale=language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    with (LOCALES / language / "LC_MESSAGES" / "effigies.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def choose_language(asked: str | None, browser: str | None) -> str:
    """The language to start in: what the address asks for, else the browser's, else French.

    Args:
        asked: value of `?lang=`, e.g. "en"; unknown values count as none.
        browser: the browser's locale tag, e.g. "fr-CA".
    """
    if asked in LANGUAGES:
        return asked
    if not browser:
        return FALLBACK_LANGUAGE
    spoken = browser.replace("_", "-").partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else SOURCE_LANGUAGE


def translator() -> Translator:
    """The translator of the visitor whose page is being drawn."""
    language = st.session_state.get(_STATE)
    return Translator(language or choose_language(st.query_params.get(_QUERY), st.context.locale))


def language_switch() -> Translator:
    """Draw the language switch and return the chosen language's translator; `main.py` calls it once per run.

    The choice stays in the address, so that a link sent to others opens in the same language.
    """
    if _STATE not in st.session_state:
        st.session_state[_STATE] = choose_language(st.query_params.get(_QUERY), st.context.locale)
    languages: Sequence[str] = list(LANGUAGES)
    language = st.segmented_control(
        "Langue · Language",
        languages,
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=_STATE,
        label_visibility="collapsed",
    )
    if st.query_params.get(_QUERY) != language:
        st.query_params[_QUERY] = str(language)
    return translator()


def explain(error: UserError) -> str:
    """What went wrong, as one sentence in the visitor's language."""
    _ = translator()
    return _Localised(_).format(_(error.template), **error.params)


class _Localised(string.Formatter):
    """`str.format`, but numbers without a format of their own are written as the language writes them."""

    def __init__(self, translate: Translator) -> None:
        self._translate = translate

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool) and not format_spec:
            return self._translate.number(value, digits=0 if float(value).is_integer() else 1)
        return str(super().format_field(value, format_spec))
