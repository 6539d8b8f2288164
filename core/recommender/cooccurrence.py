"""Which products the same shoppers chose: the sparse product-by-product matrix behind every neighbour method."""

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from core.recommender.interactions import Interactions

LONGEST_HISTORY = 300  # pairs grow with the square: of longer histories the latest choices are paired


def threads() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class PairWeight:
    """What a pair of choices counts.

    length(shopper) ** -user_power * distance ** -gap_power * (same_day if chosen on one day, else 1); distance is how
    many places lie between the two.
    """

    user_power: float
    gap_power: float = 0.0
    same_day: float = 1.0

    def of(
        self, lengths: NDArray[np.integer], distances: NDArray[np.integer], together: NDArray[np.bool_] | None
    ) -> NDArray[np.float32]:
        """Weights (N,) of pairs: lengths of their histories, distances (1 or more), and whether on one day."""
        weights = lengths.astype(np.float64) ** -self.user_power
        if self.gap_power:
            weights *= distances.astype(np.float64) ** -self.gap_power
        if self.same_day != 1.0 and together is not None:
            weights[together] *= self.same_day
        return weights.astype(np.float32)


def cooccurrence(interactions: Interactions, weight: PairWeight) -> sparse.csr_matrix:
    """W (n_items, n_items), symmetric, zero diagonal: pairs of choices, weighted and summed over shoppers.

    Pairs are listed one by one; where order plays no part, `neighbours` gives the same weights from a matrix product
    that never holds them all.
    """
    first, second = _pairs(interactions)
    days = interactions.days
    together = None if days is None else days[first] == days[second]
    weights = weight.of(interactions.lengths[interactions.users[first]], second - first, together)
    n = interactions.n_items
    upper = sparse.csr_matrix((weights, (interactions.items[first], interactions.items[second])), shape=(n, n))
    return sparse.csr_matrix(upper + upper.T)


def neighbours(
    interactions: Interactions, *, user_power: float, item_power: float, neighbour_power: float, keep: int
) -> sparse.csr_matrix:
    """The `keep` strongest neighbours of every product: rows of diag(d^-item_power) W diag(d^-neighbour_power).

    W is the co-occurrence above without order, d the degrees of the products. Memory is n_items x keep, whatever the
    number of pairs: the product is computed row by row.
    """
    binary = interactions.binary()
    shoppers = np.maximum(interactions.lengths, 1) ** -user_power
    degrees = np.maximum(interactions.popularity, 1)
    left = sparse.csr_matrix((sparse.diags(shoppers) @ binary).T, dtype=np.float32)
    right = sparse.csr_matrix(binary @ sparse.diags(degrees**-neighbour_power), dtype=np.float32)
    # the product itself is among its own strongest: ask for one more
    weights = sp_matmul_topn(left, right, top_n=min(keep + 1, interactions.n_items), n_threads=threads())
    weights = sparse.csr_matrix(weights)
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    weights.data[rows == weights.indices] = 0
    weights.eliminate_zeros()
    return scale(weights, degrees**-item_power, None)


def scale(
    weights: sparse.csr_matrix, rows: NDArray[np.floating], columns: NDArray[np.floating] | None
) -> sparse.csr_matrix:
    """diag(rows) @ weights @ diag(columns), in float32."""
    scaled = weights.copy()
    scaled.data = scaled.data * np.repeat(rows, np.diff(weights.indptr)).astype(np.float32)
    if columns is not None:
        scaled.data = scaled.data * columns[weights.indices].astype(np.float32)
    return scaled


def strongest(weights: sparse.csr_matrix, keep: int) -> sparse.csr_matrix:
    """Each row's `keep` largest values; the rest is dropped."""
    lengths = np.diff(weights.indptr)
    rows = np.repeat(np.arange(weights.shape[0]), lengths)
    order = np.lexsort((weights.indices, -weights.data, rows))
    place = np.arange(weights.nnz) - np.repeat(weights.indptr[:-1], lengths)
    chosen = np.sort(order[place < keep])
    counts = np.minimum(lengths, keep)
    indptr = np.r_[0, np.cumsum(counts)]
    return sparse.csr_matrix((weights.data[chosen], weights.indices[chosen], indptr), shape=weights.shape)


def _pairs(interactions: Interactions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers of all pairs within a history, the earlier choice first."""
    lengths = interactions.lengths
    ends = np.cumsum(lengths)
    used = np.minimum(lengths, LONGEST_HISTORY)
    firsts, seconds = [], []
    for length in np.unique(used[used > 1]):
        starts = (ends - length)[used == length]
        a, b = np.triu_indices(length, 1)
        firsts.append((starts[:, None] + a).ravel())
        seconds.append((starts[:, None] + b).ravel())
    empty = [np.empty(0, dtype=np.int64)]
    return np.concatenate(firsts or empty), np.concatenate(seconds or empty)
