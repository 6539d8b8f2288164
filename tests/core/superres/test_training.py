"""The twins learn a pattern that enlarging loses, a resumed run is an uninterrupted one, and the limits hold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import artifacts
from core.enlarging.network import UpscalerConfig, build_upscaler, one_factor
from core.gan.trainer import Pace, Run
from core.superres.data import DegradationConfig
from core.superres.training import SHARP, FaithfulObjective, SharpObjective, TrainingConfig
from tests.core.superres.conftest import SMALL
from tests.core.superres.photos import Colours, photos

CONFIG = TrainingConfig(
    network=SMALL, degradation=DegradationConfig(filters=(0, 1, 0, 0), jpeg=0), batch_size=4, sides=(32, 48),
    learning_rate=4e-3, warmup=0.05, ema_decay=0.9, validated=6, critic_widths=(4, 6),
)  # fmt: skip
SELDOM = Pace(report=0, checkpoint=3600, read_every=1)


class PlugPulledError(Exception):
    pass


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    objective = FaithfulObjective(photos(24, 1), photos(6, 2), CONFIG)
    run = Run(objective, tmp_path_factory.mktemp("run"), SELDOM)
    run.fit(1, steps=60)
    return run


def test_at_first_it_is_the_bicubic_enlargement() -> None:
    objective = FaithfulObjective(photos(6, 1), photos(6, 2), CONFIG)
    figures = objective.validate()
    assert figures["validation_gain_x2"] == pytest.approx(0, abs=1e-4)
    assert figures["validation_gain_x4"] == pytest.approx(0, abs=1e-4)


def test_it_restores_photos_it_has_never_seen_better_than_bicubic(trained: Run) -> None:
    figures = trained.objective.validate()
    assert figures["validation_gain_x2"] > 0.5
    assert figures["validation_gain_x4"] > -0.1  # its stripes are gone in the small picture: no worse


def test_its_sheet_shows_small_bicubic_answer_and_original(trained: Run) -> None:
    sheet = trained.objective.samples()
    assert sheet.shape == (4 * 128 + 3 * 2, 6 * 96 + 5 * 2, 3)
    np.testing.assert_array_equal(sheet[3 * 130 : 3 * 130 + 128, :96], trained.objective.validation[0])


def test_the_sharp_twin_starts_from_the_faithful_one_and_comes_closer_to_what_is_perceived(
    trained: Run, tmp_path: Path
) -> None:
    start = trained.objective.average.model.get_weights()
    config = replace(CONFIG, learning_rate=1e-3, pixel_weight=0.1, perceptual_weight=3.0)
    objective = SharpObjective(photos(24, 1), photos(6, 2), config, Colours(), start)
    before = objective.validate()
    assert before["validation_psnr_x4"] == pytest.approx(trained.objective.validate()["validation_psnr_x4"])
    run = Run(objective, tmp_path, SELDOM)
    run.fit(1, steps=25)
    assert objective.validate()["validation_perceptual_x4"] < before["validation_perceptual_x4"]
    assert run.state.history[-1]["critic"] != run.state.history[0]["critic"]
    assert all(row["penalty"] >= 0 for row in run.state.history)
    assert objective.samples().shape[0] == 5 * 128 + 4 * 2


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    tiny = UpscalerConfig(width=4, blocks=0, fine_width=4)
    start = build_upscaler(tiny).get_weights()
    config = replace(CONFIG, network=tiny, batch_size=2, sides=(16, 16), validated=2)

    def objective() -> SharpObjective:
        return SharpObjective(photos(6, 1), photos(2, 2), config, Colours(), start)

    whole = Run(objective(), tmp_path / "whole", SELDOM)
    whole.fit(1, steps=4)

    def pull_the_plug(row: dict[str, float]) -> None:
        if row["step"] == 2:
            raise PlugPulledError

    with pytest.raises(PlugPulledError):
        Run(objective(), tmp_path / "parts", Pace(report=0, checkpoint=0, read_every=1)).fit(1, pull_the_plug, steps=4)
    second = Run(objective(), tmp_path / "parts", SELDOM)
    assert second.restore()
    second.fit(1, steps=2)
    for one, other in zip(whole.objective.variables, second.objective.variables, strict=True):
        np.testing.assert_allclose(np.asarray(one.value), np.asarray(other.value), rtol=1e-3, atol=1e-5)


def test_nothing_beyond_its_reach_changes_a_pixel() -> None:
    network = build_upscaler(SMALL)
    rng = np.random.default_rng(0)
    network.set_weights([0.2 * rng.standard_normal(weight.shape) for weight in network.weights])
    picture = rng.uniform(-1, 1, (1, 8, 60, 3)).astype(np.float32)
    changed = picture.copy()
    changed[:, :, :20] = 1
    for factor in (2, 4):
        one, other = (one_factor(network, factor).predict_on_batch(x) for x in (picture, changed))
        beyond = factor * (20 + SMALL.reach)
        np.testing.assert_allclose(one[:, :, beyond:], other[:, :, beyond:], atol=1e-5)
        assert np.abs(one - other)[:, :, : factor * 20].max() > 0.1


def test_both_twins_fit_their_limit(tmp_path: Path) -> None:
    sizes = []
    for config in (TrainingConfig(), SHARP):
        artifacts.save_keras(build_upscaler(config.network), tmp_path / "network.keras", half=True)
        sizes.append((tmp_path / "network.keras").stat().st_size)
    assert sum(sizes) <= 8e6
    assert UpscalerConfig() == TrainingConfig().network
