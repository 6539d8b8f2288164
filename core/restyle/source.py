"""A picture someone brings, made into what the network knows: an emoji on transparency, 64 pixels to a side."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core import images
from core.gan.transparency import premultiplied

_WORKED = 512  # longer side that the ground is looked for at
_ALIKE = 18  # levels per channel a ground may differ from its colour; saved as JPEG, a plain ground does by ten or so
_PLAIN = 0.97  # share of the border that a ground covers


def fitted(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """RGB (H, W, 3) or RGBA (H, W, 4) of any size -> premultiplied (side, side, 4), centred on transparency.

    A plain ground around an RGB picture is taken away, and what is on it fills the square; other pictures stay as they
    are, whole.

    Raises:
        ValueError: this is no such picture.
    """
    if picture.dtype != np.uint8 or picture.size == 0 or picture.ndim != 3 or picture.shape[2] not in (3, 4):
        raise ValueError(f"a picture is uint8 (H, W, 3) or (H, W, 4), not {picture.dtype} {picture.shape}")
    if picture.shape[2] == 3:
        picture = _keyed(images.fit_within(picture, _WORKED))
    pixels = premultiplied(picture)
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size != (width, height):
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.zeros((side, side, 4), np.uint8)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = pixels
    return square


def _keyed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB (H, W, 3) -> RGBA; without its ground and cut to what is left where the border is of one colour."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.int16)
    ground = np.median(border, axis=0)
    opaque = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    if np.mean(np.abs(border - ground).max(axis=1) <= _ALIKE) < _PLAIN:
        return opaque
    alike = (np.abs(picture - ground).max(axis=2) <= _ALIKE).astype(np.uint8)
    around = np.pad(alike, 1, constant_values=1)  # so that all of the border is one piece
    pieces = cv2.connectedComponents(around, connectivity=4)[1]
    shown = pieces[1:-1, 1:-1] != pieces[0, 0]
    if not shown.any():
        return opaque
    opaque[~shown] = 0
    rows, columns = (np.flatnonzero(shown.any(axis=axis)) for axis in (1, 0))
    return opaque[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
