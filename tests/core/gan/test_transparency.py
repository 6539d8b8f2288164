"""Opacity survives the form in which networks learn it, and laying over a ground is what painters do."""

import numpy as np
import pytest
from PIL import Image

from core.gan.transparency import cleaned, laid_over, on_ground, premultiplied, straight


@pytest.fixture
def pictures() -> np.ndarray:
    """Three pictures of all opacities."""
    return np.random.default_rng(0).integers(0, 256, (3, 16, 16, 4)).astype(np.uint8)


def test_what_can_be_seen_survives_the_way_there_and_back(pictures: np.ndarray) -> None:
    again = straight(premultiplied(pictures))
    np.testing.assert_array_equal(again[..., 3], pictures[..., 3])
    seen = pictures[..., 3] > 128
    assert np.abs(again.astype(int) - pictures)[seen].max() <= 1
    assert not again[pictures[..., 3] == 0].any()


@pytest.mark.parametrize("ground", [0, 90, 255])
def test_pictures_are_laid_over_a_ground_as_pillow_does(pictures: np.ndarray, ground: int) -> None:
    ours = on_ground(premultiplied(pictures), ground)
    in_networks = laid_over(premultiplied(pictures).astype(np.float32) / 127.5 - 1, ground / 255)
    for picture, laid, tensor in zip(pictures, ours, in_networks, strict=True):
        canvas = Image.new("RGBA", (16, 16), (ground, ground, ground, 255))
        canvas.alpha_composite(Image.fromarray(picture))
        wanted = np.asarray(canvas)[..., :3].astype(int)
        assert np.abs(wanted - laid).max() <= 2
        assert np.abs(wanted - (tensor * 127.5 + 127.5)).max() <= 2


def test_traces_of_opacity_are_taken_away_and_no_colour_outshines_it() -> None:
    drawn = np.array([[[[200, 10, 0, 5], [200, 10, 0, 250], [200, 10, 0, 90]]]], np.uint8)
    np.testing.assert_array_equal(cleaned(drawn)[0, 0], [[0, 0, 0, 0], [200, 10, 0, 255], [90, 10, 0, 90]])
