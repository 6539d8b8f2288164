"""Counting what visitors do, where the settings offer it and the visitor agrees: what pages call.

Whether a visitor agreed, and what was counted of them already, is kept in the session and nowhere else.
"""

import logging
import threading
from functools import cache

import streamlit as st

from app.i18n import Translator
from core.errors import UserError
from core.events.service import EventStream, folder_of
from core.events.types import Claimed, Dismissed, Event, Generated, Liked, Viewed
from core.settings import settings

log = logging.getLogger(__name__)
_opening = threading.Lock()
_AGREED, _TOLD, _ROOM = "events_agreed", "events_told", "events_room"  # session state


def stream() -> EventStream | None:
    """The stream of this process; None where the settings do not offer counting."""
    with _opening:  # a second one would have threads of its own
        return _stream()


@cache
def _stream() -> EventStream | None:
    try:
        chosen = settings()
    except UserError:  # every page says so
        return None
    if not chosen.events:
        return None
    try:
        found = EventStream.open(chosen)
    except UserError as error:  # the files go on without the broker
        log.error("%s", error)
        found = EventStream(folder_of(chosen), keep_days=chosen.events_days)
    found.start()
    return found


def entered(room: str) -> None:
    """Count a room once each time it is entered; called at every drawing of it."""
    if st.session_state.get(_ROOM) != room:
        st.session_state[_ROOM] = room
        _record(Viewed(room))


def liked(product: str) -> None:
    """Count a product that was liked."""
    _record(Liked(product))


def dismissed(product: str) -> None:
    """Count a product that was set aside."""
    _record(Dismissed(product))


def generated(count: int, *, theme: str = "", style: str = "", context: str = "") -> None:
    """Count pictures that were drawn in the room the visitor is in."""
    _record(Generated(st.session_state.get(_ROOM, ""), count, theme, style, context))


def claimed(theme: str) -> None:
    """Count an avatar that was claimed."""
    _record(Claimed(theme))


def popular(what: str, most: int) -> list[str]:
    """What is popular just now, the most popular first: names of a kind such as "product" or "theme"."""
    found = stream()
    return [name for name, _count in found.popular.top(what, most)] if found else []


def consent(_: Translator) -> None:
    """Ask whether the visitor may be counted, where the settings offer it; off until they switch it on."""
    if stream() is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="events_consent"):
        st.toggle(
            _("Count what I do here, without knowing who I am"),
            value=bool(st.session_state.get(_AGREED)),
            key="events_toggle",
            on_change=_choose,
        )
        with st.popover(_("What is counted?"), type="tertiary"):
            st.markdown(
                _(
                    "Rooms you enter, products you like or set aside, how many pictures you have drawn and of which "
                    "theme, style, mood, topic or interaction that you picked from a list, avatars you claim. "
                    "**Never** what you write, your pictures, what was read in either, or your address. Nothing "
                    "links two visits, or two things you do. It shows what is popular, is deleted after {days} days, "
                    "and stops when you switch it off or leave."
                ).format(days=_.number(settings().events_days))
            )


def close(seconds: float) -> bool:
    """Write what waits, for at most so long; whether everything was written."""
    if not _stream.cache_info().currsize:  # nobody asked for it
        return True
    found = stream()
    return found is None or found.close(seconds)


def _choose() -> None:
    st.session_state[_AGREED] = st.session_state["events_toggle"]
    if room := st.session_state.get(_ROOM):
        _record(Viewed(room))


def _record(event: Event) -> None:
    found = stream() if st.session_state.get(_AGREED) else None
    if found is None:
        return
    told: set[object] = st.session_state.setdefault(_TOLD, set())
    mark = (event.kind, *event.subjects) if event.subjects else event
    first = mark not in told
    told.add(mark)
    found.record(event, first=first)
