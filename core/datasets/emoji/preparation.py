"""Fetches the packages, labels the emoji, draws every style, puts composites together, writes files and card."""

import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.emoji import card as cards
from core.datasets.emoji import catalogue as catalogues
from core.datasets.emoji import prepared as store
from core.datasets.emoji.catalogue import Catalogue
from core.datasets.emoji.composites import Annotations, compose, parts_of, plan
from core.datasets.emoji.contexts import AXES, RULES, classes, contexts_of, labels
from core.datasets.emoji.drawings import drawings, is_framed, render, require_renderer, small
from core.datasets.emoji.packages import fetch
from core.datasets.emoji.split import SPLITS, held_cells, split_emoji
from core.datasets.emoji.styles import STYLES, Style, style
from core.errors import DataError

log = logging.getLogger(__name__)

COUNT = 6  # composites per pair of classes and style
DOWNLOADS = "downloads"


def prepare(
    folder: Path, keys: Sequence[str] | None = None, *, count: int = COUNT, source: Path | None = None
) -> dict[str, Any]:
    """Draw the styles into `folder`; one that is there as asked for is left alone. Archives stay in `folder`/downloads.

    They are copied from the folder `source`, or without one downloaded. Interrupted, it keeps the styles that were
    finished. Returns the card with `seconds` per style drawn.

    Raises:
        DataError: an unknown style, a missing package, an archive that cannot be had or is not the one expected.
    """
    chosen = [style(key) for key in ([each.key for each in STYLES] if keys is None else keys)]
    require_renderer()
    cache = folder / DOWNLOADS
    fetch([*catalogues.PACKAGES, *(each.package for each in chosen)], cache, source)
    catalogue = catalogues.load(cache)
    known = annotate(catalogue)
    names = _names(known)
    if not (folder / store.NAMES).exists() or (folder / store.NAMES).read_text("utf-8") != names:
        store.write_text(folder / store.NAMES, names)
    edition = store.edition_of(names)
    seconds: dict[str, float] = {}
    for each in chosen:
        recipe = _recipe(each, edition, count)
        if _is_there(folder, each.key, recipe):
            log.info("%s: there already", each.key)
            continue
        start = time.monotonic()
        pictures, dropped = _draw(each, drawings(each, cache, catalogue), known, count)
        card = {
            "key": each.key,
            "title": each.title,
            "hand": each.hand,
            "package": each.package.release,
            "credit": each.record(),
            "dropped": dict(dropped),
            **cards.counts(pictures),
            "recipe": recipe,
        }
        store.write(folder, each.key, pictures, edition, card)
        seconds[each.key] = round(time.monotonic() - start, 1)
        log.info("%s: %d pictures, %.0f s", each.key, len(pictures), seconds[each.key])
    return cards.write(folder, known.cells) | {"seconds": seconds}


def annotate(catalogue: Catalogue) -> Annotations:
    """Contexts, labels and splits of every emoji."""
    contexts = {code: contexts_of(emoji) for code, emoji in catalogue.emoji.items()}
    main = labels(contexts)
    return Annotations(
        catalogue.emoji, contexts, main, split_emoji(catalogue.emoji, main), held_cells(contexts.values())
    )


def _names(known: Annotations) -> str:
    records = [
        {
            "code": code,
            "character": emoji.character,
            "names": emoji.names,
            "group": emoji.group,
            "subgroup": emoji.subgroup,
            "split": known.split[code],
            "labels": {
                axis: classes(axis)[number] if number >= 0 else None
                for axis, number in zip(AXES, known.labels[code], strict=True)
            },
            "contexts": known.contexts[code],
        }
        for code, emoji in known.emoji.items()
    ]
    return "[\n" + ",\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n]\n"


def _draw(each: Style, found: dict[str, bytes], known: Annotations, count: int) -> tuple[store.Pictures, Counter[str]]:
    """All pictures of a style, and how many were dropped and why."""
    places = {code: place for place, code in enumerate(known.emoji)} | {"": -1}
    dropped = Counter({"same_pixels": 0, "framed": 0, "empty": 0})
    large: dict[str, Image.Image] = {}
    seen: set[bytes] = set()
    images: list[NDArray[np.uint8]] = []
    rows: list[tuple[int, ...]] = []

    def keep(image: NDArray[np.uint8], row: tuple[int, ...]) -> bool:
        digest = hashlib.blake2b(image.tobytes(), digest_size=16).digest()
        if digest in seen:
            dropped["same_pixels"] += 1
            return False
        seen.add(digest)
        images.append(image)
        rows.append(row)
        return True

    for code, drawing in found.items():
        picture = render(drawing)
        image = small(picture)
        if not image[..., 3].any():
            dropped["empty"] += 1
        elif known.emoji[code].is_face and is_framed(image):
            dropped["framed"] += 1
        elif keep(image, (*known.labels[code], places[code], -1, -1, SPLITS.index(known.split[code]))):
            large[code] = picture
    for made in plan(each.key, parts_of(list(large), known), known, count):
        others = [large[part] if part else None for part in (made.prop, made.gesture)]
        parts = (places[made.face], places[made.prop], places[made.gesture])
        keep(compose(large[made.face], *others), (*made.labels, *parts, SPLITS.index(made.split)))
    table = np.array(rows, np.int64).reshape(-1, len(AXES) + 4)
    return store.Pictures(np.stack(images), table[:, : len(AXES)], *table[:, len(AXES) :].T), dropped


def _recipe(each: Style, edition: str, count: int) -> str:
    """What decides a style's pictures: emoji and labels, the style's release, how many composites, packages, code."""
    code = [path for path in sorted(Path(__file__).parent.glob("*.py")) if path.name not in {"card.py", "prepared.py"}]
    digest = hashlib.blake2b(digest_size=12)
    about = [edition, each.key, each.package.integrity, count, version("resvg-py"), version("pillow")]
    digest.update(json.dumps(about).encode())
    for path in (*code, RULES):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_there(folder: Path, key: str, recipe: str) -> bool:
    if not store.path_of(folder, key).exists():
        return False
    try:
        return bool(store.load_card(folder, key)["recipe"] == recipe)
    except DataError as error:
        log.warning("%s Drawn anew.", error)
        return False
