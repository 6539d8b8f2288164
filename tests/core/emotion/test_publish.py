"""A stored model gives way to a better one only."""

from pathlib import Path

import numpy as np

from core import artifacts
from core.datasets.fer2013 import FaceSet
from core.emotion import publish
from core.emotion.network import ResidualConfig, build_network
from core.emotion.service import EmotionRecognizer
from core.emotion.views import mean_logits

HISTORY = {"epochs": [{"epoch": 1, "loss": 2.0}], "faces": {}}


def test_only_a_better_model_replaces_the_stored_one(tmp_path: Path) -> None:
    folder = tmp_path / "emotion"
    network = build_network(ResidualConfig(width=8, blocks=(1, 1, 1)))
    images = np.random.default_rng(0).integers(0, 256, (70, 48, 48), dtype=np.uint8)
    answers = mean_logits(network.predict_on_batch, images)["label"].argmax(axis=1)
    votes = np.zeros((70, 10), np.float32)
    half_right = FaceSet(images, np.where(np.arange(70) % 2, answers, (answers + 1) % 7), votes)
    all_right = FaceSet(images, answers, votes)

    assert publish.publish(folder, network, {"run": "first"}, HISTORY, half_right)
    assert artifacts.open_artifact(folder).metrics["accuracy"] == 0.5
    assert publish.publish(folder, network, {"run": "better"}, HISTORY, all_right)
    assert not publish.publish(folder, network, {"run": "worse"}, HISTORY, half_right)
    kept = artifacts.open_artifact(folder)
    assert kept.parameters["run"] == "better"
    assert kept.metrics["accuracy"] == 1.0

    reloaded = EmotionRecognizer.load(folder).logits(images)["label"].argmax(axis=1)
    assert (reloaded == answers).mean() > 0.95  # what is served is what was measured, up to float16 on disk
