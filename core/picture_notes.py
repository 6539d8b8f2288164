"""What a picture was made from, written into the PNG file itself, and read back from files one cannot trust."""

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from core import images

KEY = "effigies"
SOFTWARE = "Effigies"
_MAX_CHARACTERS = 20_000


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


def notes_of(data: bytes, limits: images.ImageLimits = images.DEFAULT_LIMITS) -> dict[str, Any] | None:
    """The notes in a picture file, None when it has none; whoever made the file may have made them up.

    Raises:
        core.images.ImageError: this is no picture within `limits`.
    """
    images.decode(data, limits)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            picture.load()
            text = str(picture.info.get(KEY, ""))
        notes = json.loads(text) if len(text) <= _MAX_CHARACTERS else None
    except (OSError, ValueError, SyntaxError, RecursionError):  # another format, or notes that are not JSON
        return None
    return notes if isinstance(notes, dict) else None
