"""The small pictures the laboratory learns from. They are shipped; `data/classroom/CARD.md` says whose they are."""

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import N_, DataError

FOLDER = Path(__file__).resolve().parents[3] / "data" / "classroom"
FILES = {"digits": "digits.npz", "faces": "noto_faces.npz"}
SIDES = {"digits": 16, "faces": 32}


def load(data: str, folder: Path = FOLDER) -> NDArray[np.uint8]:
    """The pictures named "digits" (N, 16, 16, 3) or "faces" (N, 32, 32, 3), RGB.

    Raises:
        DataError: the file is missing or damaged.
    """
    path = folder / FILES[data]
    try:
        with np.load(path, allow_pickle=False) as file:
            images = np.asarray(file["images"], np.uint8)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(N_("The pictures for the laboratory are missing or damaged: {file}"), file=path.name) from error
    if images.ndim == 3:
        images = _from_levels(images, SIDES[data])
    if images.shape[1:] != (SIDES[data], SIDES[data], 3):
        raise DataError(N_("The pictures for the laboratory are missing or damaged: {file}"), file=path.name)
    return images


def nearest(made: NDArray[np.uint8], originals: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """For each picture made (N, H, W, 3) the one of the `originals` that differs least, by squares, pixel by pixel."""
    flat, known = (pictures.reshape(len(pictures), -1).astype(np.float32) / 255 for pictures in (made, originals))
    squares = (known**2).sum(axis=1) - 2 * flat @ known.T  # what is missing is the same for all originals
    return originals[squares.argmin(axis=1)]


def _from_levels(levels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Small pictures with levels 0..16 (N, h, w) -> RGB (N, side, side, 3)."""
    grey = np.clip(np.rint(levels * (255 / 16)), 0, 255).astype(np.uint8)
    large = [np.array(Image.fromarray(one).resize((side, side), Image.Resampling.BICUBIC)) for one in grey]
    return np.repeat(np.stack(large)[..., None], 3, axis=-1)
