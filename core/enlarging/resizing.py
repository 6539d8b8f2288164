"""Sizes without learning: the filters that small pictures are made with, and the enlargement networks start from."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FACTORS = (2, 4)
_FILTERS = {
    "area": Image.Resampling.BOX,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "blurred": Image.Resampling.BOX,
}
FILTERS = tuple(_FILTERS)


def enlarge(pixels: NDArray[np.uint8], factor: int, name: str = "bicubic") -> NDArray[np.uint8]:
    """Enlarge grey (H, W) or RGB (H, W, 3), bicubically if not told otherwise."""
    size = (pixels.shape[1] * factor, pixels.shape[0] * factor)
    return np.array(Image.fromarray(pixels).resize(size, _FILTERS[name]))


def reduce(
    pictures: NDArray[np.uint8], factor: int, names: list[str] | None = None, blur: float = 0.0
) -> NDArray[np.uint8]:
    """Scale pictures (N, H, W, C) down to (N, H / factor, W / factor, C), with antialiasing; bicubically if not told.

    `names` (N,) are among FILTERS; `blur` is the deviation, in small pixels, of the Gaussian in "blurred".
    """
    count, height, width, channels = pictures.shape
    names = names or ["bicubic"] * count
    down, across = (np.stack([_matrix(side, factor, name, blur) for name in names]) for side in (height, width))
    narrow = _levels(across[:, None] @ pictures.astype(np.float32))  # (N, H, w, C); Pillow, too, rounds between
    small = down @ narrow.reshape(count, height, -1)  # (N, h, w C)
    return _levels(small).reshape(count, height // factor, width // factor, channels).astype(np.uint8)


def _levels(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.clip(np.rint(values), 0, 255)


@cache
def _matrix(length: int, factor: int, name: str, blur: float) -> NDArray[np.float32]:
    """Pillow's antialiased filter as a matrix (length / factor, length): what it does to the identity."""
    identity = np.eye(length, dtype=np.float32)
    if name == "blurred":
        distance = np.arange(length)[:, None] - np.arange(length)
        identity = np.exp(-0.5 * (distance / (blur * factor)) ** 2).astype(np.float32)
        identity /= identity.sum(axis=1, keepdims=True)
    return np.asarray(Image.fromarray(identity).resize((length, length // factor), _FILTERS[name]))
