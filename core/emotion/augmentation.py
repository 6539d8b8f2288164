"""Random variations of 48x48 grey faces, drawn afresh for every batch.

One affine warp per picture (rotation, zoom, shift, flip), then lighting, softness and erasing, then mixup over the
batch. Mixup: Zhang et al. 2018, arXiv:1710.09412. Erasing: Zhong et al. 2020, arXiv:1708.04896.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class AugmentationConfig:
    """How far a picture may be changed; lengths are fractions of the picture's side."""

    rotation_degrees: float = 15.0
    zoom: float = 0.2
    shift: float = 0.1
    flip: bool = True
    contrast: float = 0.35
    brightness: float = 0.2
    soften_probability: float = 0.15
    erase_probability: float = 0.3
    mixup_alpha: float = 0.2


def warp(
    image: NDArray[np.uint8], size: int, config: AugmentationConfig, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Rotate, zoom, shift and flip `image` (H, W) in one interpolation, onto a `size` x `size` canvas.

    A canvas smaller than the picture is half crop, half shrink (the scale is the square root of the ratio of sides),
    so that training on small canvases, which is cheaper, still shows the network whole faces.
    """
    side = image.shape[0]
    base = np.sqrt(size / side)
    scale = base * np.exp(rng.uniform(-1, 1) * np.log1p(config.zoom))
    angle = np.deg2rad(rng.uniform(-1, 1) * config.rotation_degrees)
    mirror = -1.0 if config.flip and rng.random() < 0.5 else 1.0
    linear = scale * np.array([[np.cos(angle) * mirror, -np.sin(angle)], [np.sin(angle) * mirror, np.cos(angle)]])
    centre = np.full(2, (side - 1) / 2)
    shift = rng.uniform(-1, 1, 2) * config.shift * size
    offset = np.full(2, (size - 1) / 2) + shift - linear @ centre
    matrix = np.hstack([linear, offset[:, None]])  # (2, 3)
    return cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def relight(image: NDArray[np.float32], config: AugmentationConfig, rng: np.random.Generator) -> NDArray[np.float32]:
    """Change contrast around the mean, then brightness; values stay in 0..255."""
    mean = image.mean()
    gain = np.exp(rng.uniform(-1, 1) * np.log1p(config.contrast))
    shifted = (image - mean) * gain + mean + rng.uniform(-1, 1) * config.brightness * 255
    return np.clip(shifted, 0, 255, out=shifted)


def soften(image: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Lose detail as small or compressed photos do: shrink and enlarge again."""
    side = image.shape[0]
    small = int(side * rng.uniform(0.45, 0.8))
    shrunk = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
    return cv2.resize(shrunk, (side, side), interpolation=cv2.INTER_LINEAR)


def erase(image: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Cover one rectangle (2 to 20 % of the area) with a flat grey, in place."""
    side = image.shape[0]
    area = rng.uniform(0.02, 0.2) * side * side
    aspect = np.exp(rng.uniform(-0.7, 0.7))
    height = int(np.clip(np.sqrt(area * aspect), 2, side))
    width = int(np.clip(np.sqrt(area / aspect), 2, side))
    top = rng.integers(0, side - height + 1)
    left = rng.integers(0, side - width + 1)
    image[top : top + height, left : left + width] = rng.uniform(0, 255)


def augment(
    images: NDArray[np.uint8], size: int, config: AugmentationConfig, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return one random variation of each picture: (N, H, W) uint8 -> (N, size, size, 1) float32 in 0..255."""
    batch = np.empty((len(images), size, size, 1), np.float32)
    for row, image in enumerate(images):
        changed = relight(warp(image, size, config, rng).astype(np.float32), config, rng)
        if rng.random() < config.soften_probability:
            changed = soften(changed, rng)
        if rng.random() < config.erase_probability:
            erase(changed, rng)
        batch[row, :, :, 0] = changed
    return batch


def mixup(
    batch: NDArray[np.float32], targets: dict[str, NDArray[np.float32]], alpha: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]:
    """Blend each picture and its targets with those of another picture of the batch, one share for the whole batch."""
    if alpha <= 0:
        return batch, targets
    share = np.float32(rng.beta(alpha, alpha))
    partner = rng.permutation(len(batch))
    blended = share * batch + (1 - share) * batch[partner]
    return blended, {name: share * value + (1 - share) * value[partner] for name, value in targets.items()}
