"""A PNG carries what it was made from; hostile files are read safely, and folders are filled whole or not at all."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from core.images import ImageError
from core.picture_files import write_picture, write_pictures
from core.picture_notes import KEY, notes_of, png_with_notes

PICTURE = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype(np.uint8)
NOTES = {"text": "robe d’été <b>rouge</b> 🌞", "seed": 3}


def with_note(content: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt(KEY, content)
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def test_notes_come_back_and_pixels_are_untouched() -> None:
    data = png_with_notes(PICTURE, NOTES, "a dress")
    assert notes_of(data) == NOTES
    opened = Image.open(io.BytesIO(data))
    np.testing.assert_array_equal(np.asarray(opened), PICTURE)
    assert opened.text["Description"] == "a dress"
    assert data == png_with_notes(PICTURE, dict(reversed(NOTES.items())), "a dress")


@pytest.mark.security
def test_text_that_no_encoding_knows_is_no_reason_to_fail() -> None:
    assert notes_of(png_with_notes(PICTURE, {"text": "\udcff red"}, "\udcff red")) == {"text": "\udcff red"}


def test_transparency_is_kept() -> None:
    clear = np.dstack([PICTURE, np.full(PICTURE.shape[:2], 7, np.uint8)])
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png_with_notes(clear, {})))), clear)


@pytest.mark.security
@pytest.mark.parametrize("content", ["", "no JSON", "[1, 2]", "[" * 5000, '"text"', json.dumps({"a": "x" * 30_000})])
def test_notes_that_are_none_are_not_believed(content: str) -> None:
    assert notes_of(with_note(content)) is None


def test_pictures_of_other_formats_have_no_notes() -> None:
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, "JPEG")
    assert notes_of(file.getvalue()) is None


@pytest.mark.security
@pytest.mark.parametrize("data", [b"", b"text", png_with_notes(PICTURE, NOTES)[:200]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        notes_of(data)


def test_pictures_are_numbered_and_replace_earlier_ones(tmp_path: Path) -> None:
    write_pictures(tmp_path / "new" / "folder", [b"old"])
    assert write_pictures(tmp_path / "new" / "folder", [b"one", b"two"]) == ["000.png", "001.png"]
    assert sorted(path.read_bytes() for path in (tmp_path / "new" / "folder").iterdir()) == [b"one", b"two"]


def test_pictures_of_an_earlier_longer_call_go_and_other_files_stay(tmp_path: Path) -> None:
    ours, other = (png_with_notes(PICTURE, {**NOTES, "kind": kind}) for kind in ("avatar", "product"))
    write_pictures(tmp_path / "others", [other] * 4)
    write_pictures(tmp_path / "others", [ours] * 2)
    assert [path.read_bytes() for path in sorted((tmp_path / "others").iterdir())] == [ours, ours, other, other]
    tmp_path = tmp_path / "own"
    write_pictures(tmp_path, [ours] * 6)
    (tmp_path / "004.png").write_bytes(with_note("no JSON"))
    for name in ("2024.png", "notes.png"):
        (tmp_path / name).write_bytes(ours)
    write_pictures(tmp_path, [ours] * 2)
    assert {path.name for path in tmp_path.iterdir()} == {
        "000.png", "001.png", "004.png", "005.png", "2024.png", "notes.png"
    }  # fmt: skip


def test_what_cannot_be_written_is_named_without_its_draft(tmp_path: Path) -> None:
    for name in ("out.png", "000.png"):
        (tmp_path / name).mkdir()
    with pytest.raises(OSError, match="directory") as raised:
        write_picture(tmp_path / "out.png", PICTURE)
    assert raised.value.filename == str(tmp_path / "out.png")
    with pytest.raises(OSError, match="directory") as raised:
        write_pictures(tmp_path, [b"one"])
    assert raised.value.filename == str(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"out.png", "000.png"}


def test_a_folder_that_cannot_be_filled_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "000.png").write_bytes(b"old")
    with pytest.raises(TypeError):
        write_pictures(tmp_path, [b"one", None])  # type: ignore[list-item]
    assert [path.name for path in tmp_path.iterdir()] == ["000.png"]
    assert (tmp_path / "000.png").read_bytes() == b"old"
