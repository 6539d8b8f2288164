"""What a refined data set is worth: mood classifiers trained with it and without, tried on emoji held out of training.

All are trained on the drawings of artists, with as many steps each. One kind has nothing else; one has as many
generated emoji beside them; a third has as many composites instead, which cost no network: the rival to beat.
"""

import json
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.metrics import accuracy_score, f1_score, recall_score

from core.datasets import emoji as dataset
from core.emoji.network import AXES
from core.emoji.refine import Refined, refine, summary
from core.emoji.service import EmojiGenerator
from core.errors import N_, UserError
from core.gan.classifier import Classifier, ClassifierConfig, ClassifierObjective
from core.gan.trainer import Pace, Run
from core.gan.transparency import on_ground, premultiplied
from core.settings import Settings

log = logging.getLogger(__name__)
FILE = "refined.json"  # beside the model
ARMS = ("without", "with", "composites")
FEWEST_SEEDS = 3  # for figures that are stored: fewer say nothing about their spread
_MOOD = AXES.index("mood")
_SEED = 7
_SURE = 0.95
_QUIET = Pace(report=1e9, checkpoint=1e9)


@dataclass(frozen=True)
class Effort:
    """How much is tried: classifiers of each kind, steps of each, generated emoji per mood and topic."""

    seeds: int = 3
    steps: int = 300
    batch_size: int = 64
    per_cell: int = 4


@dataclass(frozen=True)
class Labelled:
    """Pictures uint8 (N, 64, 64, 3) on white, and the number of each one's mood (N,)."""

    pictures: NDArray[np.uint8]
    moods: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.moods)

    def part(self, count: int) -> "Labelled":
        """At most so many of them, drawn at random."""
        rows = np.random.default_rng(_SEED).permutation(len(self))[:count]
        return Labelled(self.pictures[rows], self.moods[rows])

    def beside(self, other: "Labelled") -> "Labelled":
        """Both together."""
        return Labelled(np.concatenate([self.pictures, other.pictures]), np.concatenate([self.moods, other.moods]))


def prove(settings: Settings, effort: Effort | None = None) -> dict[str, Any]:
    """Everything measured of the stored generator's refined emoji.

    Raises:
        UserError: model or emoji are missing, or no generated emoji passes the filters.
    """
    effort, folder = effort or Effort(), settings.models / "emoji"
    generator = EmojiGenerator.load(folder)
    emoji = dataset.load(settings.prepared / "emoji")
    real, held_out, composites = (
        _real(emoji, split, composites=composites)
        for split, composites in (("train", False), ("test", False), ("train", True))
    )
    refined = refine(
        generator, Classifier.load(folder), per_cell=effort.per_cell, seed=_SEED,
        progress=lambda share: log.info("refining: %3.0f %%", 100 * share),
    )  # fmt: skip
    found = compare(real, held_out, generated(refined, emoji.classes["mood"]), composites, emoji.classes, effort)
    return {"model": generator.model, **found, "refined": summary(refined)}


def _real(emoji: dataset.EmojiSet, split: str, *, composites: bool) -> Labelled:
    """Single emoji of a split, or composites, that have a mood."""
    pictures = emoji.pictures
    wanted = (
        (pictures.splits == dataset.SPLITS.index(split))
        & (pictures.is_composite == composites)
        & (pictures.labels[:, _MOOD] >= 0)
    )
    rows = np.flatnonzero(wanted)
    return Labelled(on_ground(premultiplied(pictures.images[rows])), pictures.labels[rows, _MOOD])


def generated(refined: Refined, moods: Sequence[str]) -> Labelled:
    """The emoji that were kept.

    Raises:
        UserError: there are none.
    """
    if not refined.emoji:
        raise UserError(N_("no generated emoji passed the filters: there is nothing to prove the worth of"))
    pictures = on_ground(premultiplied(np.stack([one.image for one in refined.emoji])))
    return Labelled(pictures, np.array([moods.index(one.order.main.mood or "") for one in refined.emoji]))


