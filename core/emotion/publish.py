"""From training runs to models/emotion: train, calibrate, measure; only a better model replaces the stored one."""

import json
import logging
import os
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import softmax

from core import artifacts
from core.datasets import fer2013
from core.datasets.fer2013 import FaceSet
from core.emotion import data, evaluation
from core.emotion.card import model_card
from core.emotion.service import EmotionRecognizer, combine_heads
from core.emotion.views import mean_logits
from core.settings import Settings

if TYPE_CHECKING:
    from core.emotion.training import Run

log = logging.getLogger(__name__)

DATA = [
    {
        "name": "FER2013 with FER+ votes",
        "origin": "Goodfellow et al. 2013, arXiv:1307.0414; Barsoum et al. 2016, arXiv:1608.01041",
        "terms": "FER2013: Kaggle competition terms, research use, pictures not redistributed. FER+ votes: MIT.",
    }
]
CREDITS = ["FER2013: P.-L. Carrier, A. Courville, I. Goodfellow et al.", "FER+ votes: E. Barsoum et al., Microsoft"]
_SMOKE_FACES = 512


def _faces(settings: Settings, smoke: bool) -> tuple[FaceSet, FaceSet]:
    folder = settings.data / "fer2013"
    train, choose = data.clean(fer2013.load(folder, "train")), fer2013.load(folder, "public_test")
    if smoke:
        return train.subset(np.arange(len(train)) < _SMOKE_FACES), choose.subset(np.arange(len(choose)) < _SMOKE_FACES)
    return train, choose


def train_network(settings: Settings, *, minutes: float, resume: bool, smoke: bool) -> None:
    """Train our network and publish it when it beats the stored one."""
    import keras

    from core.emotion.network import build_network
    from core.emotion.training import Run, TrainingConfig
    from core.precision import training_policy

    keras.config.set_dtype_policy(training_policy())
    train, choose = _faces(settings, smoke)
    folder = settings.runs / ("emotion-smoke" if smoke else "emotion")
    run = Run(TrainingConfig(), folder, train, choose)
    if not (resume and (run.restore() or (not smoke and go_on(run, settings.models / "emotion")))):
        log.info("starting afresh; an earlier run in %s is kept aside", folder)
        run.start_afresh()
    run.fit(0.05 if smoke else minutes)
    keras.config.set_dtype_policy("float32")
    network = build_network(run.config.network)
    network.set_weights(run.average.values)
    if smoke:
        log.info("smoke run done; nothing stored")
        return
    parameters = {
        **asdict(run.config),
        "epochs": run.state.epoch,
        "minutes": run.state.seconds / 60,
        "trained_on": "a GPU" if keras.backend.backend() == "jax" else f"{os.cpu_count()} CPU cores",
    }
    history = {"epochs": run.state.history, "faces": data.describe(train)}
    publish(settings.models / "emotion", network, parameters, history, choose)


def go_on(run: "Run", folder: Path) -> bool:
    """Have `run` go on from the network stored in `folder`; False where there is none of its shape."""
    try:
        stored = artifacts.open_artifact(folder)
    except artifacts.ArtifactError as error:
        log.info("no stored model to go on from: %s", error)
        return False
    shape = asdict(run.config.network)
    if stored.parameters["network"] != {**shape, "blocks": [*shape["blocks"]]}:  # JSON has no tuples
        log.info("the stored network has another shape: %s", stored.parameters["network"])
        return False
    history = json.loads((folder / "history.json").read_text())["epochs"]
    run.go_on_from(artifacts.load_keras(folder / "network.keras"), history)
    log.info("no checkpoint: going on from the stored network")
    return True


def publish(folder: Path, network: Any, parameters: dict[str, Any], history: dict[str, Any], choose: FaceSet) -> bool:
    """Calibrate `network` on `choose` and store it in `folder`; False when the stored model is at least as good.

    `history` has a row per epoch ("epochs") and a description of the training faces ("faces").
    """
    logits = mean_logits(network.predict_on_batch, choose.images)
    temperature = evaluation.fit_temperature(logits["label"], choose.labels)
    scores = combine_heads(logits["label"], logits["votes"], temperature)
    accuracy = float((logits["label"].argmax(axis=1) == choose.labels).mean())
    stored = _stored_accuracy(folder)
    if stored is not None and accuracy <= stored:
        log.info("kept the stored model: %.4f against %.4f for the new one", stored, accuracy)
        return False
    with artifacts.replacing(folder) as draft:
        artifacts.save_keras(network, draft / "network.keras", half=True)
        artifacts.write_json(draft / "history.json", history)
        artifacts.write_manifest(
            draft,
            name="emotion",
            data=DATA,
            parameters={
                **parameters,
                "temperature": temperature,
                "unsure_below": evaluation.answer_threshold(scores, choose.labels)["threshold"],
            },
            metrics={"accuracy": accuracy, "set": "PublicTest"},
            credits=CREDITS,
        )
    log.info("stored a model with accuracy %.4f (before: %s)", accuracy, stored)
    return True


