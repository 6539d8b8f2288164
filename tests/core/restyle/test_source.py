"""Whatever picture comes, the network gets an emoji on transparency that fills its square."""

import numpy as np
import pytest

from core.restyle.source import fitted

RED = (200, 30, 30)


def on_ground(ground: tuple[int, int, int], height: int = 90, width: int = 120) -> np.ndarray:
    """A red block of 40 x 60 on a ground."""
    picture = np.full((height, width, 3), ground, np.uint8)
    picture[30:70, 40:100] = RED
    return picture


@pytest.mark.parametrize("ground", [(255, 255, 255), (20, 60, 20)])
def test_a_plain_ground_is_taken_away_and_what_was_on_it_fills_the_square(ground: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(0).integers(-4, 5, (90, 120, 3))
    picture = np.clip(on_ground(ground).astype(int) + noise, 0, 255).astype(np.uint8)
    square = fitted(picture, 64)
    assert square.shape == (64, 64, 4)
    assert square[0].max() == square[-1].max() == 0
    assert (square[30:34, :, 3] == 255).all()
    np.testing.assert_allclose(square[32, 32, :3], RED, atol=6)


def test_a_hole_of_the_grounds_colour_stays() -> None:
    picture = on_ground((255, 255, 255))
    picture[45:55, 60:80] = 255
    np.testing.assert_array_equal(fitted(picture, 64)[32, 32], 255)


def test_a_picture_without_a_plain_ground_stays_whole() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (50, 100, 3), dtype=np.uint8)
    square = fitted(noise, 64)
    assert (square[16:48, :, 3] == 255).all()
    assert square[:16].max() == square[48:].max() == 0
    assert (fitted(np.full((9, 9, 3), 80, np.uint8), 64)[..., 3] == 255).all()


def test_transparency_is_kept_and_hidden_colours_do_not_bleed() -> None:
    picture = np.zeros((128, 128, 4), np.uint8)
    picture[32:96, 32:96] = (*RED, 255)
    other = picture.copy()
    other[picture[..., 3] == 0, :3] = (0, 255, 0)
    np.testing.assert_array_equal(fitted(picture, 64), fitted(other, 64))
    assert (fitted(picture, 64)[16:48, 16:48] == (*RED, 255)).all()
    same = fitted(picture, 128)
    np.testing.assert_array_equal(same, picture)


def test_what_is_no_picture_is_refused() -> None:
    for wrong in (np.zeros((4, 4)), np.zeros((4, 4), np.uint8), np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(ValueError, match="uint8"):
            fitted(wrong, 64)
