"""The textbook network, trained as a class trains it, and the question whether classic preparation helps it.

Batch 64, Adam, up to 50 epochs, ModelCheckpoint on the best validation accuracy and ReduceLROnPlateau. It is trained
once on the pictures as they are and once on prepared ones (`core.emotion.preparation`), everything else equal.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
from numpy.typing import NDArray

from core.datasets.fer2013 import SIDE, FaceSet
from core.emotion.augmentation import AugmentationConfig, augment
from core.emotion.network import build_baseline
from core.emotion.preparation import prepare

Progress = Callable[[dict[str, float]], None]


@dataclass(frozen=True)
class BaselineConfig:
    """How the textbook network is trained; augmentation is rotation, zoom, flip and brightness only."""

    epochs: int = 50
    batch_size: int = 64
    learning_rate: float = 1e-3
    patience: int = 3
    dropout: float = 0.3
    augmentation: AugmentationConfig = field(
        default_factory=lambda: AugmentationConfig(
            rotation_degrees=10,
            zoom=0.1,
            shift=0.05,
            contrast=0.0,
            brightness=0.1,
            soften_probability=0.0,
            erase_probability=0.0,
            mixup_alpha=0.0,
        )
    )
    seed: int = 7


class _StopAfter(keras.callbacks.Callback):
    """End training once the budget of minutes is spent, after a whole epoch."""

    def __init__(self, minutes: float, progress: Progress | None) -> None:
        super().__init__()
        self.deadline = time.monotonic() + 60 * minutes
        self.progress = progress

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if self.progress:
            self.progress({"epoch": epoch + 1, **(logs or {})})
        if time.monotonic() > self.deadline:
            self.model.stop_training = True


def prepared_pictures(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The classic preparation of every picture (N, 48, 48)."""
    return np.stack([prepare(image) for image in images])


def _batches(
    faces: FaceSet, config: BaselineConfig, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.float32], dict[str, NDArray[np.int64]]]]:
    while True:
        order = rng.permutation(len(faces))
        for start in range(0, len(order) - config.batch_size + 1, config.batch_size):
            rows = order[start : start + config.batch_size]
            yield augment(faces.images[rows], SIDE, config.augmentation, rng), {"label": faces.labels[rows]}


def train(
    train_faces: FaceSet, choose: FaceSet, config: BaselineConfig, minutes: float, progress: Progress | None = None
) -> tuple[keras.Model, list[dict[str, float]]]:
    """Fit the textbook network; returns it with the weights of its best epoch, and the history by epoch."""
    keras.utils.set_random_seed(config.seed)
    model = build_baseline(config.dropout)
    model.compile(
        optimizer=keras.optimizers.Adam(config.learning_rate),
        loss={"label": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        metrics={"label": ["accuracy"]},
    )
    validation = (choose.images[..., None].astype(np.float32), {"label": choose.labels})
    with TemporaryDirectory() as folder:
        best = Path(folder) / "best.weights.h5"
        history = model.fit(
            _batches(train_faces, config, np.random.default_rng(config.seed)),
            steps_per_epoch=len(train_faces) // config.batch_size,
            epochs=config.epochs,
            validation_data=validation,
            verbose=0,
            callbacks=[
                keras.callbacks.ModelCheckpoint(
                    best, monitor="val_accuracy", save_best_only=True, save_weights_only=True
                ),
                keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.3, patience=config.patience),
                _StopAfter(minutes, progress),
            ],
        ).history
        model.load_weights(best)
    return model, [
        {name: float(values[epoch]) for name, values in history.items()} for epoch in range(len(history["loss"]))
    ]


def logits(model: keras.Model, images: NDArray[np.uint8], batch_size: int = 256) -> NDArray[np.float32]:
    """The textbook network's outputs (N, 7) for pictures (N, 48, 48)."""
    parts = [
        np.asarray(model.predict_on_batch(images[start : start + batch_size, ..., None].astype(np.float32))["label"])
        for start in range(0, len(images), batch_size)
    ]
    return np.concatenate(parts)
