"""Clean reviews into the star schema of `data/warehouse/schema.sql`, as Parquet, on Spark.

The rules are those of `core.recommender.etl` and `warehouse`: of repeated reviews the latest stays, histories are in
order of time and then of the files, every product has a row, keys are ranks of the ids. Popular products would make one
partition of a join far larger than the others; Spark's adaptive execution splits such partitions.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as sf

from core.artifacts import write_json
from core.datasets.amazon.interactions import TEXT_COLUMNS
from core.datasets.amazon.products import COLUMNS as PRODUCT_COLUMNS
from core.datasets.amazon.products import RELATED_COLUMNS
from core.datasets.amazon.source import PART
from core.errors import N_, UserError
from core.recommender.etl import UNKNOWN, refused
from core.recommender.spark import reading
from core.recommender.spark.reading import Raw
from core.recommender.spark.session import kept
from core.recommender.warehouse import EXPORTS, QUALITY, TABLES, calendar, replaced_folder

log = logging.getLogger(__name__)

FOLDER = "recommender-spark"  # in the prepared folder
_PARTITION = 33  # bits above a row's number in what Spark calls a monotonically increasing id
_CALENDAR = {"date_key": "int", "date": "date", "year": "smallint", "quarter": "tinyint", "month": "tinyint",
             "day": "tinyint", "weekday": "tinyint", "is_weekend": "boolean"}  # fmt: skip


@dataclass(frozen=True)
class Star:
    """The tables of the star schema by name, and the report of reading and cleaning."""

    tables: dict[str, DataFrame]
    report: dict[str, Any]


def table_path(folder: Path, name: str) -> Path:
    """Where a table lies in a prepared folder: a folder of Parquet files."""
    return folder / EXPORTS / f"{name}.parquet"


def write_star(
    session: SparkSession, source: Path, folder: Path, *, minimum: int = 1, texts: bool = False, size: int = PART
) -> dict[str, Any]:
    """Read, clean and write all tables and quality.json to `folder`, which is replaced whole; returns the report.

    Files are read in parts of about `size` bytes. Of metadata the report counts every product, reviewed or not.

    Raises:
        DataError: nothing can be read, or `folder` holds something that is no prepared data.
        UserError: `minimum` is below 1, or no interaction is left.
    """
    if minimum < 1:
        raise UserError(N_("the minimum of interactions must be 1 or more, got {minimum}"), minimum=minimum)
    raw = reading.extract(session, source, texts=texts, size=size)
    with replaced_folder(folder, QUALITY) as draft, ExitStack() as stack:
        star = clean(session, raw, stack, minimum=minimum, texts=texts)
        for name in TABLES:
            log.info("writing %s", name)
            star.tables[name].write.parquet(str(table_path(draft, name)))
        report = _quality(session, draft, star.report)
        write_json(draft / QUALITY, report)
    return report


def clean(session: SparkSession, raw: Raw, stack: ExitStack, *, minimum: int, texts: bool) -> Star:
    """The tables, kept on the workers' disks until `stack` closes.

    Raises:
        DataError: nothing in a file can be read.
        UserError: no interaction is left.
    """
    read = stack.enter_context(kept(raw.interactions))
    catalogue = stack.enter_context(kept(raw.catalogue))
    reviews, others = reading.reports(read, raw.tasks[0]), reading.reports(catalogue, raw.tasks[1])
    log.info("%d reviews read", sum(file.kept for file in reviews))
    rows = stack.enter_context(kept(_latest(read.filter(sf.col("report").isNull()).drop("report"))))
    unique = rows.count()
    rows, left = _core(rows, unique, minimum)
    if not left:
        raise UserError(N_("no interactions are left when users and products need {minimum} each"), minimum=minimum)

    items = stack.enter_context(kept(_ranked(_counted(rows, "item_id", []), "item_id", "product_key", stack)))
    span = [sf.to_date(sf.timestamp_seconds(each("timestamp"))).alias(name)
            for each, name in ((sf.min, "first_date"), (sf.max, "last_date"))]  # fmt: skip
    users = stack.enter_context(kept(_ranked(_counted(rows, "user_id", span), "user_id", "user_key", stack)))
    products, repeated, described = _products(catalogue, items)
    reviewed = read.filter(sf.col("report").isNull()).select("item_id").distinct()
    related, dropped = _related(catalogue, items, reviewed)
    facts = stack.enter_context(kept(_facts(rows, users, items, TEXT_COLUMNS if texts else ())))
    keys = ["user_key", "product_key"]
    report = {
        "files": [asdict(file) for file in (*reviews, *others)],
        "read": sum(file.kept + refused(file) for file in reviews),
        "refused": sum(map(refused, reviews)),
        "duplicates": sum(file.kept for file in reviews) - unique,
        "minimum": minimum,
        "removed_by_minimum": unique - left,
        "kept": left,
        "repeated_products": repeated,
        "products_without_metadata": items.count() - described,
        "relations_dropped": dropped,
    }
    fields = ("date_key", "position", "rating", "timestamp")
    review = facts.select(*keys, *(TEXT_COLUMNS if texts else (_nothing(name) for name in TEXT_COLUMNS)))
    return Star(
        {
            "dim_user": users.select("user_key", "user_id", "first_date", "last_date", "n_interactions"),
            "dim_product": products,
            "dim_date": _calendar(session, facts),
            "fact_interaction": facts.select(*keys, *fields),
            "review": review if texts else review.limit(0),
            "product_relation": related,
        },
        report,
    )


def _latest(rows: DataFrame) -> DataFrame:
    """The latest row of each (user, item); all rows of a user lie in one partition."""
    newest = Window.partitionBy("user_id", "item_id").orderBy(sf.desc("timestamp"), sf.desc("place"))
    return rows.repartition("user_id").withColumn("_n", sf.row_number().over(newest)).filter("_n = 1").drop("_n")


def _core(rows: DataFrame, count: int, minimum: int) -> tuple[DataFrame, int]:
    """What is left when users and items with fewer than `minimum` rows go, again and again, and how many rows."""
    before = count + 1
    while minimum > 1 and before != count:
        for name in ("user_id", "item_id"):
            enough = rows.groupBy(name).count().filter(sf.col("count") >= minimum).select(name)
            rows = rows.join(enough, name, "left_semi")
        rows = rows.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)
        before, count = count, rows.count()
    return rows, count


def _counted(rows: DataFrame, name: str, more: Sequence[Column]) -> DataFrame:
    return rows.groupBy(name).agg(sf.count("*").cast("int").alias("n_interactions"), *more)


def _ranked(rows: DataFrame, column: str, key: str, stack: ExitStack) -> DataFrame:
    """With the rank of `column`, from 0, as `key`: rows are sorted, and each partition told how many precede it."""
    ordered = stack.enter_context(kept(rows.orderBy(column).withColumn("_at", sf.monotonically_increasing_id())))
    partition = sf.shiftright("_at", _PARTITION).cast("int")
    counts = {row["part"]: row["count"] for row in ordered.groupBy(partition.alias("part")).count().collect()}
    sizes = [counts.get(number, 0) for number in range(max(counts, default=0) + 1)]
    before = sf.lit([sum(sizes[:number]) for number in range(len(sizes))])
    within = sf.col("_at").bitwiseAND((1 << _PARTITION) - 1)
    return ordered.withColumn(key, (sf.get(before, partition) + within).cast("int")).drop("_at")


def _facts(rows: DataFrame, users: DataFrame, items: DataFrame, texts: Sequence[str]) -> DataFrame:
    history = Window.partitionBy("user_id").orderBy("timestamp", "place")
    day = sf.to_date(sf.timestamp_seconds("timestamp"))
    return (
        rows.withColumn("position", sf.row_number().over(history) - 1)
        .join(users.select("user_id", "user_key"), "user_id")
        .join(items.select("item_id", "product_key"), "item_id")
        .withColumn("date_key", sf.year(day) * 10_000 + sf.month(day) * 100 + sf.dayofmonth(day))
        .select("user_key", "product_key", "date_key", "position", "rating", "timestamp", *texts)
    )


def _products(catalogue: DataFrame, items: DataFrame) -> tuple[DataFrame, int, int]:
    """One row per item, how many repeated rows were left out, and how many items are described."""
    described = catalogue.filter(sf.col("report").isNull() & sf.col("related_id").isNull())
    wanted = described.join(items.select("item_id"), "item_id", "left_semi")
    # of repeated rows the first with a title
    best = Window.partitionBy("item_id").orderBy(sf.col("title").isNull(), "place")
    first = wanted.withColumn("_n", sf.row_number().over(best)).filter("_n = 1")
    found = first.count()
    table = items.join(first.drop("n_interactions"), "item_id", "left").select(
        "product_key",
        *PRODUCT_COLUMNS[:3],
        sf.coalesce("department", sf.lit(UNKNOWN)).alias("department"),
        sf.coalesce("subcategories", sf.array().cast("array<string>")).alias("subcategories"),
        *PRODUCT_COLUMNS[5:],
        "n_interactions",
    )
    return table, wanted.count() - found, found


def _related(catalogue: DataFrame, items: DataFrame, reviewed: DataFrame) -> tuple[DataFrame, int]:
    """Relations between known products, each once, and how many were left out of those that were looked at."""
    told = catalogue.filter(sf.col("related_id").isNotNull()).select(*RELATED_COLUMNS, "of_table")
    inside = told.join(reviewed, "item_id", "left_semi").join(
        reviewed.withColumnRenamed("item_id", "related_id"), "related_id", "left_semi"
    )
    looked_at = told.filter("of_table").count() + inside.filter("not of_table").count()
    keys = items.select("item_id", "product_key")
    others = keys.toDF("related_id", "related_key")
    pairs = told.filter("item_id <> related_id").join(keys, "item_id").join(others, "related_id")
    table = pairs.select("product_key", "related_key", "relation").distinct()
    return table, looked_at - table.count()


def _calendar(session: SparkSession, facts: DataFrame) -> DataFrame:
    first, last = facts.agg(sf.min("timestamp"), sf.max("timestamp")).collect()[0]
    days = np.arange(
        np.datetime64(first, "s").astype("datetime64[D]"), np.datetime64(last, "s").astype("datetime64[D]") + 1
    )
    table = session.createDataFrame(pa.Table.from_pandas(calendar(days), preserve_index=False))
    return table.coalesce(1).select(*(sf.col(name).cast(kind) for name, kind in _CALENDAR.items()))


def _nothing(name: str) -> Column:
    return sf.lit(None).cast("string").alias(name)


def _quality(session: SparkSession, folder: Path, reading_report: dict[str, Any]) -> dict[str, Any]:
    """What the tables hold, in the words of `core.recommender.quality`, as far as one pass of each tells."""
    tables = {name: session.read.parquet(str(table_path(folder, name))) for name in TABLES}
    users, products = tables["dim_user"].count(), tables["dim_product"].count()
    dates = tables["dim_date"].agg(sf.min("date"), sf.max("date")).collect()[0]

    def counts(table: str, column: str) -> dict[str, int]:
        return {row[column]: row["count"] for row in tables[table].groupBy(column).count().collect()}

    interactions = reading_report["kept"]
    return {
        "reading": reading_report,
        "users": users,
        "products": products,
        "interactions": interactions,
        "density": interactions / (users * products),
        "departments": counts("dim_product", "department"),
        "relations": counts("product_relation", "relation"),
        "dates": {"first": str(dates[0]), "last": str(dates[1])},
    }
