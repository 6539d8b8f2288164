"""Train the recommender: tune on validation data within a budget, fit every served method on all choices, store.

    python -m core train recommender --minutes 10 [--resume]

Two studies are kept in the runs folder: "date" chooses what is served, "last" what is compared with papers.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import artifacts
from core.datasets import amazon
from core.recommender import evaluation, storage, tuning
from core.recommender.card import model_card
from core.recommender.etl import Tables, clean, extract
from core.recommender.hybrid import Hybrid
from core.recommender.interactions import Interactions, from_table
from core.recommender.latent import ContentLSA
from core.recommender.methods import METHODS
from core.recommender.model import Catalogue, RankingMethod, department_matrix, department_shares
from core.recommender.products import Shop
from core.recommender.projection import name_embedding, product_maps
from core.recommender.segments import choose_segments
from core.recommender.service import SERVED
from core.runs import set_aside
from core.settings import Settings

log = logging.getLogger(__name__)
PROTOCOLS = ("date", "last")
SAMPLE_SHOPPERS = 12
SEGMENT_COUNTS = range(3, 10)
CONTENT_COMPONENTS = 256
_SMOKE_USERS = 800
Fit = Callable[[Mapping[str, RankingMethod], Interactions, Catalogue], None]


def load(settings: Settings, smoke: bool = False) -> tuple[Tables, Shop, Interactions]:
    """The prepared tables (read from the raw data), the shop and the choices, numbered alike."""
    tables = clean(extract(settings.data / "amazon" / "beauty"))
    ids = [str(item) for item in tables.products["item_id"]]
    interactions = from_table(tables.interactions, ids)
    if smoke:
        interactions = interactions.where(interactions.users < _SMOKE_USERS)
    return tables, Shop.from_tables(tables.products, interactions.popularity), interactions


def train(settings: Settings, *, minutes: float, resume: bool, smoke: bool) -> None:
    """Tune, fit, and publish when validation NDCG@10 beats the stored model's."""
    _, shop, interactions = load(settings, smoke)
    train_on(settings, shop, interactions, minutes=minutes, resume=resume, smoke=smoke)


def train_on(
    settings: Settings,
    shop: Shop,
    interactions: Interactions,
    *,
    minutes: float,
    resume: bool,
    smoke: bool,
    fit: Fit | None = None,
    counts: Mapping[str, int] | None = None,
    name: str = "recommender",
) -> None:
    """As `train`, on these choices, with studies in the folder `name` of the runs; `fit`, `counts` as in `publish`."""
    catalogue = shop.catalogue()
    folder = settings.runs / (f"{name}-smoke" if smoke else name)
    if not resume:
        set_aside(folder)
    folder.mkdir(parents=True, exist_ok=True)
    studies = {
        protocol: study(interactions, catalogue, protocol, folder, seconds=30 * minutes, trials=1 if smoke else None)
        for protocol in PROTOCOLS
    }
    if smoke:
        log.info("smoke: the code works here; nothing is stored")
        return
    validation = studies["date"]["hybrid"]["ndcg"]
    target = settings.models / "recommender"
    stored = stored_validation(target)
    if stored is not None and stored >= validation:
        log.info("validation NDCG@10 %.4f does not beat the stored %.4f: kept", validation, stored)
        return
    spent = sum(found["seconds"] for tuned in studies.values() for found in tuned.values()) / 60
    publish(target, shop, interactions, studies, spent, fit=fit, counts=counts)


def study(
    interactions: Interactions,
    catalogue: Catalogue,
    protocol: str,
    folder: Path,
    *,
    seconds: float,
    trials: int | None,
) -> dict[str, dict[str, Any]]:
    """Tune every tunable method on one protocol's validation part."""
    part = evaluation.split(interactions, protocol, "validation")
    others = (1 - sum(tuning.SHARE.values())) / (len(tuning.TUNED) - len(tuning.SHARE))
    return {
        name: tuning.tune(
            name,
            part,
            catalogue,
            seconds=seconds * tuning.SHARE.get(name, others),
            journal=folder / f"{protocol}.journal",
            trials=trials,
        )
        for name in tuning.TUNED
    }


def stored_validation(folder: Path) -> float | None:
    """Validation NDCG@10 of the stored model; None when there is none that opens."""
    try:
        return float(artifacts.open_artifact(folder).metrics["validation_ndcg"])
    except (artifacts.ArtifactError, KeyError):
        return None


def parameters_of(studies: Mapping[str, Mapping[str, Any]], protocol: str) -> dict[str, dict[str, Any]]:
    """Constructor arguments of every method, tuned where there was something to tune."""
    tuned = studies[protocol]
    parameters = {name: dict(tuned[name]["parameters"]) if name in tuned else {} for name in METHODS}
    # one content part serves search, map, diversity and the hybrid: their embeddings must be the same
    parameters["content"]["components"] = CONTENT_COMPONENTS
    return parameters


