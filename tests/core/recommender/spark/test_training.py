"""The model made with Spark opens in the service and recommends what the one made without does."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.errors import DataError
from core.recommender import training
from core.recommender.etl import Tables
from core.recommender.interactions import from_table
from core.recommender.products import Shop
from core.recommender.service import SERVED, Recommender

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

STUDIES: dict[str, dict[str, Any]] = {
    "date": {
        name: {"parameters": parameters, "ndcg": 0.1, "trials": []}
        for name, parameters in {
            "lsa": {"components": 8}, "content": {"recency": 0.8}, "cosine": {"k": 30}, "gfcf": {},
            "weighted": {"k": 40, "same_day": 1.4}, "hybrid": {"k": 40, "trend": 0.2, "half_life": 90.0},
        }.items()
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def services(
    spark: "SparkSession", prepared: Path, tables: Tables, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Recommender, Recommender]:
    from core.recommender.spark import training as on_spark

    folder = tmp_path_factory.mktemp("models")
    interactions = from_table(tables.interactions, list(tables.products["item_id"]))
    shop = Shop.from_tables(tables.products, interactions.popularity)
    training.publish(folder / "alone" / "recommender", shop, interactions, STUDIES, 1.0)
    found = on_spark.load(spark, prepared)
    fit = on_spark.fit_with(spark, found, folder / "work")
    target = folder / "spark" / "recommender"
    training.publish(target, found.shop, found.sample, STUDIES, 1.0, fit=fit, counts=found.counts)
    return Recommender.load(folder / "alone" / "recommender"), Recommender.load(target)


@pytest.mark.parametrize("method", SERVED)
def test_the_same_products_are_recommended(method: str, services: tuple[Recommender, Recommender]) -> None:
    alone, spark = services
    for liked in (["P001"], ["P004", "P030", "P031"], [str(each) for each in alone.shop.table["item_id"][50:58]]):
        expected, found = (service.recommend(liked, 8, method=method) for service in (alone, spark))
        assert [row.product for row in found] == [row.product for row in expected]
        assert [row.score for row in found] == pytest.approx([row.score for row in expected], rel=1e-3)
        assert [row.because for row in found] == [
            tuple(type(each)(each.product, pytest.approx(each.share, abs=1e-3), each.how) for each in row.because)
            for row in expected
        ]


def test_the_manifests_say_the_same(services: tuple[Recommender, Recommender]) -> None:
    alone, spark = services
    assert spark.manifest.parameters == alone.manifest.parameters
    assert spark.manifest.files.keys() == alone.manifest.files.keys()


def test_some_shoppers_stand_for_all(spark: "SparkSession", prepared: Path, tables: Tables) -> None:
    from core.recommender.spark import training as on_spark

    found = on_spark.load(spark, prepared, choices=400)
    assert 200 < len(found.sample) < 700
    assert found.counts == {"choices": len(tables.interactions), "shoppers": tables.interactions["user_id"].nunique()}
    whole = tables.interactions.groupby("user_id").size().value_counts()
    assert set(found.sample.lengths) <= set(whole.index)  # whole histories


def test_nothing_prepared_is_said(spark: "SparkSession", tmp_path: Path) -> None:
    from core.recommender.spark import training as on_spark

    with pytest.raises(DataError, match="prepare recommender --engine spark"):
        on_spark.load(spark, tmp_path)
