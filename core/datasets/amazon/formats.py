"""Which of the known formats a file has, told from its content; names of files are not trusted."""

import csv
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets.amazon import fields
from core.datasets.amazon.source import PARQUET, FileReport, head, lines, parquet_columns
from core.errors import N_, DataError

_SAMPLE = 200  # lines looked at
_ASIN = re.compile(r"B[0-9A-Z]{9}|[0-9]{9}[0-9X]")

_RATED = {"overall", "rating", "reviewText", "unixReviewTime", "reviewTime"}
_DESCRIBED_2014 = {"categories", "imUrl", "related", "salesRank"}
_DESCRIBED = {"title", "brand", "price", "category", "imageURL", "imageURLHighRes", "also_buy", "also_view", "main_cat"}

# every name a column goes by
USER = ("user_id", "user", "reviewerID", "userid")
ITEM = ("parent_asin", "item_id", "asin", "item", "itemid", "productid", "product_id")
RATING = ("rating", "overall", "stars", "score")
TIME = ("timestamp", "time", "unixReviewTime")


class Format(StrEnum):
    """A form the data are published in."""

    REVIEWS_2014 = "reviews of 2014 (JSON lines)"
    REVIEWS_2018 = "reviews of 2018 (JSON lines)"
    REVIEWS_2023 = "reviews of 2023 (JSON lines)"
    RATINGS_CSV = "ratings (CSV)"
    INTERACTIONS_PARQUET = "interactions (Parquet)"
    PRODUCTS_2014 = "products of 2014 (Python literals)"
    PRODUCTS_2018 = "products of 2018 (JSON lines)"
    PRODUCTS_2023 = "products of 2023 (JSON lines)"
    PRODUCTS_PARQUET = "products (Parquet)"
    RELATED_PARQUET = "related products (Parquet)"

    @property
    def holds_interactions(self) -> bool:
        """Whether such a file says who reviewed what."""
        return self in INTERACTION_FORMATS

    @property
    def holds_products(self) -> bool:
        """Whether such a file describes products."""
        return self in PRODUCT_FORMATS


INTERACTION_FORMATS = frozenset(
    {
        Format.REVIEWS_2014,
        Format.REVIEWS_2018,
        Format.REVIEWS_2023,
        Format.RATINGS_CSV,
        Format.INTERACTIONS_PARQUET,
    }
)
PRODUCT_FORMATS = frozenset({Format.PRODUCTS_2014, Format.PRODUCTS_2018, Format.PRODUCTS_2023, Format.PRODUCTS_PARQUET})


def detect(path: Path) -> Format:
    """The format of a file, from its first bytes or the first line that makes sense.

    Raises:
        DataError: the file is empty or in no known format; names the file and its first line.
    """
    if head(path, len(PARQUET)) == PARQUET:
        return _of_parquet(path)
    sample = [line for _, line in islice(lines(path, FileReport(path.name, "")), _SAMPLE)]
    for line in sample:
        found = fields.record(line)
        kind = _of_record(found) if isinstance(found, dict) else None
        if kind is not None:
            return kind
    if csv_columns(sample) is not None:
        return Format.RATINGS_CSV
    shown = repr(sample[0][:60].decode("utf-8", "replace").strip()) if sample else "nothing"
    raise DataError(
        N_(
            "{file}: in no known format; its first line is {line}. Known are Amazon reviews and metadata of 2014, 2018 "
            "and 2023 (JSON lines, .gz or not), ratings as CSV (user,item,rating,timestamp) and the prepared Parquet "
            "tables"
        ),
        file=path.name,
        line=shown,
    )


def column_of(names: Sequence[str], known: Sequence[str]) -> int | None:
    """Position of the first of the `known` names among `names`, whatever their case."""
    lowered = [name.strip().lower() for name in names]
    return next((lowered.index(name.lower()) for name in known if name.lower() in lowered), None)


def split(line: bytes) -> list[str]:
    """The fields of one line of CSV; an open quote ends with the line."""
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    try:
        return next(csv.reader([text])) if '"' in text else text.split(",")
    except csv.Error:
        return []


def csv_columns(sample: Sequence[bytes]) -> tuple[int, int, int, int, bool] | None:
    """Positions of user, item, rating and time, and whether there is a header; None where it is no such table."""
    rows = [split(line) for line in sample]
    if not rows:
        return None
    named = [column_of(rows[0], known) for known in (USER, ITEM, RATING, TIME)]
    if None not in named:
        user, item, rating, moment = (column for column in named if column is not None)
        return user, item, rating, moment, True
    rows = [row for row in rows if len(row) >= 4]
    ratings, moments = (fields.numbers([row[column] for row in rows]) for column in (2, 3))
    if not (np.isfinite(ratings) & np.isfinite(moments)).any():
        return None
    # the edition of 2018 has the product first, the others have the user first
    products = [sum(_ASIN.fullmatch(row[column].strip()) is not None for row in rows) for column in (0, 1)]
    return (1, 0, 2, 3, False) if products[0] > products[1] else (0, 1, 2, 3, False)


def _of_record(found: Mapping[str, Any]) -> Format | None:
    names = {name for name in found if isinstance(name, str)}
    if "reviewerID" in names:
        return Format.REVIEWS_2018 if "verified" in names else Format.REVIEWS_2014
    if "user_id" in names and names & {"parent_asin", "asin"}:
        return Format.REVIEWS_2023
    if names & _RATED:
        return None  # a review without its author says nothing about the file
    if "parent_asin" in names:
        return Format.PRODUCTS_2023
    if "asin" in names and names & _DESCRIBED_2014:
        return Format.PRODUCTS_2014
    if "asin" in names and names & _DESCRIBED:
        return Format.PRODUCTS_2018
    return None


def _of_parquet(path: Path) -> Format:
    names = parquet_columns(path)
    item = column_of(names, ITEM) is not None
    if item and column_of(names, USER) is not None:
        return Format.INTERACTIONS_PARQUET
    if item and "relation" in names:
        return Format.RELATED_PARQUET
    if item and "title" in names:
        return Format.PRODUCTS_PARQUET
    raise DataError(
        N_("{file}: unknown Parquet table with the columns {columns}"), file=path.name, columns=", ".join(names[:20])
    )
