"""Emoji for taking home: large transparent PNG files, sticker packs with their credits, animations."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.gan.picture import Picture
from core.gan.transparency import cleaned, on_ground, premultiplied, straight

SIDES = (64, 128, 512)
FRAMES = 16
Animated = Literal["webp", "gif"]
_MILLISECONDS = 90  # per frame
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date of a ZIP file, so that equal pictures give equal files


def enlarged(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A picture RGBA (H, W, 4) as (side, side, 4), by Lanczos' filter on colours times opacity.

    So the black of clear places never bleeds into the outline; what ringing leaves of opacity is cleared.
    """
    if image.shape[:2] == (side, side):
        return image
    # Pillow resizes RGBA on colours times opacity
    large = np.array(Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS))
    return straight(cleaned(premultiplied(large[None])))[0]


def shown_on(image: NDArray[np.uint8], grey: int) -> NDArray[np.uint8]:
    """A picture RGBA (H, W, 4) over a grey ground, RGB (H, W, 3)."""
    return on_ground(premultiplied(image[None]), grey)[0]


def animation(frames: Sequence[NDArray[np.uint8]], form: Animated, side: int = 128) -> bytes:
    """Frames RGBA (H, W, 4) as an endless animation, `side` pixels wide, with a clear ground.

    GIF knows no half opacity: there, what is half clear is laid over white, and what is clearer is left out.
    """
    large = [enlarged(frame, side) for frame in frames]
    if form == "gif":
        large = [_hard(frame) for frame in large]
    first, *others = (Image.fromarray(frame) for frame in large)
    options: dict[str, Any] = {"disposal": 2} if form == "gif" else {"lossless": True, "minimize_size": False}
    file = io.BytesIO()
    first.save(file, form, save_all=True, append_images=others, duration=_MILLISECONDS, loop=0, **options)
    return file.getvalue()


def _hard(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """With every pixel wholly clear or wholly opaque."""
    seen = frame[..., 3:] >= 128
    opaque = np.concatenate([shown_on(frame, 255), np.full((*frame.shape[:2], 1), 255, np.uint8)], axis=-1)
    return np.where(seen, opaque, np.uint8(0))


def sticker_pack(pictures: Sequence[Picture[Any]], credits: Sequence[str], side: int = 512) -> bytes:
    """A ZIP file of numbered transparent PNG files, with the notes of each, and CREDITS.txt."""
    files = {
        f"stickers/{place:02d}.png": picture.png(enlarged(picture.image, side))
        for place, picture in enumerate(pictures, start=1)
    }
    return zipped({**files, "CREDITS.txt": credits_text(credits).encode()})


def credits_text(credits: Sequence[str]) -> str:
    """Whose drawings the model learned from, for a file that goes with its pictures."""
    return "\n".join(
        [
            "Made by a generative network of Effigies, which learned from the drawings of these artists:",
            "",
            *credits,
            "",
        ]
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files by name in one ZIP file; equal files give equal bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            writer.writestr(entry, content)
    return archive.getvalue()
