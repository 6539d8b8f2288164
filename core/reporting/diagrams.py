"""Entity-relation diagrams of `core.reporting.data_model`, drawn by Matplotlib."""

import io
from collections.abc import Sequence
from math import hypot
from random import Random
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from core.reporting.data_model import Entity, Reference

_ROW, _WIDTH, _GAP = 0.24, 3.0, 0.9  # inches
_COLUMNS = 3  # of boxes
_TRIED = 400  # arrangements
_HIDDEN = 100.0  # how much worse an arrow behind a box is than an inch of arrow
_INK, _HEAD, _LINE = "#1B2733", "#D6E6F2", "#0072B2"

Point = tuple[float, float]
Places = dict[str, Point]  # left top corner of each box, upwards


def draw(entities: Sequence[Entity], form: str) -> bytes:
    """The diagram as a file, "svg" or "png": a box per table, key columns marked, arrows along foreign keys."""
    places, (width, height) = _arranged(entities)
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "effigies", "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
        axes.set_axis_off()
        for entity in entities:
            for reference in entity.references:
                if reference.table != entity.name:
                    _arrow(axes, *_line(entity, reference, places))
            _box(axes, entity, places[entity.name])
        file = io.BytesIO()
        options: dict[str, Any] = {"metadata": {"Date": None}} if form == "svg" else {"dpi": 150}
        figure.savefig(file, format=form, **options)
    return file.getvalue()


def _tall(entity: Entity) -> float:
    return _ROW * (len(entity.columns) + 1)


def _arranged(entities: Sequence[Entity]) -> tuple[Places, Point]:
    """Where each box stands, and the size of the whole: of many arrangements the one with the clearest arrows."""
    chance = Random(0)  # noqa: S311 - equal tables give equal diagrams
    order, tried = list(entities), []
    for _ in range(_TRIED):
        chance.shuffle(order)
        places, size = _stacked(order)
        tried.append((_unclear(entities, places) + size[1], places, size))
    _, places, size = min(tried, key=lambda arrangement: arrangement[0])
    return places, size


def _stacked(entities: Sequence[Entity]) -> tuple[Places, Point]:
    """Each box under the shortest column, in their order."""
    depth = [_GAP / 2] * _COLUMNS
    placed = {}
    for entity in entities:
        column = depth.index(min(depth))
        placed[entity.name] = (_GAP / 2 + column * (_WIDTH + _GAP), depth[column])
        depth[column] += _tall(entity) + _GAP
    height = max(depth) - _GAP / 2
    return {name: (x, height - y) for name, (x, y) in placed.items()}, (_COLUMNS * (_WIDTH + _GAP), height)


def _unclear(entities: Sequence[Entity], places: Places) -> float:
    """Inches of arrow, and much more for each box that hides a part of one."""
    boxes = {
        each.name: Bbox.from_bounds(places[each.name][0], places[each.name][1] - _tall(each), _WIDTH, _tall(each))
        for each in entities
    }
    total = 0.0
    for entity in entities:
        for reference in entity.references:
            start, end, bow = _line(entity, reference, places)
            total += hypot(start[0] - end[0], start[1] - end[1])
            between = {name: box for name, box in boxes.items() if name not in (entity.name, reference.table)}
            if not bow:  # those with a bow run between two columns
                total += _HIDDEN * sum(Path([start, end]).intersects_bbox(box, filled=True) for box in between.values())
    return total


def _line(entity: Entity, reference: Reference, places: Places) -> tuple[Point, Point, float]:
    """From the row of the key to the head of the table it leads to, and how far the line bows out."""
    (x, y), (to_x, to_y) = places[entity.name], places[reference.table]
    row = next(number for number, column in enumerate(entity.columns, 1) if column.name in reference.columns)
    y, to_y = y - (row + 0.5) * _ROW, to_y - _ROW / 2
    if x == to_x:  # one above the other: along the left side, no wider than the gap, however long
        return (x, y), (to_x, to_y), (1 if y > to_y else -1) * 0.7 * _GAP / abs(y - to_y)
    sides = (_WIDTH, 0.0) if to_x > x else (0.0, _WIDTH)
    return (x + sides[0], y), (to_x + sides[1], to_y), 0.0


def _box(axes: Axes, entity: Entity, place: Point) -> None:
    left, top = place
    axes.add_patch(Rectangle((left, top - _tall(entity)), _WIDTH, _tall(entity), facecolor="white", edgecolor=_INK))
    axes.add_patch(Rectangle((left, top - _ROW), _WIDTH, _ROW, facecolor=_HEAD, edgecolor=_INK))
    style: dict[str, Any] = {"va": "center", "fontsize": 8, "color": _INK}
    axes.text(left + 0.08, top - _ROW / 2, entity.name, fontweight="bold", **style)
    for number, column in enumerate(entity.columns, start=1):
        mark = "◆ " if column.primary else "   "
        axes.text(left + 0.08, top - (number + 0.5) * _ROW, f"{mark}{column.name}  {column.kind}", **style)


def _arrow(axes: Axes, start: Point, end: Point, bow: float) -> None:
    style: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "color": _LINE, "linewidth": 1, "zorder": 0}
    axes.add_patch(FancyArrowPatch(start, end, connectionstyle=f"arc3,rad={bow}", **style))
