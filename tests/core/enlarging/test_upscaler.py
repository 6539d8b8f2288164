"""Any picture comes back larger, of its own kind, without seams; what cannot be served is refused with a sentence."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.artifacts import ArtifactError
from core.enlarging import upscaler as enlarging
from core.enlarging.resizing import enlarge
from core.enlarging.upscaler import MAX_PIXELS, UpscaleError, Upscaler


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("style", ["sharp", "faithful"])
@pytest.mark.parametrize("size", [(1, 1), (47, 63), (5, 40)])
def test_every_size_grows_by_the_factor(upscaler: Upscaler, size: tuple[int, int], style: str, factor: int) -> None:
    picture = noise(*size, 3)
    large = upscaler.upscale(picture, factor, style)
    assert large.dtype == np.uint8
    assert large.shape == (factor * size[0], factor * size[1], 3)
    np.testing.assert_array_equal(large, upscaler.upscale(picture, factor, style))


def test_the_styles_differ_and_both_add_to_the_bicubic_enlargement(upscaler: Upscaler) -> None:
    picture = noise(16, 12, 3)
    sharp, faithful = (upscaler.upscale(picture, 4, style).astype(int) for style in upscaler.styles)
    assert np.abs(sharp - faithful).mean() > 1
    assert np.abs(faithful - enlarge(picture, 4)).mean() > 1


@pytest.mark.parametrize("factor", [2, 4])
def test_tiles_leave_no_seam(upscaler: Upscaler, monkeypatch: pytest.MonkeyPatch, factor: int) -> None:
    picture = noise(70, 91, 3)
    whole = upscaler.upscale(picture, factor)
    monkeypatch.setattr(enlarging, "_TILE", 32)
    assert np.abs(upscaler.upscale(picture, factor).astype(int) - whole).max() <= 1


def test_grey_stays_grey_and_transparency_is_kept(upscaler: Upscaler) -> None:
    assert upscaler.upscale(noise(9, 7)).shape == (36, 28)
    large = upscaler.upscale(noise(9, 7, 4), 2)
    assert large.shape == (18, 14, 4)
    np.testing.assert_array_equal(large[..., 3], enlarge(noise(9, 7, 4)[..., 3].copy(), 2))


def test_colours_that_nobody_sees_do_not_bleed(upscaler: Upscaler) -> None:
    disc = np.zeros((24, 24, 4), np.uint8)
    disc[6:18, 6:18] = (200, 40, 40, 255)
    other = disc.copy()
    other[disc[..., 3] == 0, :3] = (0, 255, 0)
    np.testing.assert_array_equal(upscaler.upscale(disc), upscaler.upscale(other))
    assert upscaler.upscale(np.zeros((4, 4, 4), np.uint8))[..., 3].max() == 0


@pytest.mark.parametrize(("mode", "shape"), [("P", (8, 8, 3)), ("LA", (8, 8, 4)), ("1", (8, 8)), ("CMYK", (8, 8, 3))])
def test_pictures_of_pillow_are_taken(upscaler: Upscaler, mode: str, shape: tuple[int, ...]) -> None:
    assert upscaler.upscale(Image.new(mode, (4, 4)), 2).shape == shape


def test_what_cannot_be_served_is_said(upscaler: Upscaler) -> None:
    with pytest.raises(UpscaleError, match=r"1001 x 1000 pixels; up to 1 million"):
        upscaler.upscale(np.zeros((1000, MAX_PIXELS // 1000 + 1, 3), np.uint8))
    with pytest.raises(UpscaleError, match="2 or 4 times, not 3"):
        upscaler.upscale(noise(4, 4, 3), 3)
    with pytest.raises(UpscaleError, match="sharp, faithful"):
        upscaler.upscale(noise(4, 4, 3), 2, "crisp")
    with pytest.raises(ValueError, match="uint8"):
        upscaler.upscale(np.zeros((4, 4, 3)))


def test_threads_get_what_one_alone_gets(folder: Path) -> None:
    fresh = Upscaler.load(folder)
    pictures = [noise(10 + size, 12, 3) for size in range(6)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(fresh.upscale, pictures))
    for picture, large in zip(pictures, together, strict=True):
        np.testing.assert_array_equal(large, fresh.upscale(picture))


def test_a_damaged_or_missing_model_is_an_error_one_can_act_on(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="train superres"):
        Upscaler.load(tmp_path / "superres")
    broken = tmp_path / "superres"
    shutil.copytree(folder, broken)
    (broken / "sharp.keras").write_bytes((broken / "sharp.keras").read_bytes()[:-100])
    with pytest.raises(ArtifactError, match=r"damaged: its file sharp\.keras"):
        Upscaler.load(broken)
