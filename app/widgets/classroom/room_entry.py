"""Who is here: a host, a player, or somebody on their own; refreshing changes nothing.

A phone's seat is kept in its address. A host's address is seen by the whole class, and copied: it says which class is
driven, and the key to it is in a cookie of that browser, one for each class.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from app.i18n import explain
from app.server import studio_address
from app.widgets.product_names import plain
from core.errors import UserError
from core.settings import settings

if TYPE_CHECKING:
    from core.classroom.rooms import Host, Seat
    from core.classroom.service import Classroom

POLL_SECONDS = 1.0  # how often phones and the host's page ask where the class is
# What a presenter presses instead of clicking. No letters: whoever dictates to a browser would press them by speaking.
# The answer has a key of its own, so that "next" pressed twice ends no question.
PRESS_BACK, PRESS_NEXT, PRESS_ANSWER = "Left", "Right", "Down"
_CODE, _SEAT, _HOST = "room", "seat", "host"  # in the address: a room's letters, a seat's key, a driven room's letters
_KEYS = "class_keys"  # session state: what the address held, for when the visitor comes back from another page
_DRIVEN = "class_driven"  # session state: hosts' keys by their rooms' letters
_COOKIE = "effigies_host_{code}"


@dataclass(frozen=True)
class Visitor:
    """What the address says; `code` alone is somebody about to join.

    `lost`: a key that opens nothing any more; `away`: a host's address without the key to it.
    """

    code: str = ""
    seat: Seat | None = None
    host: Host | None = None
    lost: bool = False
    away: bool = False


@st.cache_resource(show_spinner=False)
def classroom() -> Classroom:
    """The rooms, opened once per process.

    Raises:
        core.database.DatabaseError: the database cannot be used.
    """
    from core.classroom.service import Classroom

    return Classroom.open(settings())


def enter() -> Visitor:
    """Read the address, or what was left in this session."""
    kept, code = st.session_state.get(_KEYS, {}), st.query_params.get(_CODE)
    if not {_SEAT, _HOST} & set(st.query_params) and code in (None, kept.get(_CODE), kept.get(_HOST)):
        st.query_params.update(kept)  # back from another page, or whoever sits there already
    code = st.query_params.get(_CODE, "")
    if _HOST in st.query_params:
        return _found(_driver(st.query_params[_HOST]))
    if _SEAT in st.query_params:
        seat = classroom().seat(st.query_params[_SEAT])
        return _found(Visitor(code, seat=seat, lost=seat is None))
    return Visitor(code)


def _driver(code: str) -> Visitor:
    """Whoever opens a host's address, which names the room `code`."""
    key = st.session_state.get(_DRIVEN, {}).get(code) or st.context.cookies.get(_COOKIE.format(code=code))
    if not key:
        return Visitor(code, away=True)
    host = classroom().host(key)
    live = classroom().look(host.room_id) if host else None
    if host is None or live is None:
        return Visitor(code, lost=True)
    return Visitor(code, host=host) if live.code == code else Visitor(code, away=True)


def _found(visitor: Visitor) -> Visitor:
    """Remember an address that opens something: other pages lose it."""
    if not visitor.lost and not visitor.away:
        held = st.query_params.to_dict()
        st.session_state[_KEYS] = {name: held[name] for name in (_CODE, _SEAT, _HOST) if name in held}
    return visitor


def sit(code: str, key: str) -> None:
    """Put a seat's key into the address, and nothing else of a class."""
    _keep({_CODE: code, _SEAT: key})


def drive(host: Host, key: str) -> None:
    """From now on this browser drives the host's class."""
    live = classroom().look(host.room_id)
    if live:
        st.session_state[_DRIVEN] = {**st.session_state.get(_DRIVEN, {}), live.code: key}
        _keep({_HOST: live.code})


def remember_host(code: str, hours: float) -> None:
    """Have the browser keep the key of the room `code`, so that its page goes on after a refresh; drawn with the page.

    A cookie of this site alone, for as long as the class may last; nothing is drawn once the browser has it.
    """
    key, name = st.session_state.get(_DRIVEN, {}).get(code), _COOKIE.format(code=code)
    if key and st.context.cookies.get(name) != key:
        _write_cookie(f"{name}={key}", int(hours * 3600))


def forget_host() -> None:
    """Have the browser lose the key to the class that the address names; drawn with the page that says it is over."""
    code = st.query_params.get(_HOST, "")
    if code.isalpha() and code.isascii():  # the address may say anything
        _write_cookie(_COOKIE.format(code=code) + "=", 0)


def _write_cookie(pair: str, seconds: int) -> None:
    """`pair` holds nothing but letters of rooms and of keys."""
    secure = "; secure" if (st.context.url or "").startswith("https:") else ""
    cookie = f"{pair}; path=/; max-age={seconds}; samesite=strict{secure}"
    st.html(f"<script>document.cookie = {json.dumps(cookie)}</script>", unsafe_allow_javascript=True, width="content")


def _keep(kept: dict[str, str]) -> None:
    st.session_state[_KEYS] = kept  # first: whoever clicks twice ends this run where the address changes
    for name in {_CODE, _SEAT, _HOST} - set(kept):
        st.query_params.pop(name, None)
    st.query_params.update(kept)


def leave() -> None:
    """Take the class out of the address."""
    st.session_state.pop(_KEYS, None)
    for name in (_CODE, _SEAT, _HOST):
        st.query_params.pop(name, None)


def address() -> str:
    """This page's address as phones of the same network reach it, without parameters."""
    here = urlsplit(st.context.url or "http://localhost:8501/gan-class")
    return f"{studio_address()}/{here.path.rpartition('/')[2]}"


def press(deed: Callable[..., object], *given: object) -> None:
    """What a button calls: do it, and say what went wrong."""
    try:
        deed(*given)
    except UserError as error:
        st.toast(plain(explain(error)), icon=":material/error:")


@contextmanager
def trouble_said() -> Iterator[None]:
    """Around what is drawn again every second: while the database is away the page says so, and comes back with it."""
    try:
        yield
    except UserError as error:
        st.warning(plain(explain(error)), icon=":material/error:")


def network_address() -> str:
    """Who is counted as one visitor."""
    from core.limits import visitor_of

    return visitor_of(st.context.ip_address)


def class_goes_on() -> bool:
    """Whether a class is open in this studio.

    Raises:
        core.database.DatabaseError: the database cannot be used.
    """
    from core.classroom.service import Classroom

    return Classroom.exists(settings()) and classroom().any_open_room()
