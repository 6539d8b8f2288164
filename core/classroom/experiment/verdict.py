"""What the experiment's figures allow to be said; pages, card and report say it alike."""

from collections.abc import Mapping
from typing import Any, Literal

Verdict = Literal["better", "mixed", "worse", "open"]


def against_real(found: Mapping[str, Any]) -> Verdict:
    """Whether made faces helped, from `core.classroom.experiment.evaluation.evaluate`'s figures.

    F1 counts what is called the rarest expression, and whoever learned from more such rows says it more often: where it
    rises while average precision, which asks only who comes first, falls, they did not simply help ("mixed").
    """
    made, real = (found["arms"][name]["mean"]["average_precision"] for name in ("made", "real"))
    verdict = by_interval(found["differences"]["made_real"])
    return "mixed" if verdict == "better" and made < real else verdict


def by_interval(difference: Mapping[str, float]) -> Verdict:
    """What a difference's interval, "low" to "high", says by itself."""
    return "better" if difference["low"] > 0 else "worse" if difference["high"] < 0 else "open"
