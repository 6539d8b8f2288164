"""Generator and critic of latents: the same game as for pixels, played by residual dense networks on vectors."""

from dataclasses import dataclass

import keras
from keras import layers

from core.gan.blocks import activate, dense_residual, he, one_or_all, projected_score


@dataclass(frozen=True)
class LatentConfig:
    """`size` numbers are made of `noise` and `condition` (0: none), through `blocks` residual blocks of `width`."""

    size: int = 384
    noise: int = 64
    condition: int = 128
    width: int = 512
    blocks: int = 3


def build_generator(config: LatentConfig) -> keras.Model:
    """Noise (B, noise) [and condition (B, K)] -> standardised latents (B, size), float32."""
    inputs = [keras.Input((config.noise,), name="noise")]
    if config.condition:
        inputs.append(keras.Input((config.condition,), name="condition"))
    x = layers.Dense(config.width, kernel_initializer=he(1.0))(
        layers.Concatenate()(inputs) if config.condition else inputs[0]
    )
    for _ in range(config.blocks):
        x = dense_residual(x, inputs[1] if config.condition else None)
    latent = layers.Dense(config.size, kernel_initializer=he(0.5), dtype="float32", name="latent")(activate(x))
    return keras.Model(one_or_all(inputs), latent, name="latent_generator")


def build_critic(config: LatentConfig) -> keras.Model:
    """Standardised latents (B, size) [and condition (B, K)] -> scores (B,), float32."""
    inputs = [keras.Input((config.size,), name="latent")]
    if config.condition:
        inputs.append(keras.Input((config.condition,), name="condition"))
    x = layers.Dense(config.width, kernel_initializer=he(1.0))(inputs[0])
    for _ in range(config.blocks):
        x = dense_residual(x)
    score = projected_score(activate(x), inputs[1] if config.condition else None)
    return keras.Model(one_or_all(inputs), score, name="latent_critic")
