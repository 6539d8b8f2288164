"""Whoever runs the studio can ask whether it is ready and what its pages do, and learns nothing about visitors."""

import asyncio
import json
import logging
import threading
from contextlib import suppress

import pytest
from prometheus_client import REGISTRY
from starlette.responses import Response
from streamlit.runtime.scriptrunner import StopException

from app import operations
from core import logs
from core.errors import UserError
from core.settings import settings


@pytest.fixture(autouse=True)
def fresh_settings() -> None:
    settings.cache_clear()


def ask(path: str) -> Response:
    [route] = [route for route in operations.routes() if route.path == path]
    return asyncio.run(route.endpoint(None))


def runs(outcome: str) -> float:
    return REGISTRY.get_sample_value("effigies_page_runs_total", {"room": "test", "outcome": outcome}) or 0.0


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "drawn"), (StopException(), "drawn"), (UserError("no model"), "refused"), (KeyError("bug"), "failed")],
)
def test_each_drawing_of_a_page_is_counted_by_how_it_ended(error: BaseException | None, outcome: str) -> None:
    before, timed = runs(outcome), REGISTRY.get_sample_value("effigies_page_seconds_count", {"room": "test"}) or 0.0
    with suppress(StopException, UserError, KeyError), operations.watched("test"):
        if error:
            raise error
    assert runs(outcome) == before + 1
    assert REGISTRY.get_sample_value("effigies_page_seconds_count", {"room": "test"}) == timed + 1
    assert REGISTRY.get_sample_value("effigies_pages_being_drawn") == 0


def test_ready_only_once_the_models_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_models_open", threading.Event())
    assert (ask("/health/live").status_code, ask("/health/ready").status_code) == (200, 503)
    operations.models_open()
    assert ask("/health/ready").status_code == 200


def test_figures_are_served_only_where_the_settings_allow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("/metrics").status_code == 404
    monkeypatch.setenv("EFFIGIES_METRICS", "true")
    settings.cache_clear()
    answer = ask("/metrics")
    assert answer.status_code == 200
    assert b"effigies_page_seconds_bucket" in answer.body


def test_a_log_for_machines_has_one_object_a_line(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        with caplog.at_level(logging.INFO):
            logging.getLogger("effigies").exception("It failed: %s", "é")
    line = logs.JsonFormatter().format(caplog.records[-1])
    row = json.loads(line)
    assert "\n" not in line
    assert (row["level"], row["logger"], row["message"]) == ("error", "effigies", "It failed: é")
    assert "ValueError: first" in row["error"]
    assert row["time"].endswith("Z")
