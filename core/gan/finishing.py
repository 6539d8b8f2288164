"""The last stage of the latent route: generator and decoder learn together, on pixels, from a critic of pixels.

Until then the decoder has seen latents of real pictures only, and the generator no pixel: what it makes is decoded a
little blurred and stained. Learning end to end from a generator trained in latents: Esser et al. 2021,
arXiv:2012.09841, keep both apart; here they are one generator at the end, in the game of Huang et al. 2024,
arXiv:2501.05441.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core import artifacts, images
from core.gan.adversarial import AdversarialConfig, AdversarialObjective, Conditions
from core.gan.augmentation import AugmentationConfig
from core.gan.autoencoder import to_pixels
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD, restoring
from core.gan.metrics import Features, kernel_distance
from core.gan.residual import build_light_critic
from core.gan.stages import AUTOENCODER, building, digest, fit
from core.gan.transparency import for_people

log = logging.getLogger(__name__)
_SHOWN, _BATCH = 40, 64
See = Callable[[NDArray[np.uint8]], Features]  # pictures (N, H, W, C) -> features (N, D)


@dataclass(frozen=True)
class FinishConfig:
    """The critic's channels from half the size down, and how the game is played."""

    widths: tuple[int, ...] = (24, 56, 96, 160)
    game: AdversarialConfig = field(
        default_factory=lambda: AdversarialConfig(
            penalty=(1.0, 0.2), penalty_every=3, mismatch=0.0, batch_size=32, learning_rate=(1.5e-5, 5e-6),
            critic_pace=15.0, critic_alone=0.1, ema_decay=0.998, augmentation=AugmentationConfig(shift=3), flip=True,
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Conditions (N, K) that the generator is tried with on the way, and what its pictures are held against."""

    conditions: NDArray[np.float32]
    see: See
    reference: Features


def fit_finish(
    folder: Path,
    model: Path,
    train: NDArray[np.uint8],
    config: FinishConfig,
    *,
    conditions: Conditions,
    asked: Asked,
    shares: NDArray[np.float64] | None = None,
    minutes: float,
    resume: bool,
    smoke: bool,
    devices: int = 1,
) -> None:
    """Train the generator and decoder in `model` on; at the end their averages lie in `folder`.

    `train` are pictures uint8 (N, H, W, C), `shares` (N,) says how often each is learned from. `devices`: see
    `core.gan.stages.fit_autoencoder`.

    Raises:
        UserError: the checkpoint does not fit, or was begun with another model.
    """
    generator, decoder = (artifacts.load_keras(model / name) for name in (GENERATOR, DECODER))
    generator.trainable = True  # averages, which models are stored as, are not
    with np.load(model / STANDARD, allow_pickle=False) as saved:
        restored = restoring(saved["mean"], saved["deviation"])
    keras.utils.set_random_seed(config.game.seed)
    noise = np.random.default_rng(config.game.seed).standard_normal(
        (len(asked.conditions), generator.inputs[0].shape[-1]), np.float32
    )

    def drawn(whole: keras.Model, count: int) -> NDArray[np.uint8]:
        parts = [
            to_pixels(whole.predict_on_batch([noise[start:][:_BATCH], asked.conditions[start:][:_BATCH]]))
            for start in range(0, count, _BATCH)
        ]
        return np.concatenate(parts)[:count]

    def measure(whole: keras.Model) -> dict[str, float]:
        return {"kid": kernel_distance(asked.see(drawn(whole, len(noise))), asked.reference)}

    with building(devices, config.game.batch_size):
        plain = keras.Input(generator.inputs[0].shape[1:]), keras.Input(generator.inputs[1].shape[1:])
        whole = keras.Model(list(plain), decoder(restored(generator(list(plain)))), name="whole")
        critic = build_light_critic(train.shape[1:], config.widths, generator.inputs[1].shape[-1])
        objective = AdversarialObjective(
            whole, critic, train, config.game, conditions=conditions, shares=shares, measure=measure,
            show=lambda whole: images.grid(for_people(drawn(whole, _SHOWN)), 10),
        )  # fmt: skip

    def save(folder: Path) -> None:
        whole.set_weights(objective.average.model.get_weights())  # `generator` and `decoder` are its parts
        artifacts.save_keras(generator, folder / GENERATOR)
        artifacts.save_keras(decoder, folder / DECODER)

    begun = {**asdict(config), AUTOENCODER: digest(model / DECODER)}
    fit(objective, folder, begun, minutes=minutes, resume=resume, smoke=smoke, save=save)
