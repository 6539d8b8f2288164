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


def framed(figure: go.Figure, *, x: str = "", y: str = "", height: int = 360, **more: Any) -> go.Figure:
    """Margins, axis titles and height, the same for all figures; `more` goes to Plotly's layout."""
    axes = {name: {"title": {"text": title}, "automargin": True} for name, title in (("xaxis", x), ("yaxis", y))}
    if "xaxis" in figure.layout.to_plotly_json():  # such as one of several plots beside each other, which has its place
        figure.update_layout(axes)
        figure.update_xaxes(automargin=True)
        figure.update_yaxes(automargin=True)
        axes = {}
    # overwriting takes a third of the time that merging takes, and pages draw figures at every run
    return figure.update_layout({"height": height, "margin": _MARGIN, **axes, **more}, overwrite=True)


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
    figure = go.Figure(
        go.Bar(
            x=values,
            y=names,
            orientation="h",
            marker_color=[PALETTE[0] if value == best else "#9AA7B5" for value in values],
            text=[percent(value, 0) for value in values],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    framed(figure, height=height, showlegend=False, bargap=0.25)
    figure.update_layout(margin={"l": 4, "r": 44, "t": 4, "b": 4})
    figure.update_xaxes(range=[0, 1], visible=False, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return figure


def confusion_matrix(counts: Sequence[Sequence[int]], names: Sequence[str], *, truth: str, predicted: str) -> go.Figure:
    """Shares by row (rows: truth) as a heat map; every cell says its percentage and, on hover, its count."""
    totals = [max(sum(row), 1) for row in counts]
    shares = [[value / total for value in row] for row, total in zip(counts, totals, strict=True)]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=list(names),
            y=list(names),
            customdata=counts,
            colorscale="Blues",
            zmin=0,
            zmax=1,
            showscale=False,
            text=[[f"{100 * share:.0f}" for share in row] for row in shares],
            texttemplate="%{text}",
            hovertemplate=f"{truth}: %{{y}}<br>{predicted}: %{{x}}<br>%{{customdata}} (%{{z:.1%}})<extra></extra>",
        )
    )
    framed(figure, x=predicted, y=truth, height=440)
    figure.update_yaxes(autorange="reversed")
    return figure


def roc(curves: Mapping[str, Mapping[str, Any]], false_rates: Sequence[float], *, x: str, y: str) -> go.Figure:
    """One-against-rest ROC curves, the diagonal (chance) dotted; `curves[name]` has a "true_positive_rate"."""
    figure = go.Figure()
    for index, (name, curve) in enumerate(curves.items()):
        figure.add_scatter(
            x=list(false_rates),
            y=curve["true_positive_rate"],
            mode="lines",
            name=name,
            line=_stroke(index),
        )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": "#8A8A8A", "dash": "dot", "width": 1}, showlegend=False
    )
    return framed(figure, x=x, y=y, height=440, legend={"orientation": "h", "y": -0.25})


def lines(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x: str,
    y: str,
    levels: Mapping[str, float] | None = None,
    points: bool = False,
) -> go.Figure:
    """Named curves `(x values, y values)` with optional reference levels; `points` marks what was measured."""
    figure = go.Figure()
    for index, (name, (xs, ys)) in enumerate(series.items()):
        figure.add_scatter(
            x=list(xs),
            y=list(ys),
            mode="lines+markers" if points else "lines",
            name=name,
            line=_stroke(index),
        )
    for name, level in (levels or {}).items():
        figure.add_hline(y=level, line_dash="dot", line_color="#8A8A8A", annotation_text=name)
    return framed(figure, x=x, y=y, legend={"orientation": "h", "y": -0.25})


def reliability(bins: Sequence[Mapping[str, float]], *, x: str, y: str, ideal: str, measured: str) -> go.Figure:
    """Reliability diagram: accuracy against confidence per bin, with the ideal diagonal."""
    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name=ideal, line={"dash": "dot", "color": "#8A8A8A"})
    figure.add_scatter(
        x=[row["confidence"] for row in bins],
        y=[row["accuracy"] for row in bins],
        mode="lines+markers",
        name=measured,
        line={"color": PALETTE[0]},
        marker={"size": 9},
    )
    framed(figure, x=x, y=y, legend={"orientation": "h", "y": -0.25})
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1])
    return figure


def columns(values: Mapping[str, float], written: Callable[[float], str], *, x: str, y: str) -> go.Figure:
    """Vertical bars of named values, each with its number as `written` puts it."""
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=list(values.values()),
            marker_color=PALETTE[0],
            text=[written(value) for value in values.values()],
            textposition="outside",
            cliponaxis=False,
        )
    )
    return framed(figure, x=x, y=y, height=320, showlegend=False)
