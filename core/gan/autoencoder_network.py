"""The networks of the latent route: encoder and decoder of small pictures, and the critic of their texture."""

import math
from dataclasses import dataclass

import keras
from keras import layers

from core.gan.blocks import activate, double, halve, he, packed, residual, unpacked


@dataclass(frozen=True)
class AutoencoderConfig:
    """Channels at full size, half … down to the latent's grid, and residual blocks there (encoder, decoder).

    The latent is (height / 2^k, width / 2^k, latent_channels) for k + 1 stages, for k if `packed`.
    """

    height: int = 64
    width: int = 64

    widths: tuple[int, ...] = (24, 48, 96, 128, 160)
    encoder_blocks: tuple[int, ...] = (0, 0, 1, 1, 1)
    decoder_blocks: tuple[int, ...] = (1, 1, 1, 2, 2)
    latent_channels: int = 32
    channels: int = 3  # 4: see `core.gan.transparency`
    packed: bool = False  # begin and end at half the size, each place holding 2x2 pixels: 1.8 times as fast on a CPU

    @property
    def latent_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of what lies between encoder and decoder."""
        factor = 2 ** (len(self.widths) - (not self.packed))
        return self.height // factor, self.width // factor, self.latent_channels

    @property
    def latent_size(self) -> int:
        """Numbers per picture."""
        return math.prod(self.latent_shape)


def build_encoder(config: AutoencoderConfig) -> keras.Model:
    """Pictures (B, H, W, channels) in -1..1 -> latents (B, h, w, c), float32."""
    photos = keras.Input((config.height, config.width, config.channels), name="photo")
    x = packed(photos) if config.packed else photos
    x = layers.Conv2D(config.widths[0], 3, padding="same", kernel_initializer=he(1.0))(x)
    for width, blocks in zip(config.widths[1:], config.encoder_blocks[1:], strict=True):
        x = halve(x, width)
        for _ in range(blocks):
            x = residual(x)
    latent = layers.Conv2D(config.latent_channels, 1, dtype="float32", name="latent")(activate(x))
    return keras.Model(photos, latent, name="encoder")


def build_decoder(config: AutoencoderConfig) -> keras.Model:
    """Latents (B, h, w, c) -> pictures (B, H, W, channels), about -1..1 (clip them), float32."""
    latent = keras.Input(config.latent_shape, name="latent")
    x = layers.Conv2D(config.widths[-1], 3, padding="same", kernel_initializer=he(1.0))(latent)
    for stage in reversed(range(len(config.widths))):
        if stage < len(config.widths) - 1:
            x = double(x, config.widths[stage])
        for _ in range(config.decoder_blocks[stage]):
            x = residual(x)
    channels = config.channels * (4 if config.packed else 1)
    photos = layers.Conv2D(channels, 3, padding="same", dtype="float32", name="photo")(activate(x))
    return keras.Model(latent, unpacked(photos) if config.packed else photos, name="decoder")


def build_patch_critic(height: int, width: int, widths: tuple[int, ...], channels: int = 3) -> keras.Model:
    """Pictures (B, H, W, channels) -> one score per overlapping patch, float32: (B, H / 8, W / 8) for three `widths`.

    Patches: Isola et al. 2017, arXiv:1611.07004. No normalisation.
    """
    photos = keras.Input((height, width, channels), name="photo")
    x = layers.Conv2D(widths[0], 4, strides=2, padding="same", kernel_initializer=he(1.0))(photos)
    for deeper in widths[1:]:
        x = residual(halve(x, deeper))
    scores = layers.Conv2D(1, 1, dtype="float32")(activate(x))
    return keras.Model(photos, layers.Reshape(scores.shape[1:3], dtype="float32")(scores), name="patch_critic")
