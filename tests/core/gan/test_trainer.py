"""A run learns, checkpoints, goes on as if nothing had happened, and refuses what it cannot use."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.gan import latent
from core.gan.adversarial import AdversarialConfig, AdversarialObjective
from core.gan.trainer import CHECKPOINT, HISTORY, Pace, Run, RunState, Shuffled, TrainingError
from core.runs import warmed_cosine

EVERY_STEP = Pace(report=0, checkpoint=0, read_every=1)
TINY = latent.LatentConfig(size=2, noise=3, condition=0, width=8, blocks=1)
ROWS = np.random.default_rng(0).standard_normal((64, 2)).astype(np.float32)


class PlugPulledError(Exception):
    pass


def objective(network: latent.LatentConfig = TINY, **changes: object) -> AdversarialObjective:
    config = replace(AdversarialConfig(batch_size=16), **changes)
    models = latent.build_generator(network), latent.build_critic(network)
    for model in models:
        rng = np.random.default_rng(1)
        model.set_weights([0.3 * rng.standard_normal(weight.shape) for weight in model.weights])
    return AdversarialObjective(*models, ROWS, config, show=lambda model: np.zeros((4, 4, 3), np.uint8))


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    whole = Run(objective(), tmp_path / "whole", EVERY_STEP)
    whole.fit(1, steps=8)

    def pull_the_plug(row: dict[str, float]) -> None:
        if row["step"] == 4:
            raise PlugPulledError

    first = Run(objective(), tmp_path / "parts", EVERY_STEP)
    with pytest.raises(PlugPulledError):
        first.fit(1, pull_the_plug, steps=8)
    second = Run(objective(), tmp_path / "parts", EVERY_STEP)
    assert second.restore()
    assert (second.state.step, second.state.progress, second.state.images) == (4, 0.5, 64)
    second.fit(1, steps=4)
    assert second.state.step == 8
    for one, other in zip(whole.objective.variables, second.objective.variables, strict=True):
        np.testing.assert_allclose(np.asarray(one.value), np.asarray(other.value), rtol=1e-4, atol=1e-6)
    assert len(second.state.history) == 8


def test_a_finished_run_starts_its_next_cycle(tmp_path: Path) -> None:
    run = Run(objective(), tmp_path, EVERY_STEP)
    assert not run.restore()
    run.fit(1, steps=2)
    again = Run(objective(), tmp_path, EVERY_STEP)
    assert again.restore()
    assert (again.state.cycle, again.state.progress, again.state.step) == (1, 0.0, 2)


def test_a_run_leaves_a_history_and_pictures_and_keeps_the_former_run_aside(tmp_path: Path) -> None:
    run = Run(objective(), tmp_path / "run", Pace(report=0, checkpoint=3600, read_every=1))
    run.fit(1, steps=3)
    with (tmp_path / "run" / HISTORY).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["1", "2", "3"]
    assert all(float(row["critic"]) > 0 for row in rows)
    assert [path.name for path in (tmp_path / "run" / "samples").iterdir()] == ["0000003.png"]
    Run(objective(), tmp_path / "run").start_afresh()
    assert (tmp_path / "run.before" / CHECKPOINT).exists()
    assert not (tmp_path / "run").exists()


def test_a_diverging_run_stops_and_its_last_checkpoint_stays_good(tmp_path: Path) -> None:
    run = Run(objective(), tmp_path, EVERY_STEP)
    run.fit(1, steps=2)
    before = (tmp_path / CHECKPOINT).read_bytes()
    run = Run(objective(), tmp_path, EVERY_STEP)
    run.restore()
    run.objective.generator.set_weights([weight * np.nan for weight in run.objective.generator.get_weights()])
    with pytest.raises(FloatingPointError, match="step 3: the run has diverged"):
        run.fit(1, steps=2)
    with pytest.raises(FloatingPointError, match="not finite"):
        run.checkpoint()
    assert (tmp_path / CHECKPOINT).read_bytes() == before


def test_a_checkpoint_of_another_model_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    run = Run(objective(), tmp_path, EVERY_STEP)
    run.fit(1, steps=1)
    with pytest.raises(TrainingError, match="start afresh"):
        Run(objective(replace(TINY, width=9)), tmp_path).restore()
    (tmp_path / CHECKPOINT).write_bytes((tmp_path / CHECKPOINT).read_bytes()[:500])
    with pytest.raises(TrainingError, match="not a checkpoint"):
        Run(objective(), tmp_path).restore()


def test_every_row_comes_once_per_epoch_whatever_came_before() -> None:
    rows = Shuffled(10, 3, seed=4)
    epochs = [np.concatenate([rows(step) for step in range(start, start + 3)]) for start in (0, 3)]
    assert all(len(set(epoch.tolist())) == 9 for epoch in epochs)
    assert epochs[0].tolist() != epochs[1].tolist()
    np.testing.assert_array_equal(Shuffled(10, 3, seed=4)(4), epochs[1][3:6])
    with pytest.raises(TrainingError, match="do not fill one batch"):
        Shuffled(2, 3, seed=0)


def test_the_rate_rises_to_its_peak_and_falls_to_its_floor() -> None:
    assert warmed_cosine(0.0, 0.1) < 0.05
    assert warmed_cosine(0.1, 0.1, 0.02) == pytest.approx(1)
    assert warmed_cosine(1.0, 0.1, 0.02) == pytest.approx(0.02)


def test_the_state_survives_json() -> None:
    state = RunState(step=3, cycle=1, progress=1 / 3, seconds=2.5, images=9, history=[{"loss": 0.1}])
    assert RunState(**json.loads(json.dumps(state.__dict__))) == state
