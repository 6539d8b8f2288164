"""How good the expression network is: every figure of models/emotion/metrics.json comes from here."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn import metrics

from core.datasets.fer2013 import CLASSES, CLASSES_WITH_CONTEMPT, FaceSet
from core.emotion.service import combine_heads

Probabilities = NDArray[np.float64]
_CONTEMPT = CLASSES_WITH_CONTEMPT.index("contempt")
_ROC_POINTS = 101


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """The temperature that minimises log loss (Guo et al. 2017, arXiv:1706.04599)."""

    def loss(log_temperature: float) -> float:
        return metrics.log_loss(
            labels, softmax(logits / np.exp(log_temperature), axis=1), labels=range(logits.shape[1])
        )

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def calibration(probabilities: Probabilities, labels: NDArray[np.int64], bins: int = 10) -> dict[str, Any]:
    """Expected calibration error and the reliability diagram behind it (confidence against accuracy per bin)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = [
        {"confidence": float(confidence[m].mean()), "accuracy": float(right[m].mean()), "count": int(m.sum())}
        for m in (place == b for b in range(bins))
        if m.any()
    ]
    error = sum(row["count"] * abs(row["confidence"] - row["accuracy"]) for row in rows) / len(labels)
    return {"expected_error": float(error), "bins": rows}


def crossfit_calibration(logits: NDArray[np.floating], labels: NDArray[np.int64], seed: int = 0) -> dict[str, Any]:
    """Calibration after temperature scaling, each half scaled by the temperature of the other half."""
    half = np.random.default_rng(seed).permutation(len(labels)) % 2 == 0
    if half.all():  # a single picture: nothing to fit on
        return calibration(softmax(logits, axis=1), labels)
    scaled = np.empty_like(logits, dtype=np.float64)
    for rows in (half, ~half):
        scaled[rows] = softmax(logits[rows] / fit_temperature(logits[~rows], labels[~rows]), axis=1)
    return calibration(scaled, labels)


def answer_threshold(probabilities: Probabilities, labels: NDArray[np.int64], target: float = 0.75) -> dict[str, float]:
    """The lowest confidence above which answers are right `target` of the time; below it the answer is "unsure"."""
    confidence = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == labels).astype(float)
    order = np.argsort(-confidence)
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(accuracy >= target)
    last = int(good[-1]) if len(good) else 0
    return {
        "threshold": float(confidence[order][last]),
        "target_accuracy": target,
        "answered": (last + 1) / len(order),
        "accuracy_when_answered": float(accuracy[last]),
    }


def roc_curves(probabilities: Probabilities, labels: NDArray[np.int64]) -> dict[str, Any]:
    """One-against-rest ROC of every class that occurs: area and the curve on a fixed grid of false-positive rates."""
    grid = np.linspace(0, 1, _ROC_POINTS)
    curves: dict[str, dict[str, Any]] = {}
    for index, name in enumerate(CLASSES):
        truth = labels == index
        if not 0 < truth.sum() < len(truth):
            continue
        false_rate, true_rate, _ = metrics.roc_curve(truth, probabilities[:, index])
        curves[name] = {
            "auc": float(metrics.roc_auc_score(truth, probabilities[:, index])),
            "true_positive_rate": [round(float(value), 4) for value in np.interp(grid, false_rate, true_rate)],
        }
    areas = [curve["auc"] for curve in curves.values()]
    return {
        "false_positive_rate": [round(float(value), 4) for value in grid],
        "classes": curves,
        "macro_auc": float(np.mean(areas)) if areas else None,
    }


def figures(probabilities: Probabilities, labels: NDArray[np.int64]) -> dict[str, Any]:
    """Accuracy with its standard error, macro F1, per-class precision, recall, F1, and the confusion matrix."""
    predicted = probabilities.argmax(axis=1)
    every = range(len(CLASSES))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=every, zero_division=0
    )
    accuracy = float((predicted == labels).mean())
    return {
        "n": len(labels),
        "accuracy": accuracy,
        "standard_error": float(np.sqrt(accuracy * (1 - accuracy) / len(labels))),
        "macro_f1": float(f1.mean()),
        "per_class": {
            name: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "support": int(support[i]),
            }
            for i, name in enumerate(CLASSES)
        },
        "confusion": metrics.confusion_matrix(labels, predicted, labels=every).tolist(),
    }


