"""Prepared avatars: repetitions are dropped, the split holds, files are whole, the command draws and repeats itself."""

import json
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.avatar import commands
from core.datasets import avatars
from core.datasets.avatars import drawing, prepared
from core.datasets.avatars.sieve import Sieve
from core.datasets.avatars.theme import Picture
from core.errors import DataError

RNG = np.random.default_rng(5)


def picture(name: str, image: np.ndarray | None = None) -> Picture:
    if image is None:
        image = np.kron(RNG.integers(0, 256, (8, 8, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    return Picture(image, {"seed": name, "recipe": "one", "parts": {"head": name}})


def store(folder: Path, key: str, count: int, shade: int) -> None:
    images = np.full((count, 64, 64, 3), shade, np.uint8)
    prepared.write(folder, key, images, [{"seed": f"{key}-{row}"} for row in range(count)], {"key": key})


def test_the_sieve_drops_what_was_seen() -> None:
    sieve = Sieve(room=10)
    first, second = picture("a"), picture("b")
    assert sieve.sift([first, second]) == [first, second]
    near = first.image.copy()
    near[:8, :8] ^= 3
    assert sieve.sift([picture("c", first.image), picture("a"), picture("d", near)]) == []
    assert (sieve.pixels, sieve.figures, sieve.near) == (1, 1, 1)


def test_the_sieve_compares_within_one_batch_and_stops_when_full() -> None:
    sieve = Sieve(room=2)
    first = picture("a")
    near = first.image.copy()
    near[:8, :8] ^= 3
    second = picture("c")
    assert sieve.sift([first, picture("b", near), second, picture("d")]) == [first, second]
    assert sieve.kept == 2


def test_a_twentieth_is_held_out_whatever_the_order() -> None:
    seeds = [f"saga-{index}" for index in range(1000)]
    rows = prepared.held_out(seeds)
    assert rows.sum() == 50
    np.testing.assert_array_equal(prepared.held_out(seeds[::-1]), rows[::-1])


def test_pictures_are_read_back_with_their_labels(tmp_path: Path) -> None:
    store(tmp_path, "cats", 40, 10)
    store(tmp_path, "saga", 60, 200)
    read = avatars.load(tmp_path)
    assert read.keys == ("cats", "saga")
    assert (len(read.train_images), len(read.validation_images)) == (95, 5)
    for images, labels in ((read.train_images, read.train_labels), (read.validation_images, read.validation_labels)):
        np.testing.assert_array_equal(images[:, 0, 0, 0], np.where(labels == 0, 10, 200))
    only = avatars.load(tmp_path, ["saga"])
    assert only.keys == ("saga",)
    assert set(only.train_labels) == {0}
    assert [row["seed"] for row in prepared.load_parameters(tmp_path, "cats")] == [f"cats-{row}" for row in range(40)]


def test_missing_and_damaged_files_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="python -m core prepare avatar"):
        avatars.load(tmp_path)
    store(tmp_path, "saga", 20, 0)
    with pytest.raises(DataError, match=r"cats.*python -m core prepare avatar"):
        avatars.load(tmp_path, ["saga", "cats"])
    path = prepared.path_of(tmp_path, "saga")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DataError, match=r"saga\.npz is damaged"):
        avatars.load(tmp_path)


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "find_spec", lambda name: None if name == "resvg_py" else find_spec(name))
    with pytest.raises(DataError, match=r"pip install resvg-py$"):
        drawing.require_packages()


def test_packages_come_from_a_folder_while_it_is_asked_for(tmp_path: Path) -> None:
    for name in list(drawing.PACKAGES)[1:]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    with pytest.raises(DataError, match=r"--target \S+ dicebear-core$"), drawing.packages_from(tmp_path):
        pass
    (tmp_path / "dicebear.py").touch()
    with drawing.packages_from(tmp_path):
        assert Path(find_spec("robohash").origin).is_relative_to(tmp_path)
    assert not Path(find_spec("robohash").origin).is_relative_to(tmp_path)


def test_the_command_draws_themes_and_leaves_finished_ones_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(place: str) -> dict[str, Any]:
        monkeypatch.setattr(commands, "settings", lambda: SimpleNamespace(prepared=tmp_path / place))
        commands.prepare(themes="pixel", count=20, cc0=True, json_=True)
        return json.loads(capsys.readouterr().out)

    report = run("one")
    pixel = report["themes"]["pixel"]
    assert (pixel["pictures"], pixel["validation"], pixel["cc0"]) == (20, 1, True)
    assert {credit["licence"] for credit in pixel["credits"]} == {"CC0 1.0"}
    path = prepared.path_of(tmp_path / "one" / "avatar", "pixel")
    written = path.stat().st_mtime_ns
    assert json.loads((path.parent / "card.json").read_text("utf-8"))["themes"] == report["themes"]
    assert "DiceBear" in (path.parent / "DATA_CARD.md").read_text("utf-8")
    assert run("one")["seconds"] == {}
    assert path.stat().st_mtime_ns == written
    run("two")
    assert prepared.path_of(tmp_path / "two" / "avatar", "pixel").read_bytes() == path.read_bytes()
    read = avatars.load(path.parent)
    row = prepared.load_parameters(path.parent, "pixel")[0]
    assert row["seed"] == "pixel-0"
    kept = np.concatenate([read.train_images, read.validation_images])
    assert (kept == avatars.theme("pixel").draw(0, cc0=True).image).all((1, 2, 3)).any()
