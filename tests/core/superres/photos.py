"""Made-up product photos and a stand-in for the perceptual network."""

from typing import Any

import cv2
import keras
import numpy as np

from core.superres.data import PhotoSet


def draw(count: int, height: int, width: int, seed: int) -> np.ndarray:
    """Striped, slanted blocks on white: edges that enlarging blurs and a network can learn to restore."""
    rng = np.random.default_rng(seed)
    pictures = np.full((count, height, width, 3), 255, np.uint8)
    for picture in pictures:
        top, left = rng.integers(2, 12, 2)
        picture[top : top + height * 3 // 4, left : left + width * 3 // 4] = rng.integers(0, 120, 3)
        for x in range(left, left + width // 2, 6):
            ends = (int(x), int(top)), (int(x) + 14, int(top) + height // 2)
            cv2.line(picture, *ends, rng.integers(120, 255, 3).tolist(), 2)
    return pictures


def photos(count: int, seed: int) -> PhotoSet:
    return PhotoSet(draw(count, 128, 96, seed), draw(count, 80, 60, seed + 100))


class Colours:
    """Stands in for the perceptual network: coarse colours."""

    variables: tuple[()] = ()

    def features(self, pictures: Any) -> list[Any]:
        return [keras.ops.average_pool(pictures, 4, 4)]

    def __call__(self, features: list[Any], others: list[Any]) -> Any:
        return keras.ops.mean(keras.ops.square(features[0] - others[0]), axis=(1, 2, 3))
