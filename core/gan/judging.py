"""What judges share: networks that learn from real pictures only and then say what generated ones show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

Tensor = Any


@dataclass(frozen=True)
class Changes:
    """Chances and strengths of the changes made to pictures; noise in grey values of 255, shift and blur in pixels.

    Mirrored, shifted, blurred and noisy copies keep a judge from looking at texture alone, which generated pictures
    lack.
    """

    shift: int = 3
    blur_chance: float = 0.4
    blur: tuple[float, float] = (0.3, 1.2)
    noise_chance: float = 0.3
    noise: tuple[float, float] = (1.0, 8.0)


def changed(
    pictures: NDArray[np.uint8], config: Changes, rng: np.random.Generator, *, white: bool = False
) -> NDArray[np.uint8]:
    """Copies of pictures (B, H, W, 3): mirrored, shifted, some blurred, some noisy.

    Shifting repeats the edge, or shows a white ground.
    """
    result = np.empty_like(pictures)
    border = cv2.BORDER_CONSTANT if white else cv2.BORDER_REPLICATE
    for row, picture in enumerate(pictures):
        copy = picture[:, ::-1] if rng.random() < 0.5 else picture
        down, right = rng.integers(-config.shift, config.shift + 1, size=2)
        move = np.array([[1, 0, right], [0, 1, down]], np.float32)
        copy = cv2.warpAffine(
            np.ascontiguousarray(copy), move, copy.shape[1::-1], flags=cv2.INTER_NEAREST,
            borderMode=border, borderValue=(255, 255, 255),
        )  # fmt: skip
        if rng.random() < config.blur_chance:
            copy = cv2.GaussianBlur(copy, (0, 0), rng.uniform(*config.blur))
        if rng.random() < config.noise_chance:
            grain = rng.standard_normal(copy.shape, np.float32) * np.float32(rng.uniform(*config.noise))
            copy = np.clip(copy + grain, 0, 255).astype(np.uint8)
        result[row] = copy
    return result


def seen_in(
    pictures: keras.KerasTensor, widths: Sequence[int], blocks: Sequence[int], dropout: float
) -> keras.KerasTensor:
    """Pictures (B, H, W, 3) -> features (B, 2 widths[-1]): residual blocks at half, quarter … of the size."""
    x = pictures
    for width, count in zip(widths, blocks, strict=True):
        x = _normalised(layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(x))
        for _ in range(count):
            h = layers.Conv2D(width, 3, padding="same", use_bias=False)(layers.ReLU()(x))
            h = layers.Conv2D(width, 3, padding="same", use_bias=False)(layers.ReLU()(_normalised(h)))
            x = layers.Add()([x, _normalised(h)])
    x = layers.ReLU()(x)
    # colour is a mean over the picture, kind also a matter of where things are
    features = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])
    return layers.Dropout(dropout)(features)


def cross_entropy(logits: Tensor, numbers: Tensor, smoothing: float) -> Tensor:
    """Mean over the rows of (B, C) whose class (B,) is known, not -1, with smoothed targets."""
    known = ops.cast(numbers >= 0, "float32")
    right = ops.one_hot(ops.maximum(numbers, 0), logits.shape[-1])
    wanted = (1 - smoothing) * right + smoothing / logits.shape[-1]
    missed = -ops.sum(wanted * ops.log_softmax(logits), axis=1)
    return ops.sum(missed * known) / ops.maximum(ops.sum(known), 1.0)


def _normalised(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.BatchNormalization(momentum=0.95)(x)
