"""Soft pictures made clear, and how much of it is chosen by what the pictures are like then."""

import cv2
import numpy as np
import pytest

from core.gan.retouching import CANDIDATES, Retouching, choose


@pytest.mark.parametrize("median", [1, 3, 5])
def test_retouching_is_stored_as_numbers(median: int) -> None:
    retouching = Retouching(sharpening=0.5, softness=1.5, median=median)
    assert Retouching.of(retouching.numbers) == retouching


def test_retouching_flattens_grain_and_sharpens_outlines() -> None:
    disc = np.zeros((1, 64, 64, 4), np.uint8)
    cv2.circle(disc[0], (32, 32), 20, (200, 150, 40, 255), -1)
    blurred = np.stack([cv2.GaussianBlur(disc[0], (0, 0), 1.5)])
    grain = np.random.default_rng(0).normal(0, 6, blurred.shape) * (blurred > 0)
    retouching = Retouching(sharpening=2.0, softness=1.5, median=5)
    clear = retouching(np.clip(blurred + grain, 0, 255).astype(np.uint8))
    apart = [np.abs(picture.astype(int) - disc).mean() for picture in (clear, blurred + grain)]
    assert apart[0] < 0.8 * apart[1]
    assert np.ptp(clear[0, 28:36, 28:36, 0].astype(int)) < np.ptp((blurred + grain)[0, 28:36, 28:36, 0])


def test_the_choice_is_what_comes_nearest_and_nothing_where_nothing_helps() -> None:
    disc = np.zeros((2, 32, 32, 3), np.uint8)
    cv2.circle(disc[0], (16, 16), 9, (200, 150, 40), -1)
    soft = np.stack([cv2.GaussianBlur(picture, (0, 0), 1.0) for picture in disc])

    def apart(pictures: np.ndarray) -> float:
        return float(np.abs(pictures.astype(int) - disc).mean())

    best, about = choose(soft, apart)
    assert best
    assert about["kid"] == min(apart(each(soft)) for each in CANDIDATES) < about["kid_before"] == apart(soft)
    assert about["n"] == 2
    assert choose(disc, apart) == (None, {"n": 2, "kid_before": 0, "kid": 0})
