"""What is done to drawn avatars, so that they have the squares or the flat areas of the art they were learned from."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets.avatars import themes
from core.datasets.avatars.theme import Flat

_SOFTNESS = 1.5  # pixels


def in_squares(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture (H, W, 3) in squares of `side` pixels, each of the median colour there; H and W are multiples."""
    height, width, channels = image.shape
    cells = image.reshape(height // side, side, width // side, side, channels)
    colours = np.median(cells, axis=(1, 3)).astype(np.uint8)
    return colours.repeat(side, axis=0).repeat(side, axis=1)


def flattened(image: NDArray[np.uint8], flat: Flat) -> NDArray[np.uint8]:
    """The picture uint8 (H, W, 3), sharpened, in areas of one colour each, as flat art has them.

    By mean shift: Comaniciu and Meer 2002, "Mean shift: a robust approach toward feature space analysis".
    """
    if flat.sharpen:
        soft = cv2.GaussianBlur(image, (0, 0), _SOFTNESS)
        image = cv2.addWeighted(image, 1 + flat.sharpen, soft, -flat.sharpen, 0).astype(np.uint8)
    return cv2.pyrMeanShiftFiltering(image, flat.reach, flat.tolerance, maxLevel=0).astype(np.uint8)


def retouching_of(keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """How pictures of these themes are retouched, for a model's manifest: `cells` and `flat`, by theme."""
    known = {key: themes()[key] for key in keys if key in themes()}
    return {
        "cells": {key: each.cell for key, each in known.items() if each.cell > 1},
        "flat": {key: asdict(each.flat) for key, each in known.items() if each.flat},
    }
