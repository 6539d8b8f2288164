"""What a generator of small pictures is trained in, each stage a run in a folder.

An autoencoder, the generator of its latents, then the decoder again, from what that generator makes; and DCGAN on the
pixels, the baseline all are measured against.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core import artifacts, images
from core.errors import N_, UserError
from core.gan import dcgan
from core.gan.adversarial import DCGAN, AdversarialObjective, Conditions
from core.gan.autodiff import over
from core.gan.autoencoder import AutoencoderObjective, TrainingConfig, to_pixels
from core.gan.autoencoder_network import build_decoder, build_encoder
from core.gan.finishing import FinishingConfig, FinishingObjective
from core.gan.latent_game import PriorConfig, Standard, decode, prior_objective
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.perceptual import PerceptualDistance
from core.gan.projection import Projection
from core.gan.trainer import Objective, Pace, Run
from core.gan.transparency import for_people
from core.precision import training_policy

log = logging.getLogger(__name__)
ENCODER, CONFIG = "encoder.keras", "config.json"
AUTOENCODER = "autoencoder"  # in a prior's configuration: the digest of the decoder its latents are for
SMOKE_PACE = Pace(report=5, checkpoint=10, read_every=2)
SMOKE_STEPS = 12
_SHOWN = 40


@contextmanager
def building(devices: int, batch_size: int) -> Iterator[None]:
    """What is made inside learns in the fastest precision, on so many devices at once (`core.gan.autodiff.over`)."""
    policy = keras.config.dtype_policy()
    with over(devices, batch_size):
        keras.config.set_dtype_policy(training_policy())
        try:
            yield
        finally:
            keras.config.set_dtype_policy(policy)


def fit(
    objective: Objective,
    folder: Path,
    config: dict[str, Any],
    *,
    minutes: float,
    resume: bool,
    smoke: bool,
    save: Callable[[Path], None],
) -> None:
    """Train `objective` in `folder`, resumed if asked and possible, and keep `config` and what `save` writes there.

    What was begun on the latents of another autoencoder cannot be gone on with: it is kept aside.

    Raises:
        core.gan.trainer.TrainingError: the checkpoint is damaged or does not fit.
    """
    begun = read_config(folder)
    fits = not begun or begun.get(AUTOENCODER) == config.get(AUTOENCODER)
    if resume and not fits:
        log.info("the run in %s was begun with another autoencoder, or with what that was before", folder)
    run = Run(objective, folder, SMOKE_PACE if smoke else None)
    if not (resume and fits and run.restore()):
        log.info("starting afresh; an earlier run in %s is kept aside", folder)
        run.start_afresh()
    folder.mkdir(parents=True, exist_ok=True)
    artifacts.write_json(folder / CONFIG, config)
    run.fit(minutes, steps=SMOKE_STEPS if smoke else None)
    save(folder)


def read_config(folder: Path) -> dict[str, Any]:
    """What the run in `folder` was begun with; empty when there is none."""
    path = folder / CONFIG
    return dict(json.loads(path.read_bytes())) if path.exists() else {}


def digest(path: Path) -> str:
    """What tells a file from all others."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fit_autoencoder(
    folder: Path,
    train: NDArray[np.uint8],
    validation: NDArray[np.uint8],
    distance: Path,
    config: TrainingConfig,
    *,
    shares: NDArray[np.float64] | None = None,
    minutes: float,
    resume: bool,
    smoke: bool,
    devices: int = 1,
) -> None:
    """Train encoder and decoder of pictures uint8 (N, H, W, C); at the end their averages lie in `folder`.

    `distance` is the file of the perceptual network's weights (`core.gan.perceptual.find_weights`); `shares` (N,) says
    how often each picture is learned from (default: all alike). Here and below,
    `devices` is how many learn at once (`core.gan.autodiff.over`).
    """
    with building(devices, config.batch_size):
        objective = AutoencoderObjective(train, validation, PerceptualDistance(distance), config, shares)

    def save(folder: Path) -> None:
        networks = (build_encoder(config.network), build_decoder(config.network))
        for network, average, name in zip(networks, objective.averages, (ENCODER, DECODER), strict=True):
            network.set_weights(average.model.get_weights())
            artifacts.save_keras(network, folder / name)

    fit(objective, folder, asdict(config), minutes=minutes, resume=resume, smoke=smoke, save=save)


