"""The star schema (data/warehouse/schema.sql) in DuckDB, with CSV and Parquet exports and the data-quality report."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from core.artifacts import write_json
from core.datasets.amazon.interactions import TEXT_COLUMNS
from core.errors import N_, DataError
from core.recommender import quality
from core.recommender.etl import Tables
from core.settings import ROOT

WAREHOUSE, QUALITY, EXPORTS = "warehouse.duckdb", "quality.json", "tables"
SCHEMA = ROOT / "data" / "warehouse" / "schema.sql"
TABLES = ("dim_user", "dim_product", "dim_date", "fact_interaction", "review", "product_relation")  # parents first
VIEWS = ("sales_per_month", "top_brand_per_department", "repeat_days")
# what is needed is built in; nothing is fetched
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}
# lists have no form of their own in CSV: JSON there
_CSV_FORM = {"dim_product": "* REPLACE (to_json(subcategories) AS subcategories)"}


def write_warehouse(tables: Tables, folder: Path) -> dict[str, object]:
    """Write warehouse.duckdb, quality.json and tables/<name>.csv and .parquet to `folder`; returns the quality report.

    `folder` is replaced whole; when something fails it stays as it was.

    Raises:
        DataError: `folder` holds something that is no warehouse.
    """
    report = quality.describe(tables)
    stars = star(tables)
    with replaced_folder(folder, WAREHOUSE) as draft:
        with duckdb.connect(draft / WAREHOUSE, config=_OFFLINE) as connection:
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            (draft / EXPORTS).mkdir()
            for name in TABLES:
                connection.register("incoming", pa.Table.from_pandas(stars[name], preserve_index=False))
                connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")  # noqa: S608 - our own names
                connection.unregister("incoming")
                table = connection.table(name)
                table.to_parquet(str(draft / EXPORTS / f"{name}.parquet"), compression="zstd")
                table.project(_CSV_FORM.get(name, "*")).to_csv(str(draft / EXPORTS / f"{name}.csv"), header=True)
        write_json(draft / QUALITY, report)
    return report


def read_warehouse(folder: Path) -> Tables:
    """The clean tables a warehouse was made from, read back from its Parquet exports.

    Raises:
        DataError: there is no readable warehouse in `folder`.
    """
    try:
        stars = {name: pd.read_parquet(folder / EXPORTS / f"{name}.parquet") for name in TABLES}
        report = json.loads((folder / QUALITY).read_bytes())["reading"]
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise DataError(
            N_("no prepared reviews in {folder}; make them: python -m core prepare recommender"), folder=folder
        ) from error
    products = stars["dim_product"].sort_values("product_key")
    fact = stars["fact_interaction"]
    if len(stars["review"]):
        fact = fact.merge(stars["review"], how="left", on=["user_key", "product_key"])
    fact = fact.sort_values(["user_key", "position"], ignore_index=True)
    users = stars["dim_user"].sort_values("user_key")["user_id"].to_numpy()
    items = products["item_id"].to_numpy()
    texts = [name for name in TEXT_COLUMNS if name in fact]
    interactions = pd.DataFrame(
        {
            "user_id": pd.Series(users[fact["user_key"]], dtype="str"),
            "item_id": pd.Series(items[fact["product_key"]], dtype="str"),
            **{name: fact[name] for name in ("rating", "timestamp", "position", *texts)},
        }
    )
    products = products.drop(columns=["product_key", "n_interactions"]).reset_index(drop=True)
    products["subcategories"] = [list(value) for value in products["subcategories"]]
    relation = stars["product_relation"]
    related = pd.DataFrame(
        {
            "item_id": pd.Series(items[relation["product_key"]], dtype="str"),
            "related_id": pd.Series(items[relation["related_key"]], dtype="str"),
            "relation": relation["relation"],
        }
    )
    return Tables(interactions, products, related, report)


def view(folder: Path, name: str) -> pd.DataFrame:
    """One of the example analyses (VIEWS) of the warehouse in `folder`.

    Raises:
        DataError: there is no such view, or no warehouse.
    """
    if name not in VIEWS:
        raise DataError(N_("unknown analysis {name}; choose from {known}"), name=name, known=", ".join(VIEWS))
    try:
        with duckdb.connect(folder / WAREHOUSE, read_only=True, config=_OFFLINE) as connection:
            return connection.table(name).df()
    except duckdb.Error as error:
        raise DataError(
            N_("no prepared reviews in {folder}; make them: python -m core prepare recommender"), folder=folder
        ) from error


def star(tables: Tables) -> dict[str, pd.DataFrame]:
    """Facts and dimensions by name (TABLES), with the keys that join them."""
    interactions = tables.interactions
    user_codes, users = pd.factorize(interactions["user_id"], sort=True)
    product_codes = pd.Index(tables.products["item_id"]).get_indexer(interactions["item_id"])
    days = interactions["timestamp"].to_numpy().astype("datetime64[s]").astype("datetime64[D]")
    dates = calendar(np.arange(days.min(), days.max() + 1))
    keys = {"user_key": user_codes.astype(np.int32), "product_key": product_codes.astype(np.int32)}
    by_user = pd.Series(days.astype("datetime64[s]")).groupby(user_codes)
    texts = [name for name in TEXT_COLUMNS if name in interactions]
    related = tables.related
    products = pd.Index(tables.products["item_id"])
    return {
        "dim_user": pd.DataFrame(
            {
                "user_key": np.arange(len(users), dtype=np.int32),
                "user_id": pd.Series(users, dtype="str"),
                "first_date": by_user.min().to_numpy(),
                "last_date": by_user.max().to_numpy(),
                "n_interactions": by_user.size().to_numpy(np.int32),
            }
        ),
        "dim_product": tables.products.assign(
            product_key=np.arange(len(products), dtype=np.int32),
            n_interactions=np.bincount(product_codes, minlength=len(products)).astype(np.int32),
        ),
        "dim_date": dates,
        "fact_interaction": pd.DataFrame(
            {
                **keys,
                "date_key": dates["date_key"].to_numpy()[(days - days.min()).astype(np.int64)],
                **{name: interactions[name] for name in ("position", "rating", "timestamp")},
            }
        ),
        "review": pd.DataFrame({**keys, **{name: interactions[name] for name in texts}})[: None if texts else 0],
        "product_relation": pd.DataFrame(
            {
                "product_key": products.get_indexer(related["item_id"]).astype(np.int32),
                "related_key": products.get_indexer(related["related_id"]).astype(np.int32),
                "relation": related["relation"],
            }
        ),
    }


def calendar(days: np.ndarray) -> pd.DataFrame:
    """The table dim_date of `days` (datetime64[D])."""
    moments = pd.DatetimeIndex(days.astype("datetime64[s]"))
    return pd.DataFrame(
        {
            "date_key": (moments.year * 10_000 + moments.month * 100 + moments.day).astype(np.int32),
            "date": moments,
            "year": moments.year,
            "quarter": moments.quarter,
            "month": moments.month,
            "day": moments.day,
            "weekday": moments.day_of_week + 1,
            "is_weekend": moments.day_of_week >= 5,
        }
    )


@contextmanager
def replaced_folder(folder: Path, mark: str) -> Iterator[Path]:
    """Yield a draft folder that takes the place of `folder` at the end; on an exception `folder` stays as it was.

    Raises:
        DataError: `folder` holds something, and no file `mark` is among it.
    """
    if folder.exists() and not (folder / mark).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(
            N_("{folder} holds something other than prepared reviews; choose another folder"), folder=folder
        )
    draft, former = (folder.parent / f".{folder.name}-{uuid4().hex}" for _ in range(2))
    draft.mkdir(parents=True)
    try:
        yield draft
        if folder.exists():
            folder.replace(former)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if former.exists() and not folder.exists():
            former.replace(folder)
        shutil.rmtree(former, ignore_errors=True)
