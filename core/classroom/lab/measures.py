"""How near generated points are to real ones: divergences on a grid, and how many clusters are reached."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.classroom.lab.data import CLUSTERS, VIEW, drawer

CELLS = 20  # a side
SAMPLES = 2_000  # generated points that are counted
_REAL_SAMPLES = 40_000
_PRIOR = 0.1  # added to every cell's count: without it an empty cell would make KL infinite
Array = NDArray[Any]


@dataclass(frozen=True)
class Divergence:
    """Kullback-Leibler, real from generated, in bits, and Jensen-Shannon, in bits (0..1).

    The estimator: shares of `SAMPLES` points in CELLS x CELLS equal cells over the view, `_PRIOR` added to each count;
    what lies outside counts in the cell at the edge.
    """

    kl: float
    js: float


def shares(points: Array) -> Array:
    """Share of points (N, 2) in each cell (CELLS * CELLS,)."""
    whole = np.clip(((points + VIEW) * (CELLS / (2 * VIEW))).astype(int), 0, CELLS - 1)
    counts = np.bincount(whole[:, 0] * CELLS + whole[:, 1], minlength=CELLS * CELLS) + _PRIOR
    return counts / counts.sum()


def divergence(real: Array, fake: Array) -> Divergence:
    """From two tables of `shares`."""
    middle = (real + fake) / 2
    return Divergence(_kl(real, fake), (_kl(real, middle) + _kl(fake, middle)) / 2)


def _kl(p: Array, q: Array) -> float:
    return float(np.sum(p * np.log2(p / q)))


@lru_cache(maxsize=64)
def reference(data: str, points: tuple[tuple[float, float], ...]) -> tuple[Array, Divergence]:
    """Shares of the real distribution, and what as many new real points as are counted would get: the floor."""
    draw, rng = drawer(data, points), np.random.default_rng(0)
    real = shares(draw(rng, _REAL_SAMPLES))
    real.flags.writeable = False
    return real, divergence(real, shares(draw(rng, SAMPLES)))


def clusters_reached(data: str, made: Array) -> tuple[int, int] | None:
    """How many of the data's clusters the points (N, 2) reach, of how many; None for data without clusters.

    Reached: at least a quarter of a fair share of all points lies within three deviations of the centre.
    """
    if data not in CLUSTERS:
        return None
    centres, deviation = CLUSTERS[data]
    near = ((made[:, None] - centres) ** 2).sum(axis=2) <= (3 * deviation) ** 2
    return int((near.mean(axis=0) >= 0.25 / len(centres)).sum()), len(centres)
