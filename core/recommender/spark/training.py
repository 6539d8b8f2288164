"""Train the recommender on what Spark prepared: the model that one machine would make, of more choices than fit there.

Shoppers, drawn by their keys up to `SAMPLE` choices, serve for tuning, for latent directions and for segments, which
change little with more of them; neighbours and popularity are of all choices. Where all fit, all are drawn.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from core.errors import N_, DataError
from core.recommender import training
from core.recommender.hybrid import Hybrid
from core.recommender.interactions import SECONDS_PER_DAY, Interactions
from core.recommender.model import Catalogue, Popular, RankingMethod
from core.recommender.neighbours import NeighbourModel
from core.recommender.products import Shop
from core.recommender.spark import neighbours
from core.recommender.spark.star import FOLDER, table_path
from core.recommender.warehouse import QUALITY
from core.settings import Settings

log = logging.getLogger(__name__)

SAMPLE = 2_000_000  # choices that one machine works on
_BUCKETS = 1_000_000


@dataclass(frozen=True)
class Prepared:
    """What Spark prepared, as far as it fits here: products, choices of some shoppers; `counts` are those of all."""

    facts: DataFrame
    shop: Shop
    sample: Interactions
    counts: dict[str, int]


def load(session: SparkSession, folder: Path, choices: int = SAMPLE) -> Prepared:
    """The prepared folder, with at most about `choices` choices here.

    Raises:
        DataError: nothing was prepared with Spark.
    """
    if not (folder / QUALITY).is_file():
        raise DataError(
            N_("no prepared reviews in {folder}; make them: python -m core prepare recommender --engine spark"),
            folder=folder,
        )
    facts = session.read.parquet(str(table_path(folder, "fact_interaction")))
    products = pd.read_parquet(table_path(folder, "dim_product")).sort_values("product_key", ignore_index=True)
    degrees = products["n_interactions"].to_numpy()
    total = int(degrees.sum(dtype=np.int64))
    drawn = sf.pmod(sf.xxhash64("user_key"), sf.lit(_BUCKETS)) < min(1.0, choices / total) * _BUCKETS
    table = facts.filter(drawn).select("user_key", "product_key", "position", "timestamp").toArrow()
    users, items, positions, times = (table[name].to_numpy() for name in table.column_names)
    order = np.lexsort((positions, users))
    keys, users = np.unique(users[order], return_inverse=True)
    days = (times[order] // SECONDS_PER_DAY).astype(np.int32)
    sample = Interactions(users.astype(np.int32), items[order], days, len(keys), len(products))
    shoppers = session.read.parquet(str(table_path(folder, "dim_user"))).count()
    log.info("%d of %d choices are tuned on", len(sample), total)
    counts = {"choices": total, "shoppers": shoppers}
    return Prepared(facts, Shop.from_tables(products, degrees.astype(np.int64)), sample, counts)


def train(session: SparkSession, settings: Settings, *, minutes: float, resume: bool, smoke: bool) -> None:
    """Tune on the sample, fit on everything, publish when validation NDCG@10 beats the stored model's.

    Raises:
        DataError: nothing was prepared with Spark.
    """
    prepared = load(session, settings.prepared / FOLDER)
    training.train_on(
        settings,
        prepared.shop,
        prepared.sample,
        minutes=minutes,
        resume=resume,
        smoke=smoke,
        fit=fit_with(session, prepared, settings.runs / FOLDER),
        counts=prepared.counts,
        name=FOLDER,
    )


def fit_with(session: SparkSession, prepared: Prepared, work: Path) -> training.Fit:
    """A `fit` for `core.recommender.training.publish`; matrices are written to `work` on their way."""

    def fit(methods: Mapping[str, RankingMethod], sample: Interactions, catalogue: Catalogue) -> None:
        behaviour = {name: method.behaviour() for name, method in methods.items() if isinstance(method, Hybrid)}
        plain = {name: method for name, method in methods.items() if isinstance(method, NeighbourModel)}
        near: dict[str, NeighbourModel] = {**plain, **behaviour}
        degrees = prepared.shop.popularity.astype(np.int32)
        neighbours.write_neighbours(session, prepared.facts, degrees, near, work / "neighbours")
        for name, model in near.items():
            model.weights_ = neighbours.read_neighbours(work / "neighbours", name, len(degrees))
        content = training.content_of(methods).fit(sample, catalogue)
        for name, method in methods.items():
            if isinstance(method, Hybrid):
                recent = neighbours.recent_popularity(prepared.facts, len(degrees), method.half_life)
                method.assemble(behaviour[name], content, recent)
            elif isinstance(method, Popular) and method.half_life is None:
                method.popularity_ = degrees.astype(np.float32)
            elif name != "content" and name not in near:
                method.fit(sample, catalogue)

    return fit