def fit_all(methods: Mapping[str, RankingMethod], interactions: Interactions, catalogue: Catalogue) -> None:
    """Fit every method; the hybrid around the content part that is served beside it."""
    content = content_of(methods).fit(interactions, catalogue)
    for name, method in methods.items():
        if isinstance(method, Hybrid):
            method.fit_around(interactions, content)
        elif name != "content":
            method.fit(interactions, catalogue)


def content_of(methods: Mapping[str, RankingMethod]) -> ContentLSA:
    """The method that reads the products."""
    content = methods["content"]
    if not isinstance(content, ContentLSA):
        raise TypeError("the method called content must read the products")
    return content


def publish(
    target: Path,
    shop: Shop,
    interactions: Interactions,
    studies: dict[str, dict[str, Any]],
    minutes: float,
    *,
    fit: Fit | None = None,
    counts: Mapping[str, int] | None = None,
) -> None:
    """Fit the served methods on every choice and store them with catalogue, maps, segments and studies.

    Where `interactions` are a part of all, `fit` fits on all and `counts` says how many "choices" and "shoppers".
    """
    catalogue = shop.catalogue()
    parameters = parameters_of(studies, "date")
    shares = _shares(interactions, catalogue)
    chosen = choose_segments(shares, SEGMENT_COUNTS)
    parameters["popular_segment"] = {"segments": best_segments(chosen)}
    fitted = {name: METHODS[name](**parameters[name]) for name in SERVED}
    (fit or fit_all)(fitted, interactions, catalogue)
    content = content_of(fitted)
    counts = counts or {"choices": len(interactions), "shoppers": int(interactions.n_users)}
    for name, coordinates in product_maps(name_embedding(shop), catalogue.departments).items():
        shop.table[[f"{name}_x", f"{name}_y"]] = coordinates.astype(np.float16)
    with artifacts.replacing(target) as draft:
        shop.write(draft / "catalogue.parquet")
        for name, method in fitted.items():
            skip = ("content_",) if name == "hybrid" else ()
            storage.save(draft / f"{name}.npz", storage.learned(method, skip))
        storage.save_encoder(content, draft)
        artifacts.write_json(
            draft / "record.json", {"segment_choice": chosen, "shoppers": sample_shoppers(shop, interactions, fitted)}
        )
        artifacts.write_json(draft / "studies.json", studies)
        manifest = artifacts.write_manifest(
            draft,
            name="recommender",
            data=[amazon.SOURCE],
            parameters={
                "methods": {name: parameters[name] for name in SERVED},
                "minutes_of_tuning": minutes,
                "products": int(interactions.n_items),
                **counts,
            },
            metrics={"validation_ndcg": studies["date"]["hybrid"]["ndcg"]},
            credits=["Amazon product data: R. He, J. McAuley, C. Targett, J. Shi, A. van den Hengel, UCSD"],
        )
    (target / artifacts.CARD).write_text(model_card(manifest, None), encoding="utf-8")
    log.info("stored; now: python -m core evaluate recommender --write")


def best_segments(chosen: list[dict[str, Any]]) -> int:
    """The number of segments with the best silhouette among those that all have a name of their own, none tiny."""
    readable = [row for row in chosen if row["distinct_names"] == row["segments"] and row["smallest"] >= 0.02]
    return int(max(readable or chosen, key=lambda row: row["silhouette"])["segments"])


def sample_shoppers(shop: Shop, interactions: Interactions, fitted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Histories of medium length, spread over segments, for visitors to try: product ids, no shopper's id."""
    segments = fitted["popular_segment"].segment_of(interactions.histories())
    medium = (interactions.lengths >= 6) & (interactions.lengths <= 10)
    rng = np.random.default_rng(0)
    count = int(segments.max()) + 1
    chosen = [
        rng.choice(np.flatnonzero(medium & (segments == number)))
        for number in np.arange(SAMPLE_SHOPPERS) % count
        if (medium & (segments == number)).any()
    ]
    rows = [
        {
            "segment": int(segments[user]),
            "liked": [shop.products[item].id for item in interactions.items[interactions.users == user]],
        }
        for user in dict.fromkeys(int(user) for user in chosen)
    ]
    return sorted(rows, key=lambda row: row["segment"])


def _shares(interactions: Interactions, catalogue: Catalogue) -> NDArray[np.float32]:
    shelves = department_matrix(catalogue)
    prior = np.full(catalogue.n_departments, 1 / catalogue.n_departments, dtype=np.float32)
    return department_shares(interactions.histories(), shelves, prior, 0.0)
