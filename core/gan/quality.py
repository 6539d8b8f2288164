"""The figures that are measured alike for every generator of pictures, as they are stored in metrics.json."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.gan import metrics
from core.gan.metrics import Features

_SEED = 11


def distribution(features: Features, classes: Features, training: Features) -> dict[str, float]:
    """FID, KID and Inception Score against training pictures (R, D); precision and recall against as many of them.

    `features` (N, D) and `classes` (N, C) are what the network sees in the N pictures.
    """
    score, deviation = metrics.inception_score(classes)
    equal = min(len(features), len(training))
    part = np.random.default_rng(_SEED).permutation(len(training))[:equal]  # training pictures may be sorted
    covered = metrics.precision_recall(features[:equal], training[part])
    return {
        "fid": metrics.frechet_distance(features, training),
        "kid": metrics.kernel_distance(features, training),
        "inception_score": score,
        "inception_score_deviation": deviation,
        "precision": covered.precision,
        "recall": covered.recall,
    }


def memorisation(spaces: Mapping[str, tuple[Features, Features, Features]]) -> dict[str, dict[str, Any]]:
    """Distance to the nearest training picture in each space, of (generated, held-out, training) rows (N, D)."""
    result: dict[str, dict[str, Any]] = {}
    for name, (ours, held_out, training) in spaces.items():
        found = metrics.memorisation(ours, held_out, training)
        result[name] = {
            "n": len(ours), "training": len(training), "generated_median": found.generated_median,
            "held_out_median": found.held_out_median, "suspicious": found.suspicious, "chance": 0.05,
        }  # fmt: skip
    return result


def milliseconds(make: Callable[[], object], batch: int, repeats: int = 9) -> dict[str, Any]:
    """Time for one picture when `make` makes `batch` at once; the middle of several, the first one not counted."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        make()
        times.append(time.perf_counter() - start)
    return {"n": repeats, "batch": batch, "per_picture": float(np.median(times[1:]) / batch * 1000)}


def accuracy(found: NDArray[np.int64], wanted: NDArray[np.int64]) -> float:
    """Share that is right among the rows (N,) whose value is known (not -1); 0 when there is none."""
    known = wanted >= 0
    return float((found == wanted)[known].mean()) if known.any() else 0.0


def shuffled_accuracy(found: NDArray[np.int64], wanted: NDArray[np.int64]) -> float:
    """The accuracy on average over all ways of shuffling the known values of `wanted` (N,): the floor."""
    known = wanted >= 0
    if not known.any():
        return 0.0
    size = max(found.max(), wanted.max()) + 1
    shares = [np.bincount(values[known], minlength=size) / known.sum() for values in (found, wanted)]
    return float(shares[0] @ shares[1])
