"""Figures from the artists' parts: DiceBear's SVG styles, RoboHash's painted sets."""

import json
import random
import re
from collections.abc import Container
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from core.datasets.avatars.credits import Source
from core.datasets.avatars.drawing import SIDE, Layer

_METADATA = re.compile(r"<metadata.*?</metadata>", re.DOTALL)
_FACT = re.compile(r"(?<!animation)Variant$|(?<!background)Color$")


def figure(
    source: Source,
    rng: random.Random,
    options: dict[str, Any],
    *,
    view: tuple[float, float, float],
    place: tuple[float, float, float] = (0, 0, SIDE),
) -> Layer:
    """A DiceBear avatar on a transparent ground, chosen by `rng` within `options` (DiceBear's own names).

    `view` (left, top, side) is the square of the style's canvas that is shown, `place` where it goes in 64 units.
    """
    from dicebear import Avatar  # needed by `prepare avatar` only

    seed = f"{rng.getrandbits(64):016x}"
    made = Avatar(_style(source.key), {"backgroundColor": ["#ffffff00"], **options, "seed": seed}).to_json()
    facts = {name: value for name, value in made["options"].items() if _FACT.search(name)}
    left, top, width = place
    opening = (
        f'<svg x="{left}" y="{top}" width="{width}" height="{width}" fill="none" '
        f'viewBox="{view[0]} {view[1]} {view[2]} {view[2]}">'
    )
    return Layer(opening + _METADATA.sub("", made["svg"]).split(">", 1)[1], facts)


@cache
def _style(key: str) -> Any:
    from dicebear import Style

    return Style(json.loads((files("dicebear_styles") / f"{key}.json").read_text("utf-8")))


def painted(
    source: Source, rng: random.Random, *, view: tuple[float, float, float], without: Container[str] = ()
) -> Layer:
    """One part of every slot of a RoboHash set, laid over each other; `view` as shares (left, top, side) of its canvas.

    Parts named in `without` (slot/file) are never chosen.
    """
    folder = _set(source.key)
    colours = sorted(path for path in folder.iterdir() if path.is_dir() and "#" not in path.name)
    if colours:  # the set comes in several colours, and each has all slots
        folder = rng.choice(colours)
    canvas = Image.new("RGBA", (SIDE, SIDE))
    facts = {"colour": folder.name} if colours else {}
    for slot, parts in _slots(folder):
        part = rng.choice([path for path in parts if f"{slot}/{path.stem}" not in without])
        canvas.alpha_composite(_part(part, view))
        facts[slot] = part.stem
    return Layer(canvas, facts)


@cache
def _set(key: str) -> Path:
    spec = find_spec("robohash")  # only its pictures are wanted: importing it would run its code
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("robohash")
    return Path(spec.origin).parent / "sets" / key


@cache
def _slots(folder: Path) -> list[tuple[str, list[Path]]]:
    """Slots from back to front: the text after # in a folder's name is its place, as RoboHash has it."""
    folders = sorted((path for path in folder.iterdir() if "#" in path.name), key=lambda path: path.name.split("#")[1])
    return [(path.name.split("#")[1], sorted(path.glob("*.png"))) for path in folders]


@cache
def _part(path: Path, view: tuple[float, float, float]) -> Image.Image:
    with Image.open(path) as opened:
        image = opened.convert("RGBA")
    left, top, side = (share * image.width for share in view)
    return image.resize(
        (SIDE, SIDE), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side), reducing_gap=3
    )