def fit_prior(
    folder: Path,
    autoencoder: Path,
    train: NDArray[np.uint8],
    validation: NDArray[np.uint8],
    config: PriorConfig,
    *,
    conditions: Conditions,
    asked: NDArray[np.float32],
    mirror: bool = True,
    shares: NDArray[np.float64] | None = None,
    minutes: float,
    resume: bool,
    smoke: bool,
    devices: int = 1,
) -> None:
    """Train the generator of the latents of the finished autoencoder in the folder `autoencoder`.

    At the end its average, and the mean and deviation of the latents, lie in `folder`. See `prior_objective`.

    Raises:
        UserError: the autoencoder is missing, or the checkpoint does not fit.
    """
    if not (autoencoder / DECODER).exists():
        raise UserError(
            N_("no finished autoencoder in {folder}: train it first, with --stage autoencoder"), folder=autoencoder
        )
    encoder, decoder = (artifacts.load_keras(autoencoder / name) for name in (ENCODER, DECODER))
    keras.utils.set_random_seed(config.game.seed)
    with over(devices, config.game.batch_size):
        objective, standard = prior_objective(
            config, encoder, decoder, train, validation,
            conditions=conditions, asked=asked, mirror=mirror, shares=shares,
        )  # fmt: skip

    def save(folder: Path) -> None:
        np.savez(folder / STANDARD, mean=standard.mean, deviation=standard.deviation)
        artifacts.save_keras(objective.average.model, folder / GENERATOR)

    kept = {**asdict(config), AUTOENCODER: digest(autoencoder / DECODER)}
    fit(objective, folder, kept, minutes=minutes, resume=resume, smoke=smoke, save=save)


def fit_finish(
    folder: Path,
    start: tuple[Path, Path],
    train: NDArray[np.uint8],
    weights: Path,
    config: FinishingConfig,
    *,
    conditions: Conditions,
    asked: NDArray[np.float32],
    measure: Callable[[NDArray[np.uint8]], dict[str, float]],
    mirror: bool = True,
    shares: NDArray[np.float64] | None = None,
    minutes: float,
    resume: bool,
    smoke: bool,
    devices: int = 1,
) -> None:
    """Train the decoder on what the finished generator makes; at the end the finished one lies in `folder`.

    `start` are the folders of the generator and of the decoder, `weights` is the file of the network that the critic
    looks through. `measure` is given pictures (M, H, W, C) of the conditions `asked` (M, K). See `FinishingObjective`.

    Raises:
        UserError: generator or decoder are missing, or the checkpoint does not fit.
    """
    for path in (start[0] / GENERATOR, start[0] / STANDARD, start[1] / DECODER):
        if not path.exists():
            raise UserError(N_("{folder} holds no trained generator to be finished"), folder=path.parent)
    standard = Standard.read(start[0] / STANDARD)
    with over(devices, config.batch_size):  # what is loaded outside would lie on one device
        generator, decoder = artifacts.load_keras(start[0] / GENERATOR), artifacts.load_keras(start[1] / DECODER)
    noise = np.random.default_rng(config.seed).standard_normal((len(asked), generator.inputs[0].shape[-1]), np.float32)

    def made(decoder: keras.Model, most: int | None = None) -> NDArray[np.uint8]:
        return decode(decoder, standard.restore(generator.predict_on_batch([noise[:most], asked[:most]])))

    with over(devices, config.batch_size):
        objective = FinishingObjective(
            generator, decoder, standard, Projection(weights, train, config.enlarge), train, config,
            conditions=conditions, mirror=mirror, shares=shares,
            measure=lambda decoder: measure(made(decoder)),
            show=lambda decoder: images.grid(for_people(made(decoder, _SHOWN)), 10),
        )  # fmt: skip

    def save(folder: Path) -> None:
        artifacts.save_keras(objective.finished(), folder / DECODER)

    kept = {**asdict(config), AUTOENCODER: digest(start[1] / DECODER)}
    fit(objective, folder, kept, minutes=minutes, resume=resume, smoke=smoke, save=save)


def fit_dcgan(
    folder: Path,
    train: NDArray[np.uint8],
    config: dcgan.DcganConfig,
    *,
    conditions: Conditions,
    asked: NDArray[np.float32],
    mirror: bool = True,
    shares: NDArray[np.float64] | None = None,
    minutes: float,
    resume: bool,
    smoke: bool,
    devices: int = 1,
) -> None:
    """Train DCGAN on pictures uint8 (N, H, W, C), with `mirror` some of them mirrored.

    At the end its generator lies in `folder`. `asked` (M, K) are the conditions its sheet of samples shows; `shares`
    (N,) says how often each picture is learned from.
    """
    game = replace(DCGAN, flip=mirror, batch_size=16 if smoke else DCGAN.batch_size)
    keras.utils.set_random_seed(game.seed)
    noise = np.random.default_rng(game.seed).uniform(-1, 1, (_SHOWN, config.noise)).astype(np.float32)
    shown = asked[:_SHOWN]

    def show(generator: keras.Model) -> NDArray[np.uint8]:
        return images.grid(for_people(to_pixels(generator.predict_on_batch([noise[: len(shown)], shown]))), 10)

    with building(devices, game.batch_size):
        networks = dcgan.build_generator(config), dcgan.build_critic(config)
        objective = AdversarialObjective(*networks, train, game, conditions=conditions, shares=shares, show=show)

    def save(folder: Path) -> None:
        network = dcgan.build_generator(config)
        network.set_weights(objective.average.model.get_weights())
        artifacts.save_keras(network, folder / GENERATOR)

    fit(objective, folder, asdict(config), minutes=minutes, resume=resume, smoke=smoke, save=save)
