"""Small networks with lively weights, and artifacts made of them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import artifacts
from core.enlarging.network import UpscalerConfig, build_upscaler
from core.enlarging.upscaler import Upscaler
from core.superres import publish

SMALL = UpscalerConfig(width=8, blocks=2, fine_width=6)
RECORD: dict[str, Any] = {
    "parameters": {
        "network": asdict(SMALL), "minutes": 1.0, "steps": 3, "images": 96, "trained_on": "2 CPU cores"
    },
    "history": [{"step": 3, "l1_x2": 0.1}],
}  # fmt: skip


def lively(seed: int) -> Any:
    """A network that changes every pixel it is given."""
    network = build_upscaler(SMALL)
    rng = np.random.default_rng(seed)
    network.set_weights([0.15 * rng.standard_normal(weight.shape) for weight in network.weights])
    return network


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artifact with both styles."""
    where = tmp_path_factory.mktemp("models")
    for seed, style in enumerate(("faithful", "sharp")):
        artifacts.save_keras(lively(seed), where / "network.keras", half=True)
        assert publish.store(where / "superres", style, where / "network.keras", RECORD, 1.0)
    return where / "superres"


@pytest.fixture(scope="session")
def upscaler(folder: Path) -> Upscaler:
    return Upscaler.load(folder)
