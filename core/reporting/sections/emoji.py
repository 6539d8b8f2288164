"""Campaign emoji: the generator that is told interaction, topic, mood and style, and how well its emoji fit."""

from typing import Any

from core.reporting import generators
from core.reporting.blocks import table
from core.reporting.document import Block, Section
from core.reporting.stored import Stored, at
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "emoji", 50, "campaign-emoji"
_ARMS, _FIGURES = ("without", "with", "composites"), ("accuracy", "macro_f1")
COMMANDS = ("python -m core prepare emoji", "python -m core train emoji", "python -m core evaluate emoji --write")


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    return generators.section(
        stored, words, ("mood", "topic", "interaction", "style"), _worth(words, stored),
        address=ADDRESS, commands=COMMANDS,
    )  # fmt: skip


def _worth(words: Words, stored: Stored) -> Block | None:
    """What `refine` brings to a classifier of moods, where that was measured with this very generator."""
    found: dict[str, Any] = stored.read("refined.json")
    gain = at(found, "gain", "without", "accuracy")
    if not gain or found.get("model") != stored.metrics.get("model"):
        return None
    rows = [
        [words(f"worth_{arm}"), *(words.number(at(found, "arms", arm, name, "mean"), 3) for name in _FIGURES)]
        for arm in _ARMS
    ]
    rows.append([words("worth_chance"), *(words.number(at(found, "chance", name), 3) for name in _FIGURES)])
    return table(
        words, "worth", [words(f"worth_{name}") for name in ("arm", *_FIGURES)], rows,
        moods=found["moods"], real=found["real"], generated=found["generated"], n=found["n"], seeds=found["seeds"],
        gain=100 * gain["mean"], half=gain["half_width"] and 100 * gain["half_width"],
        verdict=words(f"verdict_{gain['verdict']}"),
    )  # fmt: skip
