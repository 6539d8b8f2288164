"""Lists that are good and varied: maximal marginal relevance (Carbonell & Goldstein 1998)."""

import numpy as np
from numpy.typing import NDArray

POOL = 12  # candidates per product asked for


def diversify(scores: NDArray[np.float64], embedding: NDArray[np.float32], n: int, diversity: float) -> list[int]:
    """Choose `n` places of `scores` (n_items,), best first; -inf is never chosen.

    Each next one has the largest (1 - diversity) x score - diversity x cosine to the nearest one already chosen, among
    the best 12 n candidates, with scores divided by the best.
    """
    count = n if diversity == 0 else POOL * n
    pool = np.argsort(-scores, kind="stable")[:count]
    pool = pool[np.isfinite(scores[pool])]
    if diversity == 0 or not len(pool):
        return [int(place) for place in pool[:n]]
    worth = scores[pool] / max(float(scores[pool[0]]), 1e-9)
    vectors = embedding[pool]
    nearest = np.full(len(pool), -1.0)
    chosen: list[int] = []
    while len(chosen) < min(n, len(pool)):
        gain = (1 - diversity) * worth - diversity * np.maximum(nearest, 0)
        gain[chosen] = -np.inf
        best = int(gain.argmax())
        chosen.append(best)
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return [int(pool[place]) for place in chosen]
