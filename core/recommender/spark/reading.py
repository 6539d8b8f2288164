"""Raw files as Spark tables: each task reads one part of one file with the code that reads whole files elsewhere."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.pandas.types import from_arrow_schema

from core.datasets.amazon import FileReport, Format
from core.datasets.amazon.interactions import TEXT_COLUMNS, interaction_batches
from core.datasets.amazon.products import product_batches, related_batches
from core.datasets.amazon.source import PART, Part, merged, parts
from core.recommender.etl import formats_of, no_reviews

_ROW = 32  # a place is the number of the part, then as many bits for the row in it: the order of the files
_KEPT_BY = [("place", pa.int64()), ("report", pa.string())]
INTERACTIONS = pa.schema(
    [("user_id", pa.string()), ("item_id", pa.string()), ("rating", pa.float32()), ("timestamp", pa.int64())]
)
CATALOGUE = pa.schema(
    [
        ("item_id", pa.string()), ("title", pa.string()), ("brand", pa.string()), ("department", pa.string()),
        ("subcategories", pa.list_(pa.string())), ("price", pa.float64()), ("image_url", pa.string()),
        ("related_id", pa.string()), ("relation", pa.string()), ("of_table", pa.bool_()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One part of one file."""

    path: Path
    form: Format
    part: Part | None


@dataclass(frozen=True)
class Raw:
    """What the files of a source say; nothing is joined or ordered yet, and nothing read before it is asked for.

    `interactions`: the columns of INTERACTIONS, those of texts where asked for, place. `catalogue`: products (whose
    related_id is null) and relations (whose is not; `of_table` when from a table of relations), place. In both, rows
    with a `report` are what a task counted: `reports` reads them.
    """

    interactions: DataFrame
    catalogue: DataFrame
    tasks: tuple[tuple[Task, ...], tuple[Task, ...]]


def extract(session: SparkSession, source: Path, *, texts: bool = False, size: int = PART) -> Raw:
    """A file, or every data file directly in a folder, in parts of about `size` bytes.

    Raises:
        DataError: there is nothing to read, or a file is in no known format.
    """
    forms = formats_of(source)
    tasks = [Task(path, form, part) for path, form in forms.items() for part in parts(path, size)]
    reviews = tuple(task for task in tasks if task.form.holds_interactions)
    others = tuple(task for task in tasks if not task.form.holds_interactions)
    if not reviews:
        raise no_reviews(source, forms)
    columns = pa.schema([*INTERACTIONS, *(pa.field(name, pa.string()) for name in (TEXT_COLUMNS if texts else ()))])
    return Raw(
        _table(session, reviews, columns, lambda task, report: _interactions(task, report, texts)),
        _table(session, others, CATALOGUE, _catalogue),
        (reviews, others),
    )


def reports(table: DataFrame, tasks: Sequence[Task]) -> list[FileReport]:
    """What was read, kept and refused of each file.

    Raises:
        DataError: nothing in one of the files could be read.
    """
    rows = table.filter(sf.col("report").isNotNull()).select("place", "report").collect()
    told = {row["place"] >> _ROW: FileReport(**json.loads(row["report"])) for row in rows}
    whole = [
        merged([told[number] for number in numbers])
        for _, numbers in groupby(range(len(tasks)), key=lambda number: tasks[number].path)
    ]
    for report in whole:
        report.check()
    return whole


def _table(
    session: SparkSession,
    tasks: Sequence[Task],
    columns: pa.Schema,
    read: Callable[[Task, FileReport], Iterator[pd.DataFrame]],
) -> DataFrame:
    schema = pa.schema([*columns, *(pa.field(*each) for each in _KEPT_BY)])

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number in (number for batch in batches for number in batch.column(0).to_pylist()):
            task, row = tasks[number], 0
            report = FileReport(task.path.name, task.form.value)
            for frame in read(task, report):
                place = (number << _ROW) + row + np.arange(len(frame))
                row += len(frame)
                yield pa.RecordBatch.from_pandas(
                    frame.assign(place=place, report=None), schema=schema, preserve_index=False
                )
            told = {"place": (number << _ROW) + row, "report": json.dumps(asdict(report))}
            yield pa.RecordBatch.from_pylist([told], schema=schema)

    if not tasks:
        return session.createDataFrame([], from_arrow_schema(schema))
    return session.range(len(tasks), numPartitions=len(tasks)).mapInArrow(run, from_arrow_schema(schema))


def _interactions(task: Task, report: FileReport, texts: bool) -> Iterator[pd.DataFrame]:
    return interaction_batches(task.path, task.form, report, texts=texts, part=task.part)


def _catalogue(task: Task, report: FileReport) -> Iterator[pd.DataFrame]:
    described, related = CATALOGUE.names[1:7], CATALOGUE.names[7:9]
    if task.form.holds_products:
        for products, pairs in product_batches(task.path, task.form, report, part=task.part):
            yield products.assign(**dict.fromkeys([*related, "of_table"]))
            yield pairs.assign(**dict.fromkeys(described), of_table=False)
    else:
        for pairs in related_batches(task.path, report, task.part):
            yield pairs.assign(**dict.fromkeys(described), of_table=True)
