"""Augmentation changes what it says it changes, within bounds, and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.emotion.augmentation import AugmentationConfig, augment, erase, mixup, relight, warp

STILL = AugmentationConfig(
    rotation_degrees=0,
    zoom=0,
    shift=0,
    flip=False,
    contrast=0,
    brightness=0,
    soften_probability=0,
    erase_probability=0,
    mixup_alpha=0,
)
PICTURE = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)


def test_nothing_asked_changes_nothing() -> None:
    batch = augment(PICTURE[None], 48, STILL, np.random.default_rng(1))
    np.testing.assert_array_equal(batch[0, :, :, 0], PICTURE)


def test_flip_gives_the_picture_or_its_mirror_image_about_equally_often() -> None:
    rng = np.random.default_rng(2)
    config = AugmentationConfig(rotation_degrees=0, zoom=0, shift=0, flip=True)
    kinds = []
    for _ in range(200):
        changed = warp(PICTURE, 48, config, rng)
        assert np.array_equal(changed, PICTURE) or np.array_equal(changed, PICTURE[:, ::-1])
        kinds.append(np.array_equal(changed, PICTURE))
    assert 60 < sum(kinds) < 140


def test_small_canvas_keeps_the_centre_in_the_centre() -> None:
    spot = np.zeros((48, 48), np.uint8)
    spot[21:27, 21:27] = 255
    small = warp(spot, 36, STILL, np.random.default_rng(0)).astype(float)
    rows, columns = np.indices(small.shape)
    assert (rows * small).sum() / small.sum() == pytest.approx(17.5, abs=0.1)
    assert (columns * small).sum() / small.sum() == pytest.approx(17.5, abs=0.1)


@settings(max_examples=30, deadline=None)
@given(size=st.integers(24, 48), seed=st.integers(0, 2**32 - 1))
def test_any_variation_is_a_picture_of_the_asked_size(size: int, seed: int) -> None:
    batch = augment(np.stack([PICTURE] * 3), size, AugmentationConfig(), np.random.default_rng(seed))
    assert batch.shape == (3, size, size, 1)
    assert batch.dtype == np.float32
    assert batch.min() >= 0
    assert batch.max() <= 255


def test_relight_keeps_black_and_white_in_range() -> None:
    config = AugmentationConfig(contrast=2.0, brightness=1.0)
    for seed in range(20):
        lit = relight(PICTURE.astype(np.float32), config, np.random.default_rng(seed))
        assert 0 <= lit.min() <= lit.max() <= 255


def test_erase_covers_one_rectangle_of_at_most_a_fifth() -> None:
    for seed in range(30):
        changed = PICTURE.astype(np.float32)
        erase(changed, np.random.default_rng(seed))
        rows, columns = np.nonzero(changed != PICTURE)
        area = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        assert area <= 0.21 * PICTURE.size


def test_mixup_blends_pictures_and_targets_alike() -> None:
    batch = np.eye(4, dtype=np.float32).reshape(4, 2, 2, 1)
    mixed, targets = mixup(batch, {"label": np.eye(4, dtype=np.float32)}, 1.0, np.random.default_rng(3))
    np.testing.assert_allclose(targets["label"], mixed.reshape(4, 4))
    np.testing.assert_allclose(targets["label"].sum(axis=1), 1, rtol=1e-6)
