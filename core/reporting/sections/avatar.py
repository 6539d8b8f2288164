"""Avatars: the generator of all themes, and how many unique avatars each of them holds."""

import math
from typing import Any

from core.reporting import generators
from core.reporting.blocks import table
from core.reporting.document import Block, Section
from core.reporting.stored import Stored, at
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "avatar", 40, "avatars"
_MANY = 100_000_000  # claims that `docs/claims-at-scale.md` is about
COMMANDS = (
    "python -m core prepare avatar",
    "python -m core train avatar",
    "python -m core evaluate avatar --write",
)


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    unique = _unique(words, stored.metrics.get("uniqueness") or [])
    return generators.section(stored, words, ("theme",), unique, address=ADDRESS, commands=COMMANDS)


def _unique(words: Words, found: list[dict[str, Any]]) -> Block | None:
    rows = [
        [
            words.name(f"theme_{row['theme']}", row["theme"]),
            words.percent(row.get("caught")),
            words.percent(at(row, "training", "refused"), 2),
            words.number(at(row, "capacity", "at_least")),
        ]
        for row in found
    ]
    room = [capacity for row in found if (capacity := at(row, "capacity", "at_least"))]
    return table(
        words, "unique", [words(f"unique_{name}") for name in ("theme", "caught", "training", "capacity")], rows,
        total=sum(room) if room else None, themes=math.ceil(_MANY / max(room)) if room else None,
    )  # fmt: skip
