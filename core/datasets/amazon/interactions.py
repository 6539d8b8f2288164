"""Who reviewed what, when, with which rating, from any of the published forms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets.amazon import fields
from core.datasets.amazon.formats import ITEM, RATING, TIME, USER, Format, column_of, csv_columns, detect, split
from core.datasets.amazon.source import FileReport, Part, chunks, lines, parquet_columns, parquet_rows
from core.errors import N_, DataError

COLUMNS = ("user_id", "item_id", "rating", "timestamp")
TEXT_COLUMNS = ("review_title", "review_text", "review_image_url")
_MAX_REVIEW = 32_000  # characters, Amazon's own limit
_SNIFFED = 200


@dataclass
class _Rows:
    """Fields of some lines as they were found, column by column."""

    lines: NDArray[np.int64]
    user: Sequence[object]
    item: Sequence[object]
    rating: Sequence[object] | None
    time: Sequence[object]
    day: Sequence[object] | None = None
    texts: dict[str, list[str | None]] = field(default_factory=dict)
    may_be_unrated: bool = False


def read_interactions(
    path: Path, form: Format | None = None, *, texts: bool = False
) -> tuple[pd.DataFrame, FileReport]:
    """Read one file: user_id, item_id (str), rating (float32 1..5, NaN where the form has none), timestamp (int64, s).

    Rows stay in the order of the file. With `texts` the columns review_title, review_text and review_image_url follow
    (null where a form has none). What cannot be used is skipped and counted in the report.

    Raises:
        DataError: the file holds no interactions, or nothing in it can be read.
    """
    form = form or detect(path)
    if not form.holds_interactions:
        raise DataError(N_("{file}: holds {format}, not reviews"), file=path.name, format=form.value)
    report = FileReport(path.name, form.value)
    frames = list(interaction_batches(path, form, report, texts=texts))
    report.check()
    frames = frames or [_frame(_Rows(np.zeros(0, np.int64), [], [], [], []), report, texts)]
    return pd.concat(frames, ignore_index=True), report


def interaction_batches(
    path: Path, form: Format, report: FileReport, *, texts: bool = False, part: Part | None = None
) -> Iterator[pd.DataFrame]:
    """The rows of a file of reviews, or of a `part` of it, as `read_interactions` gives them, some at a time.

    Raises:
        DataError: the file is no such table, or its archive is absurd.
    """
    reader = {Format.RATINGS_CSV: _csv_rows, Format.INTERACTIONS_PARQUET: _parquet_rows}.get(form)
    batches = reader(path, report, part) if reader else _json_rows(path, report, part, texts)
    return (_frame(rows, report, texts) for rows in batches)


def _json_rows(path: Path, report: FileReport, part: Part | None, texts: bool) -> Iterator[_Rows]:
    for chunk in chunks(lines(path, report, part)):
        numbers: list[int] = []
        records: list[dict[str, Any]] = []
        for number, line in chunk:
            found = fields.record(line)
            if isinstance(found, str):
                report.refuse(found, [number])
            else:
                numbers.append(number)
                records.append(found)
        yield _Rows(
            np.array(numbers, np.int64),
            [found.get("reviewerID", found.get("user_id")) for found in records],
            [found.get("parent_asin") or found.get("asin") for found in records],
            [found.get("overall", found.get("rating")) for found in records],
            [found.get("unixReviewTime", found.get("timestamp")) for found in records],
            [found.get("reviewTime") for found in records],
            _texts_of(records) if texts else {},
        )


def _texts_of(records: list[dict[str, Any]]) -> dict[str, list[str | None]]:
    return {
        "review_title": [fields.text(found.get("summary", found.get("title"))) for found in records],
        "review_text": [fields.text(found.get("reviewText", found.get("text")), _MAX_REVIEW) for found in records],
        "review_image_url": [fields.first_url(found.get("image", found.get("images"))) for found in records],
    }


def _csv_rows(path: Path, report: FileReport, part: Part | None) -> Iterator[_Rows]:
    found = csv_columns([line for _, line in islice(lines(path, FileReport(path.name, "")), _SNIFFED)])
    if found is None:
        raise DataError(N_("{file}: is no table of user,item,rating,timestamp"), file=path.name)
    *columns, has_header = found
    width = max(columns) + 1
    numbered = lines(path, report, part)
    if has_header and (part is None or part.start == 0):
        next(numbered)
        report.read -= 1
        report.skipped += 1
    for chunk in chunks(numbered):
        rows = [split(line) for _, line in chunk]
        whole = np.array([len(row) >= width for row in rows])
        places = np.array([number for number, _ in chunk], np.int64)
        report.refuse("too few columns", places[~whole])
        rows = [row for row in rows if len(row) >= width]
        user, item, rating, time = ([row[column] for row in rows] for column in columns)
        yield _Rows(places[whole], user, item, rating, time)


def _parquet_rows(path: Path, report: FileReport, part: Part | None) -> Iterator[_Rows]:
    names = parquet_columns(path)
    user, item, rating, time = (column_of(names, known) for known in (USER, ITEM, RATING, TIME))
    if user is None or item is None or time is None:
        raise DataError(
            N_("{file}: needs a user, an item and a timestamp column; has {columns}"),
            file=path.name,
            columns=", ".join(names[:20]),
        )
    wanted = [names[column] for column in (user, item, time) if column is not None]
    columns = [*wanted, *([] if rating is None else [names[rating]])]
    for numbers, table in parquet_rows(path, columns, report, part):
        users, items, times = (table.column(name).to_pylist() for name in wanted)
        yield _Rows(
            numbers,
            [str(value) if type(value) is int else value for value in users],
            [str(value) if type(value) is int else value for value in items],
            None if rating is None else table.column(names[rating]).to_pylist(),
            times,
            may_be_unrated=True,  # a table of numbers says so by null
        )


def _frame(rows: _Rows, report: FileReport, texts: bool) -> pd.DataFrame:
    """The usable rows as a table; the others are counted once each, by the first thing that is wrong."""
    good = np.ones(len(rows.lines), bool)

    def refuse(wrong: NDArray[np.bool_], reason: str) -> None:
        nonlocal good
        report.refuse(reason, rows.lines[good & wrong])
        good = good & ~wrong

    ids = {}
    for name, values in (("user", rows.user), ("product", rows.item)):
        refuse(fields.absent(values), f"{name} missing")
        ids[name] = [fields.identifier(value) for value in values]
        refuse(fields.absent(ids[name]), f"{name} is no id")

    rating = np.full(len(good), np.nan)
    if rows.rating is not None:
        rating = fields.numbers(rows.rating)
        if not rows.may_be_unrated:
            refuse(fields.absent(rows.rating), "rating missing")
            refuse(np.isnan(rating), "rating is no number")
        refuse((rating < 1) | (rating > 5), "rating outside 1 to 5")

    no_time, time = fields.absent(rows.time), fields.numbers(rows.time)
    if rows.day is not None and no_time.any():
        time = np.where(no_time, fields.days(rows.day), time)
        no_time = no_time & fields.absent(rows.day)
    refuse(no_time, "time missing")
    refuse(np.isnan(time), "time is no number")
    timestamp, impossible = fields.seconds(time)
    refuse(impossible, "impossible time")

    report.kept += int(good.sum())
    frame = pd.DataFrame(
        {
            "user_id": pd.Series(ids["user"], dtype="str"),
            "item_id": pd.Series(ids["product"], dtype="str"),
            "rating": np.where(good, rating, np.nan).astype(np.float32),  # 1e300 would not fit
            "timestamp": timestamp,
        }
    )
    for name in TEXT_COLUMNS if texts else ():
        frame[name] = pd.Series(rows.texts.get(name, [None] * len(good)), dtype="str")
    return frame[good]
