"""Each twin gives way to a better one only, and the card tells what was measured."""

from pathlib import Path

import numpy as np
import pytest

from core import artifacts
from core.enlarging.upscaler import Upscaler
from core.errors import UserError
from core.superres import evaluation, publish
from core.superres.card import model_card
from core.superres.publish import store
from tests.core.superres.conftest import RECORD, lively
from tests.core.superres.photos import Colours, photos


def record(run: str) -> dict[str, object]:
    return {**RECORD, "parameters": {**RECORD["parameters"], "run": run}}


def test_only_a_better_twin_replaces_the_stored_one_and_the_other_stays(tmp_path: Path) -> None:
    folder, network = tmp_path / "superres", tmp_path / "network.keras"
    artifacts.save_keras(lively(1), network, half=True)
    with pytest.raises(UserError, match="--stage psnr"):
        store(folder, "sharp", network, record("early"), -0.2)
    assert not folder.exists()
    assert store(folder, "faithful", network, record("first"), 30.0)
    assert Upscaler.load(folder).styles == ("faithful",)
    assert store(folder, "sharp", network, record("first"), -0.2)
    artifacts.save_keras(lively(2), network, half=True)
    assert not store(folder, "faithful", network, record("worse"), 30.0)
    before = Upscaler.load(folder).upscale(np.zeros((4, 4, 3), np.uint8), 2, "faithful")
    assert store(folder, "sharp", network, record("better"), -0.1)
    manifest = artifacts.open_artifact(folder)
    assert manifest.parameters["faithful"]["run"] == "first"
    assert manifest.parameters["sharp"]["run"] == "better"
    assert manifest.metrics["sharp"] == -0.1
    after = Upscaler.load(folder)
    assert after.styles == ("sharp", "faithful")
    np.testing.assert_array_equal(after.upscale(np.zeros((4, 4, 3), np.uint8), 2, "faithful"), before)


def test_the_choice_is_by_psnr_or_by_perceptual_distance(upscaler: Upscaler) -> None:
    few = photos(2, 5)
    assert 0 < evaluation.choice_figure(upscaler, "faithful", few, None) < 60
    assert evaluation.choice_figure(upscaler, "sharp", few, Colours()) < 0


def test_the_card_tells_every_figure(folder: Path, upscaler: Upscaler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "_TIMED", 1)
    result = evaluation.evaluate(upscaler, photos(2, 4), Colours(), 1_500_000)
    card = model_card(artifacts.open_artifact(folder), result)
    assert "All files: 1.5 MB" in card
    for figures in result["sets"].values():
        for row in figures["methods"].values():
            assert f"| {row['psnr']:.2f} | {row['psnr_y']:.2f} | {row['ssim']:.4f} |" in card
    publish.write_metrics(folder, result)
    assert artifacts.read_metrics(folder)["sets"].keys() == result["sets"].keys()
    assert (folder / artifacts.CARD).read_text(encoding="utf-8") == card
