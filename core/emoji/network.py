"""The shapes of the emoji networks, and their condition: mood, topic, interaction and style, each of them optional."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.gan.autoencoder_network import AutoencoderConfig

SIDE = 64
# a finer grid than photos have: what counts in a drawing is small, and it is learned sooner
AUTOENCODER = AutoencoderConfig(
    height=SIDE, width=SIDE, widths=(32, 80, 128), encoder_blocks=(0, 0, 2), decoder_blocks=(1, 1, 3),
    latent_channels=12, channels=4, packed=True,
)  # fmt: skip
AXES = ("mood", "topic", "interaction", "style")
OPEN_CHANCE = 0.15  # in training, of each axis by itself
UNNAMED_CHANCE = 0.1  # in training: the generator is not told which drawing it is
DIRECTION = 12  # numbers of noise that choose among the drawings of a class
_UNLABELLED = 0.25  # pictures that say nothing are learned from this much less often than a class of mean size


@dataclass(frozen=True)
class Condition:
    """Which numbers of a condition (K,) mean what: shares of the classes of each axis, all zero where it is open."""

    classes: Mapping[str, Sequence[str]]

    @property
    def size(self) -> int:
        """How many numbers a condition has."""
        return sum(len(self.classes[axis]) for axis in AXES)

    def start(self, axis: str) -> int:
        """Where an axis begins."""
        return sum(len(self.classes[before]) for before in AXES[: AXES.index(axis)])

    def one_hot(self, labels: NDArray[np.integer]) -> NDArray[np.float32]:
        """Conditions float32 (N, K) of classes by number (N, 4) in the order of AXES; -1 leaves an axis open."""
        rows = np.zeros((len(labels), self.size), np.float32)
        for place, axis in enumerate(AXES):
            known = np.flatnonzero(labels[:, place] >= 0)
            rows[known, self.start(axis) + labels[known, place]] = 1
        return rows

    def mixed(self, shares: Mapping[str, Mapping[str, float]]) -> NDArray[np.float32]:
        """The condition (K,) of shares per class of each axis."""
        row = np.zeros(self.size, np.float32)
        for axis, weights in shares.items():
            for name, share in weights.items():
                row[self.start(axis) + list(self.classes[axis]).index(name)] = share
        return row

    def shares(self, row: NDArray[np.float32]) -> dict[str, dict[str, float]]:
        """The way back from a condition (K,): shares per class of the axes that are not open."""
        found = {}
        for axis in AXES:
            start, names = self.start(axis), self.classes[axis]
            given = {name: float(row[start + place]) for place, name in enumerate(names) if row[start + place]}
            if given:
                found[axis] = given
        return found


class EmojiConditions:
    """Conditions of training pictures with these labels (N, 4); each axis is now and then left open.

    Whoever asks for a mood alone then gets it with any topic, not only pictures that have none.
    """

    def __init__(self, labels: NDArray[np.integer], condition: Condition, chance: float = OPEN_CHANCE) -> None:
        self.labels, self.condition, self.chance = labels, condition, chance

    def __call__(self, rows: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float32]:
        """Conditions (B, K)."""
        labels = self.labels[rows]
        left_open = rng.random(labels.shape) < self.chance
        return self.condition.one_hot(np.where(left_open, -1, labels))


class NamedConditions(EmojiConditions):
    """As EmojiConditions, with the vector of the drawing's name after the axes, in one language or another.

    `vectors` (N, languages, K) belong to the pictures; now and then the vector is left out, as an axis is.
    """

    def __init__(self, labels: NDArray[np.integer], condition: Condition, vectors: NDArray[np.float32]) -> None:
        super().__init__(labels, condition)
        self.vectors = vectors

    def __call__(self, rows: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float32]:
        """Conditions (B, axes + K)."""
        vectors = self.vectors[rows, rng.integers(self.vectors.shape[1], size=len(rows))]
        named = rng.random((len(rows), 1)) >= UNNAMED_CHANCE
        return np.concatenate([super().__call__(rows, rng), vectors * named], axis=1).astype(np.float32)


def learning_shares(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """How often each picture (N,) is learned from, by its labels (N, 4): rare classes more often, by square roots.

    Of each axis but style the mean size of its classes over the size of the picture's class counts; then the mean over
    the axes that the picture has.
    """
    found = np.full((len(labels), 3), np.nan)
    for place in range(3):
        known = labels[:, place] >= 0
        sizes = np.bincount(labels[known, place], minlength=1)
        if known.any():
            found[known, place] = np.sqrt(sizes[sizes > 0].mean() / sizes[labels[known, place]])
    has = ~np.isnan(found)
    return np.where(has.any(axis=1), np.nansum(found, axis=1) / np.maximum(has.sum(axis=1), 1), _UNLABELLED)


def restoring_shares(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """How often the autoencoder learns from each picture (N,): faces most, as nearly every emoji shows one."""
    has = labels[:, :3] >= 0
    return np.select([has[:, 0], has.any(axis=1)], [3.0, 1.0], 0.2)
