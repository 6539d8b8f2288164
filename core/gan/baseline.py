"""A stored DCGAN as the baseline beside a generator: pictures from conditions and seeds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import keras
import numpy as np
from numpy.typing import NDArray

from core.artifacts import ArtifactError, load_keras, open_artifact
from core.errors import N_
from core.gan import sampling
from core.gan.recipe import Recipe
from core.images import from_unit

DCGAN = "dcgan.keras"  # the baseline's file, beside the generator
_BATCH = 32


class Baseline:
    """The DCGAN stored beside a generator, to draw what that drew; thread-safe after `warm_up`."""

    def __init__(self, network: keras.Model) -> None:
        self._network = network

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the one in the artifact in `folder`.

        Raises:
            core.artifacts.ArtifactError: the model is missing or damaged, or was stored without one.
        """
        if DCGAN not in open_artifact(folder).files:
            raise ArtifactError(
                N_(
                    "The model {name} was stored without a DCGAN. Train one: "
                    "python -m core train {name} --stage dcgan, then --stage publish"
                ),
                name=folder.name,
            )
        return cls(load_keras(folder / DCGAN))

    def warm_up(self) -> None:
        """Build the network's function before a visitor waits for it."""
        width = int(self._network.inputs[1].shape[-1])
        self.pictures(np.zeros((1, width), np.float32), [Recipe(0)])

    def pictures(self, conditions: NDArray[np.float32], recipes: Sequence[Recipe]) -> NDArray[np.uint8]:
        """Pictures uint8 (N, H, W, C), one per condition (N, K) and recipe, whose seed and truncation count."""
        scale = np.array([[recipe.truncation] for recipe in recipes], np.float32)
        return baseline_pictures(self._network, conditions, [recipe.seed for recipe in recipes], scale)


def baseline_pictures(
    network: keras.Model,
    conditions: NDArray[np.float32],
    seeds: Sequence[int],
    truncation: float | NDArray[np.float32] = 1.0,
) -> NDArray[np.uint8]:
    """Pictures uint8 (N, H, W, 3) of DCGAN's generator, one per condition (N, K) and seed.

    Its noise is uniform, and `truncation` scales it, for all pictures or each (N, 1).
    """
    size = int(network.inputs[0].shape[-1])
    rows = [sampling.draw(np.random.default_rng(seed), (size,), "uniform") for seed in seeds]
    noise = truncation * np.stack(rows)
    parts = [
        from_unit(network.predict_on_batch([noise[start : start + _BATCH], conditions[start : start + _BATCH]]))
        for start in range(0, len(noise), _BATCH)
    ]
    return np.concatenate(parts)
