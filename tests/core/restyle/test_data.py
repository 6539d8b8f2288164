"""Pairs are of one emoji and of one split, and both pictures of a pair are moved alike."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.restyle import data
from core.restyle.data import Pairs, StyledEmoji
from tests.core.restyle import toy


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StyledEmoji]:
    return data.load(toy.prepare(tmp_path_factory.mktemp("prepared") / "emoji"))


def test_splits_share_no_emoji_and_no_picture(pictures: dict[str, StyledEmoji]) -> None:
    names = [set(part.names) for part in pictures.values()]
    assert not (names[0] & names[1] | names[0] & names[2] | names[1] & names[2])
    seen = [{picture.tobytes() for picture in part.images} for part in pictures.values()]
    assert not (seen[0] & seen[1] | seen[0] & seen[2] | seen[1] & seen[2])
    assert len(pictures["test"]) == toy.COUNTS[toy.TEST]


def test_an_emoji_in_one_style_is_left_out_and_composites_are_paired_by_their_parts(
    pictures: dict[str, StyledEmoji],
) -> None:
    train = pictures["train"]
    assert len(train.single) == toy.COUNTS[toy.TRAIN] - 1
    assert [name for name, both in zip(train.names, train.is_composite, strict=True) if both] == ["1F600+1F601"]


def test_cases_want_every_emoji_in_every_style_from_another(pictures: dict[str, StyledEmoji]) -> None:
    chosen = data.cases(pictures["test"])
    assert sorted(zip(chosen.numbers.tolist(), chosen.targets.tolist(), strict=True)) == [
        (number, style) for number in range(4) for style in range(3)
    ]
    assert (chosen.sources != chosen.targets).all()
    assert len(data.cases(pictures["test"], 5)) == 5


@pytest.mark.parametrize("composites", [0.0, 1.0])
def test_both_pictures_of_a_pair_are_the_same_emoji_moved_alike(
    pictures: dict[str, StyledEmoji], composites: float
) -> None:
    pairs = Pairs(pictures["train"], 16, composites=composites, blurred=0, shift=3, seed=1)
    batch = pairs(5)
    np.testing.assert_array_equal(batch["source"], pairs(5)["source"])
    assert not np.array_equal(batch["source"], pairs(6)["source"])
    for source, target in zip(batch["source"], batch["target"], strict=True):
        centres = [np.argwhere(picture[..., 3] > 0).mean(axis=0) for picture in (source, target)]
        np.testing.assert_allclose(*centres, atol=0.15)  # the hole off the centre would tell a mirrored one


def test_blurred_sources_leave_their_targets_sharp(pictures: dict[str, StyledEmoji]) -> None:
    batch = Pairs(pictures["train"], 8, composites=0, blurred=1, shift=0, seed=1)(0)
    assert set(np.unique(batch["target"][..., 3])) <= {0, 255}
    assert len(np.unique(batch["source"][..., 3])) > 2


def test_missing_emoji_are_an_error_one_can_act_on(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="prepare emoji"):
        data.load(tmp_path)
