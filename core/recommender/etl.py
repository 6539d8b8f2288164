"""From raw review files to clean tables: extract (read every file of a folder), clean (join, order, remove copies)."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import amazon
from core.datasets.amazon import FileReport, Format
from core.datasets.amazon.interactions import TEXT_COLUMNS
from core.datasets.amazon.products import COLUMNS as PRODUCT_COLUMNS
from core.datasets.amazon.products import RELATED_COLUMNS
from core.errors import N_, DataError, UserError

log = logging.getLogger(__name__)

UNKNOWN = "Unknown"
_PUT_DATA_THERE = N_(
    "{source}: {found}; put reviews and metadata of one category there (JSON lines, CSV or Parquet; "
    "amazon-reviews-2023.github.io)"
)
_NOT_DATA = ("README", "LICENSE", "LICENCE", "CITATION")


@dataclass(frozen=True)
class RawTables:
    """What the files of a source say, as `core.datasets.amazon` reads it; nothing is joined or ordered yet."""

    interactions: pd.DataFrame
    products: pd.DataFrame
    related: pd.DataFrame
    files: tuple[FileReport, ...]


@dataclass(frozen=True)
class Tables:
    """Clean data.

    `interactions`: user_id, item_id (str), rating (float32, NaN when unknown), timestamp (int64, unix seconds),
    position (int32, order inside the user's history, 0 = oldest); sorted by user and position; one row per user and
    item. With texts, also review_title, review_text, review_image_url (str, nullable).
    `products`: item_id, title, brand, department ("Unknown" when not given), subcategories (list[str]), price
    (dollars), image_url; one row per item of `interactions`, sorted by item_id; all but id, department and list are
    nullable.
    `related`: item_id, related_id, relation; both ids are in `products`.
    `report`: what was read, refused and removed.
    """

    interactions: pd.DataFrame
    products: pd.DataFrame
    related: pd.DataFrame
    report: dict[str, Any]


def extract(source: Path, *, texts: bool = False) -> RawTables:
    """Read a file, or every data file directly in a folder; products only as far as somebody reviewed them.

    With `texts`, titles, texts and pictures of reviews are read too.

    Raises:
        DataError: there is nothing to read, a file is in no known format, or nothing in it can be read.
    """
    forms = formats_of(source)
    reports: list[FileReport] = []
    interactions = []
    for path in (path for path, form in forms.items() if form.holds_interactions):
        log.info("reading %s (%s)", path.name, forms[path])
        frame, report = amazon.read_interactions(path, forms[path], texts=texts)
        interactions.append(frame)
        reports.append(report)
    if not sum(map(len, interactions)):
        raise no_reviews(source, forms)
    together = pd.concat(interactions, ignore_index=True)
    reviewed = frozenset(together["item_id"].unique())
    products = [pd.DataFrame({name: pd.Series(dtype="object") for name in PRODUCT_COLUMNS})]
    related = [pd.DataFrame({name: pd.Series(dtype="str") for name in RELATED_COLUMNS})]
    for path in (path for path, form in forms.items() if not form.holds_interactions):
        log.info("reading %s (%s)", path.name, forms[path])
        if forms[path].holds_products:
            frame, beside, report = amazon.read_products(path, forms[path], only=reviewed)
            products.append(frame)
        else:
            beside, report = amazon.read_related(path)
        related.append(beside)
        reports.append(report)
    return RawTables(
        together,
        pd.concat(products[1:] or products, ignore_index=True),
        pd.concat(related, ignore_index=True),
        tuple(reports),
    )


def formats_of(source: Path) -> dict[Path, Format]:
    """The format of the file `source`, or of every data file directly in that folder, in the order of their names.

    Raises:
        DataError: there is nothing to read, or a file is in no known format.
    """
    return {path: amazon.detect(path) for path in _files_of(source)}


def no_reviews(source: Path, forms: Mapping[Path, Format]) -> DataError:
    """What to say where no file holds a review: what they hold."""
    found = ", ".join(sorted({form.value for form in forms.values()}))
    return DataError(N_("{source}: no reviews in it, only {found}"), source=source.name, found=found)


def clean(raw: RawTables, *, minimum: int = 1) -> Tables:
    """Order histories, keep the latest of repeated reviews, give every item a row, relate known products only.

    With `minimum` above 1, users and items with fewer interactions are removed until all have that many ("k-core").

    Raises:
        UserError: `minimum` is below 1, or no interaction is left.
    """
    if minimum < 1:
        raise UserError(N_("the minimum of interactions must be 1 or more, got {minimum}"), minimum=minimum)
    interactions, duplicates = _histories(raw.interactions)
    kept = _core(interactions, minimum)
    if not kept.any():
        raise UserError(N_("no interactions are left when users and products need {minimum} each"), minimum=minimum)
    removed = int((~kept).sum())
    interactions = _with_positions(interactions[kept])
    items = pd.Index(np.sort(interactions["item_id"].unique()), dtype="str")
    products, repeated, missing = _products(raw.products, items)
    known = raw.related["item_id"].isin(items) & raw.related["related_id"].isin(items)
    related = raw.related[known & (raw.related["item_id"] != raw.related["related_id"])].drop_duplicates()
    report = {
        "files": [asdict(file) for file in raw.files],
        "read": len(raw.interactions) + sum(refused(file) for file in raw.files if _of_reviews(file)),
        "refused": sum(refused(file) for file in raw.files if _of_reviews(file)),
        "duplicates": duplicates,
        "minimum": minimum,
        "removed_by_minimum": removed,
        "kept": len(interactions),
        "repeated_products": repeated,
        "products_without_metadata": missing,
        "relations_dropped": len(raw.related) - len(related),
    }
    return Tables(interactions, products, related.reset_index(drop=True), report)


def _files_of(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise DataError(_PUT_DATA_THERE, source=source, found="no such file or folder")
    files = sorted(
        path
        for path in source.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.stem.upper() not in _NOT_DATA
    )
    if not files:
        raise DataError(_PUT_DATA_THERE, source=source, found="no data")
    return files


def _of_reviews(file: FileReport) -> bool:
    return amazon.Format(file.format).holds_interactions


def refused(file: FileReport) -> int:
    """How many lines of a file could not be used."""
    return sum(int(entry["count"]) for entry in file.refused.values())


def _histories(raw: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Rows by user, then time, then the source's order, the latest row of each (user, item) only; how many went."""
    users, items = _codes(raw["user_id"]), _codes(raw["item_id"])
    time = raw["timestamp"].to_numpy()
    order = np.lexsort((time, users))  # stable: rows of one moment stay as they were
    pair = users[order] * (items.max(initial=0) + 1) + items[order]
    # within a user rows are in time order, so the last of a pair is the latest
    _, last = np.unique(pair[::-1], return_index=True)
    order = order[np.sort(len(pair) - 1 - last)]
    return raw.iloc[order].reset_index(drop=True), len(raw) - len(order)


def _codes(ids: pd.Series) -> NDArray[np.int64]:
    """The rank of each id among all (N,)."""
    return pd.factorize(ids, sort=True)[0].astype(np.int64)


def _core(interactions: pd.DataFrame, minimum: int) -> NDArray[np.bool_]:
    """Rows that stay when users and items with fewer than `minimum` rows go, again and again (N,)."""
    kept = np.ones(len(interactions), bool)
    columns = [_codes(interactions[name]) for name in ("user_id", "item_id")]
    while minimum > 1:
        enough = [np.bincount(codes[kept], minlength=codes.max() + 1)[codes] >= minimum for codes in columns]
        fewer = kept & enough[0] & enough[1]
        if fewer.sum() == kept.sum():
            break
        kept = fewer
    return kept


def _with_positions(interactions: pd.DataFrame) -> pd.DataFrame:
    position = interactions.groupby("user_id", sort=False).cumcount().astype(np.int32)
    interactions = interactions.assign(position=position).reset_index(drop=True)
    texts = [name for name in TEXT_COLUMNS if name in interactions]
    return interactions[["user_id", "item_id", "rating", "timestamp", "position", *texts]]


def _products(raw: pd.DataFrame, items: pd.Index) -> tuple[pd.DataFrame, int, int]:
    """One row per item in order; how many repeated rows were left out, and how many items have no row in `raw`."""
    wanted = raw[raw["item_id"].isin(items)]
    # of repeated rows the first with a title
    first = wanted.sort_values("title", key=pd.isna, kind="stable").drop_duplicates("item_id")
    table = first.set_index("item_id").reindex(items)
    for name in ("title", "brand", "department", "image_url"):
        table[name] = table[name].astype("str")
    table["price"] = table["price"].astype(np.float64)
    table["department"] = table["department"].fillna(UNKNOWN)
    table["subcategories"] = _lists(table["subcategories"])
    table = table.rename_axis("item_id").reset_index()
    table["item_id"] = table["item_id"].astype("str")
    return table[list(PRODUCT_COLUMNS)], len(wanted) - len(first), len(items) - len(first)


def _lists(values: Iterable[object]) -> list[list[str]]:
    return [value if isinstance(value, list) else [] for value in values]
