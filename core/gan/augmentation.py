"""Differentiable augmentation: what the critic sees is changed at random, real and generated alike, inside the step.

Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training", arXiv:2006.10738. Colours are left
alone: the condition speaks of them. The random numbers are drawn outside (`draw`), so a step stays a pure function.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

Tensor = Any


@dataclass(frozen=True)
class AugmentationConfig:
    """Largest shift in pixels, and the side of the square that is cut out as a share of the picture's (0: none)."""

    shift: int = 4
    cutout: float = 0.0
    fill: float = 1.0  # white in -1..1, the ground of product photos

    def draw(self, count: int, height: int, width: int, rng: np.random.Generator) -> NDArray[np.int32]:
        """Random numbers for `augment`: (count, 4), shifts down and right, then the middle of the cut."""
        shifts = rng.integers(-self.shift, self.shift + 1, (count, 2))
        middles = np.stack([rng.integers(0, height, count), rng.integers(0, width, count)], axis=1)
        return np.concatenate([shifts, middles], axis=1).astype(np.int32)


def augment(pictures: Tensor, drawn: Tensor, config: AugmentationConfig) -> Tensor:
    """Shift each picture (B, H, W, C) by its own amount, filling up with `config.fill`, then cut a square out of it."""
    height, width = pictures.shape[1:3]
    moved = pictures - config.fill  # so that what is outside is zero
    moved = _shift(moved, drawn[:, 0], axis=1, size=height)
    moved = _shift(moved, drawn[:, 1], axis=2, size=width)
    if config.cutout:
        moved = moved * _window(drawn[:, 2:], height, width, config.cutout)
    return moved + config.fill


def _shift(pictures: Tensor, shifts: Tensor, axis: int, size: int) -> Tensor:
    """Move along `axis` by a product with a 0/1 matrix per picture, which both backends differentiate fast."""
    places = ops.arange(size, dtype="int32")
    wanted = places[None, :, None] - shifts[:, None, None]  # row i of the result is row i - shift
    matrix = ops.cast(ops.equal(wanted, places[None, None, :]), pictures.dtype)
    return ops.einsum("bij,bjwc->biwc" if axis == 1 else "bij,bhjc->bhic", matrix, pictures)


def _window(middles: Tensor, height: int, width: int, share: float) -> Tensor:
    """0 inside the square around each of `middles`, 1 outside: (B, H, W, 1)."""
    half = share * min(height, width) / 2
    down = ops.abs(ops.arange(height, dtype="float32")[None] - ops.cast(middles[:, :1], "float32")) < half
    right = ops.abs(ops.arange(width, dtype="float32")[None] - ops.cast(middles[:, 1:], "float32")) < half
    inside = ops.logical_and(down[:, :, None, None], right[:, None, :, None])
    return 1 - ops.cast(inside, "float32")
