"""How often something may be tried: counted per subject in fixed windows of time, in the database, for all processes.

A subject (a visitor's address, a wallet) is stored as a hash and forgotten when its window has passed. What only reads
is counted in each process's memory (`Throttle`): it must work while the database cannot be written.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, delete, text

from core.errors import N_, UserError
from core.ledger.accounts import now
from core.ledger.schema import attempts


class TooManyAttemptsError(UserError):
    """Tried too often; the sentence says when to try again."""


@dataclass(frozen=True)
class Limit:
    """At most `most` times in `seconds` for each subject."""

    scope: str
    most: int
    seconds: int


_NEW_WALLETS, _WRONG_GUESSES = Limit("wallet", 60, 3600), Limit("guess", 20, 60)
_PACKS, _CLAIMS = Limit("pack", 20, 3600), Limit("claim", 60, 60)
_CHECKS, _VERIFICATIONS = Limit("check", 600, 60), Limit("verify", 30, 60)


@dataclass(frozen=True)
class Allowance:
    """How often one may try. Packs and claims are counted per wallet, the rest per visitor; a wrong guess counts."""

    wallets: Limit = _NEW_WALLETS
    guesses: Limit = _WRONG_GUESSES
    packs: Limit = _PACKS
    claims: Limit = _CLAIMS
    checks: Limit = _CHECKS
    verifications: Limit = _VERIFICATIONS


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
                self._tried = Counter({one: tried for one, tried in self._tried.items() if one[1] > now()})
            self._tried[window] += 1
            refused = self._tried[window] > limit.most
        _refuse(refused, limit)


def count(connection: Connection, limit: Limit, subject: str) -> None:
    """Count one attempt of `subject`.

    Raises:
        TooManyAttemptsError: it is one too many.
    """
    connection.execute(delete(attempts).where(attempts.c.until <= now()))
    tried = connection.execute(
        text(
            "INSERT INTO attempts (scope, subject, until, count) VALUES (:scope, :subject, :until, 1) "
            "ON CONFLICT (scope, subject, until) DO UPDATE SET count = attempts.count + 1 RETURNING count"
        ),
        _window(limit, subject),
    ).scalar_one()
    _refuse(tried > limit.most, limit)


def check(connection: Connection, limit: Limit, subject: str) -> None:
    """Whether `subject` may try again, without counting.

    Raises:
        TooManyAttemptsError: nothing is left in this window.
    """
    tried = connection.execute(
        text("SELECT count FROM attempts WHERE scope = :scope AND subject = :subject AND until = :until"),
        _window(limit, subject),
    ).scalar()
    _refuse((tried or 0) >= limit.most, limit)


def _until(limit: Limit) -> int:
    return (now() // limit.seconds + 1) * limit.seconds


def _window(limit: Limit, subject: str) -> dict[str, object]:
    digest = hashlib.sha256(subject.encode()).digest()
    return {"scope": limit.scope, "subject": digest, "until": _until(limit)}


def _refuse(refused: bool, limit: Limit) -> None:
    if refused:
        wait = _until(limit) - now()
        raise TooManyAttemptsError(N_("That was tried too often. Try again in {seconds} seconds."), seconds=wait)
