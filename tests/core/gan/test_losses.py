"""Losses have their known values, and penalties measure the slope they claim to."""

import numpy as np
import pytest
from keras import ops

from core.gan import losses
from core.gan.autodiff import Logs, Program, numbers

ZEROS = np.zeros(4, np.float32)


@pytest.mark.parametrize(
    ("game", "critic", "generator"),
    [
        ("non_saturating", 2 * np.log(2), np.log(2)),
        ("relativistic", np.log(2), np.log(2)),
        ("wasserstein", 0.0, 0.0),
        ("least_squares", 0.5, 0.5),
    ],
)
def test_a_critic_that_cannot_tell_loses_what_it_must(game: str, critic: float, generator: float) -> None:
    assert float(losses.GAMES[game].critic(ZEROS, ZEROS)) == pytest.approx(critic)
    assert float(losses.GAMES[game].generator(ZEROS, ZEROS)) == pytest.approx(generator)


@pytest.mark.parametrize("game", losses.GAMES)
def test_critic_and_generator_want_opposite_things(game: str) -> None:
    low, high = ZEROS, ZEROS + 1
    assert float(losses.GAMES[game].critic(high, low)) < float(losses.GAMES[game].critic(low, high))
    assert float(losses.GAMES[game].generator(high, low)) > float(losses.GAMES[game].generator(high, high))


def test_the_relativistic_game_sees_only_differences() -> None:
    real, fake = np.array([1.0, -2.0], np.float32), np.array([0.5, 3.0], np.float32)
    for side in (losses.GAMES["relativistic"].critic, losses.GAMES["relativistic"].generator):
        assert float(side(real, fake)) == pytest.approx(float(side(real + 7, fake + 7)), rel=1e-5)


def test_penalties_of_a_linear_critic_are_known() -> None:
    weights = np.array([3.0, 4.0], np.float32)  # a gradient of length 5 everywhere
    real, fake = np.ones((6, 2), np.float32), np.zeros((6, 2), np.float32)

    def step(real: object, fake: object, share: object) -> Logs:
        def critic(x: object) -> object:
            return ops.sum(x * weights, axis=1)

        slopes = losses.input_gradient(critic, real)[1]
        return {
            "r1": losses.gradient_penalty(slopes),
            "interpolated": losses.interpolation_penalty(critic, real, fake, share),
        }

    found = numbers(Program(step, [])(real, fake, np.linspace(0, 1, 6, dtype=np.float32)))
    assert found["r1"] == pytest.approx(25)
    assert found["interpolated"] == pytest.approx(16)


def test_every_text_is_mismatched() -> None:
    texts = np.eye(5, dtype=np.float32)
    wrong = np.asarray(losses.mismatched(texts))
    assert (wrong * texts).sum() == 0
    np.testing.assert_array_equal(wrong.sum(axis=0), np.ones(5))
