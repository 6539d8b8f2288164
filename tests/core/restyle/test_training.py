"""The network starts as the identity and learns a style of emoji it has never seen."""

from pathlib import Path

import numpy as np
import pytest

from core import artifacts
from core.gan.trainer import Pace, Run
from core.restyle import data
from core.restyle.data import StyledEmoji
from core.restyle.network import RestylerConfig, build_restyler
from core.restyle.training import RestyleObjective, TrainingConfig
from tests.core.restyle import toy

CONFIG = TrainingConfig(
    network=RestylerConfig(styles=3, widths=(16, 16), blocks=(1, 1)), batch_size=6, composites=0, learning_rate=5e-3,
    warmup=0.05, ema_decay=0.8, validated=12, critic_widths=(4, 4), critic_from=0.5,
)  # fmt: skip
SELDOM = Pace(report=0, checkpoint=3600, read_every=1)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StyledEmoji]:
    return data.load(toy.prepare(tmp_path_factory.mktemp("prepared") / "emoji"))


def objective(pictures: dict[str, StyledEmoji], config: TrainingConfig = CONFIG) -> RestyleObjective:
    return RestyleObjective(pictures["train"], pictures["validation"], toy.Colours(), config)


def test_it_learns_a_style_from_emoji_and_applies_it_to_others(
    pictures: dict[str, StyledEmoji], tmp_path: Path
) -> None:
    learner = objective(pictures)
    before = learner.validate()
    assert before["validation_l1"] == pytest.approx(before["validation_identity_l1"], rel=1e-3)
    run = Run(learner, tmp_path, SELDOM)
    run.fit(1, steps=80)
    after = learner.validate()
    assert after["validation_l1"] < 0.9 * after["validation_identity_l1"]
    assert {"critic", "penalty"} & run.state.history[0].keys() == set()  # joins in later
    assert run.state.history[-1]["penalty"] >= 0
    sheet = learner.samples()
    np.testing.assert_array_equal(sheet[0, 0], (255, 255, 255))
    assert sheet.shape[2] == 3


def test_the_network_fits_its_limit(tmp_path: Path) -> None:
    artifacts.save_keras(build_restyler(RestylerConfig()), tmp_path / "network.keras", half=True)
    assert (tmp_path / "network.keras").stat().st_size <= 2.5e6
