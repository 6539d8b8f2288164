"""Who is held out: emoji (with their look-alikes, in every style) and whole cells of mood and topic; no pictures."""

import hashlib
from collections.abc import Iterable, Mapping

from core.datasets.emoji.catalogue import Emoji
from core.datasets.emoji.contexts import Contexts, Labels, classes

TRAIN, VALIDATION, TEST, VALIDATION_CELLS, TEST_CELLS = SPLITS = (
    "train",
    "validation",
    "test",
    "validation_cells",
    "test_cells",
)
SHARE = 0.15  # of the families of a class, for validation and for test each
_LEAST = {TEST: 3, VALIDATION: 4}  # families a class needs before one of them is held out
_LARGEST = 3  # emoji in a family that is held out: all the coloured hearts at once would be most of love

Cell = tuple[str, str]  # mood, topic


def order(names: Iterable[str], salt: str) -> list[str]:
    """Names shuffled, the same way on every machine."""
    return sorted(names, key=lambda name: hashlib.blake2b(f"{salt} {name}".encode(), digest_size=8).digest())


def split_emoji(emoji: Mapping[str, Emoji], labels: Mapping[str, Labels]) -> dict[str, str]:
    """Train, validation or test for every emoji; a family stays together, and each class is shared out by itself.

    Faces are shared out apart from what is no face. Where that leaves fewer than three families all are for training,
    where it leaves three none is for validation; large families are always for training.
    """
    families: dict[str, list[str]] = {}
    for code, each in emoji.items():
        families.setdefault(each.family, []).append(code)
    strata: dict[tuple[int, int, bool], list[str]] = {}
    for family, codes in families.items():
        first = min(codes, key=lambda code: (max(labels[code]) < 0, codes.index(code)))  # the first that has a class
        axis = next((axis for axis, label in enumerate(labels[first]) if label >= 0), -1)
        stratum = (axis, labels[first][axis] if axis >= 0 else -1, emoji[first].is_face)
        strata.setdefault(stratum, []).append(family)
    found: dict[str, str] = {}
    for members in strata.values():
        rest = order((family for family in members if len(families[family]) <= _LARGEST), "family")
        found |= {code: TRAIN for family in members if family not in rest for code in families[family]}
        for split in (TEST, VALIDATION):
            count = max(int(len(members) >= _LEAST[split]), round(SHARE * len(members)))
            found |= {code: split for family in rest[:count] for code in families[family]}
            rest = rest[count:]
        found |= {code: TRAIN for family in rest for code in families[family]}
    return found


def held_cells(contexts: Iterable[Contexts]) -> dict[Cell, str]:
    """Two cells of every mood, one to choose by and one to test: every topic is among them, and no emoji by itself is.

    Composites of these cells are never trained on, so they show whether a model combines what it knows apart.
    """
    filled = {(mood, topic) for each in contexts for mood in each["mood"] for topic in each["topic"]}
    topics = order(classes("topic"), "topic")
    found: dict[Cell, str] = {}
    place = 0
    for mood in classes("mood"):
        for split in (VALIDATION_CELLS, TEST_CELLS):
            free = [topic for topic in topics[place:] + topics[:place] if (mood, topic) not in filled | found.keys()]
            found[mood, free[0]] = split
            place = (place + 1) % len(topics)
    return found