def compare(
    real: Labelled,
    held_out: Labelled,
    refined: Labelled,
    composites: Labelled,
    classes: Mapping[str, Sequence[str]],
    effort: Effort,
    learn: Callable[..., NDArray[np.int64]] | None = None,
) -> dict[str, Any]:
    """Accuracy and macro F1 of every kind of classifier on the emoji `held_out`, seed by seed, and the difference.

    There are as many of `refined` and of `composites` as of `real`, or as there are. `learn` stands in for `moods_seen`
    in tests.
    """
    moods, learn = classes["mood"], learn or moods_seen
    count = min(len(real), len(refined), len(composites))
    sets = {
        "without": real,
        "with": real.beside(refined.part(count)),
        "composites": real.beside(composites.part(count)),
    }
    answers: dict[str, list[NDArray[np.int64]]] = {arm: [] for arm in ARMS}
    for seed in range(effort.seeds):
        for arm in ARMS:
            answers[arm].append(learn(sets[arm], held_out, moods, effort, seed))
            log.info("seed %d, %s: %s", seed, arm, figures(answers[arm][-1], held_out.moods))
    rows = {arm: [figures(seen, held_out.moods) for seen in several] for arm, several in answers.items()}
    often = Counter(real.moods.tolist()).most_common(1)[0][0]
    return {
        "steps": effort.steps,
        "batch_size": effort.batch_size,
        "seeds": effort.seeds,
        "n": len(held_out),
        "real": len(real),
        "generated": count,
        "moods": len(np.unique(held_out.moods)),
        "arms": {arm: {name: spread([row[name] for row in rows[arm]]) for name in rows[arm][0]} for arm in ARMS},
        "gain": {other: gain(rows["with"], rows[other]) for other in ("without", "composites")},
        "chance": figures(np.full(len(held_out), often), held_out.moods),
        "by_mood": by_mood(answers, held_out.moods, moods),
    }


def moods_seen(
    train: Labelled, held_out: Labelled, moods: Sequence[str], effort: Effort, seed: int
) -> NDArray[np.int64]:
    """What a classifier that learned from `train` sees in the pictures held out: numbers of moods (N,)."""
    config = ClassifierConfig(batch_size=min(effort.batch_size, len(train)), seed=seed)
    objective = ClassifierObjective(
        (train.pictures, train.moods[:, None]), (held_out.pictures, held_out.moods[:, None]), {"mood": moods}, config
    )
    with tempfile.TemporaryDirectory() as scratch:
        Run(objective, Path(scratch), _QUIET).fit(1, steps=effort.steps)
    return objective.classifier().look(held_out.pictures)[:, 0]


def figures(seen: NDArray[np.int64], wanted: NDArray[np.int64]) -> dict[str, float]:
    """Accuracy, and F1 averaged over the moods that are wanted at all."""
    there = np.unique(wanted)
    return {
        "accuracy": float(accuracy_score(wanted, seen)),
        "macro_f1": float(f1_score(wanted, seen, labels=there, average="macro", zero_division=0)),
    }


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Mean, standard deviation, half the width of the 95 % interval of the mean (Student's t; None for one value)."""
    count, deviation = len(values), float(np.std(values, ddof=1)) if len(values) > 1 else None
    half = None if deviation is None else float(stats.t.ppf((1 + _SURE) / 2, count - 1) * deviation / count**0.5)
    return {"mean": float(np.mean(values)), "deviation": deviation, "half_width": half, "values": list(values)}


def gain(ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]]) -> dict[str, dict[str, Any]]:
    """Difference of every figure, seed by seed; its verdict is better or worse where its interval leaves 0 out."""
    found = {name: spread([a[name] - b[name] for a, b in zip(ours, theirs, strict=True)]) for name in ours[0]}
    return {name: {**row, "verdict": _verdict(row)} for name, row in found.items()}


def _verdict(row: Mapping[str, Any]) -> str:
    if row["half_width"] is None or abs(row["mean"]) <= row["half_width"]:
        return "unclear"
    return "better" if row["mean"] > 0 else "worse"


def by_mood(
    answers: Mapping[str, Sequence[NDArray[np.int64]]], wanted: NDArray[np.int64], moods: Sequence[str]
) -> list[dict[str, Any]]:
    """Share of the held-out emoji of each mood that every kind of classifier recognises, over its seeds."""
    there = np.unique(wanted)
    recalls = {
        arm: np.mean([recall_score(wanted, seen, labels=there, average=None, zero_division=0) for seen in several], 0)
        for arm, several in answers.items()
    }
    return [
        {"name": moods[number], "n": int((wanted == number).sum()), **{arm: float(recalls[arm][row]) for arm in ARMS}}
        for row, number in enumerate(there.tolist())
    ]


def read(folder: Path, model: str) -> dict[str, Any]:
    """What was measured of the generator `model` that lies in `folder`; nothing where that has not been done."""
    if not (folder / FILE).exists():
        return {}
    found: dict[str, Any] = json.loads((folder / FILE).read_bytes())
    return found if found["model"] == model else {}
