"""How good generated pictures are, from features of a fixed network: (N, D) arrays in, numbers out.

Each figure wants its floor beside it (held-out real pictures against the same reference at the same N), because FID
moves with N as much as with quality. Figures from another network than Inception carry its name and are not comparable
with published ones; `core.gan.features` says which network it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
COLLAPSED = 1.1  # an Inception Score below says that pictures look all alike to the network; 1 is the least
_CHUNK = 1024
_SPLIT_SEED = 17


def frechet_distance(features: Features, reference: Features) -> float:
    """FID: distance of two normal distributions with the means and covariances of both sets; 0 when equal.

    Heusel et al. 2017, arXiv:1706.08500.
    """
    difference = features.mean(axis=0, dtype=np.float64) - reference.mean(axis=0, dtype=np.float64)
    ours, theirs = (np.atleast_2d(np.cov(rows.astype(np.float64), rowvar=False)) for rows in (features, reference))
    values, vectors = np.linalg.eigh(ours)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    # the trace of sqrt(ours @ theirs) equals that of sqrt(root @ theirs @ root), which is symmetric
    joint = np.sqrt(np.clip(np.linalg.eigvalsh(root @ theirs @ root), 0, None)).sum()
    return float(max(difference @ difference + np.trace(ours) + np.trace(theirs) - 2 * joint, 0.0))


def kernel_distance(features: Features, reference: Features) -> float:
    """KID: unbiased squared MMD with the kernel (x·y / D + 1)³; around 0 (also below) when both are alike.

    Bińkowski et al. 2018, arXiv:1801.01401, over all pairs rather than over subsets.
    """

    def total(a: Features, b: Features) -> float:
        b = b.astype(np.float64)
        return sum(float(((rows @ b.T / a.shape[1] + 1) ** 3).sum()) for rows in _chunks(a))

    def own(a: Features) -> float:
        diagonal = ((np.square(a.astype(np.float64)).sum(axis=1) / a.shape[1] + 1) ** 3).sum()
        return (total(a, a) - float(diagonal)) / (len(a) * (len(a) - 1))

    return own(features) + own(reference) - 2 * total(features, reference) / (len(features) * len(reference))


def inception_score(probabilities: NDArray[np.float32], splits: int = 10) -> tuple[float, float]:
    """Mean and deviation over splits: 1 when all pictures look alike to the network, at most the number of classes.

    Salimans et al. 2016, arXiv:1606.03498; (N, classes) rows that sum to 1. Which rows make a split is drawn, always
    alike: in the order of a catalogue, a split would hold one kind of thing.
    """
    probabilities = np.random.default_rng(_SPLIT_SEED).permutation(probabilities)
    scores = []
    for part in np.array_split(probabilities.astype(np.float64), splits):
        divergence = part * (np.log(part + 1e-16) - np.log(part.mean(axis=0, keepdims=True) + 1e-16))
        scores.append(np.exp(divergence.sum(axis=1).mean()))
    return float(np.mean(scores)), float(np.std(scores))


@dataclass(frozen=True)
class PrecisionRecall:
    """Shares of generated pictures that lie among the real ones, and of real ones that lie among the generated."""

    precision: float
    recall: float


def precision_recall(features: Features, reference: Features, neighbours: int = 3) -> PrecisionRecall:
    """A set's ground is the union of balls around its pictures that reach to their third-nearest neighbour.

    Kynkäänniemi et al. 2019, arXiv:1904.06991. Both sets should be of equal size.
    """
    return PrecisionRecall(
        precision=_covered(features, reference, neighbours), recall=_covered(reference, features, neighbours)
    )


def nearest_distances(features: Features, reference: Features, rank: int = 1) -> NDArray[np.float64]:
    """Euclidean distance from each row to its nearest (or rank-th nearest) row of `reference`: (N,)."""
    parts = [np.partition(block, rank - 1, axis=1)[:, rank - 1] for block in _distances(features, reference)]
    return np.sqrt(np.concatenate(parts))


@dataclass(frozen=True)
class Memorisation:
    """Distances to the nearest training picture: of generated pictures, and of held-out real ones as the measure.

    `suspicious` is the share of generated pictures nearer than 95 % of the held-out ones are; chance gives 0.05, much
    more than that means copying.
    """

    generated_median: float
    held_out_median: float
    suspicious: float


def memorisation(generated: Features, held_out: Features, training: Features) -> Memorisation:
    """Compare how near generated and held-out rows come to training rows; features or (small, flattened) pixels."""
    ours, real = (nearest_distances(rows, training) for rows in (generated, held_out))
    return Memorisation(
        generated_median=float(np.median(ours)),
        held_out_median=float(np.median(real)),
        suspicious=float((ours < np.quantile(real, 0.05)).mean()),
    )


def spread(features: Features) -> float:
    """Mean distance between two different rows: how varied the pictures made from one prompt are."""
    total = sum(float(np.sqrt(block).sum()) for block in _distances(features, features))
    return total / (len(features) * (len(features) - 1))


def _covered(queries: Features, ground: Features, neighbours: int) -> float:
    """Share of queries inside a ball of the ground; a row is not its own neighbour."""
    radii = np.square(nearest_distances(ground, ground, neighbours + 1))
    return float(np.concatenate([(block <= radii).any(axis=1) for block in _distances(queries, ground)]).mean())


def _chunks(rows: Features) -> Iterator[NDArray[np.float64]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK].astype(np.float64)


def _distances(rows: Features, others: Features) -> Iterator[NDArray[np.float64]]:
    """Squared distances, a block of rows at a time: (n, M)."""
    others = others.astype(np.float64)
    lengths = np.square(others).sum(axis=1)
    for block in _chunks(rows):
        squared = np.square(block).sum(axis=1)[:, None] - 2 * block @ others.T + lengths
        yield np.clip(squared, 0, None)
