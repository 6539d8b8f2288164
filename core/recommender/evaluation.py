"""Measure recommenders: the protocols, and what each yields.

Headline: the date split, which no method can see beyond. For comparison with papers: leave-last-out over the whole
catalogue, where other shoppers' later choices are known. Choices are made on the validation part of either.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.recommender import metrics
from core.recommender.interactions import Interactions, date_split, leave_last_out
from core.recommender.model import Catalogue, RankingMethod, best, blocks

K = 10
CURVE_LENGTH = 50  # longest list of the precision-recall curves
ROC_POINTS = 41


@dataclass(frozen=True)
class Split:
    """What a method may learn from, and what it has to foresee.

    Attributes:
        train: choices that are known.
        truth: choices to foresee; only shoppers with some are asked about.
        groups: names and masks (n_users,) of shoppers that are also reported apart.
    """

    train: Interactions
    truth: Interactions
    groups: dict[str, NDArray[np.bool_]]

    @property
    def users(self) -> NDArray[np.int64]:
        """Shoppers who are asked about."""
        return np.flatnonzero((self.truth.lengths > 0) & (self.train.lengths > 0))


def split(interactions: Interactions, protocol: str, part: str) -> Split:
    """`protocol` "date" or "last"; `part` "validation" (inside what the test part may learn from) or "test"."""
    if protocol == "date":
        train, truth = date_split(interactions)
        if part == "validation":
            train, truth = date_split(train)
        return Split(train, truth, {})
    train, truth = leave_last_out(interactions, back=1 if part == "validation" else 0)
    return Split(train, truth, _same_day(train, truth))


def _same_day(train: Interactions, truth: Interactions) -> dict[str, NDArray[np.bool_]]:
    """Whether a shopper's left-out choice carries the date of the one before.

    Within a day the file lists products by ascending product number, and the models take that order as time: the
    "last choice" of such a pair is the higher number, and methods that read the order may gain from it.
    """
    if train.days is None or truth.days is None:
        return {}
    last = np.full(train.n_users, -1, dtype=np.int64)
    np.maximum.at(last, train.users, train.days)
    asked = np.full(train.n_users, -2, dtype=np.int64)
    asked[truth.users] = truth.days
    return {"same_day": asked == last, "different_day": (asked != last) & (asked >= 0)}


def measure(
    method: RankingMethod,
    part: Split,
    catalogue: Catalogue,
    embedding: NDArray[np.float32],
    *,
    k: int = K,
) -> dict[str, Any]:
    """Fit on the split and report everything: figures at `k` with intervals, curves, times.

    `embedding` (n_items, D) unit rows judges the diversity of lists.
    """
    started = time.perf_counter()
    method.fit(part.train, catalogue)
    fit_seconds = time.perf_counter() - started
    started = time.perf_counter()
    users = part.users
    histories, truth = part.train.histories()[users], part.truth.binary()[users]
    length = max(k, CURVE_LENGTH)
    tops, aucs, shares = [], [], []
    for rows, wanted in zip(blocks(histories, 1000), blocks(truth, 1000), strict=True):
        scores = method.score(rows)
        auc, share = metrics.rank_shares(scores, rows, wanted)
        aucs.append(auc)
        shares.append(share)
        tops.append(best(scores, rows, length))
    top = np.concatenate(tops)
    per_shopper = metrics.ranking(top[:, :k], truth) | {"roc_auc": np.concatenate(aucs)}
    result = metrics.summary(per_shopper)
    result |= metrics.beyond_accuracy(top[:, :k], part.train.popularity, embedding, part.train.n_users)
    result["groups"] = {
        name: {"shoppers": int(mask[users].sum())}
        | metrics.summary({key: values[mask[users]] for key, values in per_shopper.items()}, intervals=False)
        for name, mask in part.groups.items()
    }
    result["curve"] = _curve(top, truth)
    result["roc"] = _roc(np.concatenate(shares))
    result["fit_seconds"] = fit_seconds
    result["score_seconds"] = time.perf_counter() - started
    return result


def quick(method: RankingMethod, part: Split, users: NDArray[np.int64], k: int = K) -> float:
    """NDCG at `k` of a fitted method for some shoppers, for tuning."""
    top = method.top(part.train.histories()[users], k)
    return float(metrics.ranking(top, part.truth.binary()[users])["ndcg"].mean())


def _curve(top: NDArray[np.int32], truth: sparse.csr_matrix) -> dict[str, list[float]]:
    """Precision and recall of lists of length 1 to `CURVE_LENGTH`."""
    found = metrics.is_hit(top, truth).cumsum(axis=1)
    relevant = np.maximum(np.diff(truth.indptr), 1)[:, None]
    lengths = np.arange(1, top.shape[1] + 1)
    return {
        "precision": [round(float(value), 6) for value in (found / lengths).mean(axis=0)],
        "recall": [round(float(value), 6) for value in (found / relevant).mean(axis=0)],
    }


def _roc(shares: NDArray[np.float64]) -> dict[str, list[float]]:
    """Share of true products found (true) when each shopper is shown a share (false) of all other products."""
    grid = np.linspace(0, 1, ROC_POINTS) ** 2  # finer where lists end
    found = np.searchsorted(np.sort(shares), grid, side="right") / max(len(shares), 1)
    return {"false": [round(float(value), 6) for value in grid], "true": [round(float(value), 6) for value in found]}
