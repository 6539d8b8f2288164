"""Questions and pictures that a class answers: planned as a batch, opened one by one, answered once by each seat.

Everything is in the database, the time of opening included: a program that dies in the middle of a quiz goes on where
it was. The room's row is locked while an answer is written, so that none slips in after the host has shown the answer.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select, update

from core.classroom import scoring
from core.classroom.rooms import Host, Seat
from core.classroom.schema import answers, insert_new, rooms, rounds, seats
from core.classroom.scoring import Place
from core.errors import N_, UserError

QUIZ, GAME = "quiz", "game"
OPEN, SHOWN, BOARD = "open", "shown", "board"
LEAD_MS = 1000  # between opening and the start of the clock: by then every phone shows the question

Clock = Callable[[], int]


class AnswerRefusedError(UserError):
    """The answer does not count; the sentence says why."""


@dataclass(frozen=True)
class Draft:
    """A round to be played. `content` is what pages show of it, `answer` the right choice of `choices`."""

    kind: str
    content: dict[str, Any]
    choices: int
    answer: int
    seconds: int
    picture: bytes | None = None


@dataclass(frozen=True)
class Round:
    """One question or picture of a room; `number` of `total` in its batch. Never changes once it was opened."""

    id: int
    batch: int
    number: int
    total: int
    kind: str
    content: dict[str, Any]
    picture: bytes | None
    choices: int
    answer: int
    seconds: int
    opened_ms: int | None
    closes_ms: int | None

    def seconds_left(self, now_ms: int) -> float:
        """Until answers no longer count."""
        return max(0.0, ((self.closes_ms or 0) - now_ms) / 1000)


@dataclass(frozen=True)
class Answer:
    """What a seat answered, and what it was worth."""

    choice: int
    correct: bool
    points: int


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def plan(connection: Connection, host: Host, drafts: Sequence[Draft]) -> int:
    """Store a batch of rounds, none opened; returns the id of its first."""
    last = connection.execute(select(func.max(rounds.c.batch)).where(rounds.c.room_id == host.room_id)).scalar()
    batch = (last or 0) + 1
    values = [
        {"room_id": host.room_id, "batch": batch, "number": number, "kind": draft.kind, "content": draft.content,
         "picture": draft.picture, "choices": draft.choices, "answer": draft.answer, "seconds": draft.seconds}
        for number, draft in enumerate(drafts, start=1)
    ]  # fmt: skip
    connection.execute(insert(rounds), values)
    wanted = (rounds.c.room_id == host.room_id) & (rounds.c.batch == batch) & (rounds.c.number == 1)
    return connection.execute(select(rounds.c.id).where(wanted)).scalar_one()


def open_round(connection: Connection, round_id: int, now: int) -> None:
    """Start a round's clock; one that was opened before keeps its time."""
    seconds = connection.execute(select(rounds.c.seconds).where(rounds.c.id == round_id)).scalar_one()
    start = now + LEAD_MS
    connection.execute(
        update(rounds)
        .where(rounds.c.id == round_id, rounds.c.opened_ms.is_(None))
        .values(opened_ms=start, closes_ms=start + 1000 * seconds)
    )


def read(connection: Connection, round_id: int) -> Round | None:
    """A round; None if it was forgotten."""
    row = connection.execute(select(rounds).where(rounds.c.id == round_id)).first()
    if row is None:
        return None
    same = (rounds.c.room_id == row.room_id) & (rounds.c.batch == row.batch)
    total = connection.execute(select(func.count()).select_from(rounds).where(same)).scalar_one()
    values = {name: value for name, value in row._mapping.items() if name != "room_id"}
    return Round(**values, total=total)


def following(connection: Connection, round_: Round, step: int = 1) -> int | None:
    """The id of the round that is `step` further in the same batch."""
    room = select(rounds.c.room_id).where(rounds.c.id == round_.id).scalar_subquery()
    wanted = (rounds.c.batch == round_.batch) & (rounds.c.number == round_.number + step) & (rounds.c.room_id == room)
    return connection.execute(select(rounds.c.id).where(wanted)).scalar()


def answer(connection: Connection, seat: Seat, round_id: int, choice: int, now: int) -> Answer:
    """Take a seat's answer to the round that its room is at.

    Raises:
        AnswerRefusedError: it is forged, late or not the first; nothing is changed.
    """
    row = connection.execute(
        select(rooms.c.round_id, rooms.c.phase, rooms.c.closed, rooms.c.expires_at, seats.c.id.label("seat"))
        .join(seats, seats.c.room_id == rooms.c.id)
        .where(rooms.c.id == seat.room_id, seats.c.id == seat.id)
        .with_for_update(read=True, of=rooms)
    ).first()
    if row is None or row.expires_at * 1000 <= now:
        raise AnswerRefusedError(N_("You are not in this class any more."))
    asked = connection.execute(select(rounds).where(rounds.c.id == round_id)).first()
    if row.closed or row.round_id != round_id or row.phase != OPEN or asked is None or asked.opened_ms is None:
        raise AnswerRefusedError(N_("The class has moved on: this answer no longer counts."))
    if now > asked.closes_ms:
        raise AnswerRefusedError(N_("Time is up: this answer no longer counts."))
    if not 0 <= choice < asked.choices:
        raise AnswerRefusedError(N_("There is no such answer."))
    given = _worth(asked, choice, now)
    values = {"round_id": round_id, "seat_id": seat.id, "elapsed_ms": max(0, now - asked.opened_ms), **vars(given)}
    if not insert_new(connection, answers, values):
        raise AnswerRefusedError(N_("Your first answer counts, and it is in."))
    return given


def _worth(asked: Row[Any], choice: int, now: int) -> Answer:
    correct = choice == asked.answer
    # looking closely is no fault in the game: there only the quiz's clock is missing
    elapsed = now - asked.opened_ms if asked.kind == QUIZ else 0
    return Answer(choice, correct, scoring.points(correct, elapsed, asked.seconds))


def answer_of(connection: Connection, seat: Seat, round_id: int) -> Answer | None:
    """What a seat answered, if it has."""
    wanted = (answers.c.round_id == round_id) & (answers.c.seat_id == seat.id)
    row = connection.execute(select(answers.c.choice, answers.c.correct, answers.c.points).where(wanted)).first()
    return None if row is None else Answer(*row)


def tally(connection: Connection, round_: Round) -> list[int]:
    """How often each choice was taken."""
    rows = connection.execute(
        select(answers.c.choice, func.count()).where(answers.c.round_id == round_.id).group_by(answers.c.choice)
    )
    counts = dict(tuple(row) for row in rows)
    return [counts.get(choice, 0) for choice in range(round_.choices)]


def leaders(connection: Connection, round_: Round) -> list[Place]:
    """The leader board of the batch that a round belongs to; who has not answered yet has 0 points."""
    room = select(rounds.c.room_id).where(rounds.c.id == round_.id).scalar_subquery()
    batch = select(rounds.c.id).where(rounds.c.room_id == room, rounds.c.batch == round_.batch)
    given = answers.c.round_id.in_(batch) & (answers.c.seat_id == seats.c.id)
    rows = connection.execute(
        select(
            seats.c.id,
            seats.c.nickname,
            func.coalesce(func.sum(answers.c.points), 0),
            func.coalesce(func.sum(case((answers.c.correct, 1), else_=0)), 0),
        )
        .select_from(seats.outerjoin(answers, given))
        .where(seats.c.room_id == room)
        .group_by(seats.c.id, seats.c.nickname)
    )
    return scoring.board([(row[0], row[1], int(row[2]), int(row[3])) for row in rows])
