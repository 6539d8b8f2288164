"""Neighbours first, LSA for the order of the best: the method for large benchmarks, where dense scores do not fit."""

import itertools
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.recommender import metrics
from core.recommender.cooccurrence import strongest
from core.recommender.interactions import Interactions
from core.recommender.latent import InteractionLSA
from core.recommender.model import Catalogue, RankingMethod
from core.recommender.neighbours import WeightedNeighbours, sorted_columns, top_by_length

# tempering of degrees that measured best on Amazon's beauty products, on its CDs (each on a part of its
# training data), and between the two; `pool` and `k` trade time for quality and were set by time
EXPONENTS: tuple[dict[str, Any], ...] = (
    {"item_power": 0.3, "user_power": 0.3, "neighbour_power": 0.3, "power": 1.0},
    {"item_power": 0.4, "user_power": 0.3, "neighbour_power": 0.35, "power": 1.1},
    {"item_power": 0.5, "user_power": 0.3, "neighbour_power": 0.4, "power": 1.2},
)
LSA_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
TUNING_SHOPPERS = 3000
TUNING_NEIGHBOURS = 300  # fewer than are used in the end: three fits should not cost three times as much
HELD_OUT = 0.1


class NeighboursAndLSA(RankingMethod):
    """Degree-weighted neighbours; their `pool` best products per shopper also get `lsa_weight` times an LSA score.

    Both scores are divided by the best of the shopper's pool before they are added, so that the weight means the same
    on every data set. Only pool products are scored by LSA: cost grows with shoppers x pool, not with the catalogue.
    """

    def __init__(
        self,
        k: int = 700,
        item_power: float = 0.5,
        user_power: float = 0.3,
        neighbour_power: float = 0.4,
        power: float = 1.2,
        components: int = 96,
        lsa_weight: float = 0.2,
        pool: int = 150,
        random_state: int = 0,
    ) -> None:
        self.k = k
        self.item_power = item_power
        self.user_power = user_power
        self.neighbour_power = neighbour_power
        self.power = power
        self.components = components
        self.lsa_weight = lsa_weight
        self.pool = pool
        self.random_state = random_state

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Fit both parts."""
        low_rank = InteractionLSA(self.components, random_state=self.random_state)
        return self.fit_around(interactions, low_rank.fit(interactions) if self.lsa_weight else low_rank)

    def fit_around(self, interactions: Interactions, low_rank: InteractionLSA) -> Self:
        """Fit the neighbours, with an LSA that is there already."""
        self.neighbours_ = WeightedNeighbours(
            self.k, self.item_power, self.user_power, self.neighbour_power, self.power, 0.0, 1.0, 1.0
        ).fit(interactions)
        self.lsa_ = low_rank
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Scores of the pool; 0 elsewhere."""
        return np.asarray(self._pool(histories, self.pool).toarray(), dtype=np.float32)

    def top(self, histories: sparse.csr_matrix, k: int, block: int = 1000) -> NDArray[np.int32]:
        """As in the base class, from the pool alone; histories of like length share a block."""
        return top_by_length(lambda some: strongest(self._pool(some, max(k, self.pool)), k), histories, k, block)

    def contributions(self, history: sparse.csr_matrix, item: int) -> NDArray[np.float32]:
        """Both parts' terms per product of the history, divided as in the score."""
        near, low = self._parts(history, self.pool)
        scale_near, scale_low = _row_maximum(near)[0], _row_maximum(low)[0] if self.lsa_weight else 1.0
        terms = self.neighbours_.contributions(history, item) / scale_near
        if self.lsa_weight:
            terms = terms + self.lsa_weight * self.lsa_.contributions(history, item) / scale_low
        return np.asarray(terms, dtype=np.float32) if near[0, item] else np.zeros(history.nnz, dtype=np.float32)

    def _pool(self, histories: sparse.csr_matrix, size: int) -> sparse.csr_matrix:
        near, low = self._parts(histories, size)
        return _blend(near, low, self.lsa_weight)

    def _parts(self, histories: sparse.csr_matrix, size: int) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Neighbour scores of the pool, and LSA scores at the same places."""
        near = self.neighbours_.candidates(histories, size)
        low = near.copy()
        if self.lsa_weight:
            profile = self.lsa_.profile(histories)
            for row, (start, end) in enumerate(itertools.pairwise(near.indptr)):
                columns = near.indices[start:end]
                low.data[start:end] = (self.lsa_.directions_[columns] @ profile[row]) / self.lsa_.scale_[columns]
        return near, low


def _row_maximum(scores: sparse.csr_matrix) -> NDArray[np.float32]:
    """Largest value of each row, at least a tiny positive one."""
    lengths = np.diff(scores.indptr)
    best = np.full(scores.shape[0], 1e-9, dtype=np.float32)
    filled = lengths > 0
    if filled.any():
        best[filled] = np.maximum(np.maximum.reduceat(scores.data, scores.indptr[:-1][filled]), 1e-9)
    return best


def _blend(near: sparse.csr_matrix, low: sparse.csr_matrix, weight: float) -> sparse.csr_matrix:
    """Each divided by the best of its row, then added; the constant keeps values positive, so none reads as absent."""
    lengths = np.diff(near.indptr)
    scores = near.copy()
    scores.data = near.data / np.repeat(_row_maximum(near), lengths)
    if weight:
        share = low.data / np.repeat(_row_maximum(low), lengths)
        scores.data += np.float32(weight) * (np.maximum(share, -1) + 1)
    return scores


def tuned(interactions: Interactions, k: int = 20, seed: int = 0) -> NeighboursAndLSA:
    """The method, not yet fitted, with the exponents and LSA weight that rank best a tenth of some shoppers' choices.

    Those choices are hidden while the candidates are fitted; figure: NDCG at `k`.
    """
    rng = np.random.default_rng(seed)
    able = np.flatnonzero(interactions.lengths >= 3)
    asked = np.zeros(interactions.n_users, dtype=bool)
    asked[rng.choice(able, min(TUNING_SHOPPERS, len(able)), replace=False)] = True
    hidden = asked[interactions.users] & (rng.random(len(interactions)) < HELD_OUT)
    known, truth = interactions.where(~hidden), interactions.where(hidden).binary()
    users = np.flatnonzero((np.diff(truth.indptr) > 0) & (known.lengths > 0))
    if not len(users):
        return NeighboursAndLSA(random_state=seed)
    histories, truth = known.histories()[users], truth[users]
    best, chosen = -1.0, NeighboursAndLSA(random_state=seed)
    low_rank = InteractionLSA(chosen.components, random_state=seed).fit(known)
    for exponents in EXPONENTS:
        method = NeighboursAndLSA(TUNING_NEIGHBOURS, **exponents, random_state=seed).fit_around(known, low_rank)
        near, low = method._parts(histories, method.pool)
        for weight in LSA_WEIGHTS:
            top = sorted_columns(strongest(_blend(near, low, weight), k), k)
            ndcg = float(metrics.ranking(top, truth)["ndcg"].mean())
            if ndcg > best:
                best, chosen = ndcg, NeighboursAndLSA(**exponents, lsa_weight=weight, random_state=seed)
    return chosen
