"""The judge: looks at emoji and says mood, topic, interaction and style, having learned from real pictures only."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.emoji.network import AXES, learning_shares
from core.emoji.training import EmojiData, pictures, run_folder
from core.gan.classifier import ClassifierConfig, ClassifierObjective, fit_classifier
from core.gan.trainer import Drawn
from core.gan.transparency import on_ground
from core.settings import Settings

STAGE = "judge"
_COPIES = 2  # as many pictures per training picture on average, each over another ground
_SEED = 7


def train_judge(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> Path:
    """Train the judge on the training pictures; at the end its average lies in the folder that is returned.

    Raises:
        UserError: the emoji are not prepared, or the checkpoint does not fit.
    """
    data = pictures(settings, smoke=smoke)
    config = ClassifierConfig(batch_size=16 if smoke else 128)
    labels = {axis: list(data.condition.classes[axis]) for axis in AXES}
    validation = (on_ground(data.validation_images), data.validation_labels)
    folder = run_folder(settings, STAGE, smoke=smoke)
    fit_classifier(
        folder, lambda config: ClassifierObjective(learned_from(data), validation, labels, config), config,
        minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip
    return folder


def learned_from(data: EmojiData) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Training pictures RGB over grounds of random colours, and their labels (N, 4); rare classes come more often."""
    count = _COPIES * len(data.images)
    rows = np.sort(Drawn(learning_shares(data.labels), count, _SEED)(0))
    grounds = np.random.default_rng(_SEED).integers(0, 256, (count, 1, 1, 3))
    return on_ground(data.images[rows], grounds.astype(np.uint8)), data.labels[rows]
