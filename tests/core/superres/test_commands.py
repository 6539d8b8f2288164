"""`upscale` writes the whole picture or nothing, and says in one line what is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image

from core.errors import UserError
from core.settings import settings
from core.superres import commands


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[typer.Typer]:
    """The commands alone, with the small artifact."""
    monkeypatch.setenv("EFFIGIES_MODELS", str(folder.parent))
    settings.cache_clear()
    groups = {name: typer.Typer() for name in ("", "train", "evaluate")}
    for verb in ("train", "evaluate"):
        groups[""].add_typer(groups[verb], name=verb)
    commands.register(groups)
    yield groups[""]
    monkeypatch.undo()
    settings.cache_clear()


def run(app: typer.Typer, *arguments: object) -> None:
    app(args=[str(argument) for argument in arguments], standalone_mode=False)


def test_a_picture_is_enlarged_and_described(
    app: typer.Typer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (6, 5), (200, 30, 30)).save(tmp_path / "in.png")
    run(app, "upscale", tmp_path / "in.png", tmp_path / "out.png", "--style", "faithful", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "file": str(tmp_path / "out.png"), "width": 24, "height": 20, "factor": 4, "style": "faithful"
    }  # fmt: skip
    first = (tmp_path / "out.png").read_bytes()
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.size == (24, 20)
    run(app, "upscale", tmp_path / "in.png", tmp_path / "out.png", "--style", "faithful")
    assert (tmp_path / "out.png").read_bytes() == first


def test_transparency_survives_but_for_jpeg(app: typer.Typer, tmp_path: Path) -> None:
    Image.new("RGBA", (6, 5), (0, 0, 0, 0)).save(tmp_path / "in.png")
    for name in ("out.png", "out.jpg"):
        run(app, "upscale", tmp_path / "in.png", tmp_path / name, "--factor", 2)
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.mode == "RGBA"
        assert picture.getextrema()[3] == (0, 0)
    with Image.open(tmp_path / "out.jpg") as picture:
        assert np.asarray(picture).min() > 250


@pytest.mark.parametrize(
    ("source", "target", "options", "said"),
    [
        ("text.png", "out.png", (), "text.png: This file is not a picture"),
        ("huge.png", "out.png", (), "1001 x 1000 pixels"),
        ("in.png", "out.gif", (), r"ends in \.png"),
        ("missing.png", "nowhere/out.png", (), "no folder .*nowhere: make it"),
        ("missing.png", "text.png/out.png", (), r"no folder .*text\.png: make it"),
        ("in.png", "out.png", ("--factor", "3"), "2 or 4 times"),
    ],
)
def test_bad_input_is_said_and_leaves_nothing(
    app: typer.Typer, tmp_path: Path, source: str, target: str, options: tuple[str, ...], said: str
) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    Image.new("L", (1001, 1000)).save(tmp_path / "huge.png")
    Image.new("RGB", (6, 5)).save(tmp_path / "in.png")
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(UserError, match=said):
        run(app, "upscale", tmp_path / source, tmp_path / target, *options)
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_target_that_cannot_be_written_leaves_no_draft(app: typer.Typer, tmp_path: Path) -> None:
    Image.new("RGB", (6, 5)).save(tmp_path / "in.png")
    (tmp_path / "out.png").mkdir()
    with pytest.raises(UserError, match=r"/out\.png is a folder"):
        run(app, "upscale", tmp_path / "in.png", tmp_path / "out.png", "--factor", 2)
    assert {path.name for path in tmp_path.iterdir()} == {"in.png", "out.png"}


def test_the_figures_of_other_photos_are_not_stored(app: typer.Typer, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="leave out --data"):
        run(app, "evaluate", "superres", "--data", tmp_path, "--write")
