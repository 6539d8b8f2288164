"""Augmentation moves and cuts as told, leaves the rest alone, and lets gradients through."""

import numpy as np
import pytest

from core.gan.augmentation import AugmentationConfig, augment
from core.gan.autodiff import Logs, Program, input_gradient


def test_shifts_move_the_picture_onto_the_ground() -> None:
    picture = np.random.default_rng(0).random((2, 6, 5, 3)).astype(np.float32)
    config = AugmentationConfig(shift=3)
    moved = np.asarray(augment(picture, np.array([[0, 0, 0, 0], [2, -1, 0, 0]], np.int32), config))
    np.testing.assert_allclose(moved[0], picture[0], atol=1e-6)
    np.testing.assert_allclose(moved[1, 2:, :-1], picture[1, :-2, 1:], atol=1e-6)
    assert (moved[1, :2] == 1).all()
    assert (moved[1, :, -1] == 1).all()


def test_a_cut_is_a_square_of_ground() -> None:
    config = AugmentationConfig(shift=0, cutout=0.5, fill=0.0)
    cut = np.asarray(augment(np.ones((1, 8, 8, 1), np.float32), np.array([[0, 0, 4, 4]], np.int32), config))
    assert (cut[0, 3:6, 3:6] == 0).all()
    assert (cut[0, 0] == 1).all()
    assert (cut == 0).mean() < 0.3


def test_drawn_numbers_stay_in_bounds_and_follow_their_seed() -> None:
    config = AugmentationConfig(shift=4, cutout=0.5)
    drawn = config.draw(500, 10, 7, np.random.default_rng(1))
    assert np.abs(drawn[:, :2]).max() == 4
    assert drawn[:, 2].max() == 9
    assert drawn[:, 3].max() == 6
    np.testing.assert_array_equal(drawn, config.draw(500, 10, 7, np.random.default_rng(1)))


def test_gradients_reach_what_is_still_seen() -> None:
    config = AugmentationConfig(shift=2)

    def step(x: object, drawn: object) -> Logs:
        return {"slope": input_gradient(lambda x: augment(x, drawn, config), x)[1]}

    logs = Program(step, [])(np.zeros((1, 5, 5, 1), np.float32), np.array([[2, 0, 0, 0]], np.int32))
    slope = np.asarray(logs["slope"])[0, :, :, 0]
    assert (slope[:3] == 1).all()
    assert (slope[3:] == 0).all()
    assert slope.sum() == pytest.approx(15)
