"""The decoder learns from what is generated: nearer to real pictures, yet not far from what it drew."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from core import artifacts
from core.errors import UserError
from core.gan import latent, stages
from core.gan.autodiff import numbers
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.finishing import FinishingConfig, FinishingObjective
from core.gan.latent_game import Standard
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.projection import Projection, build_heads
from core.gan.stages import digest, fit_finish, read_config
from core.gan.trainer import RunState
from tests.core.gan.test_features import write_squeezenet

DECODING = AutoencoderConfig(
    height=64, width=48, widths=(4, 8, 8), encoder_blocks=(0,) * 3, decoder_blocks=(0, 0, 1), latent_channels=2
)
CONFIG = FinishingConfig(
    batch_size=8, learning_rate=(2e-3, 2e-3), critic_learning_rate=(1e-3, 1e-3), critic_alone=0.2, hold=0.5,
    ema_decay=0.5, enlarge=1,
)  # fmt: skip
STAND = Standard(np.zeros(DECODING.latent_shape, np.float32), np.ones(DECODING.latent_shape, np.float32))


def photos(count: int) -> np.ndarray:
    """Blocks of one colour on white."""
    rng = np.random.default_rng(5)
    images = np.full((count, 64, 48, 3), 255, np.uint8)
    for image in images:
        top, left = rng.integers(4, 24, 2)
        image[top : top + 30, left : left + 20] = rng.integers(0, 200, 3)
    return images


def networks() -> tuple[keras.Model, keras.Model]:
    keras.utils.set_random_seed(3)
    shape = latent.LatentConfig(size=DECODING.latent_size, noise=4, condition=2, width=8, blocks=1)
    return latent.build_generator(shape), build_decoder(DECODING)


def conditions(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.eye(2, dtype=np.float32)[rows % 2]


@pytest.fixture(scope="module")
def projection(tmp_path_factory: pytest.TempPathFactory) -> Projection:
    return Projection(write_squeezenet(tmp_path_factory.mktemp("weights")), photos(16), enlarge=1)


@pytest.fixture
def begin(projection: Projection) -> Callable[..., FinishingObjective]:
    def make(config: FinishingConfig = CONFIG) -> FinishingObjective:
        return FinishingObjective(
            *networks(), STAND, projection, photos(32), config, conditions=conditions,
            measure=lambda decoder: {}, show=lambda decoder: photos(1)[0],
        )  # fmt: skip

    return make


def drawn(objective: FinishingObjective, decoder: keras.Model) -> np.ndarray:
    rng = np.random.default_rng(1)
    rows = objective.generator.predict_on_batch(
        [rng.standard_normal((16, 4), np.float32), np.eye(2)[np.arange(16) % 2]]
    )
    return np.asarray(decoder.predict_on_batch(STAND.restore(rows)))


def play(objective: FinishingObjective, steps: int) -> dict[str, float]:
    for number in range(steps):
        logs = objective.step(RunState(step=number, progress=number / steps))
    return numbers(logs)


def test_features_of_real_pictures_are_of_about_unit_size_at_every_depth(projection: Projection) -> None:
    found = projection(photos(32).astype(np.float32) / 127.5 - 1)
    assert len(found) == 4
    for each in found:
        active = np.asarray(each)
        assert 0.3 < np.sqrt(np.square(active).mean()) < 1.5


def test_a_head_scores_every_place_and_heeds_the_condition() -> None:
    head = build_heads([6], 2)[0]
    features = np.random.default_rng(0).standard_normal((3, 9, 7, 6), np.float32)
    one, other = (np.asarray(head([features, np.tile(row, (3, 1))])) for row in np.eye(2, dtype=np.float32))
    assert one.shape == (3, 5 * 4)
    assert not np.allclose(one, other)


def test_the_critic_learns_first_and_then_the_decoder_comes_nearer_to_real_pictures(
    begin: Callable[..., FinishingObjective],
) -> None:
    objective = begin()
    start = [weight.copy() for weight in objective.decoder.get_weights()]
    assert "fooling" not in numbers(objective.step(RunState(step=0, progress=0.0)))
    for weight, before in zip(objective.decoder.get_weights(), start, strict=True):
        np.testing.assert_array_equal(weight, before)
    moved = play(objective, 40)["moved"]
    before, after = (drawn(objective, decoder).mean() for decoder in (objective.before, objective.average.model))
    real = photos(32).mean() / 127.5 - 1
    assert abs(after - real) < 0.8 * abs(before - real)
    weights = [model.get_weights() for model in (objective.before, objective.average.model, objective.finished())]
    for one, other, kept in zip(*weights, strict=True):
        np.testing.assert_allclose(kept, (one + other) / 2, atol=1e-6)
    held = play(begin(replace(CONFIG, hold=300.0)), 40)["moved"]
    assert held < 0.3 * moved


def test_a_run_needs_a_generator_and_begins_anew_with_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, start, run = write_squeezenet(tmp_path), tmp_path / "start", tmp_path / "run"
    start.mkdir()

    def finish() -> None:
        fit_finish(
            run, (start, start), photos(32), weights, CONFIG, conditions=conditions, asked=np.eye(2, dtype=np.float32),
            measure=lambda pictures: {}, minutes=1, resume=True, smoke=True,
        )  # fmt: skip

    with pytest.raises(UserError, match="start holds no trained generator"):
        finish()
    generator, decoder = networks()
    artifacts.save_keras(generator, start / GENERATOR)
    artifacts.save_keras(decoder, start / DECODER)
    np.savez(start / STANDARD, mean=STAND.mean, deviation=STAND.deviation)
    run.mkdir()
    artifacts.write_json(run / "config.json", {"autoencoder": "another"})
    monkeypatch.setattr(stages, "SMOKE_STEPS", 1)
    finish()  # what was begun there is kept aside, not gone on with
    assert read_config(run)["autoencoder"] == digest(start / DECODER)
    assert read_config(tmp_path / "run.before")["autoencoder"] == "another"
