"""Pictures from layers: SVG text and painted parts become 64x64 pixels.

Everything is laid out in a square of 64 units, one per pixel. The renderer weighs how much of a pixel a shape covers,
so outlines are smooth, while pixel art, whose squares are four units wide, stays sharp.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import N_, DataError

SIDE = 64

# what drawing needs beyond what the app needs: import name -> name on PyPI
PACKAGES = {
    "dicebear": "dicebear-core",
    "dicebear_styles": "dicebear-styles",
    "resvg_py": "resvg-py",
    "robohash": "robohash",
}


@dataclass(frozen=True)
class Layer:
    """Something to draw: an SVG fragment in a 64-unit square, or RGBA pixels, 64x64; `facts` describe it."""

    drawn: str | Image.Image
    facts: dict[str, Any] = field(default_factory=dict)


def require_packages() -> None:
    """Check that the packages the drawings come from are installed.

    Raises:
        DataError: some are missing; the sentence says what to install.
    """
    missing = [project for module, project in PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise DataError(
            N_("Drawing avatars needs packages that are not installed. Run: python -m pip install {packages}"),
            packages=" ".join(missing),
        )


@contextmanager
def packages_from(source: Path | None) -> Iterator[None]:
    """Take the packages from the folder `source`, as `pip install --target` fills it, not the installed ones.

    Processes that are spawned meanwhile do so, too.

    Raises:
        DataError: some are not in the folder; the sentence says what to install there.
    """
    if source is None:
        require_packages()
        yield
        return
    place = str(source.resolve())
    missing = [project for module, project in PACKAGES.items() if PathFinder.find_spec(module, [place]) is None]
    if missing:
        raise DataError(
            N_("{folder} lacks packages. Run: python -m pip install --target {folder} {packages}"),
            folder=source,
            packages=" ".join(missing),
        )
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)


def compose(ground: str, subject: Layer, *, mirrored: bool = False) -> NDArray[np.uint8]:
    """Put a subject on a ground (an SVG fragment that covers the square): RGB uint8 (64, 64, 3)."""
    if isinstance(subject.drawn, str):
        figure = f'<g transform="translate({SIDE} 0) scale(-1 1)">{subject.drawn}</g>' if mirrored else subject.drawn
        picture = render(ground + figure)
    else:
        picture = render(ground)
        flipped = subject.drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else subject.drawn
        picture.alpha_composite(flipped)
    return np.asarray(picture.convert("RGB"))


def render(fragment: str) -> Image.Image:
    """Rasterise an SVG fragment of 64x64 units to RGBA."""
    import resvg_py  # needed by `prepare avatar` only

    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{fragment}</svg>'
    png = resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png)), formats=("PNG",)).convert("RGBA")
