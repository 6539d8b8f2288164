"""Training learns what can be learned, stops in time, and goes on where it was interrupted."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from core.datasets.fer2013 import FaceSet
from core.emotion import publish
from core.emotion.augmentation import AugmentationConfig
from core.emotion.network import ResidualConfig, build_baseline, build_network
from core.emotion.training import Run, TrainingConfig, canvas, learning_rate
from core.emotion.views import mean_logits

STILL = AugmentationConfig(
    rotation_degrees=0, zoom=0, shift=0.02, contrast=0.1, brightness=0.02,
    soften_probability=0, erase_probability=0, mixup_alpha=0,
)  # fmt: skip
TINY = TrainingConfig(
    network=ResidualConfig(width=8, blocks=(1, 1, 1), dropout=0.0),
    augmentation=STILL,
    batch_size=32,
    ema_decay=0.9,
    ema_every=1,
    canvases=((0.0, 32), (0.5, 48)),
)


def patterned_faces(count: int, seed: int) -> FaceSet:
    """Seven classes told apart by where a bright square stands: learnable by construction."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 7
    images = rng.normal(90, 20, (count, 48, 48))
    for row, label in enumerate(labels):
        top, left = divmod(int(label), 3)
        images[row, 3 + 15 * top : 15 + 15 * top, 18:30] += 60 + 45 * left  # mirror images keep their class
    return FaceSet(np.clip(images, 0, 255).astype(np.uint8), labels, np.zeros((count, 10), np.float32))


def test_schedule_warms_up_reaches_its_peak_and_ends_at_zero() -> None:
    config = TrainingConfig()
    assert learning_rate(config, 0, 0.0) < 0.1 * config.learning_rate
    assert learning_rate(config, 0, config.warmup) == pytest.approx(config.learning_rate)
    assert learning_rate(config, 0, 1.0) == pytest.approx(0.0, abs=1e-9)
    assert learning_rate(config, 1, config.warmup) == pytest.approx(config.cycle_learning_rate)


def test_canvas_grows_in_every_cycle_and_later_ones_end_full_size() -> None:
    config = TrainingConfig()
    sides = [canvas(config, 0, progress) for progress in np.linspace(0, 1, 50)]
    assert sides == sorted(sides)
    assert sides[-1] == 48
    later = [canvas(config, 1, progress) for progress in np.linspace(0, 1, 50)]
    assert later == sorted(later)
    assert later[0] > sides[0]
    assert later[-1] == 48


def test_a_tiny_network_learns_patterns_it_has_never_seen(tmp_path: Path) -> None:
    fresh = patterned_faces(140, seed=2)
    run = Run(TINY, tmp_path, patterned_faces(448, seed=1), fresh)
    run.fit(minutes=5, epochs=25)
    assert run.state.progress == 1
    run.serving.set_weights(run.average.values)
    answers = mean_logits(run.serving.predict_on_batch, fresh.images)["label"].argmax(axis=1)
    assert (answers == fresh.labels).mean() > 0.8


def test_an_interrupted_run_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    train, fresh = patterned_faces(64, seed=1), patterned_faces(28, seed=2)

    class PlugPulledError(Exception):
        pass

    def stop(row: dict[str, float]) -> None:
        raise PlugPulledError

    first = Run(TINY, tmp_path, train, fresh)
    with pytest.raises(PlugPulledError):
        first.fit(minutes=5, report=stop)
    second = Run(TINY, tmp_path, train, fresh)
    assert second.restore()
    assert second.state == first.state
    assert 0 < second.state.progress < 1
    for kept, restored in zip(first.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, restored)
    for kept, restored in zip(first.model.optimizer.variables, second.model.optimizer.variables, strict=True):
        np.testing.assert_allclose(np.asarray(kept), np.asarray(restored), rtol=1e-6)
    second.fit(minutes=5, epochs=2)
    assert second.state.progress == 1
    assert second.state.epoch >= 2

    third = Run(TINY, tmp_path, train, fresh)
    assert third.restore()
    assert (third.state.cycle, third.state.progress) == (1, 0.0)
    np.testing.assert_array_equal(third.model.get_weights()[0], second.average.values[0])


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    faces = patterned_faces(32, seed=1)
    run = Run(TINY, tmp_path / "empty", faces, faces)
    assert not run.restore()
    assert not publish.go_on(run, tmp_path / "none stored")


def test_a_stored_network_goes_on_in_a_gentler_cycle_without_its_checkpoint(tmp_path: Path) -> None:
    faces = patterned_faces(32, seed=1)
    first = Run(TINY, tmp_path / "run", faces, faces)
    first.fit(minutes=5, epochs=1)
    network = build_network(TINY.network)
    network.set_weights(first.average.values)
    publish.publish(tmp_path / "model", network, asdict(TINY), {"epochs": first.state.history}, faces)

    second = Run(TINY, tmp_path / "another", faces, faces)
    assert publish.go_on(second, tmp_path / "model")
    assert (second.state.cycle, second.state.epoch, second.state.progress) == (1, 1, 0.0)
    assert second.state.history == first.state.history
    for kept, found in zip(first.average.values, second.model.get_weights(), strict=True):
        np.testing.assert_allclose(found, kept, atol=2e-3)  # stored as float16
    second.fit(minutes=5, epochs=1)
    assert [row["epoch"] for row in second.state.history] == [1, 2]

    other = replace(TINY, network=ResidualConfig(width=4, blocks=(1, 1, 1)))
    assert not publish.go_on(Run(other, tmp_path / "other", faces, faces), tmp_path / "model")


def test_networks_answer_seven_and_eight_classes_at_their_sizes() -> None:
    ours = build_network(TINY.network)
    for side in (32, 48):
        outputs = ours(np.zeros((2, side, side, 1), np.float32))
        assert outputs["label"].shape == (2, 7)
        assert outputs["votes"].shape == (2, 8)
    assert build_baseline()(np.zeros((2, 48, 48, 1), np.float32))["label"].shape == (2, 7)


def test_the_served_network_fits_its_size_limit() -> None:
    assert 4 * build_network().count_params() < 16e6  # bytes as float32
