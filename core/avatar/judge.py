"""The judge of avatars: a small classifier of themes that has seen real pictures only; see `core.gan.classifier`."""

from pathlib import Path

from core.avatar.training import pictures, run_folder
from core.gan.classifier import ClassifierConfig, ClassifierObjective, fit_classifier
from core.settings import Settings

STAGE = "judge"
HEAD = "theme"


def train_judge(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> Path:
    """Train the judge on the training pictures of all themes; its average lies in the folder that is returned.

    Raises:
        UserError: avatars are missing, or the checkpoint does not fit.
    """
    avatars = pictures(settings, smoke=smoke)
    train = avatars.train_images, avatars.train_labels[:, None]
    held_out = avatars.validation_images, avatars.validation_labels[:, None]
    config = ClassifierConfig(batch_size=16 if smoke else 128)
    folder = run_folder(settings, STAGE, smoke=smoke)
    fit_classifier(
        folder, lambda config: ClassifierObjective(train, held_out, {HEAD: avatars.keys}, config), config,
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip
    return folder
