"""From prepared avatars to trained networks, stage by stage: autoencoder, generator of latents, baseline."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.avatar.network import AUTOENCODER, SIDE, ThemeConditions, one_hot
from core.datasets.avatars import AvatarSet, load
from core.gan.autoencoder import TrainingConfig
from core.gan.dcgan import SMALL, DcganConfig
from core.gan.latent_game import PriorConfig
from core.gan.perceptual import find_weights
from core.gan.stages import fit_autoencoder, fit_dcgan, fit_prior
from core.settings import Settings

_SMOKE_PICTURES = 512
_SEED = 7


def run_folder(settings: Settings, stage: str, *, smoke: bool = False) -> Path:
    """Where a stage keeps its checkpoint and what it made."""
    return settings.runs / f"avatar-{stage}{'-smoke' if smoke else ''}"


def pictures(settings: Settings, *, smoke: bool = False) -> AvatarSet:
    """The prepared avatars of all themes, those held out in mixed order; a few of each for a smoke run.

    Raises:
        DataError: they are not prepared.
    """
    avatars = load(settings.prepared / "avatar")
    if not smoke:
        mixed = np.random.default_rng(_SEED).permutation(len(avatars.validation_labels))  # sheets show the first
        return replace(
            avatars,
            validation_images=avatars.validation_images[mixed],
            validation_labels=avatars.validation_labels[mixed],
        )
    few, held = (
        np.linspace(0, len(labels) - 1, min(_SMOKE_PICTURES, len(labels))).astype(int)
        for labels in (avatars.train_labels, avatars.validation_labels)
    )
    return AvatarSet(
        avatars.train_images[few], avatars.train_labels[few],
        avatars.validation_images[held], avatars.validation_labels[held], avatars.keys,
    )  # fmt: skip


def train_autoencoder(
    settings: Settings, *, minutes: float, resume: bool, smoke: bool, weights: Path | None = None, devices: int = 1
) -> None:
    """Train encoder and decoder; at the end their averages lie in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: avatars or feature network are missing, or the checkpoint does not fit.
    """
    distance = find_weights(weights or settings.data.parent / "weights")
    avatars = pictures(settings, smoke=smoke)
    config = TrainingConfig(network=AUTOENCODER, batch_size=16 if smoke else 64)
    fit_autoencoder(
        run_folder(settings, "autoencoder", smoke=smoke), avatars.train_images, avatars.validation_images, distance,
        config, minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def train_prior(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> None:
    """Train the generator of latents of every theme; at the end its average lies in the run's folder.

    Raises:
        UserError: avatars or autoencoder are missing, or the checkpoint does not fit.
    """
    avatars = pictures(settings, smoke=smoke)
    themes = len(avatars.keys)
    fit_prior(
        run_folder(settings, "prior", smoke=smoke), run_folder(settings, "autoencoder", smoke=smoke),
        avatars.train_images, avatars.validation_images, PriorConfig(),
        conditions=ThemeConditions(avatars.train_labels, themes), asked=one_hot(avatars.validation_labels, themes),
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def train_dcgan(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> None:
    """Train the baseline on the same pictures; at the end its generator lies in the run's folder.

    Raises:
        UserError: avatars are missing, or the checkpoint does not fit.
    """
    avatars = pictures(settings, smoke=smoke)
    themes = len(avatars.keys)
    fit_dcgan(
        run_folder(settings, "dcgan", smoke=smoke), avatars.train_images,
        DcganConfig(height=SIDE, width_pixels=SIDE, width=SMALL, condition=themes),
        conditions=ThemeConditions(avatars.train_labels, themes), asked=one_hot(avatars.validation_labels, themes),
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip
