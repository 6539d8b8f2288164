"""The network that enlarges pictures, twofold and fourfold from one trunk.

All work is done at the resolution of the input (Shi et al. 2016, arXiv:1609.05158) in residual blocks without
normalisation (Lim et al. 2017, arXiv:1707.02921); what is learned is added to the bicubic enlargement (Kim et al. 2016,
arXiv:1511.04587), which the caller makes. The fourfold stage goes on from the features of the twofold one (Lai et al.
2017, arXiv:1704.03915).
"""

from dataclasses import dataclass

import keras
from keras import layers

from core.gan.blocks import activate, he, residual


@dataclass(frozen=True)
class UpscalerConfig:
    """Channels and residual blocks at the input's resolution, channels at twice that."""

    width: int = 48
    blocks: int = 8
    fine_width: int = 24

    @property
    def reach(self) -> int:
        """Pixels of the input on each side that a pixel of the output may depend on."""
        return 2 * self.blocks + 5  # the stem 1, each block 2, the first doubling 1, and at most 3 for what follows


def build_upscaler(config: UpscalerConfig) -> keras.Model:
    """Pictures (B, H, W, 3) in -1..1 -> what their bicubic enlargements lack, (B, fH, fW, 3) for f = 2 and 4, float32.

    At first that is nothing. Transposed convolutions of 4x4 with stride 2 double the size: as expressive as pixel
    shuffling, and an ordinary layer.
    """
    picture = keras.Input((None, None, 3), name="picture")
    x = layers.Conv2D(config.width, 3, padding="same", kernel_initializer=he(1.0))(picture)
    for _ in range(config.blocks):
        x = residual(x)
    x = layers.Conv2DTranspose(config.fine_width, 4, strides=2, padding="same", kernel_initializer=he(4.0))(activate(x))
    twice = layers.Conv2D(3, 3, padding="same", kernel_initializer="zeros", dtype="float32", name=_output(2))
    fourfold = layers.Conv2DTranspose(
        3, 4, strides=2, padding="same", kernel_initializer="zeros", dtype="float32", name=_output(4)
    )
    return keras.Model(picture, [twice(activate(x)), fourfold(activate(residual(x)))], name="upscaler")


def one_factor(model: keras.Model, factor: int) -> keras.Model:
    """The part of an upscaler that enlarges by `factor`, with the same weights."""
    return keras.Model(model.inputs[0], model.get_layer(_output(factor)).output, name=f"upscaler_x{factor}")


def _output(factor: int) -> str:
    return f"times_{factor}"
