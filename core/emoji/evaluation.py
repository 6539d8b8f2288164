"""How good generated emoji are; every figure of models/emoji/metrics.json comes from here.

Each figure stands beside what real emoji get (a ceiling, or a floor where less is better) and beside what a generator
would get that ignores the context. One emoji is made for the context of each held-out picture, with fixed seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.emoji.network import AXES, Condition
from core.emoji.second_judge import SecondJudge
from core.gan import metrics, quality
from core.gan.classifier import Classifier
from core.gan.metrics import Features
from core.gan.reference import Looker, Reference, thumbnails
from core.gan.transparency import on_ground

TRUNCATIONS = (0.4, 0.7, 1.0)
INTENSITIES = (0.0, 0.5, 1.0, 1.5, 2.0)
_SEED = 11
_CURVE, _CHOICE = 250, 1000  # contexts per point of a curve, and to choose a model by
_CONTEXTS, _EACH = 24, 8

Pictures = NDArray[np.uint8]
Labels = NDArray[np.int64]


class Maker(Protocol):
    """A generator of emoji (N, 64, 64, 4), premultiplied, from conditions (N, K) and a seed for each."""

    def __call__(
        self, conditions: NDArray[np.float32], seeds: Sequence[int], truncation: float = 1.0, intensity: float = 1.0
    ) -> Pictures:
        """`truncation` below 1 asks for more typical emoji, `intensity` above 1 exaggerates the context."""


@dataclass(frozen=True)
class Bench:
    """What makers are measured on: pictures (N, 64, 64, 4), premultiplied, with labels (N, 4), judge and features.

    `cells` and `cell_labels` are pictures of pairs of mood and topic that no training picture has.
    """

    train: Pictures
    train_labels: Labels
    held_out: Pictures
    labels: Labels
    cells: Pictures
    cell_labels: Labels
    condition: Condition
    judge: Classifier
    network: Looker
    network_name: str
    reference: Reference

    @property
    def conditions(self) -> NDArray[np.float32]:
        """Those of the held-out pictures (M, K)."""
        return self.condition.one_hot(self.labels)

    @property
    def seeds(self) -> list[int]:
        """One for each held-out picture, always the same."""
        return list(range(len(self.labels)))

    def see(self, pictures: Pictures) -> "Seen":
        """Look at pictures (N, 64, 64, 4) over white with both networks."""
        shown = on_ground(pictures)
        return Seen(shown, *self.network(shown), self.judge.look(shown))

    def see_real(self) -> "Seen":
        """The held-out pictures, seen the same way."""
        shown, kept = on_ground(self.held_out), self.reference
        return Seen(shown, kept.held_out, kept.held_out_classes, self.judge.look(shown))


@dataclass(frozen=True)
class Seen:
    """Pictures RGB with what the feature network sees in them, and what the judge says (N, 4)."""

    pictures: Pictures
    features: Features
    classes: Features
    verdict: Labels


def evaluate(bench: Bench, maker: Maker, baseline: Maker | None = None) -> dict[str, Any]:
    """Everything measured of `maker`, and the main figures of `baseline` beside it."""
    real = bench.see_real()
    made = bench.see(maker(bench.conditions, bench.seeds))
    beside = bench.see(baseline(bench.conditions, bench.seeds)) if baseline else None
    second = SecondJudge(bench.reference.training, bench.train_labels[bench.reference.rows], AXES)
    said = second.look(made.features), second.look(real.features), second.look(beside.features) if beside else None
    return {
        "n": len(bench.labels),
        "contexts": "of the held-out pictures, one emoji each, seeds 0, 1, 2 …",
        "network": bench.network_name,
        "distribution": {
            "n": len(bench.labels),
            "reference": len(bench.reference.training),
            "generated": distribution(bench, made),
            "baseline": distribution(bench, beside) if beside else None,
            "real": distribution(bench, real),
        },
        "relevance": relevance(
            bench.condition, bench.labels, made.verdict, real.verdict, beside.verdict if beside else None
        ),
        "second_opinion": relevance(bench.condition, bench.labels, *said),
        "unseen_cells": unseen_cells(bench, maker, baseline),
        "by_mood": by_class(bench, made.verdict, real.verdict, "mood"),
        "by_topic": by_class(bench, made.verdict, real.verdict, "topic"),
        "by_interaction": by_class(bench, made.verdict, real.verdict, "interaction"),
        "diversity": diversity(bench, maker),
        "memorisation": memorisation(bench, made),
        "truncation": curve(bench, maker, "truncation", TRUNCATIONS),
        "intensity": curve(bench, maker, "intensity", INTENSITIES),
        "milliseconds": milliseconds(bench, maker),
    }


def distribution(bench: Bench, seen: Seen) -> dict[str, float]:
    """FID, KID, Inception Score, precision and recall against the training pictures."""
    return quality.distribution(seen.features, seen.classes, bench.reference.training)


def relevance(
    condition: Condition, labels: Labels, made: Labels, real: Labels, baseline: Labels | None
) -> dict[str, dict[str, Any]]:
    """Share of emoji in which the judge sees what was asked for, beside that on the real pictures of these labels.

    The floor is what these emoji would get with their contexts shuffled.
    """
    found = {}
    for place, axis in enumerate(AXES):
        wanted, ours, theirs = labels[:, place], made[:, place], real[:, place]
        accuracy, ceiling = quality.accuracy(ours, wanted), quality.accuracy(theirs, wanted)
        found[axis] = {
            "n": int((wanted >= 0).sum()),
            "classes": len(condition.classes[axis]),
            "accuracy": accuracy,
            "ceiling": ceiling,
            "share_of_ceiling": accuracy / max(ceiling, 1e-9),
            "floor": quality.shuffled_accuracy(ours, wanted),
            "baseline": None if baseline is None else quality.accuracy(baseline[:, place], wanted),
        }
    return found


def unseen_cells(bench: Bench, maker: Maker, baseline: Maker | None) -> dict[str, Any] | None:
    """Relevance where mood and topic were never seen together in training; `both`: both are right at once."""
    if not len(bench.cells):
        return None
    conditions, seeds = bench.condition.one_hot(bench.cell_labels), list(range(len(bench.cells)))
    real = bench.judge.look(on_ground(bench.cells))
    made = bench.judge.look(on_ground(maker(conditions, seeds)))
    beside = bench.judge.look(on_ground(baseline(conditions, seeds))) if baseline else None

    def both(verdict: Labels) -> float:
        return float((verdict[:, :2] == bench.cell_labels[:, :2]).all(axis=1).mean())

    return {
        "n": len(bench.cells),
        "cells": len(np.unique(bench.cell_labels[:, :2], axis=0)),
        **relevance(bench.condition, bench.cell_labels, made, real, beside),
        "both": {
            "accuracy": both(made),
            "ceiling": both(real),
            "baseline": None if beside is None else both(beside),
        },
    }


def by_class(bench: Bench, made: Labels, real: Labels, axis: str) -> list[dict[str, Any]]:
    """Relevance of each class of an axis, beside that on real pictures of it."""
    place, rows = AXES.index(axis), []
    for number, name in enumerate(bench.condition.classes[axis]):
        asked = bench.labels[:, place] == number
        if asked.any():
            right = [float((verdict[asked, place] == number).mean()) for verdict in (made, real)]
            rows.append({"name": name, "n": int(asked.sum()), "accuracy": right[0], "ceiling": right[1]})
    return rows


def diversity(bench: Bench, maker: Maker) -> dict[str, Any] | None:
    """Mean distance between emoji of one mood and style, beside real ones that share them; None without such."""
    places = [AXES.index("mood"), AXES.index("style")]
    known = bench.train_labels[bench.reference.rows][:, places]
    pairs, counts = np.unique(known[known[:, 0] >= 0], axis=0, return_counts=True)
    rng = np.random.default_rng(_SEED)
    asked = rng.permutation(pairs[counts >= _EACH])[:_CONTEXTS]
    ours, theirs = [], []
    for pair in asked:
        labels = np.full((_EACH, len(AXES)), -1)
        labels[:, places] = pair
        features, _ = bench.network(on_ground(maker(bench.condition.one_hot(labels), list(range(_EACH)))))
        rows = rng.permutation(np.flatnonzero((known == pair).all(axis=1)))[:_EACH]
        ours.append(metrics.spread(features))
        theirs.append(metrics.spread(bench.reference.training[rows]))
    if not ours:
        return None
    generated, real = float(np.mean(ours)), float(np.mean(theirs))
    return {
        "n": len(ours), "pictures": _EACH, "generated": generated, "real": real, "share_of_real": generated / real,
    }  # fmt: skip


def memorisation(bench: Bench, made: Seen) -> dict[str, dict[str, Any]]:
    """Distance to the nearest training picture, in pixels over white (all of them) and features (the reference's)."""
    ours, held_out, training = (
        thumbnails(pictures) for pictures in (made.pictures, on_ground(bench.held_out), on_ground(bench.train))
    )
    features = (made.features, bench.reference.held_out, bench.reference.training)
    return quality.memorisation({"pixels": (ours, held_out, training), "features": features})


def curve(bench: Bench, maker: Maker, knob: str, values: Sequence[float]) -> list[dict[str, float]]:
    """What a knob (an argument of makers) does to relevance and to likeness."""
    part = first(bench, _CURVE)
    rows = []
    for value in values:
        seen = part.see(maker(part.conditions, part.seeds, **{knob: value}))
        shares = {axis: quality.accuracy(seen.verdict[:, p], part.labels[:, p]) for p, axis in enumerate(AXES[:3])}
        kid = metrics.kernel_distance(seen.features, bench.reference.training)
        rows.append({knob: value, "n": len(part.labels), "kid": kid, **shares})
    return rows


def milliseconds(bench: Bench, maker: Maker, batch: int = 8) -> dict[str, Any]:
    """Time for one emoji when `batch` are made at once."""
    rows = np.arange(batch) % len(bench.labels)
    conditions = bench.conditions[rows]
    return quality.milliseconds(lambda: maker(conditions, list(range(batch))), batch)


def choice_figures(bench: Bench, maker: Maker) -> dict[str, float]:
    """What decides which of two generators is kept: `figure`, mood accuracy times topic accuracy, less KID.

    So neither fitting the context nor likeness to real emoji can be bought with the other.
    """
    part = first(bench, _CHOICE)
    seen = part.see(maker(part.conditions, part.seeds))
    mood, topic = (quality.accuracy(seen.verdict[:, place], part.labels[:, place]) for place in (0, 1))
    kid = metrics.kernel_distance(seen.features, bench.reference.training)
    return {"mood": mood, "topic": topic, "kid": kid, "n": len(part.labels), "figure": mood * topic - kid}


def first(bench: Bench, most: int) -> Bench:
    """The bench with at most so many of its held-out pictures, which lie in random order."""
    return replace(bench, held_out=bench.held_out[:most], labels=bench.labels[:most])
