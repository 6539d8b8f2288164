"""Stickers: enlarged without dark outlines, packed with notes and credits, moving with a clear ground."""

import io
import zipfile
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.emoji.orders import Emoji, Order
from core.emoji.stickers import SIDES, Animated, animation, enlarged, shown_on, sticker_pack, zipped
from core.gan.recipe import Recipe
from core.picture_notes import notes_of


def disc(shift: int = 0) -> np.ndarray[Any, Any]:
    """A bright yellow disc; black hides in its clear places."""
    rows, columns = np.mgrid[:64, :64]
    inside = (rows - 32) ** 2 + (columns - 32 - shift) ** 2 < 400
    return np.where(inside[..., None], np.array([255, 220, 0, 255], np.uint8), np.uint8(0)).astype(np.uint8)


@pytest.mark.parametrize("side", SIDES)
def test_enlarging_keeps_colours_up_to_the_edge_and_clear_places_clear(side: int) -> None:
    large = enlarged(disc(), side)
    assert large.shape == (side, side, 4)
    visible = large[..., 3] > 40
    assert large[visible][:, 0].min() > 225  # colours mixed with the black of clear places would be darker
    assert not large[:2].any()
    if side > 64:
        assert ((large[..., 3] > 0) & (large[..., 3] < 255)).any()  # the edge is smooth


def test_a_ground_shows_through_where_the_picture_is_clear() -> None:
    for grey in (28, 245):
        shown = shown_on(disc(), grey)
        np.testing.assert_array_equal(shown[0, 0], [grey] * 3)
        np.testing.assert_array_equal(shown[32, 32], [255, 220, 0])


@pytest.mark.parametrize("form", ["webp", "gif"])
def test_an_animation_moves_endlessly_on_a_clear_ground(form: Animated) -> None:
    file = animation([disc(shift) for shift in (0, 6, 12, 6)], form, 96)
    with Image.open(io.BytesIO(file)) as picture:
        assert (picture.format or "").lower() == form
        assert picture.n_frames == 4  # type: ignore[attr-defined]
        assert picture.info["loop"] == 0
        frames = []
        for number in range(4):
            picture.seek(number)
            frames.append(np.asarray(picture.convert("RGBA")))
    assert all(frame.shape == (96, 96, 4) for frame in frames)
    assert all(frame[0, 0, 3] == 0 and frame[48, 48, 3] == 255 for frame in frames)
    assert np.abs(frames[0].astype(int) - frames[2]).max() > 200
    assert frames[2][48, 20, 3] == 0  # what an earlier frame drew there is gone


def test_a_pack_holds_numbered_stickers_with_notes_and_the_credits() -> None:
    emoji = [Emoji(disc(shift), Order(Recipe(shift), {"mood": {"joy": 1.0}}), "model") for shift in (0, 5)]
    pack = sticker_pack(emoji, ["Noto Emoji by Google"], 128)
    assert pack == sticker_pack(emoji, ["Noto Emoji by Google"], 128)
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        assert archive.namelist() == ["stickers/01.png", "stickers/02.png", "CREDITS.txt"]
        assert "Noto Emoji by Google" in archive.read("CREDITS.txt").decode()
        file = archive.read("stickers/02.png")
    assert (notes_of(file) or {})["seed"] == 5
    with Image.open(io.BytesIO(file)) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (128, 128))


def test_files_come_out_of_a_zip_as_they_went_in() -> None:
    with zipfile.ZipFile(io.BytesIO(zipped({"a/é.txt": b"1", "b": b""}))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"a/é.txt": b"1", "b": b""}
