"""Pictures in files, as commands take them and hand them over: whole or not at all."""

import io
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import N_, UserError
from core.images import ImageError, ImageLimits, decode
from core.picture_notes import notes_of

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

    Raises:
        OSError: it cannot be written; the error names `path`.
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
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        draft.unlink(missing_ok=True)


def write_pictures(folder: Path, files: Sequence[bytes]) -> list[str]:
    """Write PNG files 000.png, 001.png … into `folder`, made if need be, and return their names.

    Files of these names are replaced, and pictures of the same kind that were made here and go on from there (as an
    earlier call wrote them) are removed: afterwards the folder holds this call's. When one cannot be written, none is
    left half-written.

    Raises:
        OSError: they cannot be written; the error names `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{number:03d}.png" for number in range(len(files))]
    drafts = [folder / f".{name}" for name in names]
    try:
        for draft, content in zip(drafts, files, strict=True):
            draft.write_bytes(content)
        for draft, name in zip(drafts, names, strict=True):
            draft.replace(folder / name)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    later = (folder / f"{number:03d}.png" for number in itertools.count(len(names)))
    kind = _kind(files[0]) if files else None
    for path in itertools.takewhile(lambda path: path.is_file() and kind and _kind(path.read_bytes()) == kind, later):
        path.unlink()
    return names


def _kind(data: bytes) -> str | None:
    """What a picture that was made here says it shows; None for others, which may be somebody's own."""
    try:
        notes = notes_of(data)
    except ImageError:
        return None
    return str(notes["kind"]) if notes and "kind" in notes else None
