"""Conditions name what is asked for; in training each axis is now and then left open, and rare classes come up."""

import numpy as np

from core.emoji.network import AXES, Condition, EmojiConditions, learning_shares
from core.gan.trainer import Drawn

CONDITION = Condition({"mood": ("joy", "anger"), "topic": ("food", "music", "space"), "interaction": ("thanks",),
                       "style": ("noto", "blob")})  # fmt: skip


def test_a_condition_has_a_place_for_every_class_and_none_for_what_is_open() -> None:
    rows = CONDITION.one_hot(np.array([[1, 0, -1, 1], [-1, -1, -1, -1]]))
    np.testing.assert_array_equal(rows, [[0, 1, 1, 0, 0, 0, 0, 1], [0] * 8])
    named = CONDITION.mixed({"mood": {"anger": 1.0}, "topic": {"food": 1.0}, "style": {"blob": 1.0}})
    np.testing.assert_array_equal(named, rows[0])
    halves = CONDITION.mixed({"mood": {"joy": 0.25, "anger": 0.75}})
    np.testing.assert_array_equal(halves[:2], [0.25, 0.75])
    assert not halves[2:].any()


def test_each_axis_is_left_open_by_itself() -> None:
    labels = np.zeros((1, 4), np.int64)
    drawn = EmojiConditions(labels, CONDITION, 0.25)(np.zeros(4000, np.intp), np.random.default_rng(0))
    given = drawn[:, [CONDITION.start(axis) for axis in AXES]]
    np.testing.assert_allclose(given.mean(axis=0), 0.75, atol=0.03)
    np.testing.assert_allclose(np.corrcoef(given.T) - np.eye(4), 0, atol=0.06)
    assert drawn.sum() == given.sum()  # nothing else is asked for


def test_rare_classes_are_learned_from_more_often() -> None:
    labels = np.full((101, 4), -1)
    labels[:90, 0], labels[90:100, 0] = 0, 1
    shares = learning_shares(labels)
    np.testing.assert_allclose(shares[95] / shares[0], 3)  # nine times as rare
    assert 0 < shares[100] < shares[0]


def test_batches_hold_each_row_as_often_as_its_share_and_the_same_again() -> None:
    rows = Drawn(np.array([1.0, 0.0, 3.0]), 4000, seed=1)
    drawn = rows(5)
    np.testing.assert_allclose(np.bincount(drawn, minlength=3) / 4000, [0.25, 0, 0.75], atol=0.03)
    np.testing.assert_array_equal(rows(5), drawn)
    assert (rows(6) != drawn).any()
