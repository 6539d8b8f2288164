"""A critic that looks at pictures through a network trained on photographs.

After Sauer et al. 2021, "Projected GANs converge faster", arXiv:2111.01007. The network is SqueezeNet and stays as it
is; a small head at each of its depths tells real pictures from generated ones, and whether they fit a condition. Unlike
the paper's, the heads play the relativistic game with R1 and R2 (Huang et al. 2024, arXiv:2501.05441), taken of the
features: only the heads have to be differentiated twice, which costs little.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from core.gan.autoencoder import to_unit
from core.gan.blocks import activate, he
from core.gan.perceptual import as_network_input, squeezenet
from core.gan.transparency import for_people

Tensor = Any
_WIDTH = 48
_EXAMPLES = 128  # pictures that say how large features are


class Projection:
    """Pictures (B, H, W, 3) in -1..1 -> features (B, h, w, c) at four depths, each channel of about unit size.

    Pictures are enlarged by `enlarge` before, since the network was made for larger ones. `weights` is the file that
    `core.gan.perceptual.find_weights` finds, `examples` are pictures uint8 (N, H, W, 3 or 4).
    """

    def __init__(self, weights: Path, examples: NDArray[np.uint8], enlarge: int = 2) -> None:
        self.network = squeezenet(weights, whole=True)
        self._enlarge = layers.UpSampling2D(enlarge, interpolation="bilinear")
        shown = examples[np.linspace(0, len(examples) - 1, min(_EXAMPLES, len(examples))).astype(int)]
        found = self._features(to_unit(for_people(shown)))
        sizes = [np.sqrt(np.square(ops.convert_to_numpy(each)).mean(axis=(0, 1, 2))) for each in found]
        self.scales = [1 / (size + 0.1 * size.mean()) for size in sizes]

    @property
    def variables(self) -> list[keras.Variable]:
        """The fixed weights, which a compiled step reads."""
        return self.network.variables

    def _features(self, pictures: Tensor) -> list[Tensor]:
        found = self.network(as_network_input(self._enlarge(pictures)), training=False)
        return [ops.cast(each, "float32") for each in found]

    def __call__(self, pictures: Tensor) -> list[Tensor]:
        """See the class."""
        return [each * scale for each, scale in zip(self._features(pictures), self.scales, strict=True)]


def build_heads(channels: Sequence[int], condition: int) -> list[keras.Model]:
    """For each depth: features (B, h, w, c) and conditions (B, K) -> scores of places (B, P), float32."""
    return [_head(count, condition) for count in channels]


def _head(channels: int, condition: int) -> keras.Model:
    inputs = [keras.Input((None, None, channels), name="features"), keras.Input((condition,), name="condition")]
    x = layers.Conv2D(_WIDTH, 3, strides=2, padding="same", kernel_initializer=he(1.0), dtype="float32")(inputs[0])
    x = layers.Conv2D(_WIDTH, 1, kernel_initializer=he(), dtype="float32")(activate(x))
    places = layers.Reshape((-1, _WIDTH), dtype="float32")(activate(x))
    score = layers.Reshape((-1,), dtype="float32")(layers.Dense(1, dtype="float32")(places))
    # how well a place fits: the inner product of both, as in `core.gan.blocks.projected_score`
    wanted = layers.Dense(_WIDTH, dtype="float32")(inputs[1])
    fit = layers.Rescaling(_WIDTH**-0.5, dtype="float32")(layers.Dot((2, 1), dtype="float32")([places, wanted]))
    return keras.Model(inputs, layers.Add(dtype="float32", name="score")([score, fit]))
