"""Spark's neighbour matrices are those of one machine, however the work is divided."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse

from core.recommender.etl import Tables
from core.recommender.interactions import Interactions, from_table
from core.recommender.model import recent_popularity
from core.recommender.neighbours import CosineNeighbours, NeighbourModel, WeightedNeighbours

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

METHODS: dict[str, NeighbourModel] = {
    "every_cosine": CosineNeighbours(k=10_000),
    "every_weighted": WeightedNeighbours(k=10_000, power=1.2),
    "few_cosine": CosineNeighbours(k=7),
    "few_weighted": WeightedNeighbours(k=7, gap_power=0.6, same_day=1.9),
}


@pytest.fixture(scope="module")
def choices(tables: Tables) -> Interactions:
    return from_table(tables.interactions, list(tables.products["item_id"]))


@pytest.fixture(scope="module")
def matrices(
    spark: "SparkSession", prepared: Path, choices: Interactions, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, sparse.csr_matrix]:
    from core.recommender.spark.neighbours import Size, read_neighbours, write_neighbours
    from core.recommender.spark.star import table_path

    out = tmp_path_factory.mktemp("neighbours")
    facts = spark.read.parquet(str(table_path(prepared, "fact_interaction")))
    degrees = choices.popularity.astype(np.int32)
    done = write_neighbours(spark, facts, degrees, METHODS, out, Size(choices=300, pairs=2_000))
    lengths = choices.lengths
    assert done["pairs"] == (lengths * (lengths - 1)).sum()
    assert done["groups"] > 3
    assert 3 < done["blocks"] <= choices.n_items
    return {name: read_neighbours(out, name, choices.n_items) for name in METHODS}


@pytest.mark.parametrize("name", METHODS)
def test_matrices_are_the_same(name: str, matrices: dict[str, sparse.csr_matrix], choices: Interactions) -> None:
    expected, found = METHODS[name].fit(choices).weights_, matrices[name]
    assert np.array_equal(np.diff(found.indptr), np.diff(expected.indptr))
    if name.startswith("every"):
        assert abs(found - expected).max() < 1e-6
    for row in range(choices.n_items):  # of equals at the end of a row either may be there
        assert np.sort(found[row].data) == pytest.approx(np.sort(expected[row].data), rel=1e-5)


def test_recent_popularity_is_the_same(spark: "SparkSession", prepared: Path, choices: Interactions) -> None:
    from core.recommender.spark import neighbours
    from core.recommender.spark.star import table_path

    facts = spark.read.parquet(str(table_path(prepared, "fact_interaction")))
    found = neighbours.recent_popularity(facts, choices.n_items, 60.0)
    assert found == pytest.approx(recent_popularity(choices, 60.0), rel=1e-5)
