"""Features of real pictures are computed once, and only for these pictures; thumbnails are near what they show."""

from pathlib import Path

import numpy as np
import pytest

from core.gan.reference import build_reference, thumbnails


def pictures(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 8, 6, 3)).astype(np.uint8)


def test_thumbnails_are_apart_by_their_root_mean_square_difference() -> None:
    black, grey = (np.full((1, 64, 48, 3), value, np.uint8) for value in (0, 10))
    assert np.linalg.norm(thumbnails(black) - thumbnails(grey)) == pytest.approx(10, rel=1e-5)


def test_features_of_real_pictures_are_computed_once(tmp_path: Path) -> None:
    looked: list[int] = []

    def network(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        looked.append(len(images))
        features = images.reshape(len(images), -1).astype(np.float32)
        return features, features[:, :2]

    train, held_out = pictures(40, 1), pictures(20, 2)
    first = build_reference(network, "toy", train, held_out, tmp_path, count=30)
    assert first.training.shape[0] == len(first.rows) == 30
    np.testing.assert_array_equal(first.training, network(train[first.rows])[0])
    looked.pop()
    again = build_reference(network, "toy", train, held_out, tmp_path, count=30)
    np.testing.assert_array_equal(first.training, again.training)
    np.testing.assert_array_equal(first.held_out_classes, again.held_out_classes)
    assert looked == [30, 20]
    (tmp_path / "reference-toy.npz").write_bytes(b"damaged")
    build_reference(network, "toy", train, pictures(19, 3), tmp_path, count=30)
    assert looked == [30, 20, 30, 19]
