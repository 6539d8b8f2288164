"""Pictures in files, as commands take them and hand them over: whole or not at all."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import N_, UserError
from core.images import ImageLimits, decode

FORMATS = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG"}  # that can be written, by ending


def read_picture(path: Path, limits: ImageLimits) -> NDArray[np.uint8]:
    """The picture in a file, however small: RGB uint8 (H, W, 3), or RGBA (H, W, 4) where it has transparency.

    Raises:
        OSError: the file cannot be read.
        UserError: it is no picture within `limits`.
    """
    try:
        return decode(path.read_bytes(), replace(limits, min_side=1), transparency=True)
    except UserError as error:
        raise UserError(N_("{path}: {reason}"), path=path, reason=error) from error


def write_picture(path: Path, pixels: NDArray[np.uint8], *, lossless: bool = False) -> None:
    """Write RGB (H, W, 3) or RGBA (H, W, 4) in the format of the path's ending, one of FORMATS.

    JPEG shows what is transparent as white; `lossless` is for WebP. A file that is there is replaced.
    """
    kind, buffer = FORMATS[path.suffix.lower()], io.BytesIO()
    picture = Image.fromarray(pixels)
    if kind == "JPEG" and picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    picture.save(buffer, kind, quality=95, lossless=lossless)
    draft = path.with_name(f".{path.name}")
    try:
        draft.write_bytes(buffer.getvalue())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_pictures(folder: Path, files: Sequence[bytes]) -> list[str]:
    """Write PNG files 000.png, 001.png … into `folder`, made if need be, and return their names.

    Files of these names are replaced; when one cannot be written, none is left half-written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{number:03d}.png" for number in range(len(files))]
    drafts = [folder / f".{name}" for name in names]
    try:
        for draft, content in zip(drafts, files, strict=True):
            draft.write_bytes(content)
        for draft, name in zip(drafts, names, strict=True):
            draft.replace(folder / name)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return names
