"""What is trained and saved on one backend of Keras is the same on the other."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core import artifacts
from core.gan import residual
from tests.core.gan import steps

jax = pytest.importorskip("jax", reason="JAX is optional")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The numbers of `steps`, here (TensorFlow) and in a process of its own under JAX."""
    folder = tmp_path_factory.mktemp("backends")
    artifacts.save_keras(steps.fill(residual.build_generator(steps.PIXELS), 8), folder / "model.keras")
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
    command = [sys.executable, "-m", "tests.core.gan.steps", str(folder / "jax.npz"), str(folder / "model.keras")]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as other:
        here = {
            **steps.penalty_gradients(),
            **steps.trained_weights(),
            **steps.trained_dcgan(),
            **steps.pixels(folder / "model.keras"),
        }
        _, said = other.communicate()
    assert other.returncode == 0, said
    with np.load(folder / "jax.npz") as saved:
        return here, {name: saved[name] for name in saved.files}


def compare(both: tuple[dict[str, np.ndarray], dict[str, np.ndarray]], prefix: str, tolerance: float) -> None:
    here, there = both
    names = [name for name in here if name.startswith(prefix)]
    assert names
    for name in names:
        scale = max(np.abs(here[name]).max(), 1e-3)
        np.testing.assert_allclose(there[name] / scale, here[name] / scale, atol=tolerance, err_msg=name)


def test_gradients_through_penalties_agree(both: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]) -> None:
    compare(both, "value", 1e-4)
    compare(both, "gradient", 1e-3)
    assert any(np.abs(value).max() > 1e-3 for name, value in both[0].items() if name.startswith("gradient"))


def test_three_steps_of_the_game_agree(both: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]) -> None:
    compare(both, "trained", 5e-3)


def test_statistics_of_normalisation_change_alike(both: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]) -> None:
    compare(both, "statistics", 1e-3)
    assert all(np.abs(value - 1).max() > 1e-3 for name, value in both[0].items() if name.startswith("statistics"))


def test_a_saved_generator_draws_the_same_pixels(both: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]) -> None:
    np.testing.assert_allclose(both[0]["pixels"], both[1]["pixels"], atol=1e-3)
