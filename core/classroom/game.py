"""Forger or detective: a class says of each picture whether it is real, and so does a network; then both are measured.

Forged is what a detective looks for, so it is the positive class: sensitivity is the share of forged pictures called
forged, specificity the share of real pictures called real. The same definitions hold for the class and for the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from core.classroom.rounds import GAME, Draft
from core.classroom.schema import answers, rounds
from core.errors import N_, UserError

REAL, FORGED = 0, 1  # the two choices of a round
SHOWN_SIDE = 384  # pixels: small pictures are enlarged by whole numbers, so that their pixels stay squares


class GameError(UserError):
    """The game cannot be played."""


@dataclass(frozen=True)
class Scored:
    """A picture (side, side, 3) uint8 RGB, and the probability in [0, 1] that the network gives it of being real."""

    image: NDArray[np.uint8]
    score: float


class RealFakeSource(Protocol):
    """Where pictures come from; `stages` forgers, each trained for longer than the one before."""

    stages: int

    def real(self, stage: int, count: int, seed: int, skip: int = 0) -> Sequence[Scored]:
        """Different real pictures, with the scores of the network that a stage's forger learned from.

        `seed` shuffles them all; of that order, `skip` are left out and the next `count` taken, from the start again
        after the last.
        """

    def forged(self, stage: int, count: int, seed: int) -> Sequence[Scored]:
        """Pictures by the forger of a stage, from 0."""


@dataclass(frozen=True)
class Verdicts:
    """Counts of verdicts on real and on forged pictures."""

    forged_found: int = 0
    forged_missed: int = 0
    real_kept: int = 0
    real_accused: int = 0

    @property
    def count(self) -> int:
        """All verdicts."""
        return self.forged_found + self.forged_missed + self.real_kept + self.real_accused

    @property
    def accuracy(self) -> float | None:
        """Share of verdicts that are right; None without any."""
        return _share(self.forged_found + self.real_kept, self.count)

    @property
    def sensitivity(self) -> float | None:
        """Share of forged pictures called forged."""
        return _share(self.forged_found, self.forged_found + self.forged_missed)

    @property
    def specificity(self) -> float | None:
        """Share of real pictures called real."""
        return _share(self.real_kept, self.real_kept + self.real_accused)


@dataclass(frozen=True)
class Score:
    """How the class, or one person, and the network did on the pictures of one stage."""

    stage: int
    people: Verdicts
    network: Verdicts


def deal(
    source: RealFakeSource, stage: int, count: int, seconds: int, seed: int, room_id: int = 0, dealt: int = 0
) -> list[Draft]:
    """Rounds of real and forged pictures in random order; how many are forged is left to chance, but some of each.

    A room that was `dealt` that many real pictures before gets others, as long as there are any: whoever has seen a
    picture called real knows it again.

    Raises:
        GameError: fewer than two pictures, or the source has no such stage or too few pictures.
    """
    if count < 2 or not 0 <= stage < source.stages:
        raise GameError(N_("A game needs at least two pictures, and a forger that exists."))
    rng = np.random.default_rng(seed)
    forged = int(np.clip(rng.binomial(count, 0.5), 1, count - 1))
    shown = [*source.forged(stage, forged, seed), *source.real(stage, count - forged, room_id, dealt)]
    if len(shown) < count:
        raise GameError(N_("There are too few pictures for this game."))
    drafts = [_draft(one, FORGED if place < forged else REAL, stage, seconds) for place, one in enumerate(shown)]
    return [drafts[place] for place in rng.permutation(count)]


def real_dealt(connection: Connection, room_id: int) -> int:
    """How many real pictures all games of a room were dealt."""
    real = (rounds.c.kind == GAME) & (rounds.c.answer == REAL)
    return connection.execute(select(func.count()).where(rounds.c.room_id == room_id, real)).scalar_one()


def scores(connection: Connection, room_id: int, unshown: int) -> list[Score]:
    """One score per stage played in a room; only rounds whose answer was shown count.

    Args:
        connection: a transaction.
        room_id: the room.
        unshown: id of the round that is being answered, which does not count yet; 0 if none is.
    """
    shown = rounds.c.opened_ms.is_not(None) & (rounds.c.id != unshown)
    rows = connection.execute(
        select(rounds.c.id, rounds.c.content, rounds.c.answer)
        .where(rounds.c.room_id == room_id, rounds.c.kind == GAME, shown)
        .order_by(rounds.c.id)
    ).all()
    given = connection.execute(
        select(answers.c.round_id, answers.c.choice, func.count())
        .where(answers.c.round_id.in_([row.id for row in rows]))
        .group_by(answers.c.round_id, answers.c.choice)
    )
    by_round: dict[int, dict[int, int]] = {}
    for round_id, choice, number in given:
        by_round.setdefault(round_id, {})[choice] = number
    stages: dict[int, tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]] = {}
    for row in rows:
        people, network = stages.setdefault(row.content["stage"], ([], []))
        people += [(row.answer, choice, number) for choice, number in by_round.get(row.id, {}).items()]
        network.append((row.answer, network_verdict(row.content["score"]), 1))
    return [Score(stage, _verdicts(people), _verdicts(network)) for stage, (people, network) in stages.items()]


def score_of(stage: int, drafts: Sequence[Draft], given: Sequence[int]) -> Score:
    """How one person, who gave a choice for each of the pictures, and the network did on them."""
    people = [(draft.answer, choice, 1) for draft, choice in zip(drafts, given, strict=True)]
    network = [(draft.answer, network_verdict(draft.content["score"]), 1) for draft in drafts]
    return Score(stage, _verdicts(people), _verdicts(network))


def network_verdict(score: float) -> int:
    """What the network says of a picture to which it gives this probability of being real."""
    return REAL if score >= 0.5 else FORGED


def _verdicts(counted: list[tuple[int, int, int]]) -> Verdicts:
    def number(truth: int, said: int) -> int:
        return sum(count for answer, choice, count in counted if (answer, choice) == (truth, said))

    return Verdicts(number(FORGED, FORGED), number(FORGED, REAL), number(REAL, REAL), number(REAL, FORGED))


def _draft(one: Scored, answer: int, stage: int, seconds: int) -> Draft:
    content = {"stage": stage, "score": float(one.score)}
    return Draft(GAME, content, 2, answer, seconds, _png(one.image))


def _png(image: NDArray[np.uint8]) -> bytes:
    factor = max(1, SHOWN_SIDE // image.shape[0])
    large = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return bytes(cv2.imencode(".png", large[:, :, ::-1])[1])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
