"""Pairs belong together, come again for the same step, and never show validation photos to training."""

import io
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.datasets import products
from core.enlarging.resizing import enlarge, reduce
from core.errors import DataError
from core.superres import data
from core.superres.data import DegradationConfig, Pairs
from tests.core.superres.photos import draw, photos

PLAIN = DegradationConfig(filters=(0, 1, 0, 0), jpeg=0)


def jpeg(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue()


@pytest.mark.parametrize("factor", [2, 4])
def test_reducing_is_pillows_antialiased_filter(factor: int) -> None:
    pictures = photos(3, 0).native
    small = reduce(pictures, factor, ["area", "bicubic", "lanczos"])
    kinds = (Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
    for picture, found, kind in zip(pictures, small, kinds, strict=True):
        wanted = np.asarray(Image.fromarray(picture).resize((60 // factor, 80 // factor), kind))
        assert np.abs(wanted.astype(int) - found).max() <= 1
    blurred = reduce(pictures[:1], factor, ["blurred"], 0.5)
    assert blurred.std() < small[0].std()


def test_pairs_show_the_same_and_a_step_gives_its_batch_again() -> None:
    pairs = Pairs(photos(6, 3), 4, {2: 56, 4: 96}, PLAIN, seed=1)
    batch = pairs(5)
    assert batch["high2"].shape == (4, 56, 56, 3)
    assert batch["low4"].shape == (4, 24, 24, 3)
    for factor in (2, 4):
        np.testing.assert_array_equal(batch[f"low{factor}"], reduce(batch[f"high{factor}"], factor))
        np.testing.assert_array_equal(batch[f"enlarged{factor}"][1], enlarge(batch[f"low{factor}"][1], factor))
    again, other = Pairs(photos(6, 3), 4, {2: 56, 4: 96}, PLAIN, seed=1)(5), pairs(6)
    np.testing.assert_array_equal(again["low2"], batch["low2"])
    assert not np.array_equal(other["high2"], batch["high2"])


def test_degraded_pictures_stay_close_to_the_clean_ones() -> None:
    pictures = draw(24, 56, 56, 9)
    clean = reduce(pictures, 2).astype(int)
    found = data.degrade(pictures, 2, DegradationConfig(jpeg=0.5), np.random.default_rng(0))
    errors = np.abs(found - clean).mean(axis=(1, 2, 3))
    assert (errors > 0).any()
    assert errors.max() < 25
    assert (np.abs(found - clean).mean(axis=(0, 1, 2)) < 10).all()  # no channels swapped on the way


def test_training_never_sees_the_products_held_back(tmp_path: Path) -> None:
    native, large = draw(40, 80, 60, 5), draw(40, 128, 96, 6)
    ids = np.arange(40) + 100
    padded = np.pad(large, ((0, 0), (0, 0), (16, 16), (0, 0)), constant_values=255)
    pd.DataFrame({"id": ids, "jpeg": [jpeg(picture) for picture in native]}).to_parquet(tmp_path / data.NATIVE)
    odd = [jpeg(cv2.resize(padded[0], (50, 70))), *(jpeg(picture) for picture in padded[1:])]
    pd.DataFrame({"id": ids, "jpeg": odd}).to_parquet(tmp_path / data.LARGE)
    table = {theirs: ["x"] * 40 for theirs in products.COLUMNS.values()}
    pd.DataFrame({"id": ids, **table}).to_parquet(tmp_path / "metadata_64.parquet")
    held = set(products.load(tmp_path, tmp_path / "prepared")[1].table["id"] - 100)
    train, validation = data.load(tmp_path, tmp_path / "prepared")
    assert len(validation.native) == len(held) > 0
    assert len(train.native) == 40 - len(held)
    assert len(train.large) + len(validation.large) == 39  # one has another size
    wanted = native[sorted(held)]
    assert np.abs(validation.native.astype(int) - wanted).mean() < 4
    for picture in wanted:
        assert np.abs(train.native.astype(int) - picture).mean(axis=(1, 2, 3)).min() > 4
    assert len(data.load(tmp_path, tmp_path / "prepared", 5)[0].native) == 5
    (tmp_path / data.LARGE).unlink()
    with pytest.raises(DataError, match=r"images_128\.parquet"):
        data.load(tmp_path, tmp_path / "prepared")
