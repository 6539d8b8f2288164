"""The templates say the same in both languages, and no figure is typed into them by hand."""

import re
import string
import tomllib
from collections.abc import Iterator

import pytest

from core.reporting.words import FOLDER, LANGUAGES, Words

CHAPTERS = sorted(path.stem for path in FOLDER.glob("*.toml"))
NAMES = re.compile(r"\b(F1|FER2013|WCAG\W2\.2)\b|95\W%")  # what has a digit in its name, and the width of intervals
FIELD = re.compile(r"\{[^{}]*\}")


def forms(chapter: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    for key, entry in tomllib.loads((FOLDER / f"{chapter}.toml").read_text(encoding="utf-8")).items():
        yield key, {language: text if isinstance(text, list) else [text] for language, text in entry.items()}


def fields(texts: list[str]) -> list[set[tuple[str | None, str | None]]]:
    return [{(name, form) for _, name, form, _ in string.Formatter().parse(text) if name} for text in texts]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_languages_say_the_same_figures(chapter: str) -> None:
    for key, entry in forms(chapter):
        assert set(entry) == set(LANGUAGES), key
        assert fields(entry["fr"]) == fields(entry["en"]), key


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_figure_is_typed_by_hand(chapter: str) -> None:
    typed = [
        text
        for _key, entry in forms(chapter)
        for texts in entry.values()
        for text in texts
        if re.search(r"\d", NAMES.sub("", FIELD.sub("", text)))
    ]
    assert not typed


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_french_is_typeset(chapter: str) -> None:
    wrong = (" :", " ;", " !", " ?", " %", " »", "« ", "'")
    french = [text for _key, entry in forms(chapter) for text in entry["fr"]]
    assert not [text for text in french if any(pair in text for pair in wrong)]
    assert not [text for text in french if re.search(r"[^~\s][:;!?»](\s|$)", FIELD.sub("", text))]


def test_the_page_of_the_report_says_nothing_of_its_own() -> None:
    page = (FOLDER / "report.html.jinja").read_text(encoding="utf-8")
    body = page[page.index("<body>") :]
    said = re.sub(r"<[^>]*>|\{[{%].*?[%}]\}", "", body, flags=re.DOTALL)
    assert not said.strip()


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert Words("en").number(1234.5, 1) == "1,234.5"
    assert Words("fr").number(1234.5, 1) == "1\u202f234,5"
    assert Words("fr").percent(0.7333) == "73,3\u202f%"
    assert Words("en").percent(None) == "–"
    assert Words("en").number(-0.00001, 2) == "0.00"
