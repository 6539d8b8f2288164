"""The textbook network's run goes on where it stopped and keeps its best epoch."""

from pathlib import Path

import numpy as np
import pytest

from core.emotion.baseline import BaselineConfig, go_on_from, history, logits, train
from core.emotion.network import build_baseline
from tests.core.emotion.test_training import patterned_faces


def test_a_run_goes_on_where_it_stopped_and_answers_with_its_best_epoch(tmp_path: Path) -> None:
    faces, choose = patterned_faces(64, seed=0), patterned_faces(14, seed=1)
    config = BaselineConfig(epochs=3, batch_size=16)
    train(faces, choose, config, tmp_path, minutes=0)  # a whole epoch, then the budget is spent
    (first,) = history(tmp_path)
    seen: list[dict[str, float]] = []
    network = train(faces, choose, config, tmp_path, minutes=5, progress=seen.append)
    rows = history(tmp_path)
    assert rows[0] == first
    assert [row["epoch"] for row in seen] == [2, 3]
    assert rows[-1]["loss"] < first["loss"]
    best = max(row["val_accuracy"] for row in rows)
    right = logits(network, choose.images).argmax(axis=1) == choose.labels
    assert right.mean() == pytest.approx(best)
    train(faces, choose, config, tmp_path, minutes=5)  # over: nothing is left to do
    assert history(tmp_path) == rows


def test_a_run_goes_on_from_networks_whose_checkpoints_are_gone(tmp_path: Path) -> None:
    faces, choose = patterned_faces(64, seed=0), patterned_faces(14, seed=1)
    stored = build_baseline()
    unbeaten = {"loss": 1.9, "accuracy": 0.2, "val_loss": 1.9, "val_accuracy": 1.0}
    go_on_from(stored, [unbeaten] * 4, tmp_path)
    seen: list[dict[str, float]] = []
    network = train(faces, choose, BaselineConfig(epochs=5, batch_size=16), tmp_path, minutes=5, progress=seen.append)
    assert [row["epoch"] for row in seen] == [5]
    assert len(history(tmp_path)) == 5
    np.testing.assert_allclose(logits(network, choose.images), logits(stored, choose.images), rtol=1e-5, atol=1e-5)
