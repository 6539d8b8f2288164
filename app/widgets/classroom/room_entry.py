"""Who is here: a host, a player, or somebody on their own; kept in the address, so that refreshing changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from app.i18n import explain
from app.server import lan_address
from app.widgets.product_names import plain
from core.errors import UserError
from core.settings import settings

if TYPE_CHECKING:
    from core.classroom.rooms import Host, Seat
    from core.classroom.service import Classroom

POLL_SECONDS = 1.0  # how often phones and the host's page ask where the class is
_CODE, _SEAT, _HOST = "room", "seat", "host"
_KEYS = "class_keys"  # session state: what the address held, for when the visitor comes back from another page


@dataclass(frozen=True)
class Visitor:
    """What the address says; `code` alone is somebody about to join. `lost`: a key that opens nothing any more."""

    code: str = ""
    seat: Seat | None = None
    host: Host | None = None
    lost: bool = False


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
    if not {_CODE, _SEAT, _HOST} & set(st.query_params):
        st.query_params.update(st.session_state.get(_KEYS, {}))
    code = st.query_params.get(_CODE, "")
    if _HOST in st.query_params:
        host = classroom().host(st.query_params[_HOST])
        return _found(Visitor(code, host=host, lost=host is None))
    if _SEAT in st.query_params:
        seat = classroom().seat(st.query_params[_SEAT])
        return _found(Visitor(code, seat=seat, lost=seat is None))
    return Visitor(code)


def _found(visitor: Visitor) -> Visitor:
    """Remember a key that opens something: after a refresh only the address had it, and other pages lose that."""
    if not visitor.lost:
        held = st.query_params.to_dict()
        st.session_state[_KEYS] = {name: held[name] for name in (_CODE, _SEAT, _HOST) if name in held}
    return visitor


def keep(code: str, *, seat: str = "", host: str = "") -> None:
    """Put a key into the address, and nothing else of a class."""
    leave()
    kept = {name: value for name, value in ((_CODE, code), (_SEAT, seat), (_HOST, host)) if value}
    st.query_params.update(kept)
    st.session_state[_KEYS] = kept


def leave() -> None:
    """Take the class out of the address."""
    st.session_state.pop(_KEYS, None)
    for name in (_CODE, _SEAT, _HOST):
        st.query_params.pop(name, None)


def address() -> str:
    """This page's address as phones of the same network reach it, without parameters."""
    here = urlsplit(st.context.url or "http://localhost:8501/gan-class")
    if here.hostname in ("localhost", "127.0.0.1", "::1") and (reachable := lan_address()):
        port = f":{here.port}" if here.port else ""
        return f"{here.scheme}://{reachable}{port}{here.path}"
    return f"{here.scheme}://{here.netloc}{here.path}"


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
