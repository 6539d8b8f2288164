"""From product photos to trained networks, stage by stage: the autoencoder, then the generator of its latents."""

import logging
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from core import artifacts
from core.datasets import products
from core.errors import N_, UserError
from core.gan.perceptual import PerceptualDistance, find_weights
from core.gan.trainer import Pace, Run
from core.precision import training_policy
from core.product.autoencoder import AutoencoderObjective, TrainingConfig
from core.product.network import FINE, AutoencoderConfig, build_decoder, build_encoder
from core.settings import Settings

log = logging.getLogger(__name__)
NETWORKS = {"coarse": AutoencoderConfig(), "fine": FINE}
ENCODER, DECODER, GENERATOR, STANDARD = "encoder.keras", "decoder.keras", "generator.keras", "standard.npz"
_SMOKE_PHOTOS = 256
_SMOKE_PACE = Pace(report=5, checkpoint=10, read_every=2)


def run_folder(settings: Settings, stage: str, latent: str, *, smoke: bool) -> Path:
    """Where a stage keeps its checkpoint and what it made."""
    return settings.runs / f"product-{stage}-{latent}{'-smoke' if smoke else ''}"


def train_autoencoder(
    settings: Settings,
    *,
    minutes: float,
    resume: bool,
    smoke: bool,
    weights: Path | None = None,
    latent: str = "coarse",
) -> None:
    """Train encoder and decoder; at the end their averages lie in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: photos or feature network are missing, or the checkpoint does not fit.
    """
    distance_weights = find_weights(weights or settings.data.parent / "weights")
    train, validation = _photos(settings, smoke)
    config = TrainingConfig(network=NETWORKS[latent], batch_size=16 if smoke else 64)
    keras.config.set_dtype_policy(training_policy())
    objective = AutoencoderObjective(train.images, validation.images, PerceptualDistance(distance_weights), config)
    run = Run(objective, run_folder(settings, "autoencoder", latent, smoke=smoke), _SMOKE_PACE if smoke else None)
    _begin(run, resume)
    artifacts.write_json(run.folder / "config.json", asdict(config))
    run.fit(minutes, steps=12 if smoke else None)
    keras.config.set_dtype_policy("float32")
    networks = (build_encoder(config.network), build_decoder(config.network))
    for network, average, name in zip(networks, objective.averages, (ENCODER, DECODER), strict=True):
        network.set_weights(average.model.get_weights())
        artifacts.save_keras(network, run.folder / name)


def train_prior(settings: Settings, *, minutes: float, resume: bool, smoke: bool, latent: str = "coarse") -> None:
    """Train the generator of latents on the texts of the products; at the end its average lies in the run's folder.

    Raises:
        UserError: photos, text encoder or autoencoder are missing, or the checkpoint does not fit.
    """
    from core.product.prior import PriorConfig, prior_objective
    from core.product.wordings import caption_texts, text_vectors, training_texts

    made = run_folder(settings, "autoencoder", latent, smoke=smoke)
    if not (made / DECODER).exists():
        raise UserError(
            N_("no finished autoencoder in {folder}: train it first, with --stage autoencoder"), folder=made
        )
    encoder, decoder = (artifacts.load_keras(made / name) for name in (ENCODER, DECODER))
    train, validation = _photos(settings, smoke)
    config = PriorConfig()
    folder, cache = settings.models / "text", settings.prepared / "product"
    suffix = "-smoke" if smoke else ""
    vectors = text_vectors(folder, training_texts(train, config.game.seed), cache / f"train-texts{suffix}.npz")
    asked = text_vectors(folder, [caption_texts(validation)], cache / f"validation-texts{suffix}.npz")
    keras.utils.set_random_seed(config.game.seed)
    objective, standard = prior_objective(config, encoder, decoder, (train.images, vectors), (validation.images, asked))
    run = Run(objective, run_folder(settings, "prior", latent, smoke=smoke), _SMOKE_PACE if smoke else None)
    _begin(run, resume)
    artifacts.write_json(run.folder / "config.json", asdict(config))
    np.savez(run.folder / STANDARD, mean=standard.mean, deviation=standard.deviation)
    run.fit(minutes, steps=12 if smoke else None)
    artifacts.save_keras(objective.average.model, run.folder / GENERATOR)


def _photos(settings: Settings, smoke: bool) -> tuple[products.ProductSet, products.ProductSet]:
    train, validation = products.load(settings.data / "products", settings.prepared / "product")
    if smoke:
        few = np.arange(_SMOKE_PHOTOS)
        return train.subset(few), validation.subset(few)
    return train, validation


def _begin(run: Run, resume: bool) -> None:
    if not (resume and run.restore()):
        log.info("starting afresh; an earlier run in %s is kept aside", run.folder)
        run.start_afresh()
    run.folder.mkdir(parents=True, exist_ok=True)
