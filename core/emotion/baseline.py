"""The textbook network, trained as a class trains it, and the question whether classic preparation helps it.

Batch 64, Adam, up to 50 epochs, ModelCheckpoint on the best validation accuracy and ReduceLROnPlateau. It is trained
once on the pictures as they are and once on prepared ones (`core.emotion.preparation`), everything else equal. A run
lives in a folder and goes on there when it is called again, until its epochs are over.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.datasets.fer2013 import SIDE, FaceSet
from core.emotion.augmentation import AugmentationConfig, augment
from core.emotion.network import build_baseline
from core.emotion.preparation import prepare

Progress = Callable[[dict[str, float]], None]
_BEST, _HISTORY = "best.weights.h5", "history.json"


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


class _Record(keras.callbacks.Callback):
    """Write a row for each epoch into `file`, and end training after the first whole epoch past `deadline`."""

    def __init__(self, file: Path, deadline: float, progress: Progress | None) -> None:
        super().__init__()
        self.file, self.deadline, self.progress = file, deadline, progress

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        row = {name: float(value) for name, value in (logs or {}).items()}
        self.file.write_text(json.dumps([*history(self.file.parent)[:epoch], row]))
        if self.progress:
            self.progress({"epoch": epoch + 1, **row})
        if time.monotonic() > self.deadline:
            self.model.stop_training = True


def history(folder: Path) -> list[dict[str, float]]:
    """A row for each epoch that the run in `folder` has done."""
    file = folder / _HISTORY
    rows: list[dict[str, float]] = json.loads(file.read_text()) if file.exists() else []
    return rows


def go_on_from(network: keras.Model, rows: list[dict[str, float]], folder: Path) -> None:
    """Make `folder` a run that has come as far as `network`, a row of `rows` for each epoch; Adam begins anew there."""
    folder.mkdir(parents=True, exist_ok=True)
    network.save_weights(folder / _BEST)
    (folder / _HISTORY).write_text(json.dumps(rows))


def prepared_pictures(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The classic preparation of every picture (N, 48, 48)."""
    return np.stack([prepare(image) for image in images])


PICTURES: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    "plain": lambda images: images,
    "prepared": prepared_pictures,
}


def _batches(
    faces: FaceSet, config: BaselineConfig, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.float32], dict[str, NDArray[np.int64]]]]:
    while True:
        order = rng.permutation(len(faces))
        for start in range(0, len(order) - config.batch_size + 1, config.batch_size):
            rows = order[start : start + config.batch_size]
            yield augment(faces.images[rows], SIDE, config.augmentation, rng), {"label": faces.labels[rows]}


def train(
    train_faces: FaceSet,
    choose: FaceSet,
    config: BaselineConfig,
    folder: Path,
    minutes: float,
    progress: Progress | None = None,
) -> keras.Model:
    """Fit the textbook network, or go on with the run in `folder`; returns it with the weights of its best epoch.

    The checkpoint holds weights, Adam's moments and the learning rate; how long validation has not improved is
    counted from each call's start.
    """
    deadline = time.monotonic() + 60 * minutes
    rows = history(folder)
    keras.utils.set_random_seed(config.seed)
    model = build_baseline(config.dropout)
    model.compile(
        optimizer=keras.optimizers.Adam(config.learning_rate),
        loss={"label": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        metrics={"label": ["accuracy"]},
    )
    folder.mkdir(parents=True, exist_ok=True)
    best = folder / _BEST
    if rows:
        model.load_weights(best)  # where there is a backup of the last epoch, that replaces it
    model.fit(
        _batches(train_faces, config, np.random.default_rng((config.seed, len(rows)))),
        steps_per_epoch=len(train_faces) // config.batch_size,
        initial_epoch=len(rows),
        epochs=config.epochs,
        validation_data=(choose.images[..., None].astype(np.float32), {"label": choose.labels}),
        verbose=0,
        callbacks=[
            keras.callbacks.ModelCheckpoint(
                best,
                monitor="val_accuracy",
                save_best_only=True,
                save_weights_only=True,
                initial_value_threshold=max((row["val_accuracy"] for row in rows), default=None),
            ),
            keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.3, patience=config.patience),
            _Record(folder / _HISTORY, deadline, progress),
            keras.callbacks.BackupAndRestore(str(folder / "last"), delete_checkpoint=False),
        ],
    )
    model.load_weights(best)
    return model


def logits(model: keras.Model, images: NDArray[np.uint8], batch_size: int = 256) -> NDArray[np.float32]:
    """The textbook network's outputs (N, 7) for pictures (N, 48, 48)."""
    parts = [
        np.asarray(model.predict_on_batch(images[start : start + batch_size, ..., None].astype(np.float32))["label"])
        for start in range(0, len(images), batch_size)
    ]
    return np.concatenate(parts)
