"""The networks of the game: trained, stored and opened again, they deal pictures that the class has not seen."""

from pathlib import Path

import numpy as np
import pytest

from core.artifacts import ArtifactError, open_artifact
from core.classroom.card import model_card
from core.classroom.evaluation import evaluate, nearest, wilson
from core.classroom.forgers import HELD_OUT, Forgers, split
from core.classroom.game import REAL, deal
from core.classroom.imagelab.pictures import load
from core.classroom.training import train
from tests.core.classroom.conftest import School


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "classroom"
    train(folder, steps=(1, 2))
    return folder


def test_stored_forgers_play_a_game(folder: Path) -> None:
    forgers = Forgers.load(folder)
    assert forgers.stages == 2
    assert len(deal(forgers, 1, 6, 10, seed=3)) == 6
    first, again, other = (forgers.forged(1, 3, seed) for seed in (3, 3, 4))
    assert all(np.array_equal(one.image, same.image) for one, same in zip(first, again, strict=True))
    assert not np.array_equal(first[0].image, other[0].image)
    assert first[0].image.shape == (32, 32, 3)
    assert all(0 <= one.score <= 1 for one in (*first, *forgers.real(0, 5, 3)))


def test_the_game_shows_drawings_that_no_network_saw(folder: Path) -> None:
    learned, kept = split(load("faces"))
    assert len(kept) == HELD_OUT
    seen = {image.tobytes() for image in learned}
    shown = [one.image.tobytes() for one in Forgers.load(folder).real(0, HELD_OUT, seed=1)]
    assert not seen & set(shown)
    assert len(set(shown)) == HELD_OUT  # each at most once in a game


def test_later_games_show_other_drawings_until_all_were_shown(folder: Path, school: School) -> None:
    forgers, games, dealt = Forgers.load(folder), list[list[bytes | None]](), 0
    while dealt < HELD_OUT:
        drafts = deal(forgers, 0, 8, 10, dealt, school.host.room_id, dealt)
        games.append([draft.picture for draft in drafts if draft.answer == REAL])
        assert school.classroom.start(school.host, school.live.version, drafts)
        dealt = school.classroom.real_dealt(school.host)
        assert dealt == sum(map(len, games))
    before = [picture for game in games[:-1] for picture in game]
    assert len(set(before)) == len(before)
    assert len({*before, *games[-1]}) == HELD_OUT  # none is left out; only what is missing then comes again


def test_what_was_measured_is_stored_with_the_terms_of_the_drawings(folder: Path) -> None:
    manifest = open_artifact(folder)
    assert set(manifest.metrics) == {"sensitivity_1", "specificity_1", "sensitivity_2", "specificity_2"}
    assert "Apache" in manifest.data[0].terms


def test_evaluate_finds_what_training_stored_and_the_card_tells_it(folder: Path) -> None:
    found, manifest = evaluate(folder), open_artifact(folder)
    assert [row["specificity"] for row in found["stages"]] == [
        manifest.metrics["specificity_1"], manifest.metrics["specificity_2"],
    ]  # fmt: skip
    assert all(
        low <= row["specificity"] <= high for row in found["stages"] for low, high in [row["specificity_interval"]]
    )
    assert "| 2 | 2 | " in model_card(manifest, found)


def test_an_interval_is_wilsons() -> None:
    low, high = wilson(0.5, 10)  # the textbook's example: 0.237 to 0.763
    assert (round(low, 3), round(high, 3)) == (0.237, 0.763)
    assert wilson(1.0, 24)[0] < 1


def test_a_mirrored_copy_counts_as_a_copy() -> None:
    learned, kept = split(load("faces"))
    assert nearest(learned[:2, :, ::-1], learned).max() == 0
    assert nearest(kept[:2], learned).min() > 0


def test_missing_networks_are_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="classroom"):
        Forgers.load(tmp_path / "classroom")
