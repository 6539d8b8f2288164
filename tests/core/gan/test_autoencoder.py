"""The autoencoder learns to restore photos, alone and then with its critic, and its decoder fits the size limit."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from core.gan.autodiff import numbers
from core.gan.autoencoder import AutoencoderObjective, TrainingConfig, edges, to_pixels, to_unit
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder, build_encoder
from core.gan.trainer import Pace, Run, RunState
from core.product.network import COARSE, FINE

SMALL = AutoencoderConfig(
    height=64, width=48, widths=(4, 8, 12), encoder_blocks=(0, 0, 1), decoder_blocks=(0, 1, 1), latent_channels=6
)
CONFIG = TrainingConfig(
    network=SMALL, critic_widths=(4, 6), batch_size=8, learning_rate=3e-3, refining_learning_rate=1e-3, warmup_steps=5,
    ema_decay=0.9, critic_from=0.6, validated=24,
)  # fmt: skip


class Blur:
    """Stands in for the perceptual network: coarse colours."""

    variables: tuple[()] = ()

    def features(self, pictures: object) -> list[object]:
        return [keras.ops.average_pool(pictures, 8, 8)]

    def __call__(self, features: list[object], others: list[object]) -> object:
        return keras.ops.mean(keras.ops.square(features[0] - others[0]), axis=(1, 2, 3))


def photos(count: int, seed: int) -> np.ndarray:
    """Blocks of one colour on white."""
    rng = np.random.default_rng(seed)
    images = np.full((count, 64, 48, 3), 255, np.uint8)
    for image in images:
        top, left = rng.integers(4, 24, 2)
        image[top : top + 30, left : left + 20] = rng.integers(0, 200, 3)
    return images


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict[str, float]]:
    """A run of forty steps, and how good it was before the first."""
    objective = AutoencoderObjective(photos(64, 1), photos(24, 2), Blur(), CONFIG)
    before = objective.validate()
    run = Run(objective, tmp_path_factory.mktemp("run"), Pace(report=0, checkpoint=3600, read_every=1))
    run.fit(1, steps=40)
    return run, before


def test_it_restores_photos_it_has_never_seen(trained: tuple[Run, dict[str, float]]) -> None:
    run, before = trained
    after = run.objective.validate()
    assert after["validation_l1"] < 0.7 * before["validation_l1"]
    assert after["validation_psnr"] > before["validation_psnr"] + 2


def test_the_critic_joins_when_its_time_has_come(trained: tuple[Run, dict[str, float]]) -> None:
    rows = trained[0].state.history
    assert ["critic" in row for row in rows] == [index >= 24 for index in range(40)]
    assert all(row["penalty"] > 0 for row in rows[24:])


def test_its_samples_show_photos_above_their_restorations(trained: tuple[Run, dict[str, float]]) -> None:
    sheet = trained[0].objective.samples()
    assert sheet.dtype == np.uint8
    assert sheet.shape == (4 * 64 + 3 * 2, 10 * 48 + 9 * 2, 3)
    np.testing.assert_array_equal(sheet[:64, :48], trained[0].objective.validation[0])


def test_a_resumed_run_has_the_critic_from_the_start(trained: tuple[Run, dict[str, float]]) -> None:
    run = Run(trained[0].objective, trained[0].folder)
    assert run.restore()
    assert run.state.cycle == 1
    assert "critic" in numbers(run.objective.step(RunState(step=40, cycle=1)))


@pytest.mark.parametrize("config", [COARSE, FINE])
def test_both_latents_hold_the_same_numbers_and_the_decoder_leaves_room_for_the_rest(config: AutoencoderConfig) -> None:
    encoder, decoder = build_encoder(config), build_decoder(config)
    assert encoder.output.shape[1:] == config.latent_shape
    assert config.latent_size == 384
    assert decoder.output.shape[1:] == (64, 48, 3)
    assert 2 * decoder.count_params() < 6e6  # bytes as float16; generator and text share the rest of 16 MB


def test_a_critic_without_pull_changes_nothing_for_the_autoencoder() -> None:
    """The step with the critic takes its slopes in another way; without its pull they must be the same."""
    alone = replace(CONFIG, critic_from=2.0, warmup_steps=1, refining_learning_rate=1.0)
    watched = replace(alone, critic_from=0.0, adversarial_share=0.0)
    weights = []
    for config in (alone, watched):
        objective = AutoencoderObjective(photos(16, 1), photos(8, 2), Blur(), config)
        logs = numbers(objective.step(RunState(step=1, progress=0.5)))
        assert ("critic" in logs) == (config is watched)
        weights.append(objective.encoder.get_weights() + objective.decoder.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-5)


def test_pixels_survive_the_way_there_and_back() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    np.testing.assert_array_equal(to_pixels(to_unit(pixels)), pixels)
    down, right = edges(np.arange(12.0).reshape(1, 3, 4, 1))
    assert (down == 4).all()
    assert (right == 1).all()
