"""A refined data set holds what was asked for, nothing twice, and says what was dropped and why."""

import csv
import io
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.emoji import refine as module
from core.emoji.network import AXES
from core.emoji.orders import Controls, Emoji, EmojiContext, Order
from core.emoji.refine import balance, files, refine, summary, usable
from core.errors import UserError
from core.gan.recipe import recipes
from core.images import decode
from core.picture_notes import notes_of

MOODS, TOPICS = ("joy", "anger"), ("food", "space")


class Draws:
    """Draws discs of random colours; the red channel's lowest bits say the mood, the green ones' the topic."""

    def __init__(self, fault: str = "") -> None:
        self.classes = {"mood": MOODS, "topic": TOPICS, "interaction": (), "style": ("noto", "twemoji")}
        self.model, self.manifest = (
            "0123456789ab",
            SimpleNamespace(credits=["Noto by Google"], parameters={"cells": {"joy": {"food": 7}}}),
        )
        self.fault = fault

    def orders(self, context: EmojiContext, n: int, *, seed: int, controls: Controls) -> list[Order]:
        shares = {axis: {name: 1.0} for axis in AXES if (name := getattr(context, axis))}
        return [Order(recipe, shares) for recipe in recipes(seed, n, controls.truncation)]

    def make(self, orders: Sequence[Order]) -> list[Emoji]:
        made = []
        for order in orders:
            rng = np.random.default_rng(0 if self.fault == "same" else order.recipe.seed)
            image = np.zeros((64, 64, 4), np.uint8)
            image[8:56, 8:56] = np.kron(rng.integers(0, 4, (4, 4, 4)) * 64, np.ones((12, 12, 1))).astype(np.uint8)
            mood, topic = MOODS.index(order.main.mood or ""), TOPICS.index(order.main.topic or "")
            image[8:56, 8:56, 0] = image[8:56, 8:56, 0] // 8 * 8 + (1 - mood if self.fault == "mood" else mood)
            image[8:56, 8:56, 1] = image[8:56, 8:56, 1] // 8 * 8 + topic
            image[8:56, 8:56, 3] = 0 if self.fault == "empty" else 255
            made.append(Emoji(image, order, self.model))
        return made


class Reads:
    def __init__(self, **more: Sequence[str]) -> None:
        self.labels = {"mood": MOODS, "topic": TOPICS, **more}

    def look(self, pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
        seen = (pictures[:, 20, 20, :2] % 8).clip(0, 1).astype(np.int64)
        return np.pad(seen, ((0, 0), (0, len(self.labels) - 2)))  # always the first interaction


def test_every_cell_gets_what_was_asked_for_in_all_styles() -> None:
    told: list[float] = []
    found = refine(Draws(), Reads(), per_cell=3, progress=told.append)
    assert set(found.counts.values()) == {3}
    assert [(e.order.main.mood, e.order.main.topic) for e in found.emoji[:3]] == [("joy", "food")] * 3
    assert {e.order.main.style for e in found.emoji} == {"noto", "twemoji"}
    assert told[-1] == 1
    assert sorted(told) == told


def test_equal_arguments_give_equal_emoji() -> None:
    first, second = (refine(Draws(), Reads(), per_cell=2, seed=5) for _ in range(2))
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first.emoji, second.emoji, strict=True))


@pytest.mark.parametrize(
    ("fault", "reason", "kept"), [("mood", "other_mood", 0), ("same", "near_copy", 4), ("empty", "unusable", 0)]
)
def test_what_fails_a_filter_is_dropped_and_counted(fault: str, reason: str, kept: int) -> None:
    found = refine(Draws(fault), Reads(), per_cell=2)
    told = summary(found)
    assert len(found.emoji) <= kept
    assert told["dropped"][reason] == told["drawn"] - told["kept"] > 0
    assert told["drawn"] <= 4 * 2 * 4, "a cell that cannot be filled is given up"


@pytest.mark.parametrize("per_cell", [0, module.MAX_PER_CELL + 1])
def test_a_strange_number_is_refused(per_cell: int) -> None:
    with pytest.raises(UserError, match=str(module.MAX_PER_CELL)):
        refine(Draws(), Reads(), per_cell=per_cell)


def test_the_files_can_be_read_back() -> None:
    found = refine(Draws(), Reads(), per_cell=1)
    handed = files(found)
    rows = list(csv.DictReader(io.StringIO(handed["emoji.csv"].decode())))
    assert [row["file"] for row in rows] == [name for name in handed if name.endswith(".png")]
    assert {(row["mood"], row["topic"]) for row in rows} == {(m, t) for m in MOODS for t in TOPICS}
    first = handed[rows[0]["file"]]
    assert decode(first).shape == (64, 64, 3)
    assert (notes_of(first) or {})["model"] == found.model
    assert "Noto by Google" in handed["DATA_CARD.md"].decode()
    assert "| pictures | 7 | 11 |" in handed["DATA_CARD.md"].decode()


def test_chosen_interactions_make_triples_that_are_judged_where_the_judge_can() -> None:
    asked = ("thanks", "greeting")
    found = refine(Draws(), Reads(interaction=asked), per_cell=1, interactions=asked)
    assert {row.interaction: row.kept for row in found.rows} == {"thanks": 1, "greeting": 0}
    assert summary(found)["dropped"]["other_interaction"] > 0
    assert set(found.counts) == {(mood, topic) for mood in MOODS for topic in TOPICS}
    handed = files(found)
    rows = list(csv.DictReader(io.StringIO(handed["emoji.csv"].decode())))
    assert [row["interaction"] for row in rows] == ["thanks"] * 4
    assert "the mood, the topic and the interaction asked for" in handed["DATA_CARD.md"].decode()
    unjudged = refine(Draws(), Reads(), per_cell=1, interactions=asked)
    assert {row.kept for row in unjudged.rows} == {1}
    assert "it was not asked about the interaction" in files(unjudged)["DATA_CARD.md"].decode()


def test_without_interactions_the_files_are_those_of_before() -> None:
    handed = files(refine(Draws(), Reads(interaction=("thanks",)), per_cell=1, interactions=[]))
    assert handed == files(refine(Draws(), Reads(), per_cell=1))
    assert "had to see the mood and the topic asked for;" in handed["DATA_CARD.md"].decode()
    assert "interaction:" not in handed["DATA_CARD.md"].decode()


@pytest.mark.parametrize(
    ("alpha", "grey", "fine"),
    [(0, "noise", False), (255, "flat", False), (255, "noise", True)],
    ids=["empty", "flat", "good"],
)
def test_a_sticker_must_show_something(alpha: int, grey: str, fine: bool) -> None:
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[8:56, 8:56, 3] = alpha
    if grey == "noise":
        picture[8:56, 8:56, :3] = np.random.default_rng(0).integers(0, 255, (48, 48, 3))
    assert usable(picture) is fine


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 100), min_size=2))
def test_balance_is_one_only_where_all_cells_are_equal(counts: dict[tuple[str, str], int]) -> None:
    evenness = balance(counts)["evenness"]
    assert -1e-9 <= evenness <= 1 + 1e-9
    equal = len(set(counts.values())) == 1 and sum(counts.values()) > 0
    assert (evenness > 1 - 1e-9) == equal