def _stored_accuracy(folder: Path) -> float | None:
    try:
        return float(artifacts.open_artifact(folder).metrics["accuracy"])
    except artifacts.ArtifactError as error:
        log.info("no stored model to compare with: %s", error)
        return None


def train_textbook(settings: Settings, *, minutes: float, resume: bool, smoke: bool) -> None:
    """Train the textbook network on plain and on prepared pictures, as many epochs of both, and store both.

    The one that is behind gets half of the budget; the other follows to where that one has come.
    """
    import keras

    from core.emotion import baseline
    from core.emotion.network import build_baseline
    from core.precision import training_policy
    from core.runs import set_aside

    train, choose = _faces(settings, smoke)
    config = baseline.BaselineConfig(epochs=1) if smoke else baseline.BaselineConfig()
    folder = settings.runs / ("emotion-textbook-smoke" if smoke else "emotion-textbook")
    if not resume:
        set_aside(folder)
    elif not smoke and not folder.exists():
        _go_on_from_textbook(settings.models / "emotion" / "textbook", folder)
    networks, epochs, deadline, budget = {}, config.epochs, time.monotonic() + 60 * minutes, minutes / 2
    for name in sorted(baseline.PICTURES, key=lambda name: len(baseline.history(folder / name))):
        learn, judge = (replace(faces, images=baseline.PICTURES[name](faces.images)) for faces in (train, choose))
        keras.config.set_dtype_policy(training_policy())
        model = baseline.train(
            learn, judge, replace(config, epochs=epochs), folder / name, budget, lambda row: log.info("%s", row)
        )
        keras.config.set_dtype_policy("float32")
        networks[name] = build_baseline(config.dropout)
        networks[name].set_weights(model.get_weights())
        epochs, budget = len(baseline.history(folder / name)), (deadline - time.monotonic()) / 60
    if smoke:
        log.info("smoke run done; nothing stored")
        return
    histories = {name: baseline.history(folder / name) for name in baseline.PICTURES}
    with artifacts.replacing(settings.models / "emotion" / "textbook") as draft:
        for name, network in networks.items():
            artifacts.save_keras(network, draft / f"{name}.keras", half=True)
        artifacts.write_json(draft / "history.json", histories)
        artifacts.write_manifest(
            draft,
            name="emotion/textbook",
            data=DATA,
            parameters={**asdict(config), "epochs_done": {name: len(rows) for name, rows in histories.items()}},
            metrics={},
            credits=CREDITS,
        )


def _go_on_from_textbook(stored: Path, folder: Path) -> None:
    """Begin runs in `folder` where the textbook networks in `stored` ended, if there are any."""
    from core.emotion import baseline

    try:
        artifacts.open_artifact(stored)
    except artifacts.ArtifactError as error:
        log.info("no stored textbook networks to go on from: %s", error)
        return
    for name, rows in json.loads((stored / "history.json").read_text()).items():
        baseline.go_on_from(artifacts.load_keras(stored / f"{name}.keras"), rows, folder / name)
    log.info("no checkpoints: going on from the stored textbook networks")


def measure(folder: Path, faces: FaceSet) -> dict[str, Any]:
    """All figures of the stored networks on `faces`: ours, then the textbook network plain and prepared."""
    recognizer = EmotionRecognizer.load(folder)
    result = evaluation.evaluate(recognizer.logits(faces.images), faces, recognizer.temperature)
    result["data"] = data.describe(faces)
    result["textbook"] = _measure_textbook(folder / "textbook", faces)
    return result


def _measure_textbook(folder: Path, faces: FaceSet) -> dict[str, Any] | None:
    from core.emotion import baseline

    try:
        artifacts.open_artifact(folder, train="emotion --textbook")
    except artifacts.ArtifactError as error:
        log.warning("the textbook network is left out: %s", error)
        return None
    rows = {}
    for name, change in baseline.PICTURES.items():
        logits = baseline.logits(artifacts.load_keras(folder / f"{name}.keras"), change(faces.images))
        rows[name] = evaluation.figures(softmax(logits, axis=1), faces.labels)
    return rows


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measure` found beside the model, and the card that tells it."""
    artifacts.write_metrics(folder, result, model_card)
