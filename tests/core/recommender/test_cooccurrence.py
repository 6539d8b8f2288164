"""Co-occurrence on histories small enough to count by hand, and the two ways to compute it against each other."""

import numpy as np
import pytest

from core.recommender.cooccurrence import PairWeight, cooccurrence, neighbours, scale, strongest
from core.recommender.interactions import Interactions


@pytest.fixture
def two() -> Interactions:
    """Shopper 0 chose 0, 1 (one day) and 2 (later); shopper 1 chose 1, 2 on one day."""
    return Interactions(
        np.array([0, 0, 0, 1, 1], dtype=np.int32),
        np.array([0, 1, 2, 1, 2], dtype=np.int32),
        np.array([5, 5, 8, 9, 9], dtype=np.int32),
        2,
        3,
    )


def test_plain_counts(two: Interactions) -> None:
    assert cooccurrence(two, PairWeight(user_power=0)).toarray().tolist() == [[0, 1, 1], [1, 0, 2], [1, 2, 0]]


def test_long_histories_count_less(two: Interactions) -> None:
    found = cooccurrence(two, PairWeight(user_power=1)).toarray()
    assert found[0, 1] == pytest.approx(1 / 3)
    assert found[1, 2] == pytest.approx(1 / 3 + 1 / 2)


def test_distance_and_day_count(two: Interactions) -> None:
    found = cooccurrence(two, PairWeight(user_power=0, gap_power=1, same_day=2)).toarray()
    assert found[0, 1] == pytest.approx(2)
    assert found[0, 2] == pytest.approx(1 / 2)
    assert found[1, 2] == pytest.approx(1 + 2)


def test_the_row_by_row_product_equals_the_pairs(interactions: Interactions) -> None:
    degrees = np.maximum(interactions.popularity, 1).astype(float)
    pairs = scale(cooccurrence(interactions, PairWeight(user_power=0.3)), degrees**-0.2, degrees**-0.4)
    rows = neighbours(interactions, user_power=0.3, item_power=0.2, neighbour_power=0.4, keep=interactions.n_items)
    assert np.allclose(rows.toarray(), pairs.toarray(), atol=1e-5)


def test_the_strongest_of_each_row_are_kept(interactions: Interactions) -> None:
    full = cooccurrence(interactions, PairWeight(user_power=0.3))
    kept = strongest(full, 5)
    assert np.diff(kept.indptr).max() == 5
    for row in range(interactions.n_items):
        assert kept[row].data.sum() == pytest.approx(np.sort(full[row].data)[-5:].sum())
