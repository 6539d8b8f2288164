"""Train the generator of latents: from noise and a text's vector to what the autoencoder's decoder makes a photo of."""

from dataclasses import dataclass, field

import keras
import numpy as np
from numpy.typing import NDArray

from core import images
from core.gan import latent, sampling
from core.gan.adversarial import AdversarialConfig, AdversarialObjective
from core.gan.metrics import frechet_distance
from core.product.autoencoder import to_pixels

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

    def flatten(self, latents: NDArray[np.float32]) -> NDArray[np.float32]:
        """Latents (N, h, w, c) -> standardised rows (N, h·w·c)."""
        return ((latents - self.mean) / self.deviation).reshape(len(latents), -1)

    def restore(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The way back."""
        return rows.reshape(-1, *self.mean.shape) * self.deviation + self.mean


def encode_photos(encoder: keras.Model, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Photos (N, 64, 48, 3) -> latents (N, h, w, c)."""
    parts = [
        encoder.predict_on_batch(photos[start : start + _BATCH].astype(np.float32) / 127.5 - 1)
        for start in range(0, len(photos), _BATCH)
    ]
    return np.concatenate(parts)


def decode_latents(decoder: keras.Model, latents: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Latents (N, h, w, c) -> photos (N, 64, 48, 3)."""
    parts = [
        to_pixels(decoder.predict_on_batch(latents[start : start + _BATCH])) for start in range(0, len(latents), _BATCH)
    ]
    return np.concatenate(parts)


class TextConditions:
    """Vectors of several wordings of every product's description, one of which is drawn each time.

    `vectors` is (wordings, N, K). Rows from N on are the mirrored photos, which have the same texts.
    """

    def __init__(self, vectors: NDArray[np.floating]) -> None:
        self.vectors = vectors

    def __call__(self, rows: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float32]:
        """Vectors (B, K) of unit length."""
        wordings, count = self.vectors.shape[:2]
        return self.vectors[rng.integers(wordings, size=len(rows)), rows % count].astype(np.float32)


def prior_objective(
    config: PriorConfig,
    encoder: keras.Model,
    decoder: keras.Model,
    train: tuple[NDArray[np.uint8], NDArray[np.floating]],
    validation: tuple[NDArray[np.uint8], NDArray[np.floating]],
) -> tuple[AdversarialObjective, Standard]:
    """What `core.gan.trainer.Run` trains, from photos and their texts' vectors (wordings, N, K).

    It is validated by the Fréchet distance between generated and real latents of the validation photos, one text each.
    """
    photos, vectors = train
    latents = np.concatenate([encode_photos(encoder, photos), encode_photos(encoder, photos[:, :, ::-1])])
    standard = Standard.of(latents)
    real = standard.flatten(encode_photos(encoder, validation[0]))
    texts = validation[1][0].astype(np.float32)
    noise = np.random.default_rng(config.game.seed).standard_normal((len(texts), config.noise), np.float32)
    shape = latent.LatentConfig(
        size=real.shape[1], noise=config.noise, condition=texts.shape[1], width=config.width, blocks=config.blocks
    )

    def measure(generator: keras.Model) -> dict[str, float]:
        made = generator.predict_on_batch([noise, texts])
        return {"validation_latent_distance": frechet_distance(made, real)}

    def show(generator: keras.Model) -> NDArray[np.uint8]:
        made = generator.predict_on_batch([noise[:_SHOWN], texts[:_SHOWN]])
        return images.grid(decode_latents(decoder, standard.restore(made)), 10)

    objective = AdversarialObjective(
        latent.build_generator(shape),
        latent.build_critic(shape),
        standard.flatten(latents),
        config.game,
        conditions=TextConditions(vectors),
        measure=measure,
        show=show,
    )
    return objective, standard


def generate(
    generator: keras.Model, decoder: keras.Model, standard: Standard, text: NDArray[np.float32], seeds: list[int],
    truncation: float = 1.0,
) -> NDArray[np.uint8]:  # fmt: skip
    """Photos (N, 64, 48, 3) of one text's vector (K,), one per seed."""
    noise = sampling.truncate(sampling.noise(seeds, generator.inputs[0].shape[-1]), truncation)
    rows = generator.predict_on_batch([noise, np.tile(text, (len(seeds), 1))])
    return decode_latents(decoder, standard.restore(rows))
