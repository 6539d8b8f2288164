"""Plotly figures of recommenders: catalogue map, segments, figures with intervals, studies."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.reporting.charts import PALETTE, Percent, drawn, framed, upright

# shapes besides colours, so that departments are told apart without colours too
_SYMBOLS = ("circle", "square", "triangle-up", "cross", "diamond-tall", "x", "pentagon", "triangle-down")
_MARKS = (("diamond", "#FFD54A", 12), ("star", "#FF3B30", 17))


def catalogue_map(
    places: NDArray[np.float32],
    groups: Mapping[str, NDArray[np.intp]],
    marked: Mapping[str, Sequence[int]],
    label: Callable[[int], str],
) -> go.Figure:
    """Products as points: `places` (N, 2); rows of each group in its colour, rows of `marked` on top, larger.

    `label(row)` is what pointing at a product says; lines in it are kept, markup is not.
    """
    traces: list[dict[str, Any]] = []

    def add(name: str, rows: Sequence[int] | NDArray[np.intp], marker: dict[str, Any]) -> None:
        traces.append(
            {
                "type": "scatter",
                "x": places[rows, 0],
                "y": places[rows, 1],
                "mode": "markers",
                "name": name,
                "marker": marker,
                "text": [escape(label(int(row))).replace("\n", "<br>") for row in rows],
                "hovertemplate": "%{text}<extra></extra>",
            }
        )

    for index, (name, rows) in enumerate(groups.items()):
        symbol = _SYMBOLS[index % len(_SYMBOLS)]
        add(name, rows, {"color": PALETTE[index % len(PALETTE)], "symbol": symbol, "size": 5, "opacity": 0.55})
    for (name, few), (symbol, colour, size) in zip(marked.items(), _MARKS, strict=False):
        if few:
            line = {"color": "#111111", "width": 1.5}
            add(name, few, {"color": colour, "symbol": symbol, "size": size, "line": line})
    hidden = {"visible": False}
    legend = {"orientation": "h", "y": -0.02, "itemsizing": "constant"}
    return drawn(traces, height=560, xaxis=hidden, yaxis=hidden, legend=legend, hovermode="closest")


def segments(
    names: Sequence[str],
    sizes: Sequence[float],
    shares: Sequence[Sequence[float]],
    departments: Sequence[str],
    percent: Percent,
    *,
    size: str,
    shares_title: str,
) -> go.Figure:
    """Sizes of segments as bars above, what each buys (`shares`, by segment and department) as stacked bars below."""
    figure = make_subplots(
        rows=2, cols=1, subplot_titles=(size, shares_title), row_heights=[0.4, 0.6], vertical_spacing=0.12
    )
    figure.add_bar(
        x=list(sizes),
        y=list(names),
        orientation="h",
        marker_color="#9AA7B5",
        text=[percent(value, 0) for value in sizes],
        textposition="outside",
        cliponaxis=False,
        showlegend=False,
        row=1,
        col=1,
    )
    for index, department in enumerate(departments):
        values = [row[index] for row in shares]
        figure.add_bar(
            x=values,
            y=list(names),
            orientation="h",
            name=department,
            marker_color=PALETTE[index % len(PALETTE)],
            text=[percent(value, 0) if value >= 0.06 else "" for value in values],
            textposition="inside",
            textangle=0,
            insidetextanchor="middle",
            hovertemplate=f"{escape(department)}: %{{x:.0%}}<extra></extra>",
            row=2,
            col=1,
        )
    framed(figure, height=480, barmode="stack", legend={"orientation": "h", "y": -0.02, "traceorder": "normal"})
    figure.update_layout(uniformtext={"minsize": 9, "mode": "hide"})
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_xaxes(range=[0, 1.2 * max(sizes)], row=1, col=1)  # room for the number beside the longest bar
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return figure


def with_intervals(
    rows: Mapping[str, tuple[float, float, float]], written: Callable[[float], str], *, x: str, chosen: str, floor: str
) -> go.Figure:
    """A figure of several methods as points with error bars: value, low and high of each.

    The chosen one is a star, the floor a vertical line.
    """
    values = [value for value, _, _ in rows.values()]
    points = {
        "type": "scatter",
        "x": values,
        "y": list(rows),
        "mode": "markers+text",
        "text": [written(value) for value in values],
        "textposition": "top center",
        "marker": {
            "size": [16 if name == chosen else 10 for name in rows],
            "symbol": ["star" if name == chosen else "circle" for name in rows],
            "color": [PALETTE[1] if name == chosen else PALETTE[0] for name in rows],
            "opacity": 1,
        },
        "error_x": {
            "type": "data",
            "color": "#8A8A8A",
            "symmetric": False,
            "array": [high - value for value, _, high in rows.values()],
            "arrayminus": [value - low for value, low, _ in rows.values()],
        },
        "hoverinfo": "skip",
    }
    return drawn(
        [points],
        x=x,
        height=60 + 48 * len(rows),
        xaxis={"range": [0, 1.15 * max(high for _, _, high in rows.values())], "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True},
        showlegend=False,
        shapes=[upright(rows[floor][0])],
    )


def study(values: Sequence[float], *, x: str, y: str, trial: str, best: str) -> go.Figure:
    """The trials of one study in their order, and the best so far."""
    numbers = list(range(1, len(values) + 1))
    record = list(np.maximum.accumulate(np.asarray(values))) if len(values) else []
    common = {"type": "scatter", "x": numbers}
    trials = common | {"y": list(values), "mode": "markers", "name": trial, "marker": {"color": PALETTE[4], "size": 6}}
    so_far = common | {"y": record, "mode": "lines", "name": best, "line": {"color": PALETTE[1], "shape": "hv"}}
    return drawn([trials, so_far], x=x, y=y, legend={"orientation": "h", "y": -0.25})
