"""The pictures of the game: a generator at several moments of its training, each with the detective it learned from.

The real pictures are drawings of faces that the networks never saw: a detective that had learned them by heart would
know them again, and the class could not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.artifacts import load_keras, open_artifact
from core.classroom.game import Scored
from core.images import from_unit

if TYPE_CHECKING:
    import keras

HELD_OUT = 24  # real pictures kept for the game
NAME = "classroom"


def split(images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The pictures (N, H, W, 3) to learn from, and those kept for the game; always the same ones."""
    order = np.random.default_rng(0).permutation(len(images))
    return images[order[HELD_OUT:]], images[order[:HELD_OUT]]


def log_odds(detective: "keras.Model", images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What a detective says of each picture (N, H, W, 3): (N,), the higher the likelier real."""
    return np.asarray(detective(images.astype(np.float32) / 127.5 - 1, training=False)).astype(float).reshape(-1)


@dataclass(frozen=True)
class Pair:
    """A forger, the detective it learned from, and the log-odds from which on that one is taken to say "real"."""

    forger: "keras.Model"
    detective: "keras.Model"
    midpoint: float


class Forgers:
    """Implements `core.classroom.game.RealFakeSource`."""

    def __init__(self, pairs: Sequence[Pair], real: NDArray[np.uint8]) -> None:
        self._pairs, self._real = list(pairs), real
        self.stages = len(self._pairs)

    @classmethod
    def load(cls, folder: Path) -> "Forgers":
        """The forgers and detectives stored in `folder`.

        Raises:
            core.artifacts.ArtifactError: they are missing or damaged.
            core.errors.DataError: the real pictures are.
        """
        from core.classroom.imagelab.pictures import load

        midpoints = open_artifact(folder, train=NAME).parameters["midpoints"]
        pairs = [
            Pair(
                load_keras(folder / f"forger_{stage}.keras"), load_keras(folder / f"detective_{stage}.keras"), midpoint
            )
            for stage, midpoint in enumerate(midpoints, start=1)
        ]
        return cls(pairs, split(load("faces"))[1])

    def real(self, stage: int, count: int, seed: int, skip: int = 0) -> Sequence[Scored]:
        """At most `HELD_OUT` different drawings."""
        order = np.random.default_rng((seed, 1)).permutation(len(self._real))
        rows = np.roll(order, -skip)[:count]
        return self._scored(stage, self._real[rows])

    def forged(self, stage: int, count: int, seed: int) -> Sequence[Scored]:
        """Pictures by the forger of a stage, from 0."""
        forger = self._pairs[stage].forger
        noise = np.random.default_rng((seed, 2)).uniform(-1, 1, (count, forger.input_shape[-1])).astype(np.float32)
        return self._scored(stage, from_unit(np.asarray(forger(noise, training=False))))

    def _scored(self, stage: int, images: NDArray[np.uint8]) -> list[Scored]:
        pair = self._pairs[stage]
        scores = 1 / (1 + np.exp(np.clip(pair.midpoint - log_odds(pair.detective, images), -60, 60)))
        return [Scored(image, float(score)) for image, score in zip(images, scores, strict=True)]
