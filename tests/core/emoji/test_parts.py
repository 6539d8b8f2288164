"""Noise chooses the drawings of an emoji's parts: steadily, from the classes that were asked for, in their shares."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.artifacts import ArtifactError
from core.emoji.drawings import NAMES, VECTORS, Drawings, role_of
from core.emoji.network import DIRECTION
from core.emoji.parts import chosen, part_conditions, planned, retouched
from tests.core.emoji import toy

KNOWN = toy.drawings()


def pointer(seed: int, size: int = DIRECTION) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(size).astype(np.float32)


@given(st.integers(1, 60), st.integers(0, 10_000))
def test_chance_mixes_the_two_nearest_drawings_and_moves_steadily(count: int, seed: int) -> None:
    directions, at = KNOWN.directions[:count], pointer(seed)
    weights = chosen(directions, at)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert (weights >= 0).all()
    assert np.count_nonzero(weights) <= 2
    assert np.argmax(weights) == np.argmax(directions @ at)
    near = chosen(directions, at + 1e-4 * pointer(seed + 1))
    assert np.abs(near - weights).max() < 0.1


@given(st.integers(3, 60))
def test_without_any_variety_it_is_the_same_two_each_time(count: int) -> None:
    nowhere = np.zeros(DIRECTION, np.float32)
    weights = chosen(KNOWN.directions[:count], nowhere)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert 1 <= np.count_nonzero(weights) <= 2
    np.testing.assert_array_equal(weights, chosen(KNOWN.directions[:count], nowhere))


def test_every_drawing_of_a_class_can_be_chosen() -> None:
    drawn = {
        int(np.argmax(part.weights))
        for seed in range(400)
        for part in planned({"mood": {"joy": 1.0}}, pointer(seed, 3 * DIRECTION), KNOWN, toy.CONDITION)
    }
    assert drawn == set(KNOWN.of("mood", 0).tolist())


def test_mixed_moods_have_their_shares_and_parts_their_classes() -> None:
    context = {"mood": {"joy": 0.75, "anger": 0.25}, "topic": {"food": 1.0}, "interaction": {"thanks": 0.2}}
    face, prop = planned(context, pointer(1, 3 * DIRECTION), KNOWN, toy.CONDITION)  # too little thanks for a gesture
    shares = [
        face.weights[KNOWN.labels[:, 0] == toy.CONDITION.classes["mood"].index(name)].sum() for name in context["mood"]
    ]
    np.testing.assert_allclose(shares, [0.75, 0.25], atol=1e-6)
    assert [face.role, prop.role] == ["face", "prop"]
    style = np.array([[1, 0], [0, 1]], np.float32)
    told = part_conditions([face, prop], style, KNOWN, toy.CONDITION)
    assert told.shape == (2, toy.CONDITION.size + toy.VECTOR)
    said = [toy.CONDITION.shares(row[: toy.CONDITION.size]) for row in told]
    assert said[0]["mood"]["joy"] == pytest.approx(0.75)
    assert said[1]["topic"]["food"] == pytest.approx(1)
    assert [list(each["style"]) for each in said] == [["noto"], ["emojitwo"]]
    np.testing.assert_allclose(np.linalg.norm(told[:, toy.CONDITION.size :], axis=1), 1, rtol=1e-5)


def test_retouching_flattens_grain_and_sharpens_outlines() -> None:
    disc = np.zeros((1, 64, 64, 4), np.uint8)
    cv2.circle(disc[0], (32, 32), 20, (200, 150, 40, 255), -1)
    blurred = np.stack([cv2.GaussianBlur(disc[0], (0, 0), 1.5)])
    grain = np.random.default_rng(0).normal(0, 6, blurred.shape) * (blurred > 0)
    clear = retouched(np.clip(blurred + grain, 0, 255).astype(np.uint8))
    apart = [np.abs(picture.astype(int) - disc).mean() for picture in (clear, blurred + grain)]
    assert apart[0] < 0.8 * apart[1]
    assert np.ptp(clear[0, 28:36, 28:36, 0].astype(int)) < np.ptp((blurred + grain)[0, 28:36, 28:36, 0])


def test_drawings_are_kept_in_files_and_damaged_ones_are_told(tmp_path: Path) -> None:
    KNOWN.save(tmp_path)
    again = Drawings.load(tmp_path)
    assert again.characters == KNOWN.characters
    np.testing.assert_array_equal(again.labels, KNOWN.labels)
    np.testing.assert_allclose(again.vectors, KNOWN.vectors, atol=1e-3)
    (tmp_path / NAMES).write_text("[]")
    with pytest.raises(ArtifactError):
        Drawings.load(tmp_path)
    KNOWN.save(tmp_path)
    (tmp_path / VECTORS).write_bytes(b"no")
    with pytest.raises(ArtifactError):
        Drawings.load(tmp_path)


@pytest.mark.parametrize(
    ("mood", "topic", "interaction", "group", "subgroup", "role"),
    [("joy", None, "thanks", "smileys-emotion", "face-smiling", "face"),
     ("joy", "food", None, "smileys-emotion", "face-smiling", "other"),
     (None, "sport", None, "people-body", "person-sport", "other"),
     (None, "sport", None, "activities", "sport", "prop"),
     (None, None, "thanks", "people-body", "hands", "gesture"),
     ("love", None, None, "smileys-emotion", "heart", "other")],
)  # fmt: skip
def test_what_an_emoji_can_be_follows_the_rule_of_composites(
    mood: str | None, topic: str | None, interaction: str | None, group: str, subgroup: str, role: str
) -> None:
    labels = {"mood": mood, "topic": topic, "interaction": interaction}
    assert role_of({"labels": labels, "group": group, "subgroup": subgroup}) == role
