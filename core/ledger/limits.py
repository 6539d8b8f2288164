"""How often something may be tried: counted per subject in fixed windows of time, in the database, for all processes.

A subject (a visitor's address, a wallet) is stored as a hash and forgotten when its window has passed.
"""

import hashlib
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Allowance:
    """How often one may try. New wallets and wrong guesses are counted per visitor, the rest per wallet."""

    wallets: Limit = _NEW_WALLETS
    guesses: Limit = _WRONG_GUESSES
    packs: Limit = _PACKS
    claims: Limit = _CLAIMS


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
