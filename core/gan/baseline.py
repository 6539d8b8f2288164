"""A stored DCGAN as the baseline beside a generator: pictures from conditions and seeds."""

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from core.gan import sampling
from core.images import from_unit

DCGAN = "dcgan.keras"  # the baseline's file, beside the generator
_BATCH = 32


def baseline_pictures(
    network: keras.Model, conditions: NDArray[np.float32], seeds: Sequence[int], truncation: float = 1.0
) -> NDArray[np.uint8]:
    """Pictures uint8 (N, H, W, 3) of DCGAN's generator, one per condition (N, K) and seed.

    Its noise is uniform, and `truncation` scales it.
    """
    size = int(network.inputs[0].shape[-1])
    rows = [sampling.draw(np.random.default_rng(seed), (size,), "uniform") for seed in seeds]
    noise = truncation * np.stack(rows)
    parts = [
        from_unit(network.predict_on_batch([noise[start : start + _BATCH], conditions[start : start + _BATCH]]))
        for start in range(0, len(noise), _BATCH)
    ]
    return np.concatenate(parts)
