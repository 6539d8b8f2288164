"""How often something may be tried: counted per subject in fixed windows of time.

In a table, for all processes, where it guards secrets; in memory where it only keeps one program from being flooded.
A subject (a visitor's address, a player) is stored as a hash and forgotten when its window has passed.
"""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import N_, UserError


class TooManyAttemptsError(UserError):
    """Tried too often; the sentence says when to try again."""


@dataclass(frozen=True)
class Limit:
    """At most `most` times in `seconds` for each subject."""

    scope: str
    most: int
    seconds: int


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
    connection.execute(delete(attempts).where(attempts.c.until <= time.time()))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    tried = connection.execute(
        dialect.insert(attempts)
        .values(**_window(limit, subject), count=1)
        .on_conflict_do_update(index_elements=list(attempts.primary_key), set_={"count": attempts.c.count + 1})
        .returning(attempts.c.count)
    ).scalar_one()
    _refuse(tried > limit.most, limit)


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


def _until(limit: Limit) -> int:
    return (int(time.time()) // limit.seconds + 1) * limit.seconds


def _window(limit: Limit, subject: str) -> dict[str, object]:
    digest = hashlib.sha256(subject.encode()).digest()
    return {"scope": limit.scope, "subject": digest, "until": _until(limit)}


def _refuse(refused: bool, limit: Limit) -> None:
    if refused:
        wait = max(1, _until(limit) - int(time.time()))
        raise TooManyAttemptsError(N_("That was tried too often. Try again in {seconds} seconds."), seconds=wait)
