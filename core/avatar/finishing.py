"""The last stage: the decoder learns from the avatars that the stored generator makes."""

from pathlib import Path

from core.avatar.measuring import REFERENCE
from core.avatar.network import ThemeConditions, one_hot
from core.avatar.training import pictures, run_folder
from core.gan.finishing import FinishingConfig
from core.gan.perceptual import find_weights
from core.gan.publishing import FINISH
from core.gan.reference import no_distance, reference_distance
from core.gan.stages import fit_finish
from core.settings import Settings

_MEASURED = 300


def train_finish(
    settings: Settings, *, minutes: float, resume: bool, smoke: bool, weights: Path | None = None, devices: int = 1
) -> None:
    """Train the stored decoder, in a smoke run that of the smoke runs; at the end it lies in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: avatars, generator or feature networks are missing, or the checkpoint does not fit.
    """
    features = weights or settings.data.parent / "weights"
    network = find_weights(features)
    avatars, stored = pictures(settings, smoke=smoke), settings.models / "avatar"
    smoked = run_folder(settings, "prior", smoke=True), run_folder(settings, "autoencoder", smoke=True)
    themes, cache = len(avatars.keys), settings.prepared / "avatar"
    learned, held_out = avatars.train_images, avatars.validation_images
    fit_finish(
        run_folder(settings, FINISH, smoke=smoke), smoked if smoke else (stored, stored), learned, network,
        FinishingConfig(batch_size=16 if smoke else 32),
        conditions=ThemeConditions(avatars.train_labels, themes),
        asked=one_hot(avatars.validation_labels[:_MEASURED], themes),
        measure=no_distance if smoke else reference_distance(features, learned, held_out, cache, REFERENCE),
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip
