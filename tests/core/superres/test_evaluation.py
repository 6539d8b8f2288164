"""The figures have their known answers, and every method is measured on the same pictures."""

import numpy as np
import pytest

from core.enlarging.resizing import reduce
from core.enlarging.upscaler import Upscaler
from core.superres import evaluation
from core.superres.data import PhotoSet
from core.superres.evaluation import compare, luma, psnr, sharpness, ssim
from tests.core.superres.photos import Colours, photos


def test_psnr_has_its_known_answers() -> None:
    black = np.zeros((4, 4, 3), np.uint8)
    assert psnr(black, black + 255) == 0
    assert psnr(black, black + 1) == pytest.approx(48.1308, abs=1e-4)
    assert psnr(black, black) == float("inf")


def test_luma_is_that_of_bt_601() -> None:
    colours = np.array([[[255, 255, 255], [0, 0, 0], [255, 0, 0]]], np.uint8)
    np.testing.assert_allclose(luma(colours), [[235, 16, 81.481]], atol=0.01)


def test_ssim_has_its_known_answers() -> None:
    rng = np.random.default_rng(0)
    texture = rng.integers(0, 256, (40, 32)).astype(float)
    assert ssim(texture, texture) == pytest.approx(1)
    # two flat pictures differ in the first factor only: (2ab + c1) / (a^2 + b^2 + c1)
    c1 = (0.01 * 255) ** 2
    flat = ssim(np.full((20, 20), 100.0), np.full((20, 20), 150.0))
    assert flat == pytest.approx((2 * 100 * 150 + c1) / (100**2 + 150**2 + c1), rel=1e-6)
    # the negative of a texture about its local means correlates negatively
    assert ssim(texture, 255 - texture) < 0
    assert 0 < ssim(texture, texture + rng.normal(0, 40, texture.shape)) < 0.99


def test_ssim_agrees_with_its_definition_at_one_window() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 256, (2, 11, 11)).astype(float)
    line = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    window = np.outer(line, line) / line.sum() ** 2
    mx, my = (window * x).sum(), (window * y).sum()
    vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
    both = (window * (x - mx) * (y - my)).sum()
    c1, c2 = 2.55**2, 7.65**2
    wanted = (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    assert ssim(x, y) == pytest.approx(wanted, rel=1e-6)


def test_a_ramp_has_the_sharpness_of_its_slope() -> None:
    assert sharpness(np.arange(20.0)[None].repeat(9, axis=0) * 3) == pytest.approx(3)


def test_equal_pictures_get_the_best_figures_and_blurred_ones_worse() -> None:
    originals = photos(4, 1).large
    same = compare(originals, list(originals), 2, Colours())
    assert same == {"psnr": 100, "psnr_y": 100, "ssim": pytest.approx(1), "sharpness": 1, "perceptual": 0}
    small = reduce(originals, 4)
    blurred = compare(originals, [picture.repeat(4, 0).repeat(4, 1) for picture in small], 4, None)
    assert blurred["psnr"] < 40
    assert blurred["ssim"] < 0.99


def test_every_method_is_measured_on_both_sets_and_factors(upscaler: Upscaler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "_TIMED", 1)
    both = photos(3, 2)
    result = evaluation.evaluate(upscaler, PhotoSet(both.large, both.native[:2]), Colours(), 1000)
    assert {name: figures["n"] for name, figures in result["sets"].items()} == {
        "large_x2": 3, "large_x4": 3, "native_x2": 2, "native_x4": 2
    }  # fmt: skip
    assert result["sets"]["large_x4"]["from"] == [32, 24]
    for figures in result["sets"].values():
        assert set(figures["methods"]) == {"bicubic", "lanczos", "faithful", "sharp"}
        # the networks here are untrained noise: whoever trusts the figures must see that
        assert figures["methods"]["bicubic"]["psnr"] > figures["methods"]["sharp"]["psnr"]
    assert set(result["milliseconds"]) == {"sharp_x2", "sharp_x4", "faithful_x2", "faithful_x4"}
