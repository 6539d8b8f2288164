"""The drawings of a style, found in its package by code points or by name, and made into pixels."""

import io
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core.datasets.emoji.catalogue import Catalogue, code_of
from core.datasets.emoji.packages import read
from core.datasets.emoji.styles import Style
from core.errors import N_, DataError

SIDE = 64
LARGE = 2 * SIDE  # parts of composites are scaled down from this

_HEXADECIMAL = re.compile("[0-9a-f]+(?:-[0-9a-f]+)*")


def require_renderer() -> None:
    """Check that the package that draws SVG is installed.

    Raises:
        DataError: it is not; the sentence says what to install.
    """
    if find_spec("resvg_py") is None:
        raise DataError(
            N_("Drawing emoji needs packages that are not installed. Run: python -m pip install {packages}"),
            packages="resvg-py",
        )


def drawings(style: Style, cache: Path, catalogue: Catalogue) -> dict[str, bytes]:
    """The style's drawings, SVG or WebP, by code, in the catalogue's order; emoji it lacks are left out.

    Raises:
        DataError: the style's package cannot be used.
    """
    if style.files:
        pattern = PurePosixPath(style.files)
        files = read(style.package, cache, lambda name: PurePosixPath(name).match(style.files or ""))
        named = {PurePosixPath(name).stem: content for name, content in files.items()}
        found = {code_of(stem): content for stem, content in named.items() if _HEXADECIMAL.fullmatch(stem)}
        if not found:
            raise DataError(N_("{package} holds no {pattern}"), package=style.package.release, pattern=pattern)
    else:
        files = read(style.package, cache, {"icons.json", "chars.json"}.__contains__)
        if "icons.json" not in files:
            raise DataError(N_("{package} holds no {pattern}"), package=style.package.release, pattern="icons.json")
        found = _named(json.loads(files["icons.json"]), json.loads(files.get("chars.json", b"{}")), catalogue)
    return {code: found[code] for code in catalogue.emoji if code in found}


def _named(icons: dict[str, Any], characters: dict[str, str], catalogue: Catalogue) -> dict[str, bytes]:
    """Iconify's drawings by code: where the file says which character they are, else by Unicode's names for them."""
    alias = {name: entry["parent"] for name, entry in icons.get("aliases", {}).items() if set(entry) == {"parent"}}
    drawn = {name: name for name in icons["icons"]} | alias
    found: dict[str, bytes] = {}
    for hexadecimal, name in characters.items():
        if drawn.get(name) in icons["icons"]:
            found.setdefault(code_of(hexadecimal), _svg(icons, drawn[name]))
    for name, target in drawn.items():
        code = next((catalogue.slugs[each] for each in _spellings(name) if each in catalogue.slugs), None)
        if code and code not in found and target in icons["icons"]:
            found[code] = _svg(icons, target)
    return found


def _spellings(name: str) -> Iterator[str]:
    """A name as styles have it, and as Unicode has it now."""
    yield name
    yield f"{name}-face"
    yield name.replace("-cat-face", "-cat").replace("cat-face-", "cat-")
    yield name.replace("face-with-", "face-")
    yield name.removesuffix("-face")


def _svg(icons: dict[str, Any], name: str) -> bytes:
    icon = icons["icons"][name]
    width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
    left, top, side = icon.get("left", 0), icon.get("top", 0), max(width, height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left - (side - width) / 2} {top - (side - height) / 2} {side} {side}">{icon["body"]}</svg>'
    ).encode()


def render(drawing: bytes) -> Image.Image:
    """Pixels of a drawing, RGBA, LARGE x LARGE.

    Raises:
        DataError: it is no drawing.
    """
    import resvg_py  # needed by `prepare emoji` only

    try:
        if drawing.lstrip()[:1] == b"<":
            svg = drawing.decode()
            drawing = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=LARGE, height=LARGE, skip_system_fonts=True))
        with Image.open(io.BytesIO(drawing), formats=("PNG", "WEBP")) as opened:
            picture = opened.convert("RGBA")
    except (ValueError, UnidentifiedImageError, OSError) as error:
        raise DataError(N_("a drawing cannot be read ({error})"), error=error) from error
    return picture if picture.size == (LARGE, LARGE) else picture.resize((LARGE, LARGE), Image.Resampling.LANCZOS)


def small(picture: Image.Image) -> NDArray[np.uint8]:
    """A picture of LARGE pixels as the data set holds it: RGBA uint8 (64, 64, 4)."""
    return clear(np.asarray(picture.reduce(LARGE // SIDE)))


def clear(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same picture, (…, 4), with black where nothing shows: what is equal to the eye is equal in bytes."""
    return np.where(pixels[..., 3:] > 0, pixels, np.uint8(0))


def is_framed(pixels: NDArray[np.uint8]) -> bool:
    """Whether all four corners are covered: a scene, where a sticker was wanted."""
    return bool((pixels[[0, 0, -1, -1], [0, -1, 0, -1], 3] > 0).all())
