"""Figures with known answers."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import ndcg_score, roc_auc_score

from core.recommender import metrics


def rows(*lists: list[int], width: int = 10) -> sparse.csr_matrix:
    dense = np.zeros((len(lists), width), dtype=np.float32)
    for place, items in enumerate(lists):
        dense[place, items] = 1
    return sparse.csr_matrix(dense)


def test_figures_counted_by_hand() -> None:
    top = np.array([[1, 2, 3, 4], [9, 8, 7, -1]], dtype=np.int32)
    found = metrics.ranking(top, rows([2, 4, 6], [0]))
    assert found["precision"].tolist() == [0.5, 0]
    assert found["recall"][0] == pytest.approx(2 / 3)
    assert found["f1"][0] == pytest.approx(2 * 0.5 * (2 / 3) / (0.5 + 2 / 3))
    assert found["hit_rate"].tolist() == [1, 0]
    assert found["map"][0] == pytest.approx((1 / 2 + 2 / 4) / 3)
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert found["ndcg"][0] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / ideal)
    assert found["ndcg"][1] == 0


def test_perfect_lists_score_one() -> None:
    found = metrics.ranking(np.array([[3, 5]], dtype=np.int32), rows([3, 5]))
    assert all(found[name][0] == pytest.approx(1) for name in ("precision", "recall", "f1", "ndcg", "map", "hit_rate"))


def test_ndcg_and_auc_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(6, 30)).astype(np.float32)
    truth = sparse.csr_matrix((rng.random((6, 30)) < 0.2).astype(np.float32))
    top = np.argsort(-scores, axis=1)[:, :8].astype(np.int32)
    expected = [ndcg_score(truth[row].toarray(), scores[row : row + 1], k=8) for row in range(6)]
    assert metrics.ranking(top, truth)["ndcg"] == pytest.approx(expected)
    none = sparse.csr_matrix((6, 30), dtype=np.float32)
    auc, shares = metrics.rank_shares(scores, none, truth)
    assert auc == pytest.approx([roc_auc_score(truth[row].toarray()[0], scores[row]) for row in range(6)])
    assert len(shares) == truth.nnz


def test_the_history_is_not_among_the_negatives_of_the_auc() -> None:
    scores = np.array([[5.0, 4.0, 1.0]], dtype=np.float32)
    auc, _ = metrics.rank_shares(scores, rows([0], width=3), rows([1], width=3))
    assert auc.tolist() == [1.0]


def test_equal_scores_are_worth_chance() -> None:
    auc, _ = metrics.rank_shares(np.zeros((1, 5), np.float32), rows([], width=5), rows([2], width=5))
    assert auc.tolist() == [0.5]


def test_coverage_novelty_diversity() -> None:
    embedding = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    popularity = np.array([4, 2, 1])
    same = metrics.beyond_accuracy(np.array([[0, 1]], np.int32), popularity, embedding, 4)
    mixed = metrics.beyond_accuracy(np.array([[0, 2]], np.int32), popularity, embedding, 4)
    assert same["diversity"] == pytest.approx(0)
    assert mixed["diversity"] == pytest.approx(1)
    assert same["coverage"] == pytest.approx(2 / 3)
    assert same["novelty"] == pytest.approx((0 + 1) / 2)
    assert mixed["novelty"] == pytest.approx((0 + 2) / 2)


def test_intervals_hold_the_mean_and_narrow_with_more_shoppers() -> None:
    rng = np.random.default_rng(3)
    few, many = rng.random(50), rng.random(5000)
    low, high = metrics.interval(few)
    assert low < few.mean() < high
    tight = metrics.interval(many)
    assert tight[1] - tight[0] < (high - low) / 3
