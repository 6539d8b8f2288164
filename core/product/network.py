"""The networks of the latent route: encoder and decoder of 48x64 photos, and the critic of the texture."""

import math
from dataclasses import dataclass

import keras
from keras import layers

from core.datasets.products import SIDE, WIDTH
from core.gan.blocks import activate, double, halve, he, residual


@dataclass(frozen=True)
class AutoencoderConfig:
    """Channels at 64x48, 32x24 … pixels down to the latent's grid, residual blocks there (encoder, decoder).

    The latent is (64 / 2^k, 48 / 2^k, latent_channels) for k + 1 stages.
    """

    widths: tuple[int, ...] = (24, 48, 96, 128, 160)
    encoder_blocks: tuple[int, ...] = (0, 0, 1, 1, 1)
    decoder_blocks: tuple[int, ...] = (1, 1, 1, 2, 2)
    latent_channels: int = 32

    @property
    def latent_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of what lies between encoder and decoder."""
        factor = 2 ** (len(self.widths) - 1)
        return SIDE // factor, WIDTH // factor, self.latent_channels

    @property
    def latent_size(self) -> int:
        """Numbers per picture."""
        return math.prod(self.latent_shape)


# as many numbers on a finer grid: places are kept better, meaning is spread wider
FINE = AutoencoderConfig(
    widths=(24, 48, 96, 128), encoder_blocks=(0, 0, 1, 2), decoder_blocks=(1, 1, 1, 3), latent_channels=8
)


def build_encoder(config: AutoencoderConfig) -> keras.Model:
    """Photos (B, 64, 48, 3) in -1..1 -> latents (B, h, w, c), float32."""
    photos = keras.Input((SIDE, WIDTH, 3), name="photo")
    x = layers.Conv2D(config.widths[0], 3, padding="same", kernel_initializer=he(1.0))(photos)
    for width, blocks in zip(config.widths[1:], config.encoder_blocks[1:], strict=True):
        x = halve(x, width)
        for _ in range(blocks):
            x = residual(x)
    latent = layers.Conv2D(config.latent_channels, 1, dtype="float32", name="latent")(activate(x))
    return keras.Model(photos, latent, name="encoder")


def build_decoder(config: AutoencoderConfig) -> keras.Model:
    """Latents (B, h, w, c) -> photos (B, 64, 48, 3), about -1..1 (clip them), float32."""
    latent = keras.Input(config.latent_shape, name="latent")
    x = layers.Conv2D(config.widths[-1], 3, padding="same", kernel_initializer=he(1.0))(latent)
    for stage in reversed(range(len(config.widths))):
        if stage < len(config.widths) - 1:
            x = double(x, config.widths[stage])
        for _ in range(config.decoder_blocks[stage]):
            x = residual(x)
    photos = layers.Conv2D(3, 3, padding="same", dtype="float32", name="photo")(activate(x))
    return keras.Model(latent, photos, name="decoder")


def build_patch_critic(widths: tuple[int, ...]) -> keras.Model:
    """Photos (B, 64, 48, 3) -> one score per overlapping patch, float32: (B, 8, 6) when there are three `widths`.

    Patches: Isola et al. 2017, arXiv:1611.07004. No normalisation.
    """
    photos = keras.Input((SIDE, WIDTH, 3), name="photo")
    x = layers.Conv2D(widths[0], 4, strides=2, padding="same", kernel_initializer=he(1.0))(photos)
    for width in widths[1:]:
        x = residual(halve(x, width))
    scores = layers.Conv2D(1, 1, dtype="float32")(activate(x))
    return keras.Model(photos, layers.Reshape(scores.shape[1:3], dtype="float32")(scores), name="patch_critic")
