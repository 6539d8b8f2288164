"""Every page of the registry, in every language."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.catalogue import read
from app.i18n import LANGUAGES, Translator
from app.registry import HOME, ROOMS, Room
from tests.app.conftest import Visit

TEXTS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success", "metric")
CHARTS = ("plotly_chart", "arrow_vega_lite_chart", "vega_lite_chart", "graphviz_chart", "deck_gl_json_chart")

every_room = pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.key)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def texts(page: AppTest) -> Iterator[str]:
    """What the page says: texts, and labels of widgets."""
    for kind in TEXTS:
        for element in page.get(kind):
            yield from filter(None, (getattr(element, name, None) for name in ("value", "label")))
    for widget in (*page.button, *page.selectbox, *page.toggle, *page.segmented_control):
        yield widget.label


def alternatives(page: AppTest) -> Iterator[tuple[str, str | None]]:
    """Kind and alternative text of each image and chart; None where the author gave none."""

    def given(proto: Any) -> str | None:
        return proto.alt if proto.HasField("alt") else None

    for element in page.get("image"):
        yield from (("image", given(image)) for image in element.proto.imgs)
    for kind in CHARTS:
        yield from ((kind, given(element.proto)) for element in page.get(kind))


@pytest.fixture(scope="module")
def pages() -> dict[tuple[Room, str], AppTest]:
    """Rooms as they were opened in a language; these tests only read them, so each is opened once."""
    return {}


@pytest.fixture
def opened(visit: Visit, pages: dict[tuple[Room, str], AppTest]) -> Visit:
    def open_room(room: Room, language: str) -> AppTest:
        if (room, language) not in pages:
            pages[room, language] = visit(room, language)
        return pages[room, language]

    return open_room


@every_room
@every_language
def test_page_is_drawn_under_its_translated_title(opened: Visit, room: Room, language: str) -> None:
    page = opened(room, language)
    assert not page.exception
    expected = "Effigies" if room is HOME else Translator(language)(room.title)
    assert [title.value for title in page.title] == [expected]


@every_room
def test_images_and_charts_have_alternative_texts(opened: Visit, room: Room) -> None:
    found = list(alternatives(opened(room, "fr")))
    assert found
    assert not [kind for kind, text in found if text is None]


@every_room
def test_nothing_english_is_left_on_a_french_page(opened: Visit, room: Room) -> None:
    english = [
        re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(form)))
        for message in read("fr")
        for form in (message.id if isinstance(message.id, tuple) else (message.id,))
        # what has no word of its own, such as "{name}: {value}", differs by its spaces only
        if form != message.string and re.search("[A-Za-z]", re.sub(r"{\w+}", "", form))
    ]
    assert not [text for text in texts(opened(room, "fr")) if any(pattern.fullmatch(text) for pattern in english)]


def test_home_links_to_every_room(opened: Visit) -> None:
    page = opened(HOME, "en")
    linked = {link.proto.page for link in page.get("page_link")}
    assert linked == {room.url_path for room in ROOMS if room is not HOME}
    named = [heading.value for heading in page.subheader]
    assert named == [room.title for room in ROOMS if room is not HOME]


def test_a_language_chosen_on_one_page_holds_on_the_next(visit: Visit) -> None:
    page = visit(HOME, "en")
    page.segmented_control(key="language").set_value("fr").run()
    assert page.query_params["lang"] == "fr"
    page.switch_page("../pages/classroom.py").run()
    assert [title.value for title in page.title] == [Translator("fr")("GAN class")]
