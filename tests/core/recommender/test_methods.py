"""What every method of recommending must do."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

from core.recommender import evaluation
from core.recommender.interactions import Interactions, from_pairs, history_row
from core.recommender.methods import METHODS, NAMES
from core.recommender.model import Catalogue, RankingMethod, best
from core.recommender.rerank import NeighboursAndLSA
from tests.core.recommender.conftest import PER_DEPARTMENT

SMALL: dict[str, Callable[[], RankingMethod]] = {
    name: (lambda make=make: make(**({"components": 12} if "components" in make().get_params() else {})))
    for name, make in METHODS.items()
} | {"rerank": lambda: NeighboursAndLSA(components=12)}
PERSONAL = [name for name in SMALL if name != "popular"]


@pytest.fixture(scope="module", params=list(SMALL))
def fitted(request: pytest.FixtureRequest, interactions: Interactions, catalogue: Catalogue) -> RankingMethod:
    return SMALL[request.param]().fit(interactions, catalogue)


def test_every_method_has_a_name() -> None:
    assert set(NAMES) == set(METHODS)


def test_fitting_returns_the_method_and_keeps_its_parameters(
    fitted: RankingMethod, interactions: Interactions, catalogue: Catalogue
) -> None:
    before = fitted.get_params()
    fresh = clone(fitted)
    assert fresh.fit(interactions, catalogue) is fresh
    assert fresh.get_params() == before
    histories = interactions.histories()
    assert np.allclose(fresh.score(histories), fitted.score(histories))


def test_lists_hold_new_products_each_once(fitted: RankingMethod, interactions: Interactions) -> None:
    histories = interactions.histories()
    top = fitted.top(histories, 10)
    assert top.shape == (interactions.n_users, 10)
    assert top.max() < interactions.n_items
    for row, history in zip(top, histories, strict=True):
        real = row[row >= 0]
        assert len(set(real)) == len(real)
        assert not set(real) & set(history.indices)


def test_lists_follow_the_scores(fitted: RankingMethod, interactions: Interactions) -> None:
    histories = interactions.histories()[:20]
    scores = fitted.score(histories)
    assert scores.shape == (20, interactions.n_items)
    assert np.isfinite(scores).all()
    for own, row in zip(scores, fitted.top(histories, 5), strict=True):
        real = own[row[row >= 0]]
        assert (np.diff(real) <= 1e-6).all()


def test_a_shopper_is_scored_alike_alone_and_among_others(fitted: RankingMethod, interactions: Interactions) -> None:
    histories = interactions.histories()
    assert np.allclose(fitted.score(histories[7:8]), fitted.score(histories)[7:8], atol=1e-5)


def test_an_empty_history_is_answered(fitted: RankingMethod, interactions: Interactions) -> None:
    scores = fitted.score(history_row([], interactions.n_items))
    assert np.isfinite(scores).all()


def test_contributions_add_up_to_the_score(fitted: RankingMethod, interactions: Interactions) -> None:
    if not fitted.linear:
        history = interactions.histories()[0]
        assert not fitted.contributions(history, 3).any()
        return
    history = interactions.histories()[4]
    scores = fitted.score(history)[0]
    for item in fitted.top(history, 4)[0]:
        terms = fitted.contributions(history, int(item))
        assert len(terms) == history.nnz
        offset = scores[item] - terms.sum()
        constant = fitted.lsa_weight if isinstance(fitted, NeighboursAndLSA) else 0.0
        assert offset == pytest.approx(constant, abs=1e-3)


@pytest.mark.parametrize("name", PERSONAL)
def test_tastes_are_found(name: str, interactions: Interactions, catalogue: Catalogue) -> None:
    """Shoppers who keep to one department are sent there, far more often than a third of the time."""
    method = SMALL[name]().fit(interactions, catalogue)
    homes = np.arange(interactions.n_users) % 3
    top = method.top(interactions.histories(), 5)
    right = (top // PER_DEPARTMENT == homes[:, None])[top >= 0]
    assert right.mean() > 0.75


def test_more_asked_than_there_is_ends_with_nothing() -> None:
    scores = np.array([[3.0, 2.0, 1.0]], dtype=np.float32)
    history = sparse.csr_matrix(np.array([[1.0, 0, 0]], dtype=np.float32))
    assert best(scores, history, 5).tolist() == [[1, 2, -1, -1, -1]]


def test_equal_scores_keep_the_order_of_the_catalogue() -> None:
    scores = np.zeros((1, 12_101), dtype=np.float32)
    scores[0, 7000] = 1
    assert best(scores, sparse.csr_matrix(scores.shape, dtype=np.float32), 4).tolist() == [[7000, 0, 1, 2]]


def test_methods_that_read_products_say_so_without_a_catalogue(interactions: Interactions) -> None:
    with pytest.raises(ValueError, match="catalogue"):
        METHODS["content"]().fit(interactions)


def test_without_dates_order_plays_no_part(interactions: Interactions) -> None:
    timeless = from_pairs(interactions.users, interactions.items, interactions.n_users, interactions.n_items)
    assert (timeless.ages() == 1).all()
    weighted = METHODS["weighted"]().fit(timeless)
    assert weighted.top(timeless.histories(), 3).min() >= 0


def test_the_hybrid_beats_popularity_on_what_came_later(interactions: Interactions, catalogue: Catalogue) -> None:
    part = evaluation.split(interactions, "date", "test")
    ndcg = {
        name: evaluation.quick(SMALL[name]().fit(part.train, catalogue), part, part.users)
        for name in ("popular", "hybrid")
    }
    assert ndcg["hybrid"] > 1.3 * ndcg["popular"]
