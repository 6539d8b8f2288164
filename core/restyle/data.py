"""The same emoji in two styles: single emoji by their code, composites by their parts, which always stand alike."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets import emoji
from core.datasets.emoji.split import TEST, TRAIN, VALIDATION
from core.errors import N_, DataError
from core.gan.transparency import premultiplied

SPLITS = (TRAIN, VALIDATION, TEST)


@dataclass(frozen=True)
class StyledEmoji:
    """Emoji drawn in two styles at least, all of one split.

    `images` uint8 (N, 64, 64, 4), premultiplied; `places` (M, S), where in `images` each emoji is in each style, -1
    where it is not; `is_composite` (M,); `names` (M,), the emoji's codes; `styles`, the keys of the S styles.
    """

    images: NDArray[np.uint8]
    places: NDArray[np.int64]
    is_composite: NDArray[np.bool_]
    names: tuple[str, ...]
    styles: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.places)

    @property
    def single(self) -> "StyledEmoji":
        """Without composites."""
        kept = np.flatnonzero(~self.is_composite)
        names = tuple(self.names[place] for place in kept)
        return StyledEmoji(self.images, self.places[kept], self.is_composite[kept], names, self.styles)


def load(folder: Path) -> dict[str, StyledEmoji]:
    """The emoji in `folder` (the prepared emoji), by split; held-out cells of mood and topic are in none.

    Raises:
        DataError: they are not prepared or damaged, or no emoji of a split is there in two styles.
    """
    pictures = emoji.load(folder)
    return {split: _of(pictures, split) for split in SPLITS}


def _of(pictures: emoji.EmojiSet, split: str) -> StyledEmoji:
    every = pictures.pictures
    rows = np.flatnonzero(every.splits == emoji.SPLITS.index(split))
    drawn: dict[tuple[int, int, int], dict[int, int]] = {}
    for row in rows.tolist():
        parts = int(every.emoji[row]), int(every.props[row]), int(every.gestures[row])
        drawn.setdefault(parts, {})[int(pictures.styles[row])] = row
    drawn = {parts: found for parts, found in drawn.items() if len(found) > 1}
    if not drawn:
        raise DataError(
            N_("no emoji of the {split} split is there in two styles: run python -m core prepare emoji"), split=split
        )
    kept = [row for found in drawn.values() for row in found.values()]
    place_of = {row: place for place, row in enumerate(kept)}
    places = np.full((len(drawn), len(pictures.keys)), -1, np.int64)
    for number, found in enumerate(drawn.values()):
        for style, row in found.items():
            places[number, style] = place_of[row]
    codes = [record["code"] for record in pictures.names]
    return StyledEmoji(
        premultiplied(every.images[kept]),
        places,
        np.array([parts[1:] != (-1, -1) for parts in drawn]),
        tuple("+".join(codes[part] for part in parts if part >= 0) for parts in drawn),
        pictures.keys,
    )


@dataclass(frozen=True)
class Cases:
    """Pairs to measure by: of the emoji `numbers` (N,), the style `sources` (N,) is given and `targets` (N,) wanted."""

    numbers: NDArray[np.int64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)


def cases(pictures: StyledEmoji, limit: int | None = None, seed: int = 7) -> Cases:
    """Every single emoji in every style it has as target, each from one other style; `limit` draws so many of them."""
    rng = np.random.default_rng((seed, 5))
    rows = []
    for number in np.flatnonzero(~pictures.is_composite).tolist():
        there = np.flatnonzero(pictures.places[number] >= 0)
        rows += [(number, rng.choice(there[there != target]), target) for target in there]
    table = np.array(rows, np.int64).reshape(-1, 3)
    table = table[rng.permutation(len(table))[:limit]]
    return Cases(*table.T)


def pictures_of(pictures: StyledEmoji, chosen: Cases) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Sources and targets (N, 64, 64, 4), premultiplied."""
    places = pictures.places
    return (
        pictures.images[places[chosen.numbers, chosen.sources]],
        pictures.images[places[chosen.numbers, chosen.targets]],
    )


class Pairs:
    """Batches of pairs, each a function of the step alone: "source" and "target", uint8, "style" and "ground".

    All styles are wanted equally often. Both pictures are mirrored and moved alike; the share `blurred` of the sources
    is made soft, as generated and enlarged emoji are. `composites` is the share of pairs of composites. "style"
    (B, S) is one-hot; "ground" (B, 1, 1, 3), in 0..1, is what both are seen on.
    """

    def __init__(
        self, pictures: StyledEmoji, batch_size: int, *, composites: float, blurred: float, shift: int, seed: int
    ) -> None:
        self.pictures, self.batch_size, self.seed = pictures, batch_size, seed
        self.composites, self.blurred, self.shift = composites, blurred, shift
        has = pictures.places >= 0
        kinds = (~pictures.is_composite, pictures.is_composite)
        self._drawn = [[np.flatnonzero(kind & has[:, style]) for style in range(has.shape[1])] for kind in kinds]

    def __call__(self, step: int) -> dict[str, Any]:
        """The batch of a step."""
        rng = np.random.default_rng((self.seed, 3, step))
        count, places = len(self.pictures.styles), self.pictures.places
        sources: list[NDArray[np.uint8]] = []
        targets: list[NDArray[np.uint8]] = []
        styles: list[int] = []
        while len(targets) < self.batch_size:
            target = int(rng.integers(count))
            pool = self._drawn[int(rng.random() < self.composites)][target]
            if not len(pool):
                continue
            there = places[rng.choice(pool)]
            source = rng.choice([style for style in np.flatnonzero(there >= 0) if style != target])
            move = (bool(rng.random() < 0.5), *rng.integers(-self.shift, self.shift + 1, 2).tolist())
            pair = [_moved(self.pictures.images[there[style]], *move) for style in (source, target)]
            if rng.random() < self.blurred:
                pair[0] = cv2.GaussianBlur(pair[0], (0, 0), float(rng.uniform(0.4, 0.9)))
            sources.append(pair[0])
            targets.append(pair[1])
            styles.append(target)
        return {
            "source": np.stack(sources),
            "target": np.stack(targets),
            "style": np.eye(count, dtype=np.float32)[styles],
            "ground": rng.random((self.batch_size, 1, 1, 3), np.float32),
        }


def _moved(picture: NDArray[np.uint8], mirrored: bool, down: int, right: int) -> NDArray[np.uint8]:
    """The picture mirrored and moved by whole pixels, which blurs nothing; what leaves is lost."""
    height, width = picture.shape[:2]
    moved = np.zeros_like(picture)
    source = picture[:, ::-1] if mirrored else picture
    moved[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = source[
        max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)
    ]
    return moved
