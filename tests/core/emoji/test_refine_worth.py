"""The worth of generated emoji is told with its spread, beside chance and a rival that needs no network."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core import artifacts
from core.cli import main
from core.emoji import refine_worth
from core.emoji.card import worth_section
from core.emoji.orders import Emoji, Order
from core.emoji.refine import Refined
from core.emoji.refine_worth import Effort, Labelled, compare, figures, gain, generated, moods_seen, spread
from core.errors import UserError
from core.gan.recipe import Recipe

MOODS = ("joy", "anger", "fear")
CLASSES = {"mood": MOODS}


def labelled(count: int, first: int = 0) -> Labelled:
    """Pictures of one colour for each mood: red, green or blue, more or less bright."""
    moods = (first + np.arange(count)) % len(MOODS)
    pictures = np.zeros((count, 64, 64, 3), np.uint8)
    pictures[np.arange(count), :, :, moods] = np.random.default_rng(first).integers(90, 255, (count, 1, 1))
    return Labelled(pictures, moods)


def learner(right: dict[int, float]) -> Any:
    """Stands in for a network: from so many training pictures it gets such a share of the answers right."""

    def learn(
        train: Labelled, held_out: Labelled, moods: Sequence[str], effort: Effort, seed: int
    ) -> NDArray[np.int64]:
        wrong = np.arange(len(held_out)) >= round(right[len(train)] * len(held_out)) + seed
        return np.where(wrong, (held_out.moods + 1) % len(moods), held_out.moods)

    return learn


def test_each_kind_gets_as_many_pictures_and_the_gain_has_an_interval() -> None:
    found = compare(
        labelled(30), labelled(60), labelled(50), labelled(20), CLASSES, Effort(seeds=3), learner({30: 0.5, 50: 0.7})
    )
    assert (found["real"], found["generated"], found["n"]) == (30, 20, 60)
    assert found["arms"]["without"]["accuracy"]["values"] == pytest.approx([30 / 60, 31 / 60, 32 / 60])
    assert found["gain"]["without"]["accuracy"]["mean"] == pytest.approx(0.2)
    assert found["gain"]["without"]["accuracy"]["verdict"] == "better"
    assert found["gain"]["composites"]["accuracy"]["verdict"] == "unclear"
    assert found["chance"]["accuracy"] == pytest.approx(1 / 3)
    assert [row["n"] for row in found["by_mood"]] == [20, 20, 20]


@pytest.mark.parametrize(
    ("ours", "word"), [([0.1, 0.2, 0.9], "unclear"), ([0.1, 0.11, 0.12], "worse"), ([0.9, 0.91, 0.92], "better")]
)
def test_a_difference_within_chance_is_called_unclear(ours: list[float], word: str) -> None:
    found = gain([{"accuracy": value} for value in ours], [{"accuracy": 0.5}] * 3)
    assert found["accuracy"]["verdict"] == word
    alone = gain([{"accuracy": 0.9}], [{"accuracy": 0.1}])["accuracy"]
    assert (alone["verdict"], alone["half_width"]) == ("unclear", None)


def test_figures_count_only_moods_that_are_wanted() -> None:
    found = figures(np.array([0, 0, 2, 1]), np.array([0, 0, 1, 1]))
    assert found["accuracy"] == 0.75
    assert found["macro_f1"] == pytest.approx((1 + 2 / 3) / 2)
    assert spread([0.1, 0.3])["deviation"] == pytest.approx(0.1414, abs=1e-4)


def test_a_network_learns_moods_from_pictures() -> None:
    seen = moods_seen(labelled(48), labelled(24, first=1), MOODS, Effort(steps=40, batch_size=16), seed=1)
    assert (seen == labelled(24, first=1).moods).mean() > 0.9


def test_generated_emoji_carry_the_mood_they_were_asked_for() -> None:
    image = np.full((64, 64, 4), 255, np.uint8)
    emoji = [Emoji(image, Order(Recipe(1), {"mood": {mood: 1.0}}), "0123") for mood in ("fear", "joy")]
    found = generated(Refined(emoji, [], "0123"), MOODS)
    assert found.moods.tolist() == [2, 0]
    assert found.pictures.shape == (2, 64, 64, 3)
    with pytest.raises(UserError, match="passed the filters"):
        generated(Refined([], [], "0123"), MOODS)


def test_what_was_found_of_another_generator_is_not_told(tmp_path: Any) -> None:
    assert refine_worth.read(tmp_path, "new") == {}
    artifacts.write_json(tmp_path / refine_worth.FILE, {"model": "old"})
    assert refine_worth.read(tmp_path, "new") == {}
    assert refine_worth.read(tmp_path, "old") == {"model": "old"}


def test_the_card_says_it_with_chance_beside_it() -> None:
    found = compare(
        labelled(30), labelled(60), labelled(50), labelled(20), CLASSES, Effort(seeds=3), learner({30: 0.5, 50: 0.7})
    )
    card = "\n".join(worth_section(found))
    assert "accuracy +0.200 ± 0.000 (better)" in card
    assert "| chance: always the most frequent | 0.333 |" in card


def test_figures_without_a_spread_are_not_stored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(refine_worth, "prove", lambda *_: SimpleNamespace())
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "refined", "--seeds", "2", "--write"])
    assert ended.value.code == 2
    assert "at least 3 seeds" in capsys.readouterr().err
