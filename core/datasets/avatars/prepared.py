"""The prepared avatars: one npz per theme, `card.json` and `DATA_CARD.md` beside them."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.avatars.themes import theme, themes
from core.errors import N_, DataError

VALIDATION_SHARE = 0.05


@dataclass(frozen=True)
class AvatarSet:
    """Pictures uint8 (N, 64, 64, 3) and labels int64 (N,), which count in `keys`, the themes' keys."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    validation_images: NDArray[np.uint8]
    validation_labels: NDArray[np.int64]
    keys: tuple[str, ...]


def load(prepared: Path, keys: Sequence[str] | None = None) -> AvatarSet:
    """The avatars in the folder `prepared` (the one named avatar): all themes there, or those of `keys` in that order.

    Raises:
        DataError: a theme is not prepared, or its file is damaged.
    """
    if keys is None:
        keys = [key for key in themes() if path_of(prepared, key).exists()]
    if not keys:
        raise DataError(N_("no avatars in {folder}: run python -m core prepare avatar"), folder=prepared)
    chosen = [theme(key).key for key in keys]
    held = [_read(prepared, key, "validation")["validation"] for key in chosen]
    sizes = {False: sum(int((~rows).sum()) for rows in held), True: sum(int(rows.sum()) for rows in held)}
    images: dict[bool, NDArray[np.uint8]] = {
        side: np.empty((size, 64, 64, 3), np.uint8) for side, size in sizes.items()
    }
    labels = {side: np.empty(size, np.int64) for side, size in sizes.items()}
    start = {False: 0, True: 0}
    for label, (key, rows) in enumerate(zip(chosen, held, strict=True)):  # theme by theme: half a gigabyte in all
        pictures = _read(prepared, key, "images")["images"]
        for side in (False, True):
            stop = start[side] + int((rows == side).sum())
            images[side][start[side] : stop] = pictures[rows == side]
            labels[side][start[side] : stop] = label
            start[side] = stop
    return AvatarSet(images[False], labels[False], images[True], labels[True], tuple(chosen))


def load_parameters(prepared: Path, key: str) -> list[dict[str, Any]]:
    """What each picture of a theme was made of, in the order of its file.

    Raises:
        DataError: the theme is not prepared, or its file is damaged.
    """
    text = _read(prepared, key, "parameters")["parameters"].tobytes().decode()
    return [json.loads(line) for line in text.splitlines()]


def load_card(prepared: Path, key: str) -> dict[str, Any]:
    """What a theme's file says about itself: counts, sources, credits, what was dropped.

    Raises:
        DataError: the theme is not prepared, or its file is damaged.
    """
    return json.loads(_read(prepared, key, "card")["card"].tobytes())


def held_out(seeds: Sequence[str], share: float = VALIDATION_SHARE) -> NDArray[np.bool_]:
    """Which pictures are for validation (N,): those whose seeds have the smallest digests."""
    digests = np.array(
        [int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=6).digest(), "big") for seed in seeds]
    )
    rows = np.zeros(len(seeds), bool)
    rows[np.argsort(digests, kind="stable")[: max(1, round(share * len(seeds)))]] = True
    return rows


def path_of(prepared: Path, key: str) -> Path:
    """Where a theme's pictures are."""
    return prepared / f"{key}.npz"


def write(
    prepared: Path, key: str, images: NDArray[np.uint8], parameters: Sequence[dict[str, Any]], card: dict[str, Any]
) -> None:
    """Store a theme; the file appears whole or not at all."""
    lines = "".join(json.dumps(row, sort_keys=True) + "\n" for row in parameters)
    arrays = {
        "images": images,
        "validation": held_out([row["seed"] for row in parameters]),
        "parameters": np.frombuffer(lines.encode(), np.uint8),
        "card": np.frombuffer(json.dumps(card, sort_keys=True).encode(), np.uint8),
    }
    draft = prepared / f".{key}.npz"
    with draft.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type] # NumPy's stub takes them for its own option
    draft.replace(path_of(prepared, key))


def _read(prepared: Path, key: str, *names: str) -> dict[str, NDArray[Any]]:
    path = path_of(prepared, key)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            return {name: saved[name] for name in names}
    except FileNotFoundError as error:
        raise DataError(
            N_("the avatars of {theme} are not in {folder}: run python -m core prepare avatar"),
            theme=key,
            folder=prepared,
        ) from error
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            N_("{path} is damaged ({error}): delete it and run python -m core prepare avatar"), path=path, error=error
        ) from error
