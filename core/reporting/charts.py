"""Plotly figures from measured data. Words come in translated, so pages, reports and slides share the figures.

Colour is never the only signal: lines differ in dash, bars and cells carry their numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

# Okabe & Ito's palette, told apart with the common colour-vision deficiencies, without its yellow (pale on white)
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#6B6B6B", "#8A5CC9")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px 2px", "2px 2px")
Percent = Callable[[float, int], str]  # a share of one and the digits wanted -> "73.3%" or "73,3 %"

_MARGIN = {"l": 8, "r": 8, "t": 32, "b": 8}


def drawn(
    traces: Sequence[Mapping[str, Any]],
    *,
    x: str = "",
    y: str = "",
    height: int = 360,
    xaxis: Mapping[str, Any] | None = None,
    yaxis: Mapping[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """A figure from its traces, with the margins and axis titles that all figures have; `layout` is Plotly's.

    It is put together in one step: adding traces and changing axes one by one takes seven times as long, and pages draw
    figures at every run.
    """
    axes = {
        name: {"title": {"text": title}, "automargin": True, **(more or {})}
        for name, title, more in (("xaxis", x, xaxis), ("yaxis", y, yaxis))
    }
    return go.Figure({"data": list(traces), "layout": {"height": height, "margin": _MARGIN, **axes, **layout}})


def framed(figure: go.Figure, *, height: int, **more: Any) -> go.Figure:
    """The same margins for a figure that Plotly has put together, such as several plots beside each other."""
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure.update_layout({"height": height, "margin": _MARGIN, **more}, overwrite=True)


def upright(x: float) -> dict[str, Any]:
    """A dotted line from the bottom to the top of a figure, for Plotly's "shapes"."""
    line = {"color": "#8A8A8A", "dash": "dot"}
    return {"type": "line", "line": line, "x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}


def _stroke(index: int) -> dict[str, str]:
    """Colour and dash of the nth curve: no two of the first 64 share both."""
    return {
        "color": PALETTE[index % len(PALETTE)],
        "dash": DASHES[(index + index // len(PALETTE)) % len(DASHES)],
    }


def score_bars(scores: Mapping[str, float], percent: Percent, *, height: int = 260) -> go.Figure:
    """Horizontal bars of named scores 0..1 in the given order, each with its percentage as `percent` writes it."""
    names, values = list(scores), list(scores.values())
    best = max(values, default=0.0)
    bars = {
        "type": "bar",
        "x": values,
        "y": names,
        "orientation": "h",
        "marker": {"color": [PALETTE[0] if value == best else "#9AA7B5" for value in values]},
        "text": [percent(value, 0) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    return drawn(
        [bars],
        height=height,
        xaxis={"range": [0, 1], "visible": False, "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True},
        showlegend=False,
        bargap=0.25,
        margin={"l": 4, "r": 44, "t": 4, "b": 4},
    )


def confusion_matrix(counts: Sequence[Sequence[int]], names: Sequence[str], *, truth: str, predicted: str) -> go.Figure:
    """Shares by row (rows: truth) as a heat map; every cell says its percentage and, on hover, its count."""
    totals = [max(sum(row), 1) for row in counts]
    shares = [[value / total for value in row] for row, total in zip(counts, totals, strict=True)]
    cells = {
        "type": "heatmap",
        "z": shares,
        "x": list(names),
        "y": list(names),
        "customdata": counts,
        "colorscale": "Blues",
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "text": [[f"{100 * share:.0f}" for share in row] for row in shares],
        "texttemplate": "%{text}",
        "hovertemplate": f"{truth}: %{{y}}<br>{predicted}: %{{x}}<br>%{{customdata}} (%{{z:.1%}})<extra></extra>",
    }
    return drawn([cells], x=predicted, y=truth, height=440, yaxis={"autorange": "reversed"})


def roc(curves: Mapping[str, Mapping[str, Any]], false_rates: Sequence[float], *, x: str, y: str) -> go.Figure:
    """One-against-rest ROC curves, the diagonal (chance) dotted; `curves[name]` has a "true_positive_rate"."""
    traces: list[dict[str, Any]] = [
        _line(false_rates, curve["true_positive_rate"], name, _stroke(index))
        for index, (name, curve) in enumerate(curves.items())
    ]
    chance = _line([0, 1], [0, 1], None, {"color": "#8A8A8A", "dash": "dot", "width": 1}) | {"showlegend": False}
    return drawn([*traces, chance], x=x, y=y, height=440, legend={"orientation": "h", "y": -0.25})


def _line(xs: Sequence[float], ys: Sequence[float], name: str | None, line: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "x": list(xs), "y": list(ys), "mode": "lines", "name": name, "line": line}


def lines(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x: str,
    y: str,
    points: bool = False,
) -> go.Figure:
    """Named curves `(x values, y values)`; `points` marks what was measured."""
    curves = [
        _line(xs, ys, name, _stroke(index)) | {"mode": "lines+markers" if points else "lines"}
        for index, (name, (xs, ys)) in enumerate(series.items())
    ]
    return drawn(curves, x=x, y=y, legend={"orientation": "h", "y": -0.25})


def reliability(bins: Sequence[Mapping[str, float]], *, x: str, y: str, ideal: str, measured: str) -> go.Figure:
    """Reliability diagram: accuracy against confidence per bin, with the ideal diagonal."""
    line = _line([0, 1], [0, 1], ideal, {"dash": "dot", "color": "#8A8A8A"})
    confidence, accuracy = ([row[name] for row in bins] for name in ("confidence", "accuracy"))
    points = _line(confidence, accuracy, measured, {"color": PALETTE[0]})
    points |= {"mode": "lines+markers", "marker": {"size": 9}}
    whole = {"range": [0, 1]}
    return drawn([line, points], x=x, y=y, xaxis=whole, yaxis=whole, legend={"orientation": "h", "y": -0.25})


def columns(values: Mapping[str, float], written: Callable[[float], str], *, x: str, y: str) -> go.Figure:
    """Vertical bars of named values, each with its number as `written` puts it."""
    bars = {
        "type": "bar",
        "x": list(values),
        "y": list(values.values()),
        "marker": {"color": PALETTE[0]},
        "text": [written(value) for value in values.values()],
        "textposition": "outside",
        "cliponaxis": False,
    }
    return drawn([bars], x=x, y=y, height=320, showlegend=False)
