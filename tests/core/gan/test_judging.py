"""What judges learn from: changed copies that still show the same, and only classes that are known."""

import keras
import numpy as np
import pytest

from core.gan.judging import Changes, changed, cross_entropy
from core.gan.quality import accuracy, shuffled_accuracy

STILL = Changes(shift=0, blur_chance=0, noise_chance=0)


@pytest.fixture
def pictures() -> np.ndarray:
    """A coloured square on white."""
    pictures = np.full((36, 32, 24, 3), 255, np.uint8)
    pictures[:, 8:24, 4:12] = np.random.default_rng(0).integers(0, 256, (36, 1, 1, 3))
    return pictures


def test_changes_leave_the_thing_and_the_white_ground(pictures: np.ndarray) -> None:
    drawn = changed(pictures, Changes(noise_chance=0), np.random.default_rng(0), white=True)
    assert drawn.shape == pictures.shape
    assert not np.array_equal(drawn, pictures)
    apart = np.abs(drawn.mean(axis=(1, 2)) - pictures.mean(axis=(1, 2)))
    assert apart.max() < 5  # colours are not changed
    for ours, theirs in zip(changed(pictures, STILL, np.random.default_rng(0)), pictures, strict=True):
        assert np.array_equal(ours, theirs) or np.array_equal(ours, theirs[:, ::-1])


def test_shifting_shows_no_white_unless_asked_to(pictures: np.ndarray) -> None:
    dark = pictures // 4
    shifted = Changes(shift=5, blur_chance=0, noise_chance=0)
    assert changed(dark, shifted, np.random.default_rng(0)).max() < 64
    assert changed(dark, shifted, np.random.default_rng(0), white=True).max() == 255


def test_a_row_without_a_known_value_teaches_nothing() -> None:
    assert float(cross_entropy(keras.ops.ones((2, 3)), keras.ops.array([-1, -1]), 0.1)) == 0
    logits = keras.ops.array([[9.0, 0, 0], [0, 9.0, 0]])
    both, one = (float(cross_entropy(logits, keras.ops.array(numbers), 0.1)) for numbers in ([0, 0], [0, -1]))
    assert both > 5 * one > 0


def test_accuracy_and_its_floor_leave_out_what_is_not_known() -> None:
    wanted = np.array([0, 0, 1, 1, -1])
    assert accuracy(np.array([0, 1, 1, 1, 0]), wanted) == 0.75
    assert shuffled_accuracy(np.array([0, 1, 1, 1, 0]), wanted) == pytest.approx(0.25 * 0.5 + 0.75 * 0.5)
    assert accuracy(np.array([0]), np.array([-1])) == shuffled_accuracy(np.array([0]), np.array([-1])) == 0
