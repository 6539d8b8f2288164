"""The shapes of the emoji networks, and their condition: mood, topic, interaction and style, each of them optional."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.gan.autoencoder_network import AutoencoderConfig

SIDE = 64
AUTOENCODER = AutoencoderConfig(height=SIDE, width=SIDE, channels=4)
AXES = ("mood", "topic", "interaction", "style")
OPEN_CHANCE = 0.15  # in training, of each axis by itself
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