def by_difficulty(probabilities: Probabilities, faces: FaceSet) -> dict[str, Any]:
    """Accuracy by how far the voters agreed, by brightness and by contrast of the picture: where it goes wrong."""
    right = probabilities.argmax(axis=1) == faces.labels
    cuts: dict[str, tuple[NDArray[np.floating], list[float]]] = {
        "brightness": (faces.images.mean(axis=(1, 2)), []),
        "contrast": (faces.images.std(axis=(1, 2)), []),
    }
    if faces.votes.any():
        # rounded, or 9 of 10 as a 32-bit share would lie below the edge .9
        agreement = faces.expression_votes()[0].max(axis=1).astype(np.float64).round(6)
        cuts["voter_agreement"] = (agreement, [0.5, 0.7, 0.9])
    result = {}
    for name, (value, edges) in cuts.items():
        bounds = edges or [float(edge) for edge in np.quantile(value, [0.25, 0.5, 0.75])]
        place = np.digitize(value, bounds)
        result[name] = {
            "bounds": [round(bound, 3) for bound in bounds],
            "accuracy": [
                float(right[place == p].mean()) if (place == p).any() else None for p in range(len(bounds) + 1)
            ],
            "count": np.bincount(place, minlength=len(bounds) + 1).tolist(),
        }
    return result


def contempt_figures(eight: Probabilities, faces: FaceSet) -> dict[str, Any] | None:
    """How well contempt is told from the rest, against the FER+ voters' majority; None without such pictures."""
    votes, share = faces.expression_votes()
    known = (share > 0.5) & faces.is_face
    truth = votes[known].argmax(axis=1) == _CONTEMPT
    if truth.all() or not truth.any():
        return None
    score = eight[known, _CONTEMPT]
    return {
        "n": int(known.sum()),
        "positives": int(truth.sum()),
        "auc": float(metrics.roc_auc_score(truth, score)),
        "average_precision": float(metrics.average_precision_score(truth, score)),
        "floor_average_precision": float(truth.mean()),
        "named_contempt": int((eight[known].argmax(axis=1) == _CONTEMPT).sum()),
    }


def evaluate(logits: dict[str, NDArray[np.float32]], faces: FaceSet, temperature: float) -> dict[str, Any]:
    """Everything measured for our network on `faces`; logits are (N, 7) "label" and (N, 8) "votes".

    Accuracy and the matrices are for the seven FER2013 classes (the label head), which published figures are for.
    """
    seven = softmax(logits["label"].astype(np.float64) / temperature, axis=1)
    eight = combine_heads(logits["label"], logits["votes"], temperature)
    result = figures(seven, faces.labels)
    result["roc"] = roc_curves(seven, faces.labels)
    result["calibration"] = crossfit_calibration(logits["label"], faces.labels)
    result["calibration"]["before"] = calibration(softmax(logits["label"], axis=1), faces.labels)["expected_error"]
    result["unsure"] = answer_threshold(eight, faces.labels)  # as the page decides: on all eight scores
    result["difficulty"] = by_difficulty(seven, faces)
    result["contempt"] = contempt_figures(eight, faces)
    counts = np.bincount(faces.labels, minlength=len(CLASSES))
    result["floor"] = {"accuracy": float(counts.max() / len(faces)), "what": "always the most frequent class"}
    result["ceiling"] = {"accuracy": 0.65, "spread": 0.05, "what": "people on FER2013 (arXiv:1307.0414)"}
    if faces.near_copy is not None and not faces.near_copy.all():
        distinct = ~faces.near_copy
        result["without_near_copies"] = figures(seven[distinct], faces.labels[distinct])
    return result
