"""Several devices learn together what one device learns alone; what cannot be is refused in a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from core.gan.autodiff import over

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The numbers of `devices`, from a process under JAX to which the CPU looks like two devices."""
    pytest.importorskip("jax", reason="JAX is optional")
    out = tmp_path_factory.mktemp("devices") / "found.npz"
    environment = {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.core.gan.devices", str(out)],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    with np.load(out) as saved:
        return {name: saved[name] for name in saved.files}


@pytest.mark.parametrize(("one", "two"), [("alone", "together"), ("resumed_alone", "resumed_together")])
def test_two_devices_learn_what_one_learns_and_one_goes_on_from_there(
    found: dict[str, np.ndarray], one: str, two: str
) -> None:
    alone = {name: value for name, value in found.items() if name.startswith(f"{one}/")}
    together = {name: found[f"{two}/{name.partition('/')[2]}"] for name in alone}
    assert (alone.pop(f"{one}/held_by"), together.pop(f"{one}/held_by")) == (1, 2)
    assert len(alone) > 20
    for name, value in alone.items():
        np.testing.assert_allclose(together[name], value, rtol=2e-3, atol=2e-5, err_msg=name)


def test_a_stage_runs_to_its_end_on_two_devices(found: dict[str, np.ndarray]) -> None:
    assert found["sheets"] > 0
    assert np.isfinite(found["drawn"]).all()
    assert np.abs(found["drawn"]).max() > 0


def test_a_batch_that_cannot_be_divided_and_devices_that_are_not_there_are_refused(
    found: dict[str, np.ndarray],
) -> None:
    assert "a batch of 9 cannot be divided into so many equal parts; choose among 1" in str(found["indivisible"])
    assert "--devices 3: this machine offers 2 (cpu:0, cpu:1)" in str(found["too_many"])


def test_tensorflow_says_that_it_trains_on_one_device_only() -> None:
    with pytest.raises(UserError, match="set KERAS_BACKEND=jax"), over(2, 8):
        pass
    with over(1, 9):
        pass  # one device needs nothing
