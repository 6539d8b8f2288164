"""From a smoke run to a stored network, its figures, and pictures redrawn by the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import artifacts
from core.artifacts import ArtifactError
from core.cli import main
from core.restyle import publish
from core.restyle.card import model_card
from core.restyle.service import RestyleError, Restyler
from core.settings import ROOT, settings
from tests.core.gan.test_features import write_squeezenet
from tests.core.restyle import toy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All folders of a small workshop in which the tiny network of a smoke run is stored."""
    root = tmp_path_factory.mktemp("workshop")
    (root / "weights").mkdir()
    write_squeezenet(root / "weights")
    toy.prepare(root / "prepared" / "emoji")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("models", "data", "prepared", "runs"):
            patch.setenv(f"EFFIGIES_{name.upper()}", str(root / name))
        settings.cache_clear()
        assert said(0, "train", "restyle", "--smoke", "--minutes", "1") == 0
        assert not (root / "models").exists()
        assert publish.publish(settings(), smoke=True)
        yield root
    settings.cache_clear()


def said(code: int, *arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert ended.value.code == code
    return code


def test_the_stored_credits_are_plain_text_as_the_report_shows_them() -> None:
    stored = ROOT / "models" / "restyle"
    manifest = artifacts.open_artifact(stored)
    assert not any("](" in credit for credit in manifest.credits)
    assert (stored / artifacts.CARD).read_text("utf-8") == model_card(manifest, artifacts.read_metrics(stored))


def test_the_manifest_credits_every_artist(folder: Path) -> None:
    manifest = artifacts.open_artifact(folder / "models" / "restyle")
    assert manifest.parameters["styles"] == list(toy.KEYS)
    for artist in ("Google", "Twitter", "Streamline"):
        assert any(artist in credit for credit in manifest.credits)
    assert not any("](" in credit for credit in manifest.credits)
    assert manifest.metrics["perceptual"] > 0


def test_figures_stand_beside_floors_and_ceiling_and_become_a_card(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(0, "evaluate", "restyle", "--write", "--json")
    result = json.loads(capsys.readouterr().out)
    assert result["n"] == toy.COUNTS[toy.TEST] * len(toy.KEYS)
    assert result["split"] == "test"
    assert result["methods"].keys() == {"model", "identity", "nearest"}
    assert result["styles"].keys() == set(toy.KEYS)
    assert sum(each["n"] for each in result["styles"].values()) == result["n"]
    assert all(0 <= share <= 1 for share in result["better_than_both"].values())
    assert result["ceiling"]["n"] > 0
    models = folder / "models" / "restyle"
    assert artifacts.read_metrics(models) == result
    assert f"{result['methods']['nearest']['l1']:.4f}" in (models / "CARD.md").read_text("utf-8")


def test_one_picture_is_redrawn_and_described(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(toy.draw(3, "noto")).resize((100, 80)).save(tmp_path / "in.png")
    out = tmp_path / "out.png"
    said(0, "restyle", tmp_path / "in.png", out, "--to", "twemoji", "--json")
    assert json.loads(capsys.readouterr().out) == {"file": str(out), "width": 64, "height": 64, "style": "twemoji"}
    with Image.open(out) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (64, 64))
        assert picture.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("source", "target", "style", "why"),
    [
        ("in.png", "out.png", "cubism", "noto, twemoji, streamline"),
        ("text.png", "out.png", "noto", "text.png: This file is not a picture"),
        ("missing.png", "out.png", "noto", "missing.png"),
        ("in.png", "out.jpg", "noto", "ends in .png or .webp"),
        ("in.png", "nowhere/out.png", "noto", "nowhere: make it first"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, target: str, style: str, why: str
) -> None:
    Image.new("RGBA", (6, 5)).save(tmp_path / "in.png")
    (tmp_path / "text.png").write_text("not a picture")
    said(2, "restyle", tmp_path / source, tmp_path / target, "--to", style)
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert why in lines[0]
    assert {path.name for path in tmp_path.iterdir()} == {"in.png", "text.png"}


def test_the_same_picture_gives_the_same_pixels_of_any_size_and_kind(folder: Path) -> None:
    restyler = Restyler.load(folder / "models" / "restyle")
    assert restyler.styles == toy.KEYS
    for picture in (toy.draw(3, "noto"), np.full((5, 40, 3), 200, np.uint8), np.zeros((300, 200, 4), np.uint8)):
        answer = restyler.restyle(picture, "streamline")
        assert (answer.shape, answer.dtype) == ((64, 64, 4), np.uint8)
        np.testing.assert_array_equal(answer, restyler.restyle(picture, "streamline"))
        assert (answer[answer[..., 3] == 0] == 0).all()
    with pytest.raises(RestyleError, match="noto, twemoji, streamline"):
        restyler.restyle(toy.draw(3, "noto"), "cubism")


def test_a_missing_model_is_an_error_one_can_act_on(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="train restyle"):
        Restyler.load(tmp_path / "restyle")
