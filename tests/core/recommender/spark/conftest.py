"""One Spark session for all tests of this folder, with two workers, and raw files in every format to give it."""

import gzip
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from core.errors import UserError
from core.recommender.etl import Tables, clean, extract
from core.recommender.interactions import Interactions
from core.recommender.spark import session
from core.recommender.warehouse import write_warehouse
from core.settings import settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DAY = 86_400
PART = 4_000  # bytes: files of tests fall into several parts, too


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    try:
        session.check()
    except UserError as error:
        if os.environ.get("CI") or os.environ.get("REQUIRE_SPARK"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    here = settings().model_copy(update={"spark_master": "local[2]", "spark_memory": "1g"})
    quick = {  # many small jobs: compiling code for each takes longer than the jobs
        "spark_sql_shuffle_partitions": "3",
        "spark_sql_codegen_wholeStage": "false",
        "spark_driver_extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }
    with session.opened(here, **quick) as opened:
        yield opened


@pytest.fixture(scope="session")
def source(products: pd.DataFrame, interactions: Interactions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's choices, spread over all formats, with copies, broken lines and products that nobody chose."""
    folder = tmp_path_factory.mktemp("raw")
    assert interactions.days is not None
    rng = np.random.default_rng(3)
    ids = products["item_id"].to_numpy()
    rows = [
        (f"U{user:03d}", str(ids[item]), int(day) * DAY, float(rng.integers(1, 6)))
        for user, item, day in zip(interactions.users, interactions.items, interactions.days, strict=True)
    ]
    copies = [(user, item, time + int(shift) * DAY, 1.0) for (user, item, time, _), shift in
              zip(rows[::17], rng.integers(-3, 4, len(rows[::17])), strict=True)]  # fmt: skip
    rows = [rows[place] for place in rng.permutation(len(rows))] + copies
    first, second, third, fourth, fifth = (rows[start::5] for start in range(5))
    reviews = [review_2014(*row) for row in first]
    broken = ["{broken", json.dumps({"asin": "P001"}), "", json.dumps(review_2014("U001", "P002", 0, 9))]
    write(folder / "a_reviews.json", [*reviews[:90], *broken, *reviews[90:], "[1]"])
    packed = [{**review_2014(*row), "verified": True, "reviewTime": "09 13, 2009"} for row in second]
    (folder / "b_reviews.json.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, packed)).encode()))
    later = [{"user_id": user, "parent_asin": item, "asin": "X", "rating": rating, "timestamp": time * 1000 + 7,
              "title": f"{item} again", "text": "Crème\u2028riche"} for user, item, time, rating in third]  # fmt: skip
    write(folder / "c_reviews.jsonl", later)
    lines = ["", "user,item,timestamp,rating", *(",".join(map(str, row)) for row in fourth), "U1,P1", "U1,P1,1,x"]
    (folder / "d_ratings.csv").write_text("\n".join(lines), encoding="utf-8")
    table = pd.DataFrame(fifth, columns=["user_id", "item_id", "timestamp", "rating"])
    table.loc[3, "rating"] = None
    table.to_parquet(folder / "e_interactions.parquet", row_group_size=40)
    write(folder / "f_meta.json", described(products))
    relations = pd.DataFrame({"asin": ids[:-1], "related_asin": ids[1:], "relation": "also_viewed"})
    relations.loc[len(relations)] = ["P001", "P001", "also_viewed"]
    relations.loc[len(relations)] = ["P001", "nobody's", "also_viewed"]
    relations.to_parquet(folder / "g_related.parquet", row_group_size=30)
    return folder


def review_2014(user: str, item: str, time: int, rating: float) -> dict[str, Any]:
    return {"reviewerID": user, "asin": item, "overall": rating, "unixReviewTime": time, "summary": f"{user} {item}"}


def described(products: pd.DataFrame) -> list[dict[str, Any]]:
    """Metadata of all but two products; some twice, one of nobody's."""
    rows = [
        {"asin": row.item_id, "title": row.title, "brand": row.brand, "price": 4.5 + place,
         "categories": [["Shop", row.department, *row.subcategories]],
         "related": {"also_bought": ["P003", row.item_id]}}
        for place, row in enumerate(products.itertuples())
    ]  # fmt: skip
    untitled = [{**rows[5], "title": None, "brand": "Other"}, {**rows[9], "title": None}]
    return [*untitled, *rows[:-2], {**rows[7], "title": "Second"}, {**rows[0], "asin": "nobody"}]


def write(path: Path, records: Sequence[object]) -> None:
    rows = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def tables(source: Path) -> Tables:
    return clean(extract(source, texts=True))


@pytest.fixture(scope="session")
def alone(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one machine prepares of the source."""
    folder = tmp_path_factory.mktemp("alone") / "recommender"
    write_warehouse(tables, folder)
    return folder


@pytest.fixture(scope="session")
def prepared(spark: "SparkSession", source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Spark prepares of the source."""
    from core.recommender.spark.star import write_star

    folder = tmp_path_factory.mktemp("spark") / "recommender"
    write_star(spark, source, folder, texts=True, size=PART)
    return folder
