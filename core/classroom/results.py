"""What a class takes from its answers, without anybody's name: all of them as a table, and what to go over again.

In the table players are numbered in an order drawn anew each time, so that numbers say nothing about who came when.
"""

import csv
import io
import random
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from core.classroom.quiz import shown_in
from core.classroom.rounds import GAME, Round
from core.classroom.schema import answers, rounds
from core.spreadsheets import defused

COLUMNS = (
    "activity", "part", "number", "question", "player", "choice", "right_choice", "correct", "seconds", "points",
)  # fmt: skip


@dataclass(frozen=True)
class Missed:
    """A question that somebody answered wrongly; `right` of `given` answers were right."""

    number: int
    content: dict[str, Any]
    answer: int
    right: int
    given: int


def missed(connection: Connection, asked: Round, most: int) -> list[Missed]:
    """At most so many questions of the quiz that `asked` belongs to, the least often answered right first."""
    room = select(rounds.c.room_id).where(rounds.c.id == asked.id).scalar_subquery()
    right, given = func.sum(case((answers.c.correct, 1), else_=0)), func.count()
    counts = (
        select(answers.c.round_id, right.label("right"), given.label("given")).group_by(answers.c.round_id).subquery()
    )
    rows = connection.execute(
        select(rounds.c.number, rounds.c.content, rounds.c.answer, counts.c.right, counts.c.given)
        .join(counts, counts.c.round_id == rounds.c.id)
        .where(rounds.c.room_id == room, rounds.c.batch == asked.batch, counts.c.right < counts.c.given)
    )
    wrong = [Missed(row.number, row.content, row.answer, int(row.right), row.given) for row in rows]
    return sorted(wrong, key=lambda one: (one.right / one.given, one.number))[:most]


def as_csv(connection: Connection, room_id: int, language: str) -> bytes:
    """UTF-8 with a byte-order mark; cells that look like formulas are defused."""
    rows = connection.execute(
        select(rounds, answers.c.seat_id, answers.c.choice, answers.c.correct, answers.c.elapsed_ms, answers.c.points)
        .join(answers, answers.c.round_id == rounds.c.id)
        .where(rounds.c.room_id == room_id)
        .order_by(rounds.c.batch, rounds.c.number)
    ).all()
    order = list({row.seat_id for row in rows})
    random.SystemRandom().shuffle(order)
    numbers = {seat: number for number, seat in enumerate(order, start=1)}
    lines = []
    for row in rows:
        if row.kind == GAME:
            question, names = f"picture, forger {row.content['stage'] + 1}", ["real", "forged"]
        else:
            texts = shown_in(row.content, language)
            question, names = texts["text"], texts["choices"]
        lines.append(
            (row.kind, row.batch, row.number, question, numbers[row.seat_id], names[row.choice], names[row.answer],
             int(row.correct), round(row.elapsed_ms / 1000, 2), row.points)
        )  # fmt: skip
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    # within a round by number, for the database's order is that of the answers
    writer.writerows([defused(cell) for cell in line] for line in sorted(lines, key=lambda line: (*line[1:3], line[4])))
    return stream.getvalue().encode("utf-8-sig")
