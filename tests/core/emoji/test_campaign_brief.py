"""A campaign's brief gives twelve different contexts that the model knows, in balance."""

import itertools
from collections import Counter

import pytest

from core.datasets.emoji import AXES, classes
from core.emoji.campaign_brief import AUDIENCES, OCCASIONS, SET, TONES, Brief, contexts

BRIEFS = [Brief(*keys) for keys in itertools.product(AUDIENCES, OCCASIONS, TONES)]


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: f"{brief.audience}-{brief.occasion}-{brief.tone}")
def test_every_brief_gives_twelve_different_known_contexts_of_its_tone(brief: Brief) -> None:
    found = contexts(brief)
    assert len({tuple(context.items()) for context in found}) == len(found) == SET
    assert {context["mood"] for context in found} == set(TONES[brief.tone])
    for axis in AXES:
        assert {context[axis] for context in found if axis in context} <= set(classes(axis))
    assert {context["interaction"] for context in found if "interaction" in context} == set(
        OCCASIONS[brief.occasion].interactions
    )


def test_an_audience_brings_its_topics() -> None:
    topics = [context.get("topic") for context in contexts(Brief("students", "thanks", "warm"))]
    assert "school_science" in topics
    assert "school_science" not in [context.get("topic") for context in contexts(Brief("everyone", "thanks", "warm"))]


def test_no_mood_is_preferred() -> None:
    counts = Counter(context["mood"] for context in contexts(Brief("everyone", "launch", "funny")))
    assert max(counts.values()) - min(counts.values()) <= 2


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="different"):
        contexts(Brief("everyone", "launch", "warm"), 50)
    with pytest.raises(KeyError):
        contexts(Brief("nobody", "launch", "warm"))
