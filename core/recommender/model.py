"""What every recommending method offers, and the simplest ones: popularity.

Methods follow scikit-learn: the constructor only stores, `fit` returns self, learned state ends in "_". They score
histories they were not fitted on, so a new visitor needs no retraining.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from core.recommender.interactions import Interactions


@dataclass(frozen=True)
class Catalogue:
    """What is known of the products besides who chose them.

    Attributes:
        documents: one text per product: title, brand, category; for methods that read.
        departments: (n_items,) int, the shelf a product stands on, below `n_departments`.
    """

    documents: Sequence[str]
    departments: NDArray[np.int32]
    n_departments: int


class RankingMethod(BaseEstimator):
    """Base of all methods of recommending; subclasses set what `fit` learns and how histories are scored."""

    linear = True  # whether a score is the sum of what each product of the history contributes

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Learn from choices; methods that read the products need the catalogue."""
        raise NotImplementedError

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Scores (B, n_items) of histories (B, n_items) of ages; higher is better, comparable within a row only."""
        raise NotImplementedError

    def contributions(self, history: sparse.csr_matrix, item: int) -> NDArray[np.float32]:
        """What each product of one history (1, n_items) adds to the score of `item`, in the order of its indices.

        Methods that do not look at the history give zeros.
        """
        return np.zeros(history.nnz, dtype=np.float32)

    def top(self, histories: sparse.csr_matrix, k: int, block: int = 1000) -> NDArray[np.int32]:
        """The `k` best products of each history, best first, (B, k); products of the history are left out.

        Where fewer than `k` are left, the row ends with -1.
        """
        parts = [best(self.score(part), part, k) for part in blocks(histories, block)]
        return np.concatenate(parts) if parts else np.empty((0, k), dtype=np.int32)


def blocks(histories: sparse.csr_matrix, size: int) -> list[sparse.csr_matrix]:
    """Consecutive groups of at most `size` rows, so that dense scores of all shoppers never exist at once."""
    return [histories[start : start + size] for start in range(0, histories.shape[0], size)]


def best(scores: NDArray[np.float32], histories: sparse.csr_matrix, k: int) -> NDArray[np.int32]:
    """The `k` largest of each row of scores (B, n_items), best first, -1 where none is left; histories are left out.

    `scores` is overwritten where the histories are.
    """
    rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    scores[rows, histories.indices] = -np.inf
    width = min(k, scores.shape[1])
    # of equal scores the first in the catalogue, so that the same question has the same answer on every machine
    bound = np.partition(scores, -width, axis=1)[:, -width, None]
    above, level = scores > bound, scores == bound
    chosen = above | (level & (np.cumsum(level, axis=1) <= width - above.sum(axis=1, keepdims=True)))
    order = np.nonzero(chosen)[1].reshape(-1, width)
    values = np.take_along_axis(scores, order, axis=1)
    ranks = np.argsort(-values, axis=1, kind="stable")
    order = np.take_along_axis(order, ranks, axis=1).astype(np.int32)
    order[np.isneginf(np.take_along_axis(values, ranks, axis=1))] = -1
    return np.pad(order, ((0, 0), (0, k - width)), constant_values=-1)


def weights_of_age(histories: sparse.csr_matrix, decay: float) -> sparse.csr_matrix:
    """Histories with `decay ** (age - 1)` in place of the age: 1 for the latest choice."""
    weighted = histories.copy()
    weighted.data = (decay ** (histories.data - 1)).astype(np.float32)
    return weighted


class Popular(RankingMethod):
    """The products most shoppers chose; with `half_life` (days) recent choices count more."""

    linear = False

    def __init__(self, half_life: float | None = None) -> None:
        self.half_life = half_life

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Count."""
        self.popularity_ = recent_popularity(interactions, self.half_life)
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """The same for everyone."""
        return np.repeat(self.popularity_[None], histories.shape[0], axis=0)


class PopularInDepartment(RankingMethod):
    """Popularity inside the departments a shopper chose from, in proportion to how often."""

    linear = False

    def __init__(self, smoothing: float = 0.1) -> None:
        self.smoothing = smoothing

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Count, and remember which product stands on which shelf."""
        catalogue = needs(catalogue)
        self.popularity_ = interactions.popularity.astype(np.float32)
        self.shelves_ = department_matrix(catalogue)
        totals = self.shelves_.T @ self.popularity_
        self.share_ = self.popularity_ / np.maximum(self.shelves_ @ totals, 1)
        self.prior_ = (totals / max(totals.sum(), 1)).astype(np.float32)
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Share of the shopper's choices in a product's department times the product's share of it."""
        taste = department_shares(histories, self.shelves_, self.prior_, self.smoothing)
        return np.asarray((taste @ self.shelves_.T) * self.share_, dtype=np.float32)


def recent_popularity(interactions: Interactions, half_life: float | None) -> NDArray[np.float32]:
    """Choices of each product (n_items,), each halved for every `half_life` days before the last day known."""
    if half_life is None or interactions.days is None or not len(interactions):
        return interactions.popularity.astype(np.float32)
    age = interactions.days.max() - interactions.days
    return np.bincount(interactions.items, weights=0.5 ** (age / half_life), minlength=interactions.n_items).astype(
        np.float32
    )


def department_matrix(catalogue: Catalogue) -> NDArray[np.float32]:
    """(n_items, n_departments), 1 where the product stands."""
    return np.eye(catalogue.n_departments, dtype=np.float32)[catalogue.departments]


def department_shares(
    histories: sparse.csr_matrix, shelves: NDArray[np.float32], prior: NDArray[np.float32], smoothing: float
) -> NDArray[np.float32]:
    """How each history divides over departments (B, n_departments); `prior`, worth `smoothing` choices, fills gaps."""
    binary = histories.copy()
    binary.data = np.ones_like(binary.data)
    counts = np.asarray(binary @ shelves) + smoothing * prior
    return (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-9)).astype(np.float32)


def needs(value: Any) -> Any:
    """The catalogue, or an error for a method that cannot do without."""
    if value is None:
        raise ValueError("this method reads the products: fit it with a catalogue")
    return value
