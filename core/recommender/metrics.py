"""How good ranked lists are; each figure is computed per shopper, so that intervals can be drawn from them.

Definitions: precision, recall, F1, hit rate, average precision and normalised discounted cumulative gain at k with
binary relevance (Järvelin & Kekäläinen 2002); ROC-AUC over the whole catalogue without the history.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def ranking(top: NDArray[np.int32], truth: sparse.csr_matrix) -> dict[str, NDArray[np.float64]]:
    """Figures per shopper of lists `top` (B, k) of product numbers (-1: none) against `truth` (B, n_items).

    Average precision and NDCG are divided by their best possible value for lists of this length.
    """
    k = top.shape[1]
    hits = is_hit(top, truth)
    relevant = np.diff(truth.indptr)
    gains = 1 / np.log2(np.arange(2, k + 2))
    possible = np.minimum(relevant, k)
    ideal = np.concatenate([[0.0], np.cumsum(gains)])[possible]
    found = hits.sum(axis=1)
    precision = found / k
    recall = found / np.maximum(relevant, 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / np.maximum(precision + recall, 1e-12),
        "ndcg": (hits * gains).sum(axis=1) / np.maximum(ideal, 1e-12),
        "map": (hits * np.cumsum(hits, axis=1) / np.arange(1, k + 1)).sum(axis=1) / np.maximum(possible, 1),
        "hit_rate": (found > 0).astype(np.float64),
    }


def is_hit(top: NDArray[np.int32], truth: sparse.csr_matrix) -> NDArray[np.bool_]:
    """Whether each recommended product (B, k) is among the shopper's true ones."""
    rows = np.repeat(np.arange(truth.shape[0], dtype=np.int64), np.diff(truth.indptr))
    wanted = rows * truth.shape[1] + truth.indices
    asked = np.arange(len(top), dtype=np.int64)[:, None] * truth.shape[1] + top
    return np.isin(asked, wanted) & (top >= 0)


def rank_shares(
    scores: NDArray[np.float32], histories: sparse.csr_matrix, truth: sparse.csr_matrix
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the true products stand among all that the shopper did not have.

    Returns, for scores (B, n_items): per shopper the ROC-AUC (B,), and per true product the share of other products
    that score higher (ties count half), from which ROC curves are drawn.
    """
    auc = np.full(len(scores), np.nan)
    shares = []
    for row in range(len(scores)):
        own = scores[row]
        wanted = truth.indices[truth.indptr[row] : truth.indptr[row + 1]]
        if not len(wanted):
            continue
        owned = histories.indices[histories.indptr[row] : histories.indptr[row + 1]]
        apart = own[np.union1d(owned, wanted)]
        values, places = np.unique(own[wanted], return_inverse=True)
        # counted, not sorted: a catalogue is long, and the values asked about are few
        below = np.array([np.count_nonzero(own < value) - np.count_nonzero(apart < value) for value in values])
        upto = np.array([np.count_nonzero(own <= value) - np.count_nonzero(apart <= value) for value in values])
        above = 1 - ((below + upto) / 2 / max(len(own) - len(apart), 1))[places]
        auc[row] = 1 - above.mean()
        shares.append(above)
    return auc, np.concatenate(shares) if shares else np.empty(0)


def beyond_accuracy(
    top: NDArray[np.int32], popularity: NDArray[np.int64], embedding: NDArray[np.float32], n_users: int
) -> dict[str, float]:
    """Figures of lists (B, k) that do not ask whether they are right.

    coverage: share of the products in at least one list; novelty: mean -log2 of the share of shoppers who chose a
    product; diversity: mean over lists of 1 - cosine between two of its products in `embedding` (unit rows).
    """
    listed = top[top >= 0]
    share = np.maximum(popularity[listed], 1) / max(n_users, 1)
    vectors = embedding[np.maximum(top, 0)] * (top >= 0)[..., None]
    sums = vectors.sum(axis=1)
    counts = (top >= 0).sum(axis=1)
    pairs = np.maximum(counts * (counts - 1), 1)
    squares = np.einsum("bkd,bkd->b", vectors, vectors)
    similarity = (np.einsum("bd,bd->b", sums, sums) - squares) / pairs
    return {
        "coverage": float(len(np.unique(listed)) / len(popularity)),
        "novelty": float(-np.log2(share).mean()) if len(listed) else 0.0,
        "diversity": float(1 - similarity[counts > 1].mean()) if (counts > 1).any() else 0.0,
    }


def interval(values: NDArray[np.float64], rounds: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean over shoppers (N,); NaN rows are left out."""
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(rounds)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def summary(per_shopper: Mapping[str, NDArray[np.float64]], *, intervals: bool = True) -> dict[str, object]:
    """Means over shoppers, each with its interval."""
    result: dict[str, object] = {}
    for name, values in per_shopper.items():
        result[name] = float(np.nanmean(values))
        if intervals:
            result[f"{name}_interval"] = list(interval(values))
    return result
