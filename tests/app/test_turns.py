"""Who has to wait sees their place and gets their turn; a full line, or too many wishes, are told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY
from streamlit.testing.v1 import AppTest

from app.widgets import turns
from core.limits import Throttle
from core.queueing import FairLine
from core.settings import settings


def page() -> None:
    import streamlit as st

    from app.i18n import explain
    from app.widgets.turns import drawing, turn
    from core.errors import UserError

    try:
        with turn(), turn(drawing(8, theme="saga")):
            st.write("drawn")
    except UserError as problem:
        st.error(explain(problem))
    st.write("the rest of the page")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> FairLine:
    line = FairLine(most=1, waiting=3)
    monkeypatch.setattr(turns, "line", lambda: line)
    monkeypatch.setattr(turns, "_asked", Throttle())
    monkeypatch.setattr(turns, "_LOOK", 0.01)
    settings.cache_clear()
    return line


@contextmanager
def watching(line: FairLine, monkeypatch: pytest.MonkeyPatch, moved: dict[int, str]) -> Iterator[list[str]]:
    """What a waiting visitor reads; at each new place in `moved`, somebody before them leaves."""
    before = {name: line.enter(name) for name in ("works", "waits", "waits too")}
    told: list[str] = []

    def empty() -> SimpleNamespace:
        def info(text: str, icon: str) -> None:
            if not told or told[-1] != text:
                told.append(text)
                before[moved[len(told)]].leave()

        return SimpleNamespace(info=info, empty=lambda: told.append("gone"))

    monkeypatch.setattr(turns.st, "empty", empty)
    yield told


def texts(page: AppTest) -> list[str]:
    return [each.value for each in page.markdown]


def test_without_a_line_the_work_starts_at_once_and_the_place_is_given_back(line: FairLine) -> None:
    run = AppTest.from_function(page, default_timeout=60).run()
    assert texts(run) == ["drawn", "the rest of the page"]
    assert (line.working, line.waiting) == (0, 0)


@pytest.mark.parametrize(
    ("language", "read"),
    [("en", ["You are third in line…", "You are second in line…", "You are next in line…", "gone"]),
     ("fr", ["Vous êtes en troisième position…", "Vous êtes en deuxième position…", "C’est bientôt à vous…", "gone"])],
)  # fmt: skip
def test_the_place_in_the_line_is_seen_until_the_turn_comes(
    line: FairLine, monkeypatch: pytest.MonkeyPatch, language: str, read: list[str]
) -> None:
    moved = {1: "waits", 2: "waits too", 3: "works"}
    with watching(line, monkeypatch, moved) as told:
        run = AppTest.from_function(page, default_timeout=60)
        run.query_params["lang"] = language
        assert texts(run.run()) == ["drawn", "the rest of the page"]
    assert told == read
    assert (line.working, line.waiting) == (0, 0)


def test_who_is_gone_leaves_the_line(line: FairLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_connected", lambda: False)
    monkeypatch.setattr(turns, "_PATIENCE", 0.05)
    works = line.enter("works")
    run = AppTest.from_function(page, default_timeout=60).run()
    assert texts(run) == []
    assert line.waiting == 0
    works.leave()


def test_a_full_line_and_the_end_are_said_and_the_page_goes_on(line: FairLine) -> None:
    before = REGISTRY.get_sample_value("effigies_turns_refused_total") or 0
    tickets = [line.enter(name) for name in "abcd"]
    run = AppTest.from_function(page, default_timeout=60)
    run.query_params["lang"] = "en"
    run.run()
    assert run.error[0].value == "3 people wait for their turn already. Try again in a minute."
    assert texts(run) == ["the rest of the page"]
    ended: list[bool] = []
    end = threading.Thread(target=lambda: ended.append(turns.end(60)))
    end.start()
    for ticket in tickets:
        ticket.leave()
    end.join()
    assert ended == [True]
    assert run.run().error[0].value == "The studio is about to restart. Try again in a minute."
    assert REGISTRY.get_sample_value("effigies_turns_refused_total") == before + 2


def test_one_visitor_asks_only_so_often(line: FairLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFIGIES_REQUESTS_PER_MINUTE", "2")
    monkeypatch.setattr("core.limits.time.time", lambda: 1_000_000_000.0)  # within one minute
    settings.cache_clear()
    run = AppTest.from_function(page, default_timeout=60)
    run.query_params["lang"] = "en"
    assert [len(run.run().error) for _ in range(3)] == [0, 0, 1]
    assert "too often" in run.error[0].value
