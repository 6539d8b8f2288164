"""Every theme draws pictures one can tell apart, the same ones each time, and names whom to thank."""

import numpy as np
import pytest

from core.avatar.retouching import in_squares
from core.datasets.avatars import Theme, theme, themes
from core.datasets.avatars.credits import Licence
from core.datasets.avatars.sieve import thumbnails
from core.errors import DataError

COUNT = 24


@pytest.fixture(scope="module", params=list(themes()))
def each(request: pytest.FixtureRequest) -> Theme:
    return theme(request.param)


def test_pictures_are_coloured_squares_that_differ(each: Theme) -> None:
    pictures = [each.draw(index) for index in range(COUNT)]
    images = np.stack([picture.image for picture in pictures])
    assert images.shape == (COUNT, 64, 64, 3)
    assert images.dtype == np.uint8
    small = thumbnails(images)
    apart = np.sqrt(((small[:, None] - small[None]) ** 2).mean(2)) / 255
    assert apart[~np.eye(COUNT, dtype=bool)].min() > 0.01
    for image in images:
        np.testing.assert_array_equal(image, in_squares(image, each.cell))
        figure, edge = image[16:48, 16:48].astype(float), image[:4].astype(float)
        assert figure.std() > 12  # there is a figure in the middle
        assert np.abs(figure.mean((0, 1)) - edge.mean((0, 1))).max() > 3  # and it is not the ground
    assert {picture.parameters["recipe"] for picture in pictures} <= {recipe.name for recipe in each.recipes}
    assert len({picture.parameters["seed"] for picture in pictures}) == COUNT


def test_a_number_always_gives_the_same_picture(each: Theme) -> None:
    for index in (0, 5, 1234):
        first, again = each.draw(index), each.draw(index)
        np.testing.assert_array_equal(first.image, again.image)
        assert first.parameters == again.parameters


def test_whoever_drew_it_is_credited_on_terms_that_allow_a_sale(each: Theme) -> None:
    assert each.title
    assert each.summary
    thanked = each.credits()
    assert {recipe.source.credit for recipe in each.recipes} == set(thanked)
    for credit in thanked:
        record = credit.record()
        assert all(record[name] for name in ("artist", "work", "licence", "licence_url", "link", "changes"))
        assert record["link"].startswith("https://")
        assert credit.licence in {Licence.CC0, Licence.CC_BY_3, Licence.CC_BY_4}


def test_a_theme_that_can_do_without_conditions_does_when_asked(each: Theme) -> None:
    if not each.cc0:
        assert each.chosen(cc0=True) == each.recipes
        return
    assert {credit.licence for credit in each.credits(cc0=True)} == {Licence.CC0}
    free = {recipe.name for recipe in each.recipes if recipe.source.credit.licence == Licence.CC0}
    assert {each.draw(index, cc0=True).parameters["recipe"] for index in range(8)} <= free


def test_the_saga_has_a_free_version() -> None:
    assert theme("saga").cc0
    assert {credit.licence for credit in theme("saga").credits()} > {Licence.CC0}


def test_an_unknown_theme_is_answered_with_those_there_are() -> None:
    with pytest.raises(DataError, match=r"no theme unicorns.*saga"):
        theme("unicorns")
