"""The last stage: the decoder learns from the emoji that the stored generator makes of names, part by part."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.emoji.measuring import REFERENCE
from core.emoji.network import NamedConditions, learning_shares
from core.emoji.training import PartsData, parts, run_folder
from core.gan.finishing import FinishingConfig
from core.gan.perceptual import find_weights
from core.gan.publishing import FINISH
from core.gan.reference import no_distance, reference_distance
from core.gan.stages import fit_finish
from core.gan.transparency import cleaned, on_ground
from core.settings import Settings

_MEASURED = 300


def train_finish(
    settings: Settings, *, minutes: float, resume: bool, smoke: bool, weights: Path | None = None, devices: int = 1
) -> None:
    """Train the stored decoder, in a smoke run that of the smoke runs; at the end it lies in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: emoji, generator or feature networks are missing, or the checkpoint does not fit.
    """
    features = weights or settings.data.parent / "weights"
    network = find_weights(features)
    data, stored = parts(settings, smoke=smoke), settings.models / "emoji"
    smoked = run_folder(settings, "prior", smoke=True), run_folder(settings, "autoencoder", smoke=True)
    fit_finish(
        run_folder(settings, FINISH, smoke=smoke), smoked if smoke else (stored, stored), data.images, network,
        FinishingConfig(batch_size=16 if smoke else 32),
        conditions=NamedConditions(data.labels, data.condition, data.vectors),
        asked=data.asked[:_MEASURED],
        measure=no_distance if smoke else _distance(features, data, settings.prepared / "emoji" / "features-parts"),
        mirror=False, shares=learning_shares(data.labels),
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def _distance(weights: Path, data: PartsData, cache: Path) -> Callable[[NDArray[np.uint8]], dict[str, float]]:
    """KID of pictures on white, against those of one emoji each."""
    learned, held_out = on_ground(data.images), on_ground(data.validation_images)
    found = reference_distance(weights, learned, held_out, cache, REFERENCE)
    return lambda pictures: found(on_ground(cleaned(pictures)))
