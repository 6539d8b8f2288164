"""Pictures with a transparent ground, as networks learn them: colours times opacity, so that what is clear is black.

Each picture then has one form only, and laying it over a ground is linear, so that its outline is right on light and on
dark (Porter and Duff 1984, "Compositing digital images").
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = Any
_CHUNK = 2048
_TRACE = 8  # of opacity, 0..255: networks leave it where nothing should be


def premultiplied(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGBA (N, H, W, 4) with colours as stored -> with colours times opacity."""
    result = pictures.copy()
    for start in range(0, len(pictures), _CHUNK):
        part = result[start : start + _CHUNK]
        part[..., :3] = (part[..., :3] * part[..., 3:].astype(np.uint16) + 127) // 255
    return result


def straight(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The way back: RGBA (N, H, W, 4); black where nothing shows, and no colour brighter than white."""
    opacity = np.maximum(pictures[..., 3:], 1).astype(np.float32)
    colours = np.rint(pictures[..., :3] * (255 / opacity)).clip(0, 255)
    colours = np.where(pictures[..., 3:] > 0, colours, 0)
    return np.concatenate([colours.astype(np.uint8), pictures[..., 3:]], axis=-1)


def cleaned(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a network has drawn (N, H, W, 4) as pixels that can be: wholly clear or opaque where it is nearly so."""
    opacity = pictures[..., 3:]
    opacity = np.where(opacity <= _TRACE, np.uint8(0), np.where(opacity >= 255 - _TRACE, np.uint8(255), opacity))
    return np.concatenate([np.minimum(pictures[..., :3], opacity), opacity], axis=-1)


def on_ground(pictures: NDArray[np.uint8], ground: NDArray[np.uint8] | int = 255) -> NDArray[np.uint8]:
    """Premultiplied pictures (N, H, W, 4) over greys or colours (white; one, or (N, 1, 1, 3)): RGB (N, H, W, 3)."""
    grounds = np.asarray(ground, np.uint16)
    result = np.empty((*pictures.shape[:-1], 3), np.uint8)
    for start in range(0, len(pictures), _CHUNK):
        rows = slice(start, start + _CHUNK)
        hidden = (255 - pictures[rows, ..., 3:].astype(np.uint16)) * (grounds[rows] if grounds.ndim else grounds) // 255
        result[rows] = np.minimum(pictures[rows, ..., :3] + hidden, 255)
    return result


def laid_over(pictures: Tensor, ground: Tensor) -> Tensor:
    """Premultiplied tensors (B, H, W, 4) in -1..1 over grounds in 0..1, one or (B, 1, 1, 1 or 3): RGB in -1..1."""
    return pictures[..., :3] + (1 - pictures[..., 3:]) * ground


def for_people(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB pictures as they are, premultiplied ones over white (N, H, W, 3): for sheets of samples."""
    return pictures if pictures.shape[-1] == 3 else on_ground(pictures)
