"""Entity-relation diagrams drawn from the code: the warehouse's SQL and the ledger's tables."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from sqlalchemy import MetaData

from core.settings import ROOT

WAREHOUSE = ROOT / "data" / "warehouse" / "schema.sql"
_ROW, _WIDTH, _GAP = 0.24, 3.0, 0.9  # inches
_COLUMNS = 3  # of boxes
_INK, _HEAD, _LINE = "#1B2733", "#D6E6F2", "#0072B2"


@dataclass(frozen=True)
class Entity:
    """A table: its columns as "name type", those of the primary key marked, and the tables its foreign keys name."""

    name: str
    columns: tuple[tuple[str, bool], ...]
    references: tuple[str, ...]


@cache
def warehouse() -> tuple[Entity, ...]:
    """The tables of the star schema, as DuckDB understands `data/warehouse/schema.sql`."""
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        connection.execute(WAREHOUSE.read_text(encoding="utf-8"))
        columns = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY column_index"
        ).fetchall()
        keys = connection.execute(
            "SELECT table_name, constraint_type, constraint_column_names, referenced_table FROM duckdb_constraints() "
            "WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')"
        ).fetchall()
    primary = {(table, name) for table, kind, names, _ in keys if kind == "PRIMARY KEY" for name in names}
    tables = dict.fromkeys(table for table, _name, _type in columns)
    return tuple(
        Entity(
            table,
            tuple((f"{name}  {kind.lower()}", (table, name) in primary) for own, name, kind in columns if own == table),
            tuple(dict.fromkeys(other for owner, kind, _, other in keys if owner == table and kind == "FOREIGN KEY")),
        )
        for table in tables
    )  # fmt: skip


def ledger(metadata: MetaData) -> tuple[Entity, ...]:
    """The tables of SQLAlchemy's `metadata`."""
    return tuple(
        Entity(
            table.name,
            tuple((f"{column.name}  {str(column.type).lower()}", bool(column.primary_key)) for column in table.columns),
            tuple(dict.fromkeys(key.column.table.name for key in table.foreign_keys)),
        )
        for table in metadata.sorted_tables
    )


def in_words(entities: Sequence[Entity]) -> str:
    """The diagram for those who do not see it."""
    return "; ".join(
        f"{entity.name} ({len(entity.columns)})" + (f" → {', '.join(entity.references)}" if entity.references else "")
        for entity in entities
    )


def draw(entities: Sequence[Entity], form: str) -> bytes:
    """The diagram as a file, "svg" or "png": a box per table, key columns underlined, arrows along foreign keys."""
    places, (width, height) = _arranged(entities)
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "effigies", "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
        axes.set_axis_off()
        for entity in entities:
            for other in entity.references:
                if other != entity.name:
                    _arrow(axes, entity.name, other, places, {each.name: each for each in entities})
            _box(axes, entity, places[entity.name])
        file = io.BytesIO()
        options: dict[str, Any] = {"metadata": {"Date": None}} if form == "svg" else {"dpi": 150}
        figure.savefig(file, format=form, **options)
    return file.getvalue()


def _tall(entity: Entity) -> float:
    return _ROW * (len(entity.columns) + 1)


def _arranged(entities: Sequence[Entity]) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """Left top corner of each box, and the size of the whole: each box goes under the shortest column."""
    depth = [_GAP / 2] * _COLUMNS
    placed = {}
    for entity in sorted(entities, key=_tall, reverse=True):
        column = depth.index(min(depth))
        placed[entity.name] = (_GAP / 2 + column * (_WIDTH + _GAP), depth[column])
        depth[column] += _tall(entity) + _GAP
    height = max(depth)
    return {name: (x, height - y) for name, (x, y) in placed.items()}, (_COLUMNS * (_WIDTH + _GAP), height)


def _box(axes: Axes, entity: Entity, place: tuple[float, float]) -> None:
    left, top = place
    axes.add_patch(Rectangle((left, top - _tall(entity)), _WIDTH, _tall(entity), facecolor="white", edgecolor=_INK))
    axes.add_patch(Rectangle((left, top - _ROW), _WIDTH, _ROW, facecolor=_HEAD, edgecolor=_INK))
    style: dict[str, Any] = {"va": "center", "fontsize": 8, "color": _INK}
    axes.text(left + 0.08, top - _ROW / 2, entity.name, fontweight="bold", **style)
    for number, (text, key) in enumerate(entity.columns, start=1):
        mark = "◆ " if key else "   "
        axes.text(left + 0.08, top - (number + 0.5) * _ROW, mark + text, **style)


def _arrow(
    axes: Axes, start: str, end: str, places: Mapping[str, tuple[float, float]], entities: Mapping[str, Entity]
) -> None:
    (x, y), (to_x, to_y) = places[start], places[end]
    if x == to_x:  # one above the other: along the left side
        bow = (1 if y > to_y else -1) * 0.7 * _GAP / abs(y - to_y)  # no wider than the gap, however long
        ends = (x, y - _ROW / 2), (to_x, to_y - _ROW / 2)
    else:
        sides = (_WIDTH, 0.0) if to_x > x else (0.0, _WIDTH)
        ends, bow = ((x + sides[0], y - _tall(entities[start]) / 2), (to_x + sides[1], to_y - _ROW / 2)), 0.0
    style: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "color": _LINE, "linewidth": 1, "zorder": 0}
    axes.add_patch(FancyArrowPatch(*ends, connectionstyle=f"arc3,rad={bow}", **style))
