"""From prepared emoji to trained networks, stage by stage: autoencoder, generator of latents, baseline."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.datasets import emoji as dataset
from core.emoji.network import AUTOENCODER, SIDE, Condition, EmojiConditions, learning_shares
from core.gan.autoencoder import TrainingConfig
from core.gan.dcgan import SMALL, DcganConfig
from core.gan.latent_game import PriorConfig
from core.gan.perceptual import find_weights
from core.gan.stages import fit_autoencoder, fit_dcgan, fit_prior
from core.gan.transparency import premultiplied
from core.settings import Settings

_SMOKE_PICTURES = 512


@dataclass(frozen=True)
class EmojiData:
    """Pictures (N, 64, 64, 4) as networks learn them (`core.gan.transparency`), and labels (N, 4) in the order of AXES.

    Those of the validation split are beside them (M), and what the labels mean.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    validation_images: NDArray[np.uint8]
    validation_labels: NDArray[np.int64]
    condition: Condition


def run_folder(settings: Settings, stage: str, *, smoke: bool = False) -> Path:
    """Where a stage keeps its checkpoint and what it made."""
    return settings.runs / f"emoji-{stage}{'-smoke' if smoke else ''}"


def labels_of(emoji: dataset.EmojiSet) -> NDArray[np.int64]:
    """Mood, topic, interaction and style of each picture (N, 4), -1 for none."""
    return np.column_stack([emoji.pictures.labels, emoji.styles])


def condition_of(emoji: dataset.EmojiSet) -> Condition:
    """What the labels of these emoji mean."""
    return Condition({**emoji.classes, "style": emoji.keys})


def pictures(settings: Settings, *, smoke: bool = False) -> EmojiData:
    """The prepared emoji of all styles; a few for a smoke run.

    Raises:
        DataError: they are not prepared.
    """
    emoji = dataset.load(settings.prepared / "emoji")
    parts = [emoji.of(split) for split in ("train", "validation")]
    if smoke:
        parts = [p.subset(np.linspace(0, len(p) - 1, min(_SMOKE_PICTURES, len(p))).astype(np.intp)) for p in parts]
    train, validation = parts
    return EmojiData(
        premultiplied(train.pictures.images), labels_of(train),
        premultiplied(validation.pictures.images), labels_of(validation), condition_of(emoji),
    )  # fmt: skip


def train_autoencoder(
    settings: Settings, *, minutes: float, resume: bool, smoke: bool, weights: Path | None = None
) -> None:
    """Train encoder and decoder; at the end their averages lie in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: emoji or feature network are missing, or the checkpoint does not fit.
    """
    distance = find_weights(weights or settings.data.parent / "weights")
    data = pictures(settings, smoke=smoke)
    config = TrainingConfig(network=AUTOENCODER, batch_size=16 if smoke else 64)
    fit_autoencoder(
        run_folder(settings, "autoencoder", smoke=smoke), data.images, data.validation_images, distance, config,
        minutes=minutes, resume=resume, smoke=smoke,
    )  # fmt: skip


def train_prior(settings: Settings, *, minutes: float, resume: bool, smoke: bool) -> None:
    """Train the generator of latents for every context and style; at the end its average lies in the run's folder.

    Raises:
        UserError: emoji or autoencoder are missing, or the checkpoint does not fit.
    """
    data = pictures(settings, smoke=smoke)
    fit_prior(
        run_folder(settings, "prior", smoke=smoke), run_folder(settings, "autoencoder", smoke=smoke),
        data.images, data.validation_images, PriorConfig(),
        conditions=EmojiConditions(data.labels, data.condition), asked=data.condition.one_hot(data.validation_labels),
        mirror=False, shares=learning_shares(data.labels), minutes=minutes, resume=resume, smoke=smoke,
    )  # fmt: skip


def train_dcgan(settings: Settings, *, minutes: float, resume: bool, smoke: bool) -> None:
    """Train the baseline on the same pictures and contexts; at the end its generator lies in the run's folder.

    Raises:
        UserError: emoji are missing, or the checkpoint does not fit.
    """
    data = pictures(settings, smoke=smoke)
    fit_dcgan(
        run_folder(settings, "dcgan", smoke=smoke), data.images,
        DcganConfig(height=SIDE, width_pixels=SIDE, width=SMALL, condition=data.condition.size, channels=4),
        conditions=EmojiConditions(data.labels, data.condition), asked=data.condition.one_hot(data.validation_labels),
        mirror=False, shares=learning_shares(data.labels), minutes=minutes, resume=resume, smoke=smoke,
    )  # fmt: skip
