"""Product photos are framed whole, read from their cached copy, and split without letting a picture onto both sides."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.datasets import products
from core.errors import DataError


def jpeg(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def write_raw(folder: Path, photos: list[bytes]) -> None:
    ids = np.arange(len(photos)) + 100
    pd.DataFrame({"id": ids, "jpeg": photos}).to_parquet(folder / "images_native.parquet")
    table = {theirs: [f"{ours} {row}" for row in ids] for ours, theirs in products.COLUMNS.items()}
    pd.DataFrame({"id": ids, **table}).to_parquet(folder / "metadata_64.parquet")


def test_a_photo_fills_its_frame_and_an_odd_one_stands_whole_on_white() -> None:
    full = products.frame(Image.open(io.BytesIO(jpeg(60, 80, (200, 0, 0)))))
    assert full.shape == (64, 48, 3)
    assert (np.abs(full.astype(int) - (200, 0, 0)) < 6).all()
    odd = products.frame(Image.open(io.BytesIO(jpeg(60, 60, (0, 0, 200)))))
    assert (odd[:8] == 255).all()
    assert (odd[-8:] == 255).all()
    assert (odd[10:-10, :, 0] < 10).all()


def test_white_bars_make_it_square() -> None:
    photos = np.zeros((2, 64, 48, 3), np.uint8)
    whole = products.square(photos)
    assert whole.shape == (2, 64, 64, 3)
    assert (whole[:, :, :8] == 255).all()
    assert (whole[:, :, -8:] == 255).all()
    np.testing.assert_array_equal(whole[:, :, 8:-8], photos)


def test_the_cached_copy_gives_the_same_and_follows_the_files(tmp_path: Path) -> None:
    raw, prepared = tmp_path / "raw", tmp_path / "prepared"
    raw.mkdir()
    write_raw(raw, [jpeg(60, 80, (shade, shade, 0)) for shade in range(0, 240, 12)])
    first = products.load(raw, prepared)
    again = products.load(raw, prepared)
    for before, after in zip(first, again, strict=True):
        np.testing.assert_array_equal(before.images, after.images)
        pd.testing.assert_frame_equal(before.table, after.table, check_dtype=False)
    assert sum(len(part) for part in first) == 20
    assert first[0].table["type"].iloc[0].startswith("type 1")
    write_raw(raw, [jpeg(60, 80, (0, shade, 0)) for shade in range(0, 240, 8)])
    assert sum(len(part) for part in products.load(raw, prepared)) == 30
    for file in raw.iterdir():
        file.unlink()
    assert sum(len(part) for part in products.load(raw, prepared)) == 30


def test_missing_and_contradicting_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"images_native\.parquet"):
        products.load(tmp_path, tmp_path / "prepared")
    write_raw(tmp_path, [jpeg(60, 80, (9, 9, 9)), b"no picture"])
    with pytest.raises(DataError, match="product 101"):
        products.read(tmp_path)
    table = pd.read_parquet(tmp_path / "metadata_64.parquet")
    table.assign(id=[1, 2]).to_parquet(tmp_path / "metadata_64.parquet")
    with pytest.raises(DataError, match="different products"):
        products.read(tmp_path)


def test_validation_takes_whole_groups_and_about_its_share() -> None:
    groups = np.random.default_rng(0).integers(0, 3000, 5000)
    held = products.validation_rows(groups)
    assert not set(groups[held]) & set(groups[~held])
    assert 0.045 < held.mean() <= 0.05
    np.testing.assert_array_equal(held, products.validation_rows(groups))
