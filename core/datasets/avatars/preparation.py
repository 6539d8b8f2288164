"""Draws every theme, keeps what differs, writes the files and the card; on all cores, at low priority."""

import hashlib
import json
import logging
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets.avatars import card as cards
from core.datasets.avatars import prepared as store
from core.datasets.avatars.drawing import PACKAGES, SIDE, packages_from
from core.datasets.avatars.sieve import NEAR, Sieve
from core.datasets.avatars.theme import Picture, Theme
from core.datasets.avatars.themes import theme, themes
from core.errors import N_, DataError

log = logging.getLogger(__name__)

COUNT = 12_000
_BATCH = 50  # pictures per piece of work
_NICENESS = 5
_PATIENCE = 3  # drawings per picture asked for, before a theme counts as exhausted


def prepare(
    folder: Path,
    keys: Sequence[str] | None = None,
    *,
    count: int = COUNT,
    cc0: bool = False,
    source: Path | None = None,
    processes: int | None = None,
) -> dict[str, Any]:
    """Draw `count` different pictures of each theme into `folder`; a theme that is there as asked for is left alone.

    The artists' parts come from packages, those in the folder `source` or the installed ones. Interrupted, it keeps the
    themes that were finished. Returns the card with `seconds` per theme drawn.

    Raises:
        DataError: an unknown theme, a missing package, or a theme that has fewer different pictures than `count`.
    """
    chosen = [theme(key) for key in (themes() if keys is None else keys)]
    seconds: dict[str, float] = {}
    with packages_from(source), _pool(processes) as pool:
        folder.mkdir(parents=True, exist_ok=True)
        for each in chosen:
            recipe = _recipe(each, count, cc0)
            if _is_there(folder, each.key, recipe):
                log.info("%s: there already", each.key)
                continue
            start = time.monotonic()
            _prepare_theme(folder, each, pool, count=count, cc0=cc0, recipe=recipe)
            seconds[each.key] = round(time.monotonic() - start, 1)
    return {**cards.write(folder), "seconds": seconds}


def _prepare_theme(folder: Path, each: Theme, pool: ProcessPoolExecutor, *, count: int, cc0: bool, recipe: str) -> None:
    sieve = Sieve(count)
    images = np.empty((count, SIDE, SIDE, 3), np.uint8)
    parameters: list[dict[str, Any]] = []
    drawn, told, start = 0, 0, time.monotonic()
    for batch in _drawn(each, pool, count * _PATIENCE, cc0):
        drawn += len(batch)
        for picture in sieve.sift(batch):
            images[len(parameters)] = picture.image
            parameters.append(picture.parameters)
        if len(parameters) * 10 // count > told:
            told = len(parameters) * 10 // count
            speed = drawn / (time.monotonic() - start)
            log.info("%s: %d of %d pictures, %.0f a second", each.key, len(parameters), count, speed)
        if len(parameters) == count:
            break
    if len(parameters) < count:
        raise DataError(
            N_("the theme {theme} has only {found} different pictures of {count} asked for: ask for fewer"),
            theme=each.key,
            found=len(parameters),
            count=count,
        )
    used = [row["recipe"] for row in parameters]
    card = {
        "key": each.key,
        "title": each.title,
        "cc0": all(credit.licence.name == "CC0" for credit in each.credits(cc0)),
        "pictures": count,
        "validation": int(store.held_out([row["seed"] for row in parameters]).sum()),
        "candidates": sieve.kept + sieve.pixels + sieve.figures + sieve.near,
        "dropped": {"same_pixels": sieve.pixels, "same_figure": sieve.figures, "near_copies": sieve.near},
        "near": NEAR,
        "recipes": {
            kind.name: {"source": kind.source.key, "package": kind.source.package, "pictures": used.count(kind.name)}
            for kind in each.chosen(cc0)
        },
        "credits": [credit.record() for credit in each.credits(cc0)],
        "packages": _packages(),
        "recipe": recipe,
    }
    store.write(folder, each.key, images, parameters, card)


def _drawn(each: Theme, pool: ProcessPoolExecutor, most: int, cc0: bool) -> Iterator[list[Picture]]:
    """Batches in the order of their numbers; a few are drawn ahead."""
    starts = iter(range(0, most, _BATCH))
    ahead = [
        pool.submit(_draw, each.key, start, min(start + _BATCH, most), cc0)
        for start, _ in zip(starts, range(6), strict=False)
    ]
    try:
        while ahead:
            yield ahead.pop(0).result()
            start = next(starts, None)
            if start is not None:
                ahead.append(pool.submit(_draw, each.key, start, min(start + _BATCH, most), cc0))
    finally:
        for waiting in ahead:
            waiting.cancel()


def _draw(key: str, start: int, stop: int, cc0: bool) -> list[Picture]:
    return [theme(key).draw(index, cc0) for index in range(start, stop)]


def _pool(processes: int | None) -> ProcessPoolExecutor:
    # spawned: a fork would copy the threads' locks of the numerical libraries
    return ProcessPoolExecutor(
        processes or os.cpu_count() or 1, mp_context=multiprocessing.get_context("spawn"), initializer=_step_back
    )


def _step_back() -> None:
    """Let everything else on the machine go first."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(max(0, _NICENESS - os.nice(0)))


def _packages() -> dict[str, str]:
    return {project: version(project) for project in [*PACKAGES.values(), "pillow"]}


def _recipe(each: Theme, count: int, cc0: bool) -> str:
    """What decides a theme's pictures: how many, from which sources, packages and code."""
    names = ("drawing", "parts", "grounds", "extras", "credits", "theme", "sieve", f"themes/{each.key}")
    code = [Path(__file__).parent / f"{name}.py" for name in names]
    digest = hashlib.blake2b(digest_size=12)
    digest.update(json.dumps([count, cc0 and each.cc0, _packages()], sort_keys=True).encode())
    for path in code:
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
