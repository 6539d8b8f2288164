"""The course says the same in every language, and goes on paper whole."""

import re
import string
from html.parser import HTMLParser

import pytest

from app.i18n import LANGUAGES
from app.registry import ASSETS
from core.classroom.course import LIVE, Screen, screens
from core.classroom.course.handout import handout
from core.errors import DataError


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_screens(language: str) -> None:
    ours, theirs = screens(language), screens("en")
    shape = [(screen.key, screen.minutes, screen.drawing, screen.live) for screen in ours]
    assert shape == [(screen.key, screen.minutes, screen.drawing, screen.live) for screen in theirs]
    assert len({screen.key for screen in ours}) == len(ours)
    for screen in ours:
        assert screen.live in ("", *LIVE)
        assert screen.drawing == "" or (ASSETS / "course" / screen.drawing).exists()
        assert len(screen.body.split()) < 130, f"{screen.key}: too much for one screen"


def test_each_measure_that_our_tables_give_is_explained() -> None:
    for language in LANGUAGES:
        body = next(screen.body for screen in screens(language) if screen.key == "measure")
        assert all(f"*{measure}*" in body for measure in ("FID", "KID", "Inception Score"))


def test_no_screen_is_left_in_english() -> None:
    for french, english in zip(screens("fr"), screens("en"), strict=True):
        assert french.body != english.body
        assert french.notes != english.notes


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(DataError, match="tlh"):
        screens("tlh")


def test_every_drawing_takes_its_words_from_the_page() -> None:
    from app.widgets.classroom.course import _WORDS

    for file in (ASSETS / "course").glob("*.svg"):
        template = string.Template(file.read_text("utf-8"))
        assert template.is_valid()
        assert set(template.get_identifiers()) <= set(_WORDS)


class Text(HTMLParser):
    """Collects what a reader sees, and the tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags = "", set[str]()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


@pytest.mark.parametrize("notes_title", ["", "For the teacher"])
def test_the_hand_out_holds_every_screen(notes_title: str) -> None:
    page = Text(handout(screens("en"), language="en", title="GAN", notes_title=notes_title))
    assert all(screen.title in page.words for screen in screens("en"))
    assert ("Predict, then reveal" in page.words) is bool(notes_title)
    assert "table" in page.tags
    assert not re.search(r"\\log|\$", page.words)


@pytest.mark.security
def test_the_hand_out_takes_text_for_text() -> None:
    screen = Screen("k", "A & B", "<b>", "<script>alert(1)</script> *so*", "", 1)
    page = Text(handout((screen,), language="en", title="GAN"))
    assert "script" not in page.tags
    assert {"em"} <= page.tags
