"""What the products are: name, brand, categories, price, picture, and which others Amazon showed beside them."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.datasets.amazon import fields
from core.datasets.amazon.formats import ITEM, Format, column_of, detect
from core.datasets.amazon.source import CHUNK, FileReport, Part, chunks, lines, parquet_columns, parquet_rows
from core.errors import N_, DataError

COLUMNS = ("item_id", "title", "brand", "department", "subcategories", "price", "image_url")
RELATED_COLUMNS = ("item_id", "related_id", "relation")
RELATIONS = {  # as the editions name them, and as we do
    "also_bought": "also_bought",
    "also_buy": "also_bought",
    "also_viewed": "also_viewed",
    "also_view": "also_viewed",
    "bought_together": "bought_together",
    "buy_after_viewing": "bought_after_viewing",
}
# columns of a Parquet table that `_row` and `_related` know
_USED = (
    *COLUMNS[1:], "store", "details", "imUrl", "images", "imageURL", "imageURLHighRes", "categories", "category",
    "main_category", "main_cat", "related", *RELATIONS,
)  # fmt: skip
_MAX_CATEGORIES, _MAX_CATEGORY, _MAX_RELATED = 20, 80, 500
# a dictionary of 2014 starts with the id; parsing it costs a hundred times more than this look
_ASIN_2014 = re.compile(rb"^\s*\{\s*'asin':\s*'([^'\\]+)'")
_Row = tuple[str | None, str | None, str | None, list[str], float | None, str | None]


def read_products(
    path: Path, form: Format | None = None, *, only: Collection[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, FileReport]:
    """Read one file of metadata: a table of products (COLUMNS) and one of their relations (RELATED_COLUMNS).

    `subcategories` is list[str]; price is in dollars; everything but item_id may be null. Products outside `only`, and
    relations to them, are left out and not counted as kept. Repeated products and relations are not removed.

    Raises:
        DataError: the file holds no products, or nothing in it can be read.
    """
    form = form or detect(path)
    if not form.holds_products:
        raise DataError(N_("{file}: holds {format}, not products"), file=path.name, format=form.value)
    report = FileReport(path.name, form.value)
    wanted = None if only is None else frozenset(only)
    tables = list(product_batches(path, form, report, only=wanted))
    outside = report.read - report.kept - sum(int(entry["count"]) for entry in report.refused.values())
    if not outside:  # a file about other products is no broken file
        report.check()
    products, related = zip(*tables, strict=True) if tables else ((_typed([], []),), (_pairs([]),))
    return pd.concat(products, ignore_index=True), pd.concat(related, ignore_index=True), report


def product_batches(
    path: Path,
    form: Format,
    report: FileReport,
    *,
    only: frozenset[str] | None = None,
    part: Part | None = None,
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Products and relations of a file, or of a `part` of it, as `read_products` gives them, some at a time.

    Raises:
        DataError: the file is no such table, or its archive is absurd.
    """
    parquet = form is Format.PRODUCTS_PARQUET
    records = _parquet_records(path, report, part) if parquet else _records(path, report, only, part)
    for chunk in chunks(records, CHUNK // 10):
        ids: list[str] = []
        rows: list[_Row] = []
        related: list[tuple[str, str, str]] = []
        for number, found in chunk:
            item = fields.identifier(found.get("parent_asin") or found.get("asin"))
            if item is None:
                report.refuse("product missing or no id", [number])
            elif only is None or item in only:
                ids.append(item)
                rows.append(_row(found, report))
                pairs = _related(found)
                related += [(item, other, relation) for other, relation in pairs if only is None or other in only]
        report.kept += len(ids)
        yield _typed(ids, rows), _pairs(related)


def read_related(path: Path) -> tuple[pd.DataFrame, FileReport]:
    """Read the prepared table of related products (RELATED_COLUMNS); rows with a bad id are skipped and counted.

    Raises:
        DataError: the file is no such table, or nothing in it can be read.
    """
    report = FileReport(path.name, Format.RELATED_PARQUET.value)
    frames = [_pairs([]), *related_batches(path, report)]
    report.check()
    return pd.concat(frames, ignore_index=True), report


def related_batches(path: Path, report: FileReport, part: Part | None = None) -> Iterator[pd.DataFrame]:
    """The rows of `read_related`, of the whole file or of a `part`, some at a time.

    Raises:
        DataError: the file is no such table.
    """
    names = parquet_columns(path)
    item, other = column_of(names, ITEM), column_of(names, ("related_asin", "related_id"))
    if item is None or other is None or "relation" not in names:
        raise DataError(N_("{file}: needs the columns asin, related_asin, relation"), file=path.name)
    wanted = [names[item], names[other], "relation"]
    for numbers, table in parquet_rows(path, wanted, report, part):
        columns = [[fields.identifier(value) for value in table.column(name).to_pylist()] for name in wanted]
        bad = np.any([fields.absent(column) for column in columns], axis=0)
        report.refuse("product or relation missing or no id", numbers[bad])
        report.kept += int((~bad).sum())
        yield pd.DataFrame(dict(zip(RELATED_COLUMNS, columns, strict=True)), dtype="str")[~bad]


def _typed(ids: list[str], rows: list[_Row]) -> pd.DataFrame:
    products = pd.DataFrame(rows, columns=list(COLUMNS[1:]), dtype=object)
    products.insert(0, "item_id", pd.Series(ids, dtype="str"))
    for name in ("title", "brand", "department", "image_url"):
        products[name] = products[name].astype("str")
    products["price"] = products["price"].astype("float64")
    return products


def _pairs(related: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(related, columns=list(RELATED_COLUMNS), dtype="str")


def _records(
    path: Path, report: FileReport, wanted: frozenset[str] | None, part: Part | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in lines(path, report, part):
        named = _ASIN_2014.match(line) if wanted is not None else None
        if named and named[1].decode("ascii", "replace") not in wanted:  # type: ignore[operator]
            yield number, {"asin": named[1].decode("ascii", "replace")}
            continue
        found = fields.record(line)
        if isinstance(found, str):
            report.refuse(found, [number])
        else:
            yield number, found


def _parquet_records(path: Path, report: FileReport, part: Part | None) -> Iterator[tuple[int, dict[str, Any]]]:
    names = parquet_columns(path)
    item = column_of(names, ITEM)
    if item is None:
        raise DataError(N_("{file}: needs a column asin"), file=path.name)
    known = [name for name in _USED if name in names]
    for numbers, table in parquet_rows(path, [names[item], *known], report, part):
        for number, row in zip(numbers.tolist(), table.to_pylist(), strict=True):
            yield number, {**row, "asin": row[names[item]]}


def _row(found: dict[str, Any], report: FileReport) -> _Row:
    """One product without its id, in the order of COLUMNS, from the metadata of any edition."""
    title = _readable(found.get("title"), "title", report)
    details = found.get("details")
    brand = found.get("brand") or found.get("store") or (details.get("Brand") if isinstance(details, dict) else None)
    brand = _readable(brand, "brand", report)
    if brand and brand.lower().startswith("by "):  # the crawl of 2018 kept the word before the brand
        brand = brand[3:].strip() or None
    if "department" in found:  # a prepared table
        department, subcategories = fields.text(found["department"]), _categories(found.get("subcategories"))
    else:
        department, subcategories = _places(found)
    raw_price = found.get("price")
    price = fields.price(raw_price)
    report.empty("price", int(price is None and raw_price not in (None, "", "None")))
    image = next(
        (
            url
            for name in ("image_url", "imUrl", "imageURLHighRes", "imageURL", "images")
            if (url := fields.first_url(found.get(name)))
        ),
        None,
    )
    return title, brand, department, subcategories, price, image


def _readable(value: object, name: str, report: FileReport) -> str | None:
    if isinstance(value, str) and fields.is_web_page(value):
        report.empty(name)
        return None
    return fields.text(value)


def _categories(value: object) -> list[str]:
    """Category names of one path, outermost first; product features that the crawl took for categories are left out."""
    names = [fields.text(name) for name in value[:_MAX_CATEGORIES]] if isinstance(value, list) else []
    return [name for name in names if name and len(name) <= _MAX_CATEGORY and not fields.is_web_page(name)]


def _places(found: dict[str, Any]) -> tuple[str | None, list[str]]:
    """Department (second level of the category path, else the first) and what lies below it, of all paths."""
    value = found.get("categories") or found.get("category")
    nested = isinstance(value, list) and any(isinstance(path, list) for path in value)
    paths = [_categories(path) for path in value[:_MAX_CATEGORIES]] if nested else [_categories(value)]  # type: ignore[index]
    main = next((path for path in paths if len(path) > 1), next((path for path in paths if path), []))
    if not main:
        top = fields.text(found.get("main_category") or found.get("main_cat"))
        return (None if top is None or fields.is_web_page(top) else top), []
    department = main[1] if len(main) > 1 else main[0]
    return department, list(dict.fromkeys(name for path in paths for name in path[2:]))


def _related(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    related = found.get("related")
    tables = [related, found] if isinstance(related, dict) else [found]
    for table in tables:
        for name, relation in RELATIONS.items():
            others = table.get(name)
            for other in others[:_MAX_RELATED] if isinstance(others, list) else ():
                if (other_id := fields.identifier(other)) is not None:
                    yield other_id, relation
