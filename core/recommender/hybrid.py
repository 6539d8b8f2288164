"""The method of the page: neighbours weighted by degree and recency, what the products say, and what sold last."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.recommender.interactions import Interactions
from core.recommender.latent import ContentLSA
from core.recommender.model import Catalogue, RankingMethod, recent_popularity
from core.recommender.neighbours import WeightedNeighbours


class Hybrid(RankingMethod):
    """(weighted neighbours + `content_weight` x content LSA) x recent popularity ** `trend`.

    Both parts see the history with the same `recency`. Popularity is counted with a half-life, smoothed and divided by
    its median; a `trend` of 0 leaves it out.
    """

    def __init__(
        self,
        k: int = 200,
        item_power: float = 0.3,
        user_power: float = 0.3,
        neighbour_power: float = 0.3,
        gap_power: float = 0.5,
        same_day: float = 1.5,
        recency: float = 0.7,
        components: int = 256,
        content_weight: float = 0.4,
        trend: float = 0.0,
        half_life: float = 60.0,
        random_state: int = 0,
    ) -> None:
        self.k = k
        self.item_power = item_power
        self.user_power = user_power
        self.neighbour_power = neighbour_power
        self.gap_power = gap_power
        self.same_day = same_day
        self.recency = recency
        self.components = components
        self.content_weight = content_weight
        self.trend = trend
        self.half_life = half_life
        self.random_state = random_state

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Fit both parts and count what sells."""
        content = ContentLSA(self.components, self.recency, self.random_state).fit(interactions, catalogue)
        return self.fit_around(interactions, content)

    def fit_around(self, interactions: Interactions, content: ContentLSA) -> Self:
        """Fit with a content part that is already there, which tuning uses to read the products once."""
        recent = recent_popularity(interactions, self.half_life)
        return self.assemble(self.behaviour().fit(interactions), content, recent)

    def behaviour(self) -> WeightedNeighbours:
        """The part that looks at shoppers only, not fitted."""
        return WeightedNeighbours(
            self.k,
            self.item_power,
            self.user_power,
            self.neighbour_power,
            gap_power=self.gap_power,
            same_day=self.same_day,
            recency=self.recency,
        )

    def assemble(self, neighbours: WeightedNeighbours, content: ContentLSA, recent: NDArray[np.float32]) -> Self:
        """Put fitted parts together, with what sells (`recent_popularity` with this half-life)."""
        self.neighbours_ = neighbours
        self.content_ = ContentLSA(content.components, self.recency, content.random_state)
        self.content_.encoder_, self.content_.embedding_ = content.encoder_, content.embedding_
        recent = recent + np.float32(0.3)
        self.trend_ = ((recent / np.median(recent)) ** self.trend).astype(np.float32)
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Neighbours plus content, times the trend."""
        scores = self.neighbours_.score(histories)
        scores += np.float32(self.content_weight) * self.content_.score(histories)
        scores *= self.trend_
        return scores

    def contributions(self, history: sparse.csr_matrix, item: int) -> NDArray[np.float32]:
        """Both parts' terms per product of the history."""
        behaviour, content = self.parts(history, item)
        return behaviour + content

    def parts(self, history: sparse.csr_matrix, item: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What behaviour (same shoppers) and content (described alike) add, one term per product of the history."""
        trend = self.trend_[item]
        content = np.float32(self.content_weight) * self.content_.contributions(history, item)
        return trend * self.neighbours_.contributions(history, item), trend * content
