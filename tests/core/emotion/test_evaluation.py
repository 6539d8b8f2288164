"""Figures against cases whose right answer is known by construction."""

import json

import numpy as np
import pytest
from scipy.special import softmax

from core.datasets.fer2013 import CLASSES, VOTE_COLUMNS, FaceSet
from core.emotion import evaluation
from core.emotion.service import combine_heads

RNG = np.random.default_rng(0)


def faces(labels: np.ndarray, near: np.ndarray | None = None) -> FaceSet:
    images = RNG.integers(0, 256, (len(labels), 48, 48), dtype=np.uint8)
    votes = np.zeros((len(labels), 10), np.float32)
    columns = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
    for row, label in enumerate(labels):
        votes[row, VOTE_COLUMNS.index(columns[label])] = 10
    return FaceSet(images, labels, votes, near)


def certain(labels: np.ndarray, strength: float = 8.0) -> np.ndarray:
    return (strength * np.eye(len(CLASSES))[labels]).astype(np.float32)


def test_a_perfect_network_gets_perfect_figures() -> None:
    labels = np.arange(70) % 7
    logits = {"label": certain(labels), "votes": np.zeros((70, 8), np.float32)}
    result = evaluation.evaluate(logits, faces(labels), temperature=1.0)
    assert result["accuracy"] == result["macro_f1"] == result["roc"]["macro_auc"] == 1.0
    assert result["confusion"] == (10 * np.eye(7, dtype=int)).tolist()
    assert result["floor"]["accuracy"] == pytest.approx(1 / 7)
    assert result["contempt"] is None  # nobody voted contempt
    assert "without_near_copies" not in result


def test_known_mistakes_land_in_their_cell() -> None:
    labels = np.array([0, 0, 0, 0, 3, 3])
    answers = np.array([0, 0, 4, 4, 3, 3])
    result = evaluation.figures(softmax(certain(answers), axis=1), labels)
    assert result["accuracy"] == pytest.approx(4 / 6)
    assert result["confusion"][0][4] == 2
    assert result["per_class"]["angry"]["recall"] == pytest.approx(0.5)
    assert result["per_class"]["angry"]["precision"] == 1.0
    assert result["per_class"]["sad"]["precision"] == 0.0
    assert result["per_class"]["happy"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 2}


def test_a_single_face_and_only_contempt_are_measured_without_a_crash() -> None:
    one = faces(np.array([3]))
    one.votes[:] = 0
    one.votes[0, VOTE_COLUMNS.index("contempt")] = 10
    logits = {"label": certain(one.labels), "votes": np.zeros((1, 8), np.float32)}
    result = evaluation.evaluate(logits, one, temperature=1.0)
    assert (result["n"], result["accuracy"], result["contempt"]) == (1, 1.0, None)
    json.dumps(result, allow_nan=False)


def test_near_copies_are_left_out_of_the_second_figure() -> None:
    labels = np.arange(40) % 7
    near = np.arange(40) < 20
    answers = np.where(near, labels, (labels + 1) % 7)  # right only on the copies
    logits = {"label": certain(answers), "votes": np.zeros((40, 8), np.float32)}
    result = evaluation.evaluate(logits, faces(labels, near), temperature=1.0)
    assert result["accuracy"] == pytest.approx(0.5)
    assert result["without_near_copies"]["accuracy"] == 0.0
    assert result["without_near_copies"]["n"] == 20


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_temperature_undoes_a_known_scaling(factor: float) -> None:
    honest = RNG.normal(0, 2, (20_000, 7))
    labels = np.array([RNG.choice(7, p=row) for row in softmax(honest, axis=1)])
    assert evaluation.fit_temperature(factor * honest, labels) == pytest.approx(factor, rel=0.05)


def test_calibration_error_of_honest_and_of_boastful_scores() -> None:
    honest = RNG.normal(0, 2, (20_000, 7))
    labels = np.array([RNG.choice(7, p=row) for row in softmax(honest, axis=1)])
    assert evaluation.calibration(softmax(honest, axis=1), labels)["expected_error"] < 0.015
    assert evaluation.calibration(softmax(5 * honest, axis=1), labels)["expected_error"] > 0.1
    assert evaluation.crossfit_calibration(5 * honest, labels)["expected_error"] < 0.015


def test_threshold_answers_as_many_as_the_target_allows() -> None:
    confidence = np.linspace(0.99, 0.5, 100)
    probabilities = np.column_stack([confidence, 1 - confidence])
    labels = (np.arange(100) >= 60).astype(int)  # the 60 most confident answers are right, the others wrong
    chosen = evaluation.answer_threshold(probabilities, labels, target=0.8)
    assert chosen["answered"] == pytest.approx(0.75)  # 60 right of 75
    assert chosen["accuracy_when_answered"] == pytest.approx(0.8)
    assert (probabilities.max(axis=1) >= chosen["threshold"]).mean() == pytest.approx(0.75)


def test_roc_area_of_a_random_score_is_a_half_and_of_a_reversed_one_zero() -> None:
    labels = RNG.integers(0, 7, 5000)
    chance = evaluation.roc_curves(RNG.dirichlet(np.ones(7), 5000), labels)
    assert chance["macro_auc"] == pytest.approx(0.5, abs=0.03)
    reversed_scores = softmax(-certain(labels), axis=1)
    assert evaluation.roc_curves(reversed_scores, labels)["macro_auc"] == pytest.approx(0.0, abs=1e-6)


def test_heads_combine_to_eight_scores_that_keep_the_order_of_the_seven() -> None:
    label, votes = RNG.normal(0, 2, (50, 7)), RNG.normal(0, 2, (50, 8))
    scores = combine_heads(label, votes, temperature=1.7)
    np.testing.assert_allclose(scores.sum(axis=1), 1, rtol=1e-9)
    np.testing.assert_array_equal(np.argsort(scores[:, :7], axis=1), np.argsort(label, axis=1))
    np.testing.assert_allclose(scores[:, 7], softmax(votes, axis=1)[:, 7])


def test_difficulty_separates_what_voters_agree_on() -> None:
    labels = np.zeros(200, int)
    made = faces(labels)
    made.votes[:100] = 0
    made.votes[:100, VOTE_COLUMNS.index("anger")] = 4
    made.votes[:100, VOTE_COLUMNS.index("sadness")] = 6
    answers = np.where(np.arange(200) < 100, 4, 0)
    row = evaluation.by_difficulty(softmax(certain(answers), axis=1), made)["voter_agreement"]
    assert row["accuracy"] == [None, 0.0, None, 1.0]
    assert row["count"] == [0, 100, 0, 100]


def test_seven_and_nine_of_ten_voters_are_in_the_group_that_begins_there() -> None:
    made = faces(np.zeros(40, int))
    made.votes[:] = 0
    for place, agreeing in enumerate((5, 6, 7, 9)):
        made.votes[10 * place : 10 * place + 10, VOTE_COLUMNS.index("anger")] = agreeing
        made.votes[10 * place : 10 * place + 10, VOTE_COLUMNS.index("sadness")] = 10 - agreeing
    row = evaluation.by_difficulty(softmax(certain(np.zeros(40, int)), axis=1), made)["voter_agreement"]
    assert row["count"] == [0, 20, 10, 10]
