"""Spark's star schema is that of one machine: the same rows, keys, names and types, and the same account of losses."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from core.errors import DataError, UserError
from core.recommender.etl import Tables, clean, extract
from core.recommender.warehouse import EXPORTS, QUALITY, TABLES, read_warehouse
from tests.core.recommender.spark.conftest import PART, review_2014, write

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

KEYS = {
    "dim_user": ["user_key"], "dim_product": ["product_key"], "dim_date": ["date_key"],
    "fact_interaction": ["user_key", "product_key"], "review": ["user_key", "product_key"],
    "product_relation": ["product_key", "related_key", "relation"],
}  # fmt: skip


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / EXPORTS / f"{name}.parquet").sort_values(KEYS[name], ignore_index=True)


def accounts(report: dict[str, Any]) -> dict[str, Any]:
    """Without what is counted of products before (Spark) or after (here) leaving out those that nobody reviewed."""
    files = [{**file, "kept": 0} if "products" in file["format"] else file for file in report["files"]]
    return {**report, "files": files}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_the_same(name: str, prepared: Path, alone: Path) -> None:
    assert_frame_equal(table(prepared, name), table(alone, name))


def test_every_line_is_accounted_for(prepared: Path, tables: Tables) -> None:
    report = json.loads((prepared / QUALITY).read_bytes())["reading"]
    assert accounts(report) == accounts(json.loads(json.dumps(tables.report)))
    assert report["refused"] == 6
    assert report["duplicates"] > 50
    first = report["files"][0]
    assert first["refused"]["no JSON object"] == {"count": 2, "lines": [91, 91 + first["read"] - 90]}


def test_one_machine_reads_what_spark_wrote(prepared: Path, tables: Tables) -> None:
    again = read_warehouse(prepared)
    assert_frame_equal(again.interactions, tables.interactions)
    assert_frame_equal(again.products, tables.products)


def test_the_minimum_is_kept_by_users_and_items_alike(spark: "SparkSession", source: Path, tmp_path: Path) -> None:
    from core.recommender.spark.star import write_star

    minimum = 7
    report = write_star(spark, source, tmp_path / "out", minimum=minimum, size=PART)["reading"]
    expected = clean(extract(source), minimum=minimum)
    assert 0 < expected.report["removed_by_minimum"] < expected.report["kept"]
    assert accounts(report) == accounts(json.loads(json.dumps(expected.report)))
    assert_frame_equal(read_warehouse(tmp_path / "out").interactions, expected.interactions)
    with pytest.raises(UserError, match="need 500 each"):
        write_star(spark, source, tmp_path / "out", minimum=500)
    assert_frame_equal(read_warehouse(tmp_path / "out").interactions, expected.interactions)  # as it was


def test_what_cannot_be_used_is_named(spark: "SparkSession", source: Path, tmp_path: Path) -> None:
    from core.recommender.spark.star import write_star

    for name, wrong, sentence in (
        ("only", [{"asin": "B1", "title": "Comb", "categories": [["Hair"]]}], "no reviews in it, only products"),
        ("bad", [review_2014("U1", "P1", 0, 9)] * 3, "line 1: rating outside 1 to 5"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        write(folder / "file.json", wrong)
        with pytest.raises(DataError, match=sentence):
            write_star(spark, folder, tmp_path / "out")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").touch()
    with pytest.raises(DataError, match="something other than prepared reviews"):
        write_star(spark, source, tmp_path / "letters")
    assert not (tmp_path / "out").exists()
