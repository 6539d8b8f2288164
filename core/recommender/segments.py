"""Groups of shoppers, by how their choices divide over departments, and popularity inside a group.

Shoppers are clustered by department shares, not by latent vectors: those form no clusters (silhouette about .06).
"""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from core.recommender.interactions import Interactions
from core.recommender.model import Catalogue, RankingMethod, department_matrix, department_shares, needs

SAMPLE = 4000  # shoppers among whom the silhouette, which is quadratic, is measured
MAJOR = 0.25  # a department with at least this share of a segment's choices gives it its name


class PopularInSegment(RankingMethod):
    """Popularity among shoppers of the same segment; the segment of a history is the nearest centre."""

    linear = False

    def __init__(self, segments: int = 6, smoothing: float = 0.5, random_state: int = 0) -> None:
        self.segments = segments
        self.smoothing = smoothing
        self.random_state = random_state

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Cluster shoppers, then count the choices in every cluster."""
        self.shelves_ = department_matrix(needs(catalogue))
        histories = interactions.histories()
        totals = np.asarray(interactions.popularity @ self.shelves_)
        self.prior_ = (totals / max(totals.sum(), 1)).astype(np.float32)
        shares = department_shares(histories, self.shelves_, self.prior_, self.smoothing)
        active = interactions.lengths > 0
        model = KMeans(self.segments, n_init=5, random_state=self.random_state).fit(shares[active])
        order = np.argsort(-np.bincount(model.labels_, minlength=self.segments), kind="stable")  # largest first
        self.centres_ = model.cluster_centers_[order].astype(np.float32)
        self.sizes_ = np.bincount(model.labels_, minlength=self.segments)[order]
        labels = self.segment_of(histories)
        members = np.eye(self.segments, dtype=np.float32)[labels] * active[:, None]
        self.popularity_ = np.asarray(interactions.binary().T @ members, dtype=np.float32).T  # (segments, n_items)
        return self

    def segment_of(self, histories: sparse.csr_matrix) -> NDArray[np.int64]:
        """Number of the segment of each history (B,)."""
        shares = department_shares(histories, self.shelves_, self.prior_, self.smoothing)
        distance = ((shares[:, None] - self.centres_[None]) ** 2).sum(axis=2)
        return distance.argmin(axis=1)

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Choices in the history's segment; choices of everyone break ties among products new to it."""
        overall = self.popularity_.sum(axis=0)
        own = self.popularity_[self.segment_of(histories)]
        return np.asarray(own + overall / (overall.max() + 1) / 2, dtype=np.float32)


def name_parts(centre: NDArray[np.float32], departments: list[str]) -> list[str]:
    """The departments that name a segment, the largest first: those with a major share, at most two; or none."""
    order = np.argsort(-centre, kind="stable")
    return [departments[place] for place in order[:2] if centre[place] >= MAJOR]


def choose_segments(shares: NDArray[np.float32], counts: range, random_state: int = 0) -> list[dict[str, Any]]:
    """For every number of segments: silhouette on a sample, size of the smallest, how many have a name of their own."""
    rng = np.random.default_rng(random_state)
    sample = rng.choice(len(shares), min(SAMPLE, len(shares)), replace=False)
    places = [str(column) for column in range(shares.shape[1])]
    rows = []
    for count in counts:
        model = KMeans(count, n_init=5, random_state=random_state).fit(shares)
        named = {tuple(name_parts(centre, places)) for centre in model.cluster_centers_}
        rows.append(
            {
                "segments": count,
                "silhouette": float(silhouette_score(shares[sample], model.labels_[sample])),
                "smallest": float(np.bincount(model.labels_).min() / len(shares)),
                "distinct_names": len(named),
            }
        )
    return rows
