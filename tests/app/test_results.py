"""The page of results, chapter by chapter, and what it hands over."""

import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import records, resources
from app.i18n import LANGUAGES, Translator
from app.registry import HOME, ROOMS, room
from app.widgets import turns
from app.widgets.results import downloads
from core.errors import UserError
from core.reporting import archive, slides
from core.reporting.archive import Archive
from core.reporting.builds import Order
from core.reporting.document import Step
from core.reporting.sections import chapters
from core.reporting.words import Words
from tests.app.conftest import Visit

PAGE = room("results")


@pytest.fixture(autouse=True)
def _nothing_made() -> None:
    records.workshop.clear()


def wait_for(order: Order) -> None:
    deadline = time.monotonic() + 20
    while not order.done and time.monotonic() < deadline:
        time.sleep(0.05)


def order_archive(page: AppTest) -> Order:
    page.text_input(key="results_name").set_value("jane")
    page.text_input(key="results_class").set_value("A")
    next(button for button in page.button if button.proto.is_form_submitter).click().run()
    order = records.workshop().find(page.session_state["results_archive"])
    assert order is not None
    wait_for(order)
    return order


def said(page: AppTest) -> str:
    return "\n".join(part.value for part in (*page.markdown, *page.caption, *page.warning, *page.error))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_is_shown_or_said_to_be_missing(visit: Visit, language: str) -> None:
    page = visit(PAGE, language)
    for key in (*(chapter.KEY for chapter in chapters()), "data"):
        page.pills(key="results_chapter").set_value(key).run()
        assert not page.exception
        charts = page.get("plotly_chart")
        absent = Words(language)("absent").split(":")[0].split("\u00a0")[0] in said(page)
        assert bool(charts) != absent
        assert all(chart.proto.alt for chart in charts)
        csv = [button for button in page.get("download_button") if "CSV" in button.proto.label]
        assert len(csv) == len(charts)


def test_report_is_made_beside_the_page_and_handed_over(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.reporting import publish

    def quick(_models: Path, out: Path, languages: tuple[str, ...], *, address: str, step: Step) -> list[Path]:
        path = out / f"report_{languages[0]}.pdf"
        path.write_bytes(b"%PDF")
        step(1, publish.WRITING)
        return [path]

    monkeypatch.setattr(publish, "publish", quick)
    page = visit(PAGE, "fr")
    page.button(key="results_make_report").click().run()
    order = records.workshop().find(page.session_state["results_report"])
    assert order is not None
    wait_for(order)
    for place in (HOME, PAGE):  # an order is found on coming back
        page._page_hash = calc_hash(place.url_path)
        page.run()
        assert not page.exception
    labels = [button.proto.label for button in page.get("download_button")]
    assert Translator("fr")("Report (PDF)") in labels


def test_files_that_were_thrown_away_are_said_to_be_gone(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def deliver(_where: object, name: str, _group: str, out: Path, **_options: object) -> Archive:
        (out / f"{name}.zip").write_bytes(b"PK")
        return Archive(out / f"{name}.zip")

    monkeypatch.setattr(archive, "deliver", deliver)
    page = visit(PAGE, "en")
    order = order_archive(page)
    (path,) = order.files
    path.unlink()  # the page is drawn all the same: it asks the disk for nothing
    page.run()
    assert not page.exception
    assert "jane.zip" in [button.proto.label for button in page.get("download_button")]
    with pytest.raises(UserError, match="no longer kept"):
        downloads._content(path)
    records.workshop.clear()
    page.run()
    assert not page.exception
    assert "no longer kept" in "".join(info.value for info in page.info)
    assert "jane.zip" not in [button.proto.label for button in page.get("download_button")]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://results.example.org/results?lang=fr", "https://results.example.org"),
        ("https://example.org/studio/results/?lang=fr", "https://example.org/studio"),
        ("http://localhost:8501/results", "http://localhost:8501"),
        (None, "http://localhost:8501"),
    ],
)
def test_the_reports_links_lead_to_this_studio(monkeypatch: pytest.MonkeyPatch, url: str | None, expected: str) -> None:
    monkeypatch.setattr(ContextProxy, "url", property(lambda _context: url))
    assert downloads._address() == expected


def test_the_slides_name_every_room_by_its_name() -> None:
    assert {each.key: each.url_path for each in ROOMS if each is not HOME} == slides.PAGES
    for language in LANGUAGES:
        for each in ROOMS:
            assert Words(language, "report")(f"room_{each.key}") == Translator(language)(each.title)


def test_the_archive_takes_the_generators_that_are_open(monkeypatch: pytest.MonkeyPatch, visit: Visit) -> None:
    given: dict[str, Any] = {}

    def deliver(_where: object, name: str, _group: str, out: Path, **options: Any) -> Archive:
        given.update(options)
        with options["turn"]():
            given["working"] = turns.line().working
        return Archive(out)

    monkeypatch.setattr(archive, "deliver", deliver)
    order_archive(visit(PAGE, "en"))
    assert given["working"] == 1
    assert turns.line().working == 0
    assert given["generators"] == {
        "product": resources.product_generator,
        "avatar": resources.avatar_generator,
        "emoji": resources.emoji_generator,
    }


def test_an_archive_needs_a_name(visit: Visit) -> None:
    page = visit(PAGE, "en")
    page.text_input(key="results_name").set_value(" / ")
    page.text_input(key="results_class").set_value("AIA02")
    next(button for button in page.button if button.proto.is_form_submitter).click().run()
    assert not page.exception
    assert "letter or a digit" in said(page)
