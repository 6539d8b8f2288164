"""Recommending what is near: item-based k-nearest neighbours, plain and degree-weighted."""

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from core.recommender import cooccurrence
from core.recommender.cooccurrence import PairWeight
from core.recommender.interactions import Interactions
from core.recommender.model import Catalogue, RankingMethod, weights_of_age


class NeighbourModel(RankingMethod):
    """Scores are sums of `weights_` (n_items, n_items) over the history, the latest choices counting most."""

    weights_: sparse.csr_matrix
    recency: float

    @property
    def pair_weight(self) -> PairWeight:
        """What two choices of one shopper add to the co-occurrence of their products."""
        raise NotImplementedError

    def weigh(
        self, common: sparse.csr_matrix, rows: NDArray[np.integer], degrees: NDArray[np.integer]
    ) -> sparse.csr_matrix:
        """Rows of `weights_` from the same rows of the co-occurrence (R, n_items).

        `rows` (R,) and `degrees` (n_items,): shoppers of the rows' products and of all products.
        """
        raise NotImplementedError

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Count pairs, weigh, keep the strongest."""
        degrees = interactions.popularity
        self.weights_ = self.weigh(cooccurrence.cooccurrence(interactions, self.pair_weight), degrees, degrees)
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Sum over the history of recency ** (age - 1) times the neighbour's weight."""
        return np.asarray((weights_of_age(histories, self.recency) @ self.weights_).toarray(), dtype=np.float32)

    def contributions(self, history: sparse.csr_matrix, item: int) -> NDArray[np.float32]:
        """One term of that sum per product of the history."""
        weights = np.asarray(self.weights_[history.indices, item].toarray()).ravel()
        return (weights * self.recency ** (history.data - 1)).astype(np.float32)

    def candidates(self, histories: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
        """The `k` best new products of each history: scores as a sparse matrix (B, n_items), rows best first."""
        longest = int(np.diff(histories.indptr).max(initial=0))
        found = sparse.csr_matrix(
            sp_matmul_topn(
                weights_of_age(histories, self.recency),
                self.weights_,
                top_n=min(k + longest, self.weights_.shape[1]),
                n_threads=cooccurrence.threads(),
                sort=True,  # rows come best first
            )
        )
        rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        seen = np.zeros(found.shape, dtype=bool)
        seen[np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr)), histories.indices] = True
        new = ~seen[rows, found.indices]
        count = np.cumsum(new)
        before = np.r_[0, count][found.indptr[:-1]]
        kept = new & (count - before[rows] <= k)
        indptr = np.r_[0, np.cumsum(np.bincount(rows[kept], minlength=found.shape[0]))]
        return sparse.csr_matrix((found.data[kept], found.indices[kept], indptr), shape=found.shape)

    def top(self, histories: sparse.csr_matrix, k: int, block: int = 1000) -> NDArray[np.int32]:
        """As in the base class, without dense scores; shoppers of like history length share a block."""
        return top_by_length(lambda some: self.candidates(some, k), histories, k, block)


class CosineNeighbours(NeighbourModel):
    """k-nearest neighbours by the cosine of two products' sets of shoppers, shrunk when few chose both.

    Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms".
    """

    def __init__(self, k: int = 100, shrink: float = 5.0) -> None:
        self.k = k
        self.shrink = shrink
        self.recency = 1.0

    @property
    def pair_weight(self) -> PairWeight:
        """Every pair counts one."""
        return PairWeight(user_power=0.0)

    def weigh(
        self, common: sparse.csr_matrix, rows: NDArray[np.integer], degrees: NDArray[np.integer]
    ) -> sparse.csr_matrix:
        """Shrink and normalise counts of common shoppers."""
        shrunk = common.copy()
        shrunk.data = common.data**2 / (common.data + self.shrink)
        inverse = [1 / np.sqrt(np.maximum(each, 1)) for each in (rows, degrees)]
        return cooccurrence.strongest(cooccurrence.scale(shrunk, *inverse), self.k)


class WeightedNeighbours(NeighbourModel):
    """Degree-weighted k-nearest neighbours.

    W[i, j] = (d_i^-a * sum over common shoppers(length^-b * distance^-g * same-day factor) * d_j^-c)^p, the k largest
    kept per product. The exponents temper how much long histories and popular products count (a random walk of three
    steps has a = b = 1, Cooper et al. 2014; the cosine a = c = 1/2, b = 0).
    """

    def __init__(
        self,
        k: int = 200,
        item_power: float = 0.3,
        user_power: float = 0.3,
        neighbour_power: float = 0.3,
        power: float = 1.0,
        gap_power: float = 0.5,
        same_day: float = 1.5,
        recency: float = 0.7,
    ) -> None:
        self.k = k
        self.item_power = item_power
        self.user_power = user_power
        self.neighbour_power = neighbour_power
        self.power = power
        self.gap_power = gap_power
        self.same_day = same_day
        self.recency = recency

    @property
    def pair_weight(self) -> PairWeight:
        """Long histories, distant choices and other days count less."""
        return PairWeight(self.user_power, self.gap_power, self.same_day)

    def weigh(
        self, common: sparse.csr_matrix, rows: NDArray[np.integer], degrees: NDArray[np.integer]
    ) -> sparse.csr_matrix:
        """Temper degrees, keep the strongest."""
        powers = (self.item_power, self.neighbour_power)
        tempered = [
            np.maximum(each, 1).astype(np.float64) ** -power
            for each, power in zip((rows, degrees), powers, strict=True)
        ]
        weights = cooccurrence.strongest(cooccurrence.scale(common, *tempered), self.k)
        if self.power != 1:
            weights.data **= np.float32(self.power)
        return weights

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Count pairs, weigh, keep the strongest; without dates, order plays no part."""
        if interactions.days is not None and (self.gap_power or self.same_day != 1):
            return super().fit(interactions, catalogue)
        self.weights_ = cooccurrence.neighbours(
            interactions,
            user_power=self.user_power,
            item_power=self.item_power,
            neighbour_power=self.neighbour_power,
            keep=self.k,
        )
        if self.power != 1:
            self.weights_.data **= np.float32(self.power)
        return self


def top_by_length(
    candidates: Callable[[sparse.csr_matrix], sparse.csr_matrix], histories: sparse.csr_matrix, k: int, block: int
) -> NDArray[np.int32]:
    """The best k products (N, k) of `candidates`, which scores a block of histories (B, items) sparsely.

    Shoppers of like history length share a block, so that a few long histories do not widen every block.
    """
    order = np.argsort(np.diff(histories.indptr), kind="stable")
    best = np.full((histories.shape[0], k), -1, dtype=np.int32)
    for rows in np.array_split(order, max(1, -(-len(order) // block))):
        best[rows] = sorted_columns(candidates(histories[rows]), k)
    return best


def sorted_columns(scores: sparse.csr_matrix, k: int) -> NDArray[np.int32]:
    """Columns of each row, best first, padded with -1: (B, k)."""
    lengths = np.diff(scores.indptr)
    rows = np.repeat(np.arange(scores.shape[0]), lengths)
    order = np.lexsort((scores.indices, -scores.data, rows))
    place = np.arange(scores.nnz) - np.repeat(scores.indptr[:-1], lengths)
    best = np.full((scores.shape[0], k), -1, dtype=np.int32)
    best[rows, place] = scores.indices[order]
    return best
