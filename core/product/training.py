"""From product photos to trained networks, stage by stage: the autoencoder, generator of latents, baseline."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.datasets import products
from core.gan.autoencoder import TrainingConfig
from core.gan.dcgan import DcganConfig
from core.gan.latent_game import PriorConfig
from core.gan.perceptual import find_weights
from core.gan.stages import fit_autoencoder, fit_dcgan, fit_prior
from core.product.network import LATENTS
from core.product.wordings import TextConditions, caption_texts, text_vectors, training_texts
from core.settings import Settings

_SMOKE_PHOTOS = 256
_SEED = 7


def run_folder(settings: Settings, stage: str, latent: str, *, smoke: bool = False) -> Path:
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
    devices: int = 1,
) -> None:
    """Train encoder and decoder; at the end their averages lie in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: photos or feature network are missing, or the checkpoint does not fit.
    """
    distance = find_weights(weights or settings.data.parent / "weights")
    train, validation = photos(settings, smoke=smoke)
    config = TrainingConfig(network=LATENTS[latent], batch_size=16 if smoke else 64)
    folder = run_folder(settings, "autoencoder", latent, smoke=smoke)
    fit_autoencoder(
        folder, train.images, validation.images, distance, config,
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def train_prior(
    settings: Settings, *, minutes: float, resume: bool, smoke: bool, latent: str = "coarse", devices: int = 1
) -> None:
    """Train the generator of latents on the texts of the products; at the end its average lies in the run's folder.

    Raises:
        UserError: photos, text encoder or autoencoder are missing, or the checkpoint does not fit.
    """
    train, validation = photos(settings, smoke=smoke)
    conditions, asked = conditions_of(settings, train, validation, smoke=smoke)
    fit_prior(
        run_folder(settings, "prior", latent, smoke=smoke),
        run_folder(settings, "autoencoder", latent, smoke=smoke),
        train.images,
        validation.images,
        PriorConfig(),
        conditions=conditions,
        asked=asked,
        minutes=minutes,
        resume=resume,
        smoke=smoke,
        devices=devices,
    )


def train_dcgan(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> None:
    """Train the baseline on the same photos and texts; at the end its generator lies in the run's folder.

    Raises:
        UserError: photos or text encoder are missing, or the checkpoint does not fit.
    """
    train, validation = photos(settings, smoke=smoke)
    conditions, asked = conditions_of(settings, train, validation, smoke=smoke)
    config = DcganConfig(height=products.SIDE, width_pixels=products.WIDTH, condition=asked.shape[1])
    folder = run_folder(settings, "dcgan", "pixels", smoke=smoke)
    fit_dcgan(
        folder, train.images, config, conditions=conditions, asked=asked,
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def photos(settings: Settings, *, smoke: bool = False) -> tuple[products.ProductSet, products.ProductSet]:
    """Training and validation photos; a few of each for a smoke run."""
    train, validation = products.load(settings.data / "products", settings.prepared / "product")
    if smoke:
        few = np.arange(_SMOKE_PHOTOS)
        return train.subset(few), validation.subset(few)
    return train, validation


def conditions_of(
    settings: Settings, train: products.ProductSet, validation: products.ProductSet, *, smoke: bool
) -> tuple[TextConditions, NDArray[np.float32]]:
    """Conditions from several wordings of every training photo, and the vectors of the validation captions."""
    encoder, cache = settings.models / "text", settings.prepared / "product"
    suffix = "-smoke" if smoke else ""
    vectors = text_vectors(encoder, training_texts(train, _SEED), cache / f"train-texts{suffix}.npz")
    asked = text_vectors(encoder, [caption_texts(validation)], cache / f"validation-texts{suffix}.npz")
    return TextConditions(vectors), asked[0].astype(np.float32)
