"""The classic preparation of a face picture, step by step, as the page shows it.

The settings are those of a common course recipe: Gaussian blur (5, 5), sharpening as 1.5 x picture - 0.6 x blur,
non-local means (strength 15, template 5, search 20; Buades et al. 2005) and Canny edges (30, 30) before and after.
Whether it helps a network is measured, not assumed: see `core.emotion.baseline`.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets.fer2013 import SIDE
from core.emotion.augmentation import AugmentationConfig, relight, warp

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Step:
    """One picture of the story: `key` names it, `image` is grey uint8 (H, W)."""

    key: str
    image: Grey


def blur(image: Grey) -> Grey:
    """Gaussian blur with a 5 x 5 kernel."""
    return cv2.GaussianBlur(image, (5, 5), 0)


def sharpen(image: Grey) -> Grey:
    """Weighted fusion of a picture with its blurred copy: 1.5 x picture - 0.6 x blur (unsharp masking)."""
    return cv2.addWeighted(image, 1.5, blur(image), -0.6, 0)


def denoise(image: Grey) -> Grey:
    """Non-local means: strength 15, template 5, search window 20."""
    return cv2.fastNlMeansDenoising(image, None, 15, 5, 20)


def edges(image: Grey) -> Grey:
    """Canny edges between 30 and 30."""
    return cv2.Canny(image, 30, 30)


def prepare(image: Grey) -> Grey:
    """The whole chain on one picture: resize to 48 x 48, sharpen with the blurred copy, denoise."""
    small = image if image.shape == (SIDE, SIDE) else cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return denoise(sharpen(small))


def steps(image: Grey) -> list[Step]:
    """Every stage of the preparation of a grey picture (H, W), in order."""
    small = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    prepared = prepare(small)
    return [
        Step("original", image),
        Step("resized", small),
        Step("edges_before", edges(small)),
        Step("blurred", blur(small)),
        Step("sharpened", sharpen(small)),
        Step("denoised", prepared),
        Step("edges_after", edges(prepared)),
    ]


def variations(image: Grey, seed: int = 0) -> list[Step]:
    """What augmentation makes of one 48 x 48 face: each change alone, then all together."""
    still = AugmentationConfig(rotation_degrees=0, zoom=0, shift=0, flip=False)
    rng = np.random.default_rng(seed)
    full = AugmentationConfig()
    lit = relight(image.astype(np.float32), AugmentationConfig(contrast=0.0, brightness=0.3), rng)
    mixed = relight(warp(image, SIDE, full, rng).astype(np.float32), full, rng)
    return [
        Step("rotated", warp(image, SIDE, replace(still, rotation_degrees=25), rng)),
        Step("zoomed", warp(image, SIDE, replace(still, zoom=0.4), rng)),
        Step("flipped", np.ascontiguousarray(image[:, ::-1])),
        Step("brightened", lit.astype(np.uint8)),
        Step("all_together", mixed.astype(np.uint8)),
    ]
