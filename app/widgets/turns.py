"""Waiting for one's turn to have something computed, and seeing one's place in the line meanwhile."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial

import streamlit as st
from prometheus_client import Counter, Gauge, Histogram
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app import events
from app.i18n import N_, translator
from core.errors import UserError
from core.limits import Limit, Throttle, visitor_of
from core.queueing import FairLine, Ticket
from core.settings import settings

_LOOK = 0.5  # seconds between two looks at whether the visitor is still there, or wants something else
_PATIENCE = 5.0  # seconds without a connection, as when a phone changes networks
_PLACES = {1: N_("You are next in line…"), 2: N_("You are second in line…"), 3: N_("You are third in line…")}
_FURTHER = N_("You are number {place} in line…")
_WAITED = Histogram(
    "effigies_turn_wait_seconds", "Time until a visitor's turn came.", buckets=(0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60)
)
_REFUSED = Counter("effigies_turns_refused", "Turns that were refused: too many wait, or one visitor asks too often.")

# Counted by each process for itself: what is kept from being flooded is its own processors, and with every process
# beside it there are more of them.
_asked = Throttle()
_having_one: ContextVar[bool] = ContextVar("having_a_turn", default=False)


@cache
def line() -> FairLine:
    """The line of this process."""
    return FairLine(settings().generations, settings().waiting)


Gauge("effigies_turns_working", "Turns being had at this moment.").set_function(lambda: line().working)
Gauge("effigies_turns_waiting", "Visitors in the line at this moment.").set_function(lambda: line().waiting)


def drawing(count: int, *, theme: str = "", style: str = "", context: Sequence[str] = ()) -> Callable[[], None]:
    """What counts so many pictures as drawn, where the visitor agreed to that.

    `context` is a mood, a topic and an interaction, "" for any.
    """
    return partial(events.generated, count, theme=theme, style=style, context="+".join(filter(None, context)))


@contextmanager
def turn(done: Callable[[], None] | None = None) -> Iterator[None]:
    """Have a turn at the processors: the work of the `with` block starts when it comes.

    The visitor sees their place meanwhile; who leaves the page or asks for something else leaves the line. A turn
    within a turn is the same one. `done` is called when the work is, unless it went wrong.

    Raises:
        core.limits.TooManyAttemptsError: this visitor asks too often.
        core.queueing.LineFullError: too many wait.
        core.queueing.LineClosedError: the program is about to stop.
    """
    if _having_one.get():
        yield
        return
    ticket = _enter()
    mark = _having_one.set(True)
    try:
        began = time.monotonic()
        _stand_in_line(ticket)
        _WAITED.observe(time.monotonic() - began)
        yield
    finally:
        ticket.leave()
        _having_one.reset(mark)
    if done:
        done()


def end(seconds: float) -> bool:
    """Let nobody in any more, and wait for those who have their turn; whether all are done."""
    line().close()
    return line().drain(seconds)


def _enter() -> Ticket:
    run = get_script_run_ctx()
    try:
        address = visitor_of(st.context.ip_address)
        _asked.count(Limit("turn", settings().requests_per_minute, 60), address)
        return line().enter(run.session_id if run else "", address)
    except UserError:
        _REFUSED.inc()
        raise


def _stand_in_line(ticket: Ticket) -> None:
    place = ticket.place
    if not place:
        return
    _, spot, seen = translator(), st.empty(), time.monotonic()
    while place:
        # written at every look: this is where Streamlit ends a run whose visitor asked for something else
        said = _(_PLACES.get(place, _FURTHER)).format(place=_.number(place))
        spot.info(said, icon=":material/hourglass_top:")
        place = ticket.wait(place, _LOOK)
        if _connected():
            seen = time.monotonic()
        elif time.monotonic() - seen > _PATIENCE:
            st.stop()
    spot.empty()


def _connected() -> bool:
    run = get_script_run_ctx()
    return run is None or not runtime.exists() or runtime.get_instance().is_active_session(run.session_id)
