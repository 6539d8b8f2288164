"""The preparation does what its captions say."""

import numpy as np
import pytest

from core.emotion import preparation

FACE = np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8)


def test_sharpening_is_the_weighted_fusion_it_claims_to_be() -> None:
    flat = np.full((48, 48), 100, np.uint8)
    assert np.all(preparation.sharpen(flat) == 90)  # 1.5 x 100 - 0.6 x 100
    step = np.tile(np.repeat(np.array([60, 160], np.uint8), 24), (48, 1))
    sharpened = preparation.sharpen(step).astype(int)
    assert sharpened[24, 24] - sharpened[24, 23] > 100  # the edge is steeper than it was


def test_denoising_calms_noise_but_keeps_the_edge() -> None:
    rng = np.random.default_rng(1)
    clean = np.tile(np.repeat(np.array([60, 180], np.uint8), 24), (48, 1))
    noisy = np.clip(clean + rng.normal(0, 8, clean.shape), 0, 255).astype(np.uint8)
    calm = preparation.denoise(noisy)
    assert calm[:, :20].std() < 0.6 * noisy[:, :20].std()
    assert int(calm[24, 30]) - int(calm[24, 18]) > 90


def test_steps_tell_the_story_in_order_at_48_pixels() -> None:
    shown = preparation.steps(FACE)
    keys = ["original", "resized", "edges_before", "blurred", "sharpened", "denoised", "edges_after"]
    assert [step.key for step in shown] == keys
    assert shown[0].image.shape == (80, 80)
    assert all(step.image.shape == (48, 48) and step.image.dtype == np.uint8 for step in shown[1:])
    np.testing.assert_array_equal(shown[5].image, preparation.prepare(FACE))


@pytest.mark.parametrize("seed", [0, 1])
def test_variations_are_repeatable_and_differ_from_the_face(seed: int) -> None:
    face = preparation.steps(FACE)[1].image
    first, second = preparation.variations(face, seed), preparation.variations(face, seed)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.image, other.image)
        assert not np.array_equal(one.image, face), one.key
