"""Measure the degree-weighted neighbours on a public benchmark: train and test files in LightGCN's format.

Protocol of the literature (LightGCN, UltraGCN, SimpleX): for every shopper of the test file all products not in the
train file are ranked; recall divides by the number of test products, NDCG by the ideal list of length k. ROC-AUC, which
the literature does not give, is over the whole catalogue; products that a method gives no score share the last place.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.datasets import lightgcn
from core.errors import N_, UserError
from core.recommender import metrics
from core.recommender.interactions import Interactions, from_pairs
from core.recommender.model import Popular, RankingMethod, blocks
from core.recommender.rerank import tuned

try:
    import resource
except ImportError:  # Windows keeps no such count
    resource = None  # type: ignore[assignment]

BLOCK = 2000
DENSE = 1 << 24  # scores that exist at once, for the whole catalogue


def run(train: Path, test: Path, k: int) -> dict[str, Any]:
    """Fit on one file, rank for the other; figures at `k` beside the popularity floor, seconds, memory.

    Raises:
        FormatError: a file is malformed.
        UserError: `k` is out of range, or no test shopper has a choice to foresee.
    """
    if not 1 <= k <= 1000:
        raise UserError(N_("k goes from 1 to 1000, not {k}."), k=k)
    started = time.perf_counter()
    known, asked = lightgcn.read(train), lightgcn.read(test)
    users_known, users_asked, n_users = _numbered(known.users, asked.users)
    items_known, items_asked, n_items = _numbered(known.items, asked.items)
    interactions = from_pairs(users_known, items_known, n_users, n_items)
    truth = from_pairs(users_asked, items_asked, n_users, n_items).binary()
    truth = sparse.csr_matrix(truth - truth.multiply(interactions.binary()))  # what is known cannot be foreseen
    truth.eliminate_zeros()
    users = np.flatnonzero(np.diff(truth.indptr))
    if not len(users):
        raise UserError(
            N_("{file} holds nothing to foresee: all its choices are in {train}."), file=test.name, train=train.name
        )
    read_seconds = time.perf_counter() - started
    started = time.perf_counter()
    method = tuned(interactions, k)
    tune_seconds = time.perf_counter() - started
    started = time.perf_counter()
    method.fit(interactions)
    fit_seconds = time.perf_counter() - started
    started = time.perf_counter()
    result = _figures(method, interactions, truth, users, k)
    score_seconds = time.perf_counter() - started
    started = time.perf_counter()
    result["roc_auc"] = _roc_auc(method, interactions, truth, users)
    auc_seconds = time.perf_counter() - started
    popular = Popular().fit(interactions)
    floor = _figures(popular, interactions, truth, users, k)
    floor["roc_auc"] = _roc_auc(popular, interactions, truth, users)
    return {
        "k": k,
        "method": "degree-weighted neighbours with LSA",
        "parameters": method.get_params(),
        "users": len(users),
        "items": n_items,
        "train_choices": len(interactions),
        "test_choices": int(truth.nnz),
        **result,
        "floor": floor,
        "read_seconds": round(read_seconds, 2),
        "tune_seconds": round(tune_seconds, 2),
        "fit_seconds": round(fit_seconds, 2),
        "score_seconds": round(score_seconds, 2),
        "auc_seconds": round(auc_seconds, 2),
        "peak_memory_mib": _peak_memory(),
    }


def _numbered(known: NDArray[np.int32], asked: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Both files' numbers counted through without gaps, so that one large number costs no memory; and how many."""
    names, places = np.unique(np.concatenate([known, asked]), return_inverse=True)
    numbers: NDArray[np.int32] = places.astype(np.int32)
    return numbers[: len(known)], numbers[len(known) :], len(names)


def _figures(
    method: RankingMethod, interactions: Interactions, truth: sparse.csr_matrix, users: NDArray[np.int64], k: int
) -> dict[str, float]:
    top = method.top(interactions.histories()[users], k, BLOCK)
    rows = metrics.ranking(top, truth[users])
    return {name: float(values.mean()) for name, values in rows.items()}


def _roc_auc(
    method: RankingMethod, interactions: Interactions, truth: sparse.csr_matrix, users: NDArray[np.int64]
) -> float:
    users = users[np.argsort(interactions.lengths[users], kind="stable")]  # few long histories would widen every block
    size = max(1, min(BLOCK, DENSE // truth.shape[1]))
    parts = zip(blocks(interactions.histories()[users], size), blocks(truth[users], size), strict=True)
    aucs = [metrics.rank_shares(method.score(rows), rows, wanted)[0] for rows, wanted in parts]
    return float(np.concatenate(aucs).mean())


def _peak_memory() -> int | None:
    if resource is None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak / (2**20 if sys.platform == "darwin" else 2**10))
