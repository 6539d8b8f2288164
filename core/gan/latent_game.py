"""The generator of latents: from noise and a condition to what an autoencoder's decoder makes a picture of.

Generating in the latent space of an autoencoder: Rombach et al. 2022, arXiv:2112.10752 (there by diffusion).
"""

from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core import images
from core.gan import latent
from core.gan.adversarial import AdversarialConfig, AdversarialObjective, Conditions
from core.gan.autoencoder import to_pixels
from core.gan.metrics import frechet_distance
from core.gan.transparency import for_people

_BATCH = 256
_SHOWN = 40


@dataclass(frozen=True)
class PriorConfig:
    """The generator's and critic's shape, and how their game is played."""

    width: int = 512
    blocks: int = 3
    noise: int = 64
    game: AdversarialConfig = field(
        default_factory=lambda: AdversarialConfig(penalty=(0.5, 0.05), batch_size=256, ema_decay=0.999)
    )


@dataclass(frozen=True)
class Standard:
    """Mean and deviation (h, w, c) of training latents; generators work on what is left after taking them away."""

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]

    @classmethod
    def of(cls, latents: NDArray[np.float32]) -> "Standard":
        """Of latents (N, h, w, c)."""
        return cls(latents.mean(axis=0), latents.std(axis=0) + np.float32(1e-3))

    @classmethod
    def read(cls, path: Path) -> "Standard":
        """From the file beside a generator."""
        with np.load(path, allow_pickle=False) as saved:
            return cls(saved["mean"], saved["deviation"])

    def flatten(self, latents: NDArray[np.float32]) -> NDArray[np.float32]:
        """Latents (N, h, w, c) -> standardised rows (N, h·w·c)."""
        return ((latents - self.mean) / self.deviation).reshape(len(latents), -1)

    def restore(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The way back."""
        return rows.reshape(-1, *self.mean.shape) * self.deviation + self.mean


def encode(encoder: keras.Model, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures uint8 (N, H, W, C) -> latents (N, h, w, c)."""
    parts = [
        encoder.predict_on_batch(pictures[start : start + _BATCH].astype(np.float32) / 127.5 - 1)
        for start in range(0, len(pictures), _BATCH)
    ]
    return np.concatenate(parts)


def decode(decoder: keras.Model, latents: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Latents (N, h, w, c) -> pictures uint8 (N, H, W, C)."""
    parts = [
        to_pixels(decoder.predict_on_batch(latents[start : start + _BATCH])) for start in range(0, len(latents), _BATCH)
    ]
    return np.concatenate(parts)


def prior_objective(
    config: PriorConfig,
    encoder: keras.Model,
    decoder: keras.Model,
    train: NDArray[np.uint8],
    validation: NDArray[np.uint8],
    *,
    conditions: Conditions,
    asked: NDArray[np.float32],
    mirror: bool = True,
    shares: NDArray[np.float64] | None = None,
) -> tuple[AdversarialObjective, Standard]:
    """What `core.gan.trainer.Run` trains, from pictures (N, H, W, C).

    With `mirror` latents of the mirrored pictures follow those of the pictures, so that `conditions` is asked for rows
    up to 2 N. `shares` says how often each row is learned from (default: all alike).  It is validated by the Fréchet
    distance between real latents of `validation` and those made for `asked` (M, K), one condition per validation
    picture.
    """
    latents = encode(encoder, train)
    if mirror:
        latents = np.concatenate([latents, encode(encoder, train[:, :, ::-1])])
    standard = Standard.of(latents)
    real = standard.flatten(encode(encoder, validation))
    noise = np.random.default_rng(config.game.seed).standard_normal((len(asked), config.noise), np.float32)
    shape = latent.LatentConfig(
        size=real.shape[1], noise=config.noise, condition=asked.shape[1], width=config.width, blocks=config.blocks
    )

    def measure(generator: keras.Model) -> dict[str, float]:
        made = generator.predict_on_batch([noise, asked])
        return {"validation_latent_distance": frechet_distance(made, real)}

    def show(generator: keras.Model) -> NDArray[np.uint8]:
        made = generator.predict_on_batch([noise[:_SHOWN], asked[:_SHOWN]])
        return images.grid(for_people(decode(decoder, standard.restore(made))), 10)

    objective = AdversarialObjective(
        latent.build_generator(shape),
        latent.build_critic(shape),
        standard.flatten(latents),
        config.game,
        conditions=conditions,
        shares=shares,
        measure=measure,
        show=show,
    )
    return objective, standard
