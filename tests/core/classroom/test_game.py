"""Forger or detective: pictures dealt, verdicts counted, class and network measured by the same definitions."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from core.classroom.game import FORGED, REAL, GameError, Scored, Verdicts, deal, score_of
from core.classroom.rounds import GAME
from tests.core.classroom.conftest import School


class Toy:
    """Real pictures are light, forged ones dark; the network takes the second forger's for real."""

    stages = 2

    def real(self, stage: int, count: int, seed: int, skip: int = 0) -> Sequence[Scored]:
        return [Scored(np.full((32, 32, 3), 200, np.uint8), 0.9)] * count

    def forged(self, stage: int, count: int, seed: int) -> Sequence[Scored]:
        return [Scored(np.full((32, 32, 3), 30, np.uint8), (0.1, 0.8)[stage])] * count


def test_pictures_are_mixed_differently_each_time_and_never_all_of_one_kind() -> None:
    orders = set()
    for seed in range(20):
        drafts = deal(Toy(), 0, 6, 10, seed)
        answers = tuple(draft.answer for draft in drafts)
        orders.add(answers)
        assert set(answers) == {REAL, FORGED}
        for draft in drafts:
            assert draft.picture is not None
            shown = cv2.imdecode(np.frombuffer(draft.picture, np.uint8), cv2.IMREAD_COLOR)
            assert (shown.mean() > 100) == (draft.answer == REAL)
            assert draft.kind == GAME
    assert len(orders) > 10
    assert len({sum(answers) for answers in orders}) > 1  # nobody can count cards


@pytest.mark.parametrize(("stage", "count"), [(2, 6), (-1, 6), (0, 1)])
def test_a_game_that_cannot_be_dealt(stage: int, count: int) -> None:
    with pytest.raises(GameError):
        deal(Toy(), stage, count, 10, 0)


def test_forged_is_the_positive_class() -> None:
    verdicts = Verdicts(forged_found=3, forged_missed=1, real_kept=2, real_accused=4)
    assert (verdicts.accuracy, verdicts.sensitivity, verdicts.specificity) == (0.5, 0.75, pytest.approx(1 / 3))
    assert Verdicts().accuracy is None
    assert Verdicts(real_kept=1).sensitivity is None


def test_one_person_is_measured_like_a_class() -> None:
    drafts = deal(Toy(), 1, 4, 0, seed=1)  # whose network takes forged pictures for real ones
    score = score_of(1, drafts, [draft.answer for draft in drafts])
    assert score.people.accuracy == 1.0
    assert (score.network.sensitivity, score.network.specificity) == (0.0, 1.0)


def test_class_and_network_are_measured_beside_each_other_stage_by_stage(school: School) -> None:
    sharp, blind = school.join("Sharp"), school.join("Blind")
    classroom = school.classroom
    for stage in range(2):
        assert classroom.start(school.host, school.live.version, deal(Toy(), stage, 4, 10, seed=stage))
        while True:
            asked = classroom.round(school.live)
            assert asked is not None
            before = classroom.scores(school.live)
            classroom.answer(sharp, asked.id, asked.answer)
            classroom.answer(blind, asked.id, REAL)
            assert classroom.scores(school.live) == before  # the open picture would give itself away
            classroom.show_answer(school.host, school.live.version)
            if not classroom.turn(school.host, school.live.version):
                break
    first, second = classroom.scores(school.live)
    assert (first.stage, second.stage) == (0, 1)
    assert first.people.count == second.people.count == 8
    assert first.people.sensitivity == 0.5  # one finds all, the other none
    assert first.people.specificity == 1.0
    assert first.network.count == 4
    assert first.network.accuracy == 1.0
    assert (second.network.sensitivity, second.network.specificity) == (0.0, 1.0)
