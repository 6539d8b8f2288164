"""DCGAN as its paper asks: Radford, Metz and Chintala 2015, arXiv:1511.06434. The taught baseline.

Strided and transposed convolutions, no pooling, no hidden dense layers; batch normalisation everywhere but at the
generator's output and the critic's input; ReLU and tanh in the generator, LeakyReLU 0.2 in the critic; kernels from
N(0, 0.02). Train it with batches of 128, Adam at 2e-4 with beta_1 0.5, noise uniform in -1..1.

The conditional variant appends the condition to the noise, and to the critic's last map (Reed et al. 2016).
"""

from dataclasses import dataclass

import keras
from keras import layers

from core.gan.blocks import LOOKED, one_or_all

SMALL = 32  # width of a baseline that takes 2 MB beside its model instead of 8, and learns three times faster on a CPU


@dataclass(frozen=True)
class DcganConfig:
    """`width` channels at half size, doubled towards the 4-pixel grid; `condition` 0 leaves it out."""

    height: int = 64
    width_pixels: int = 64
    width: int = 64
    stages: int = 4
    noise: int = 100
    condition: int = 0
    channels: int = 3

    @property
    def grid(self) -> tuple[int, int]:
        """Height and width where the generator starts and the critic ends."""
        return self.height // 2**self.stages, self.width_pixels // 2**self.stages


def _normal() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=0.02)


def _normalised(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def build_generator(config: DcganConfig) -> keras.Model:
    """Noise (B, noise) [and condition (B, K)] -> pictures (B, H, W, channels) in -1..1."""
    noise = keras.Input((config.noise,), name="noise")
    inputs, x = [noise], noise
    if config.condition:
        inputs.append(keras.Input((config.condition,), name="condition"))
        x = layers.Concatenate()(inputs)
    x = layers.Reshape((1, 1, x.shape[-1]))(x)
    channels = config.width * 2 ** (config.stages - 1)
    x = layers.Conv2DTranspose(channels, config.grid, use_bias=False, kernel_initializer=_normal())(x)
    x = layers.ReLU()(_normalised(x))
    for stage in reversed(range(config.stages - 1)):
        x = layers.Conv2DTranspose(
            config.width * 2**stage, 4, strides=2, padding="same", use_bias=False, kernel_initializer=_normal()
        )(x)
        x = layers.ReLU()(_normalised(x))
    x = layers.Conv2DTranspose(config.channels, 4, strides=2, padding="same", kernel_initializer=_normal())(x)
    return keras.Model(
        one_or_all(inputs), layers.Activation("tanh", dtype="float32", name="picture")(x), name="dcgan_generator"
    )


def build_critic(config: DcganConfig) -> keras.Model:
    """Pictures (B, H, W, channels) [and condition (B, K)] -> scores (B,)."""
    picture = keras.Input((config.height, config.width_pixels, config.channels), name="picture")
    x = picture
    for stage in range(config.stages):
        x = layers.Conv2D(
            config.width * 2**stage, 4, strides=2, padding="same", use_bias=not stage, kernel_initializer=_normal()
        )(x)
        x = layers.LeakyReLU(negative_slope=0.2)(_normalised(x) if stage else x)
    inputs = [picture]
    if config.condition:
        inputs.append(keras.Input((config.condition,), name="condition"))
        rows, columns = config.grid
        spread = layers.Reshape((1, 1, config.condition))(inputs[1])
        spread = layers.UpSampling2D((rows, columns))(spread)
        x = layers.Concatenate()([layers.Identity(name=LOOKED)(x), spread])
        x = layers.Conv2D(config.width * 2 ** (config.stages - 1), 1, use_bias=False, kernel_initializer=_normal())(x)
        x = layers.LeakyReLU(negative_slope=0.2)(_normalised(x))
    score = layers.Conv2D(1, config.grid, kernel_initializer=_normal(), dtype="float32")(x)
    return keras.Model(
        one_or_all(inputs), layers.Reshape((), dtype="float32", name="score")(score), name="dcgan_critic"
    )
