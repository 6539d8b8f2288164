"""The prepared emoji: one npz per style; `emoji.json`, `card.json` and `DATA_CARD.md` beside them."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.emoji.contexts import AXES, classes
from core.datasets.emoji.split import SPLITS
from core.datasets.emoji.styles import STYLES, style
from core.errors import N_, DataError

NAMES = "emoji.json"


@dataclass(frozen=True)
class Pictures:
    """N pictures of one or more styles.

    `images` uint8 (N, 64, 64, 4), RGBA; `labels` (N, 3), mood, topic and interaction as numbers in `classes(axis)`, -1
    for none; `emoji`, `props`, `gestures` (N,), places in the list of emoji: what is drawn, or a composite's face, and
    a composite's other parts, -1 for none; `splits` (N,), places in SPLITS.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    emoji: NDArray[np.int64]
    props: NDArray[np.int64]
    gestures: NDArray[np.int64]
    splits: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.splits)

    @property
    def is_composite(self) -> NDArray[np.bool_]:
        """Which pictures were put together (N,)."""
        return (self.props >= 0) | (self.gestures >= 0)


@dataclass(frozen=True)
class EmojiSet:
    """Pictures, the style of each (N,) as a place in `keys`, and what every emoji is.

    `names` is a list of records in the order that `Pictures` counts in: code, character, names by language, split, and
    contexts: axis -> class -> the words that caused it.
    """

    pictures: Pictures
    styles: NDArray[np.int64]
    keys: tuple[str, ...]
    names: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.styles)

    @property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """Names of the classes of every axis, in the order of their numbers."""
        return {axis: classes(axis) for axis in AXES}

    def of(self, split: str) -> "EmojiSet":
        """The pictures of one split (of SPLITS)."""
        return self.subset(self.pictures.splits == SPLITS.index(split))

    def subset(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "EmojiSet":
        """The pictures chosen by a mask or by places."""
        chosen = Pictures(*(getattr(self.pictures, field.name)[keep] for field in fields(Pictures)))
        return EmojiSet(chosen, self.styles[keep], self.keys, self.names)


def load(prepared: Path, keys: Sequence[str] | None = None) -> EmojiSet:
    """The emoji in the folder `prepared` (the one named emoji): all styles there, or those of `keys` in that order.

    Raises:
        DataError: a style is not prepared, its file is damaged, or styles were prepared from different releases.
    """
    if keys is None:
        keys = [each.key for each in STYLES if path_of(prepared, each.key).exists()]
    if not keys:
        raise DataError(N_("no emoji in {folder}: run python -m core prepare emoji"), folder=prepared)
    chosen = [style(key).key for key in keys]
    names = load_names(prepared)
    edition = edition_of((prepared / NAMES).read_text("utf-8"))
    read = [_read(prepared, key, "edition", *(field.name for field in fields(Pictures))) for key in chosen]
    for key, arrays in zip(chosen, read, strict=True):
        if str(arrays["edition"]) != edition:
            raise DataError(
                N_("the emoji of the style {style} are from another release: run python -m core prepare emoji"),
                style=key,
            )
    sizes = [len(arrays["splits"]) for arrays in read]
    joined = {field.name: np.concatenate([arrays.pop(field.name) for arrays in read]) for field in fields(Pictures)}
    images = joined.pop("images")
    numbers = {name: array.astype(np.int64) for name, array in joined.items()}
    return EmojiSet(Pictures(images, **numbers), np.repeat(np.arange(len(chosen)), sizes), tuple(chosen), names)


def load_names(prepared: Path) -> list[dict[str, Any]]:
    """What every emoji is, as `EmojiSet.names`.

    Raises:
        DataError: nothing is prepared, or the list is damaged.
    """
    path = prepared / NAMES
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise DataError(N_("no emoji in {folder}: run python -m core prepare emoji"), folder=prepared) from error
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error


def load_card(prepared: Path, key: str) -> dict[str, Any]:
    """What a style's file says about itself: counts, credit, what was dropped.

    Raises:
        DataError: the style is not prepared, or its file is damaged.
    """
    return json.loads(_read(prepared, key, "card")["card"].tobytes())


def path_of(prepared: Path, key: str) -> Path:
    """Where a style's pictures are."""
    return prepared / f"{key}.npz"


def edition_of(names: str) -> str:
    """What tells one list of emoji (the text of NAMES) from another, so that pictures are read with theirs only."""
    return hashlib.blake2b(names.encode(), digest_size=12).hexdigest()


def write(prepared: Path, key: str, pictures: Pictures, edition: str, card: dict[str, Any]) -> None:
    """Store a style; the file appears whole or not at all. `edition` is that of the list of emoji it counts in."""
    arrays = {field.name: getattr(pictures, field.name) for field in fields(Pictures)}
    arrays = {name: array if name == "images" else array.astype(np.int16) for name, array in arrays.items()}
    arrays |= {
        "edition": np.array(edition),
        "card": np.frombuffer(json.dumps(card, sort_keys=True).encode(), np.uint8),
    }
    draft = prepared / f".{key}.npz"
    with draft.open("wb") as file:
        np.savez_compressed(file, **arrays)
    draft.replace(path_of(prepared, key))


def write_text(path: Path, text: str) -> None:
    """Store a text file, whole or not at all."""
    draft = path.with_name(f".{path.name}")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _read(prepared: Path, key: str, *names: str) -> dict[str, NDArray[Any]]:
    path = path_of(prepared, key)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            return {name: saved[name] for name in names}
    except FileNotFoundError as error:
        raise DataError(
            N_("the emoji of the style {style} are not in {folder}: run python -m core prepare emoji"),
            style=key,
            folder=prepared,
        ) from error
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(
        N_("{path} is damaged ({error}): delete it and run python -m core prepare emoji"), path=path, error=error
    )
