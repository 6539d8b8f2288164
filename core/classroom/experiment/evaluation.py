"""What the experiment found: every arm on PublicTest, with its spread, and how near made faces come to real ones."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core import artifacts
from core.classroom.experiment.protocol import (
    ARMS,
    MADE,
    REAL,
    REPEATED,
    Faces,
    Images,
    Protocol,
    missing,
    parts,
    test_part,
)
from core.classroom.experiment.training import DONE, check, classifier_folder, foretold, maker
from core.datasets.fer2013 import CLASSES
from core.gan.metrics import nearest_distances

FIGURES = ("precision", "recall", "f1", "average_precision", "macro_f1", "accuracy")
COMPARED = ((MADE, REAL), (MADE, REPEATED), (REPEATED, REAL))
COPY = 0.98  # correlation at 16 x 16 above which pictures count as near copies
_SIGHT = 16  # pixels a side, at which copies are told
_JUDGED = 1000  # made faces
_DRAWS = 2000  # of the bootstrap
_BLOCK = 128


def evaluate(data: Path, folder: Path, protocol: Protocol) -> tuple[dict[str, Any], Images]:
    """Everything that was found, and made faces that are no near copies, for a sheet.

    "arms": by name "seeds" (a row of FIGURES for each), their "mean" and "deviation"; the first four of FIGURES are the
    rarest expression's. "distinct": "f1" by arm on test pictures without a near copy in the training part, and their
    number. "differences": for each pair of COMPARED the mean difference of F1 and its 95 % interval. "floor": what
    chance gets. "copies": correlations of made and of held-out faces with the nearest face learned from.

    Raises:
        core.errors.DataError: FER2013 is missing or damaged.
        core.errors.UserError: the experiment was not trained, or under another protocol.
    """
    check(folder, protocol)
    (learned, kept), (test, near) = parts(data, protocol), test_part(data)
    chances = {
        name: [
            foretold(artifacts.load_keras(classifier_folder(folder, name, seed) / DONE), test.images)
            for seed in protocol.seeds
        ]
        for name in ARMS
    }
    make = maker(folder, protocol)
    copies, shown = _copies(make(_JUDGED, 0), kept, learned, protocol)
    counts = np.bincount(learned.labels, minlength=len(CLASSES))
    rows = {name: [figures(test.labels, each, protocol.label) for each in found] for name, found in chances.items()}
    result = {
        "protocol": asdict(protocol) | {"classes": list(CLASSES)},
        "n": {
            "learned": len(learned.labels), "rarest": int(counts[protocol.label]), "added": missing(learned, protocol),
            "held_out": len(kept.labels), "test": len(test.labels),
            "test_rarest": int((test.labels == protocol.label).sum()),
        },
        "arms": {name: _summary(each) for name, each in rows.items()},
        "distinct": _distinct(test, near, chances, protocol),
        "differences": {
            f"{one}_{other}": difference(test.labels, chances[one], chances[other], protocol.label)
            for one, other in COMPARED
        },
        "floor": _floor(test.labels, protocol.label),
        "copies": copies,
    }  # fmt: skip
    return result, shown


def figures(labels: NDArray[np.int64], chances: NDArray[np.float64], label: int) -> dict[str, float]:
    """FIGURES of one classifier: labels (N,), probabilities (N, classes), the expression that the first four are of."""
    from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

    said = chances.argmax(axis=1)
    of_one: dict[str, Any] = {"labels": [label], "average": None, "zero_division": 0}
    return {
        "precision": float(precision_score(labels, said, **of_one)[0]),
        "recall": float(recall_score(labels, said, **of_one)[0]),
        "f1": float(f1_score(labels, said, **of_one)[0]),
        "average_precision": float(average_precision_score(labels == label, chances[:, label])),
        "macro_f1": float(f1_score(labels, said, average="macro", zero_division=0)),
        "accuracy": float((labels == said).mean()),
    }


def difference(
    labels: NDArray[np.int64],
    ours: Sequence[NDArray[np.float64]],
    theirs: Sequence[NDArray[np.float64]],
    label: int,
    draws: int = _DRAWS,
) -> dict[str, float]:
    """Mean difference of two arms' F1 of an expression, "low" and "high" its 95 % interval.

    A bootstrap over the test pictures and over each arm's seeds: both are few.
    """
    rng = np.random.default_rng(3)
    weights = np.vstack(
        [np.ones(len(labels)), rng.multinomial(len(labels), np.full(len(labels), 1 / len(labels)), draws)]
    )
    means = []
    for chances in (ours, theirs):
        by_seed = np.stack([_f1(labels == label, each.argmax(axis=1) == label, weights) for each in chances], axis=1)
        places = rng.integers(0, len(chances), (draws, len(chances)))
        drawn = np.take_along_axis(by_seed[1:], places, axis=1)
        means.append(np.concatenate([by_seed[:1].mean(axis=1), drawn.mean(axis=1)]))
    found = means[0] - means[1]
    low, high = np.quantile(found[1:], [0.025, 0.975])
    return {"mean": float(found[0]), "low": float(low), "high": float(high)}


def _f1(wanted: NDArray[np.bool_], said: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    both, either = weights @ (wanted & said), weights @ wanted.astype(float) + weights @ said.astype(float)
    return np.asarray(np.divide(2 * both, either, out=np.zeros_like(either), where=either > 0))


def _summary(rows: list[dict[str, float]]) -> dict[str, Any]:
    table = np.array([[row[name] for name in FIGURES] for row in rows])
    spread = table.std(axis=0, ddof=1) if len(rows) > 1 else np.zeros(len(FIGURES))
    mean, deviation = (dict(zip(FIGURES, map(float, values), strict=True)) for values in (table.mean(axis=0), spread))
    return {"seeds": rows, "mean": mean, "deviation": deviation}


def _distinct(
    test: Faces, near: NDArray[np.bool_], chances: dict[str, list[NDArray[np.float64]]], protocol: Protocol
) -> dict[str, Any]:
    labels = test.labels[~near]
    found = {
        name: float(np.mean([figures(labels, each[~near], protocol.label)["f1"] for each in by_seed]))
        for name, by_seed in chances.items()
    }
    return {"n": len(labels), "rarest": int((labels == protocol.label).sum()), "f1": found}


def _floor(labels: NDArray[np.int64], label: int) -> dict[str, float]:
    """Always saying the rarest expression, for its own figures; always the most frequent one, for the others."""
    share, often = float((labels == label).mean()), np.bincount(labels).max() / len(labels)
    return {
        "precision": share, "recall": 1.0, "f1": 2 * share / (1 + share), "average_precision": share,
        "macro_f1": float(2 * often / (1 + often) / len(CLASSES)), "accuracy": float(often),
    }  # fmt: skip


def _copies(made: Images, kept: Faces, learned: Faces, protocol: Protocol) -> tuple[dict[str, Any], Images]:
    """How near made faces come to any face learned from, held-out ones of the same expression beside them.

    The faces handed back are nearer to none than half of the held-out ones are.
    """
    known = np.concatenate([seen(learned.images), seen(learned.images[:, :, ::-1])])
    ours, real = (likeness(images, known) for images in (made, kept.of(protocol.label)))
    middle = float(np.median(real))
    found = {
        "made": len(made), "made_median": float(np.median(ours)), "made_most": float(ours.max()),
        "near": int((ours > COPY).sum()), "held_out": len(real), "held_out_median": middle,
        "held_out_near": int((real > COPY).sum()), "limit": COPY,
    }  # fmt: skip
    return found, made[ours <= min(middle, COPY)]


def likeness(images: Images, known: NDArray[np.float32]) -> NDArray[np.float64]:
    """Correlation of each picture (N, H, W, 1) with the nearest of `known`, rows that `seen` gave: (N,)."""
    rows = seen(images)
    parts = [nearest_distances(rows[start : start + _BLOCK], known) for start in range(0, len(rows), _BLOCK)]
    return np.asarray(1 - np.square(np.concatenate(parts)) / 2)


def seen(images: Images) -> NDArray[np.float32]:
    """Pictures at a coarse sight, without brightness and contrast: rows (N, 256) of mean 0 and length 1."""
    small = np.stack([cv2.resize(image[..., 0], (_SIGHT, _SIGHT), interpolation=cv2.INTER_AREA) for image in images])
    rows = small.reshape(len(small), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))
