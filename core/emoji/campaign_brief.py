"""From the brief of a campaign (audience, occasion, tone) to what its set of emoji shall show."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SET = 12

Context = dict[str, str]  # a class by axis; an axis that is not there is open


@dataclass(frozen=True)
class Occasion:
    """What people do in the messages of a campaign, and what these are about."""

    interactions: tuple[str, ...]
    topics: tuple[str, ...]


OCCASIONS: Mapping[str, Occasion] = {
    "launch": Occasion(("announcement", "celebration", "encouragement"), ("party", "tech", "food")),
    "promotion": Occasion(("announcement", "celebration", "agreement"), ("money_shopping", "fashion", "party")),
    "thanks": Occasion(("thanks", "congratulation", "celebration"), ("party", "nature", "food")),
    "apology": Occasion(("apology", "comfort", "thanks"), ("money_shopping", "home_city", "work")),
    "season": Occasion(("greeting", "celebration", "thanks"), ("party", "weather", "music")),
    "event": Occasion(("announcement", "question", "celebration"), ("music", "arts", "sport")),
}
AUDIENCES: Mapping[str, tuple[str, ...]] = {  # topics that they care about
    "everyone": (),
    "customers": ("money_shopping",),
    "team": ("work",),
    "families": ("animals", "home_city"),
    "young": ("games", "music"),
    "students": ("school_science",),
}
TONES: Mapping[str, tuple[str, ...]] = {  # moods
    "warm": ("joy", "love"),
    "funny": ("playful", "joy", "surprise"),
    "relaxed": ("cool", "playful"),
    "sober": ("neutral", "cool"),
    "caring": ("love", "sadness", "shame"),
    "excited": ("surprise", "joy"),
}


@dataclass(frozen=True)
class Brief:
    """Keys of AUDIENCES, OCCASIONS and TONES."""

    audience: str
    occasion: str
    tone: str


def contexts(brief: Brief, count: int = SET) -> list[Context]:
    """What each emoji of a set shows: a mood with a topic, then a mood with an interaction, and so on, all different.

    A drawing has room for a face and one more thing. Every mood, topic and interaction comes about equally often.

    Raises:
        KeyError: a key is unknown.
        ValueError: so many different ones there are not.
    """
    occasion, moods = OCCASIONS[brief.occasion], TONES[brief.tone]
    topics = tuple(dict.fromkeys((*AUDIENCES[brief.audience], *occasion.topics)))
    kinds: list[list[Context]] = [_pairs(moods, "topic", topics), _pairs(moods, "interaction", occasion.interactions)]
    used: Counter[str] = Counter()
    chosen: list[Context] = []
    for place in range(count):
        left = [context for context in kinds[place % 2] if context not in chosen]
        if not left:
            raise ValueError(f"a brief gives fewer than {count} different contexts")
        found = min(left, key=lambda context: sum(used[name] for name in context.values()))
        used.update(found.values())
        chosen.append(found)
    return chosen


def _pairs(moods: Sequence[str], axis: str, names: Sequence[str]) -> list[Context]:
    return [{"mood": mood, axis: name} for mood, name in itertools.product(moods, names)]
