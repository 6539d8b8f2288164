"""What whoever runs the studio looks at: whether it is ready, and what its pages do, as Prometheus reads it.

Nothing here says who a visitor is or what they asked for: pages are counted and timed by room.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit.runtime.scriptrunner import RerunException, StopException

from core.errors import UserError
from core.settings import settings

RUNS = Counter("effigies_page_runs", "Times a page was drawn.", ["room", "outcome"])
SECONDS = Histogram(
    "effigies_page_seconds", "Time to draw a page.", ["room"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
DRAWING = Gauge("effigies_pages_being_drawn", "Pages being drawn at this moment.")
READY = Gauge("effigies_ready", "1 while the models are open and the program is not about to stop.")

_models_open, _stopping = threading.Event(), threading.Event()


@contextmanager
def watched(room: str) -> Iterator[None]:
    """Count and time the drawing of a room's page; it ends drawn, refused (the visitor is told why) or failed."""
    outcome, start = "failed", time.perf_counter()
    DRAWING.inc()
    try:
        yield
        outcome = "drawn"
    except (RerunException, StopException):  # how Streamlit ends a run early
        outcome = "drawn"
        raise
    except UserError:
        outcome = "refused"
        raise
    finally:
        DRAWING.dec()
        SECONDS.labels(room).observe(time.perf_counter() - start)
        RUNS.labels(room, outcome).inc()


def models_open() -> None:
    """Tell that visitors need not wait any longer for a model to open."""
    _models_open.set()
    READY.set(1)


def stopping() -> bool:
    """Tell that no visitor should be sent here any more; whether that was told before."""
    before = _stopping.is_set()
    _stopping.set()
    READY.set(0)
    return before


def routes() -> list[BaseRoute]:
    """The addresses beside the pages: /health/live, /health/ready and, where the settings allow it, /metrics."""
    return [Route("/health/live", _live), Route("/health/ready", _ready), Route("/metrics", _metrics)]


async def _live(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _ready(_request: Request) -> Response:
    ready = _models_open.is_set() and not _stopping.is_set()
    return JSONResponse({"ready": ready}, status_code=200 if ready else 503)


async def _metrics(_request: Request) -> Response:
    if not settings().metrics:
        return PlainTextResponse("not found", status_code=404)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
