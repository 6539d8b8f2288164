"""Choose hyper-parameters on validation data with Optuna (Akiba et al. 2019); studies are kept and can go on."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from core.recommender import evaluation
from core.recommender.evaluation import Split
from core.recommender.hybrid import Hybrid
from core.recommender.latent import GFCF, ContentLSA, InteractionLSA
from core.recommender.model import Catalogue, RankingMethod
from core.recommender.neighbours import CosineNeighbours, WeightedNeighbours

log = logging.getLogger(__name__)
SHOPPERS = 2500  # validation shoppers per trial, the same for every trial
TUNED = ("lsa", "content", "cosine", "gfcf", "weighted", "hybrid")
SHARE = {"hybrid": 0.5, "weighted": 0.2}  # of the budget; the others divide the rest

# measured by hand before the first study: where the search starts
_START: dict[str, dict[str, Any]] = {
    "hybrid": {
        "item_power": 0.3,
        "user_power": 0.3,
        "neighbour_power": 0.3,
        "gap_power": 0.5,
        "same_day": 1.5,
        "recency": 0.8,
        "content_weight": 0.4,
        "trend": 0.15,
        "half_life": 60.0,
    },
}


def tune(
    name: str,
    part: Split,
    catalogue: Catalogue,
    *,
    seconds: float,
    journal: Path | None = None,
    trials: int | None = None,
) -> dict[str, Any]:
    """Search for `seconds` (or `trials`) after what the journal already holds.

    Returns "parameters" (the best), "ndcg" (its NDCG@10 on the validation shoppers), "trials" (all of them) and the
    "seconds" they took together, in earlier calls too.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = JournalStorage(JournalFileBackend(str(journal))) if journal else None
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        direction="maximize",
        load_if_exists=True,
    )
    # a resumed study must not draw again what it drew before
    study.sampler = optuna.samplers.TPESampler(seed=1000 * len(study.trials) + len(name), multivariate=True)
    if name in _START and not study.trials:
        study.enqueue_trial(_START[name])
    content = ContentLSA().fit(part.train, catalogue) if name == "hybrid" else None
    users = _sample(part.users)

    def objective(trial: optuna.Trial) -> float:
        method = suggest(name, trial)
        if isinstance(method, Hybrid) and content is not None:
            method.fit_around(part.train, content)
        else:
            method.fit(part.train, catalogue)
        return evaluation.quick(method, part, users)

    study.optimize(objective, n_trials=trials, timeout=None if trials else seconds)
    log.info("%s: NDCG@10 %.4f after %d trials", name, study.best_value, len(study.trials))
    done = study.get_trials(states=[optuna.trial.TrialState.COMPLETE])
    return {
        "parameters": dict(study.best_params),
        "ndcg": study.best_value,
        "seconds": sum(trial.duration.total_seconds() for trial in done if trial.duration),
        "trials": [{"number": trial.number, "ndcg": trial.value, "parameters": dict(trial.params)} for trial in done],
    }


def suggest(name: str, trial: optuna.Trial) -> RankingMethod:
    """The method with hyper-parameters drawn by the trial."""
    real = trial.suggest_float
    if name == "lsa":
        components = trial.suggest_int("components", 16, 256, log=True)
        return InteractionLSA(components, real("item_power", 0, 0.8), real("user_power", 0, 0.8))
    if name == "content":
        return ContentLSA(trial.suggest_int("components", 32, 384, log=True), real("recency", 0.5, 1))
    if name == "cosine":
        return CosineNeighbours(trial.suggest_int("k", 20, 400, log=True), real("shrink", 0.1, 30, log=True))
    if name == "gfcf":
        return GFCF(trial.suggest_int("components", 16, 256, log=True), real("alpha", 0, 1))
    shared: dict[str, Any] = {
        "item_power": real("item_power", 0, 0.7),
        "user_power": real("user_power", 0, 0.7),
        "neighbour_power": real("neighbour_power", 0, 0.7),
        "gap_power": real("gap_power", 0, 1.2),
        "same_day": real("same_day", 1, 2.5),
        "recency": real("recency", 0.5, 1),
    }
    if name == "weighted":
        return WeightedNeighbours(k=trial.suggest_int("k", 50, 400, log=True), **shared)
    if name == "hybrid":
        return Hybrid(
            **shared,
            content_weight=real("content_weight", 0.05, 1.5, log=True),
            trend=real("trend", 0, 0.5),
            half_life=real("half_life", 20, 400, log=True),
        )
    raise ValueError(f"{name} has nothing to tune")


def _sample(users: np.ndarray) -> np.ndarray:
    return np.sort(np.random.default_rng(1).choice(users, min(SHOPPERS, len(users)), replace=False))
