"""What a picture was made from, written into the PNG file itself, and read back from files one cannot trust."""

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from core import images
from core.errors import N_

KEY = "effigies"
SOFTWARE = "Effigies"
MOST_PIXELS = 2_000_000  # what is handed out with notes has about a quarter of a million
LIMITS = images.ImageLimits(max_pixels=MOST_PIXELS)
_MAX_CHARACTERS = 20_000
_PNG_HEADER = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"  # then width and height, of four bytes each


def png_with_notes(image: NDArray[np.uint8], notes: Mapping[str, Any], description: str = "") -> bytes:
    """PNG of a picture uint8 (H, W, 3 or 4) that carries `notes` as JSON and `description` as its text.

    Equal pictures with equal notes give equal bytes.
    """
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Software", SOFTWARE)
    if description:
        info.add_itxt("Description", description.encode(errors="replace").decode())
    info.add_itxt(KEY, json.dumps(notes, sort_keys=True, allow_nan=False))
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def notes_of(data: bytes, limits: images.ImageLimits = LIMITS) -> dict[str, Any] | None:
    """The notes in a picture file, None when it has none; whoever made the file may have made them up.

    Raises:
        core.images.ImageError: this is no picture within `limits`.
    """
    _refuse_large(data, limits)
    images.decode(data, limits)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            picture.load()
            text = str(picture.info.get(KEY, ""))
        notes = json.loads(text) if len(text) <= _MAX_CHARACTERS else None
    except (OSError, ValueError, SyntaxError, RecursionError):  # another format, or notes that are not JSON
        return None
    return notes if isinstance(notes, dict) else None


def _refuse_large(data: bytes, limits: images.ImageLimits) -> None:
    """As `images.decode` does, but without its advice: a smaller copy would have lost its notes."""
    if not data.startswith(_PNG_HEADER):
        return
    start = len(_PNG_HEADER)
    width, height = (int.from_bytes(data[place : place + 4], "big") for place in (start, start + 4))
    if width * height > limits.max_pixels:
        raise images.ImageError(
            N_("A picture of more than {limit} million pixels was not drawn here. Choose one as it was downloaded."),
            limit=f"{limits.max_pixels / 1e6:g}",
        )
