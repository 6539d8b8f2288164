"""The numbers inside a Plotly figure: as rows for a CSV file, and in words for those who do not see the figure."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import plotly.graph_objects as go

from core.spreadsheets import defused

Row = tuple[str, str | float, str | float]  # series, x, y (a cell of a matrix: its value, column, row)
_MOST_SAID = 12  # points of a series that are told one by one
_TAGS = re.compile(r"<[^>]*>")


def values(sequence: Any) -> list[Any]:
    """A trace's coordinates as plain Python values."""
    return [] if sequence is None else [item.item() if hasattr(item, "item") else item for item in sequence]


def lying(trace: Any) -> bool:
    """Whether a trace's bars are horizontal."""
    return trace.type == "bar" and trace.orientation == "h"


def rows(figure: go.Figure) -> Iterator[Row]:
    """Every number of the figure with its series and place; reference lines are left out."""
    for trace in figure.data:
        if trace.type == "heatmap":
            for name, line in zip(values(trace.y), trace.z, strict=True):
                yield from ((str(name), column, value) for column, value in zip(values(trace.x), line, strict=True))
        elif trace.name or len(figure.data) == 1:
            for x, y in zip(values(trace.x), values(trace.y), strict=True):
                if x is not None and y is not None:
                    yield trace.name or "", x, y


def as_csv(figure: go.Figure) -> str:
    """The rows as a CSV file with a header line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("series", "x", "y"))
    writer.writerows(map(defused, row) for row in rows(figure))
    return text.getvalue()


def in_words(
    figure: go.Figure,
    said: Callable[[float], str],
    span: Callable[[str, str], str],
    labelled: Callable[[str, str], str],
    then: str,
) -> str:
    """What the figure shows: short series point by point, long ones by their ends, as `span(first, last)` puts it.

    `labelled(name, told)` puts a name and a colon before what is told, `then` stands between two series.
    """
    sentences = []
    for name, points in _by_series(figure).items():
        numbers = [_told(point, said) for point in points]
        if len(points) > _MOST_SAID:
            told = span(*(labelled(place, value) for place, value in (numbers[0], numbers[-1])))
        else:
            told = ", ".join(f"{place} {value}" for place, value in numbers)
        sentences.append(labelled(name, told) if name else told)
    return then.join(sentences)


def plain(text: str | None) -> str:
    """Plotly's text without its markup."""
    return _TAGS.sub(" ", text or "").strip()


def _by_series(figure: go.Figure) -> dict[str, list[tuple[Any, Any]]]:
    sideways = any(lying(trace) for trace in figure.data) or _named(figure)
    series: dict[str, list[tuple[Any, Any]]] = {}
    for name, x, y in rows(figure):
        series.setdefault(name, []).append((y, x) if sideways else (x, y))
    return series


def _named(figure: go.Figure) -> bool:
    """Whether points stand beside names on the vertical axis."""
    return any(
        trace.type == "scatter" and all(isinstance(name, str) for name in values(trace.y)) for trace in figure.data
    )


def _told(point: Sequence[Any], said: Callable[[float], str]) -> tuple[str, str]:
    place, value = (said(each) if isinstance(each, int | float) else str(each) for each in point)
    return place, value
