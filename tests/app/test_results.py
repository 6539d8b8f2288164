"""The page of results, chapter by chapter, and what it hands over."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import records
from app.i18n import LANGUAGES, Translator
from app.registry import HOME, room
from core.reporting.document import Step
from core.reporting.sections import chapters
from core.reporting.words import Words
from tests.app.conftest import Visit

PAGE = room("results")


@pytest.fixture(autouse=True)
def _nothing_made() -> None:
    records.workshop.clear()


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
    deadline = time.monotonic() + 20
    while not order.done and time.monotonic() < deadline:
        time.sleep(0.05)
    for place in (HOME, PAGE):  # an order is found on coming back
        page._page_hash = calc_hash(place.url_path)
        page.run()
        assert not page.exception
    labels = [button.proto.label for button in page.get("download_button")]
    assert Translator("fr")("Report (PDF)") in labels


def test_an_archive_needs_a_name(visit: Visit) -> None:
    page = visit(PAGE, "en")
    page.text_input(key="results_name").set_value(" / ")
    page.text_input(key="results_class").set_value("AIA02")
    next(button for button in page.button if button.proto.is_form_submitter).click().run()
    assert not page.exception
    assert "letter or a digit" in said(page)
