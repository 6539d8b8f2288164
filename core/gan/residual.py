"""Generator and critic of pixels: residual, without normalisation, the condition in every block of the generator.

Trained with the relativistic game, R1 and R2 (Huang et al. 2024, arXiv:2501.05441), which need no other tricks.
"""

import math
from dataclasses import dataclass

import keras
from keras import layers

from core.gan.blocks import activate, double, he, modulate, projected_score, residual


@dataclass(frozen=True)
class ResidualConfig:
    """Channels from the smallest grid (4 rows) up to full size, of generator and critic alike."""

    height: int = 64
    width_pixels: int = 48
    widths: tuple[int, ...] = (128, 128, 96, 48, 24)
    noise: int = 64
    condition: int = 128
    mixed: int = 192

    @property
    def grid(self) -> tuple[int, int]:
        """Height and width where the generator starts and the critic ends."""
        factor = 2 ** (len(self.widths) - 1)
        return self.height // factor, self.width_pixels // factor


WIDE = ResidualConfig(widths=(320, 320, 256, 128, 64))  # for a GPU: 14 MB as float16


def build_generator(config: ResidualConfig) -> keras.Model:
    """Noise (B, noise) and condition (B, K) -> pictures (B, H, W, 3), about -1..1 (clip them), float32."""
    inputs = [keras.Input((config.noise,), name="noise"), keras.Input((config.condition,), name="condition")]
    mixed = activate(layers.Dense(config.mixed, kernel_initializer=he())(layers.Concatenate()(inputs)))
    rows, columns = config.grid
    x = layers.Dense(rows * columns * config.widths[0], kernel_initializer=he())(mixed)
    x = layers.Reshape((rows, columns, config.widths[0]))(x)
    for stage, channels in enumerate(config.widths):
        x = residual(double(x, channels) if stage else x, mixed)
    x = activate(modulate(x, mixed))
    picture = layers.Conv2D(3, 3, padding="same", kernel_initializer=he(0.5), dtype="float32", name="picture")(x)
    return keras.Model(inputs, picture, name="residual_generator")


def build_critic(config: ResidualConfig) -> keras.Model:
    """Pictures (B, H, W, 3) and condition (B, K) -> scores (B,), float32."""
    inputs = [
        keras.Input((config.height, config.width_pixels, 3), name="picture"),
        keras.Input((config.condition,), name="condition"),
    ]
    widths = config.widths[::-1]
    x = layers.Conv2D(widths[0], 3, padding="same", kernel_initializer=he(1.0))(inputs[0])
    for channels in widths[1:]:
        x = layers.AveragePooling2D(2)(residual(x))
        x = layers.Conv2D(channels, 1, use_bias=False, kernel_initializer=he(1.0))(x)
    x = activate(residual(x))
    spread = keras.initializers.RandomNormal(stddev=1 / math.sqrt(math.prod(config.grid)))
    x = layers.Flatten()(layers.DepthwiseConv2D(config.grid, depthwise_initializer=spread)(x))
    return keras.Model(inputs, projected_score(x, inputs[1]), name="residual_critic")
