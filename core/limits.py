"""How often something may be tried: counted per subject in fixed windows of time.

In a table, for all processes, where it guards secrets or the database; in memory where it only keeps one program from
being flooded. A subject (a visitor's address, a player) is stored as a hash and forgotten when its window has passed.
"""

import hashlib
import ipaddress
import logging
import time
from collections import Counter
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.database import Database, DatabaseError
from core.errors import N_, UserError

log = logging.getLogger(__name__)

_SHARES = 20  # a process takes this part of a limit at a time
_ALONE_SECONDS = 30.0  # that a process counts alone before it tries a database again that could not be written


class TooManyAttemptsError(UserError):
    """Tried too often; the sentence says when to try again."""


@dataclass(frozen=True)
class Limit:
    """At most `most` times in `seconds` for each subject."""

    scope: str
    most: int
    seconds: int


def visitor_of(address: str | None) -> str:
    """Who is counted: an IPv4 address, or the /64 that one household or server has of IPv6."""
    try:
        found = ipaddress.ip_address(address or "127.0.0.1")
    except ValueError:
        return "unknown"
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else found
    return str(mapped or ipaddress.ip_network((int(found), 64), strict=False))


def attempts_table(name: str, metadata: MetaData) -> Table:
    """The table that attempts are counted in."""
    return Table(
        name,
        metadata,
        Column("scope", String(32), primary_key=True),
        Column("subject", LargeBinary(32), primary_key=True),
        Column("until", BigInteger, primary_key=True, index=True),
        Column("count", Integer, nullable=False),
    )


def count(connection: Connection, attempts: Table, limit: Limit, subject: str) -> None:
    """Count one attempt of `subject`.

    Raises:
        TooManyAttemptsError: it is one too many.
    """
    _refuse(not take(connection, attempts, limit, subject, 1), limit)


def take(connection: Connection, attempts: Table, limit: Limit, subject: str, wanted: int) -> int:
    """Count `wanted` attempts of `subject` at once; how many of them are allowed."""
    connection.execute(delete(attempts).where(attempts.c.until <= time.time()))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    tried = connection.execute(
        dialect.insert(attempts)
        .values(**_window(limit, subject), count=wanted)
        .on_conflict_do_update(index_elements=list(attempts.primary_key), set_={"count": attempts.c.count + wanted})
        .returning(attempts.c.count)
    ).scalar_one()
    return max(0, min(wanted, limit.most - (tried - wanted)))


def check(connection: Connection, attempts: Table, limit: Limit, subject: str) -> None:
    """Whether `subject` may try again, without counting.

    Raises:
        TooManyAttemptsError: nothing is left in this window.
    """
    window = _window(limit, subject)
    tried = connection.execute(
        select(attempts.c.count).where(*(attempts.c[name] == value for name, value in window.items()))
    ).scalar()
    _refuse((tried or 0) >= limit.most, limit)


class Throttle:
    """Counts attempts in this process's memory; for all its threads."""

    def __init__(self) -> None:
        self._lock, self._tried = Lock(), Counter[tuple[str, int, str]]()

    def count(self, limit: Limit, subject: str) -> None:
        """Count one attempt of `subject`.

        Raises:
            TooManyAttemptsError: it is one too many.
        """
        window = (limit.scope, _until(limit), subject)
        with self._lock:
            if window not in self._tried:  # a good moment to forget what has passed
                now = int(time.time())
                self._tried = Counter({one: tried for one, tried in self._tried.items() if one[1] > now})
            self._tried[window] += 1
            refused = self._tried[window] > limit.most
        _refuse(refused, limit)


class SharedThrottle:
    """Counts the attempts of all processes that share a table.

    A process takes a share of what a subject has left and counts it down in its memory, so most attempts write
    nothing; what it does not use of its share is lost to the others until the window has passed. While the database
    cannot be written each process counts alone: what only reads goes on working then.
    """

    def __init__(self, database: Database, attempts: Table) -> None:
        self._database, self._attempts = database, attempts
        self._lock, self._left = Lock(), dict[tuple[str, int, str], int]()
        self._alone, self._alone_until = Throttle(), 0.0

    def count(self, limit: Limit, subject: str) -> None:
        """Count one attempt of `subject`.

        Raises:
            TooManyAttemptsError: it is one too many.
        """
        window = (limit.scope, _until(limit), subject)
        with self._lock:
            left = self._left.get(window, 0)
            if left > 0:
                self._left[window] = left - 1
                return
        _refuse(left < 0, limit)
        if time.monotonic() < self._alone_until:
            self._alone.count(limit, subject)
            return
        share = max(1, limit.most // _SHARES)
        try:
            granted = self._database.write(lambda connection: take(connection, self._attempts, limit, subject, share))
        except DatabaseError as error:
            log.warning("Attempts are counted in memory: %s", error)
            self._alone_until = time.monotonic() + _ALONE_SECONDS
            self._alone.count(limit, subject)
            return
        with self._lock:
            now = time.time()
            self._left = {one: rest for one, rest in self._left.items() if one[1] > now}
            # a thread beside this one may have taken a share as well; -1: nothing is left for anybody
            self._left[window] = max(0, self._left.get(window, 0)) + granted - 1 if granted else -1
        _refuse(not granted, limit)


def _until(limit: Limit) -> int:
    return (int(time.time()) // limit.seconds + 1) * limit.seconds


def _window(limit: Limit, subject: str) -> dict[str, object]:
    digest = hashlib.sha256(subject.encode()).digest()
    return {"scope": limit.scope, "subject": digest, "until": _until(limit)}


def _refuse(refused: bool, limit: Limit) -> None:
    if refused:
        wait = max(1, _until(limit) - int(time.time()))
        raise TooManyAttemptsError(N_("That was tried too often. Try again in {seconds} seconds."), seconds=wait)
