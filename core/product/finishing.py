"""The last stage: the decoder learns from the photos that the stored generator makes of texts."""

from pathlib import Path

from core.gan.finishing import FinishingConfig
from core.gan.perceptual import find_weights
from core.gan.publishing import FINISH
from core.gan.reference import PICTURES, no_distance, reference_distance
from core.gan.stages import fit_finish
from core.product.training import conditions_of, photos, run_folder
from core.settings import Settings

_MEASURED = 500
_SHARE = 0.75  # photos bear more of it than flat drawings do


def train_finish(
    settings: Settings,
    *,
    minutes: float,
    resume: bool,
    smoke: bool,
    weights: Path | None = None,
    latent: str = "coarse",
    devices: int = 1,
) -> None:
    """Train the stored decoder, in a smoke run that of the smoke runs; at the end it lies in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: photos, text encoder, generator or feature networks are missing, or the checkpoint does not fit.
    """
    features = weights or settings.data.parent / "weights"
    network = find_weights(features)
    train, validation = photos(settings, smoke=smoke)
    conditions, asked = conditions_of(settings, train, validation, smoke=smoke)
    stored, cache = settings.models / "product", settings.prepared / "product"
    learned, held_out = train.images, validation.images
    smoked = run_folder(settings, "prior", latent, smoke=True), run_folder(settings, "autoencoder", latent, smoke=True)
    fit_finish(
        run_folder(settings, FINISH, latent, smoke=smoke), smoked if smoke else (stored, stored), learned, network,
        FinishingConfig(batch_size=16 if smoke else 32, share=_SHARE),
        conditions=conditions,
        asked=asked[:_MEASURED],
        measure=no_distance if smoke else reference_distance(features, learned, held_out, cache, PICTURES),
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip
