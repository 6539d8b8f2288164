"""The game is learned: generators find known distributions, obey their condition, and every game runs."""

import math
from pathlib import Path

import keras
import numpy as np
import pytest

from core.gan import latent, losses
from core.gan.adversarial import DCGAN, AdversarialConfig, AdversarialObjective, between
from core.gan.sampling import draw
from core.gan.trainer import Run, RunState

MODES = np.array([[math.cos(angle), math.sin(angle)] for angle in np.arange(8) * math.pi / 4], np.float32)
WIDTH = 0.08


def ring(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points around eight places on a circle, and which place each is at."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 8, count)
    return (MODES[labels] + WIDTH * rng.standard_normal((count, 2))).astype(np.float32), labels


def test_a_small_generator_finds_all_places_of_a_known_distribution(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    points, labels = ring(12_000)
    points, modes = points[labels % 3 == 0], MODES[::3]
    network = latent.LatentConfig(size=2, noise=8, condition=0, width=64, blocks=1)
    config = AdversarialConfig(penalty=(0.1, 0.02), batch_size=128, learning_rate=(4e-3, 5e-4), ema_decay=0.98)
    objective = AdversarialObjective(latent.build_generator(network), latent.build_critic(network), points, config)
    Run(objective, tmp_path).fit(1, steps=500)
    made = np.asarray(objective.average.model(draw(np.random.default_rng(9), (2000, 8), "normal")))
    distances = np.linalg.norm(made[:, None] - modes, axis=2)
    assert (distances.min(axis=1) < 3 * WIDTH).mean() > 0.5  # 0.2 for points anywhere on the ring
    shares = np.bincount(distances.argmin(axis=1), minlength=3) / len(made)
    assert shares.min() > 0.2


def test_a_condition_says_which_place(tmp_path: Path) -> None:
    points, labels = ring(4096)
    wanted = np.eye(8, dtype=np.float32)
    network = latent.LatentConfig(size=2, noise=4, condition=8, width=64, blocks=1)
    config = AdversarialConfig(penalty=(0.05, 0.02), batch_size=128, learning_rate=(2e-3, 2e-4), ema_decay=0.98)
    objective = AdversarialObjective(
        latent.build_generator(network), latent.build_critic(network), points, config,
        conditions=lambda rows, rng: wanted[labels[rows]],
    )  # fmt: skip
    Run(objective, tmp_path).fit(1, steps=400)
    asked = np.arange(400) % 8
    made = np.asarray(objective.average.model([draw(np.random.default_rng(9), (400, 4), "normal"), wanted[asked]]))
    assert (np.linalg.norm(made[:, None] - MODES, axis=2).argmin(axis=1) == asked).mean() > 0.9


def test_an_anchor_shows_the_generator_what_belongs_to_a_condition(tmp_path: Path) -> None:
    wanted = np.eye(8, dtype=np.float32)
    network = latent.LatentConfig(size=2, noise=4, condition=8, width=32, blocks=1)
    missed = {}
    for anchor in (0.0, 50.0):
        keras.utils.set_random_seed(2)
        config = AdversarialConfig(
            anchor=(anchor, anchor),
            alone=0.5 if anchor else 0,
            batch_size=32,
            learning_rate=(2e-3, 2e-3),
            ema_decay=0.9,
        )
        objective = AdversarialObjective(
            latent.build_generator(network), latent.build_critic(network), np.tile(MODES, (16, 1)), config,
            conditions=lambda rows, rng: wanted[rows % 8],
        )  # fmt: skip
        Run(objective, tmp_path / str(anchor)).fit(1, steps=60)
        noise = draw(np.random.default_rng(9), (8, 4), "normal")
        missed[anchor] = np.abs(np.asarray(objective.average.model([noise, wanted])) - MODES).mean()
    assert missed[50.0] < 0.5 * missed[0.0]


@pytest.mark.parametrize("game", losses.GAMES)
def test_every_game_moves_both_players(game: str) -> None:
    points, _ = ring(64)
    network = latent.LatentConfig(size=2, noise=4, condition=0, width=8, blocks=1)
    config = AdversarialConfig(game=game, penalty=(10.0, 10.0), batch_size=16, critic_steps=2)
    objective = AdversarialObjective(latent.build_generator(network), latent.build_critic(network), points, config)
    before = [player.get_weights() for player in (objective.generator, objective.critic)]
    logs = objective.step(RunState())
    assert all(math.isfinite(float(value)) for value in logs.values())
    assert float(logs["penalty"]) > 0
    for player, old in zip((objective.generator, objective.critic), before, strict=True):
        assert any(np.abs(new - kept).max() > 0 for new, kept in zip(player.get_weights(), old, strict=True))


def test_noise_is_fresh_every_step_and_the_same_again_for_the_same_step() -> None:
    points, _ = ring(64)
    network = latent.LatentConfig(size=2, noise=4, condition=0, width=8, blocks=1)
    config = AdversarialConfig(batch_size=16)
    objective = AdversarialObjective(latent.build_generator(network), latent.build_critic(network), points, config)
    first, again, other = objective.draw(3), objective.draw(3), objective.draw(4)
    np.testing.assert_array_equal(first["critic_noise"], again["critic_noise"])
    assert (first["critic_noise"] != other["critic_noise"]).all()
    assert (first["critic_noise"] != first["generator_noise"]).all()


def test_quantities_move_geometrically() -> None:
    assert between((1.0, 0.01), 0.5) == pytest.approx(0.1)
    assert between((0.0, 0.0), 0.5) == 0
    assert between(DCGAN.learning_rate, 0.3) == pytest.approx(2e-4)
