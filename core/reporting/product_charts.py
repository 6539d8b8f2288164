"""Plotly figures of the product generator: accuracies between floor and ceiling, training histories."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.reporting.charts import PALETTE, Percent, drawn

History = Sequence[Mapping[str, float]]
_PLACES = {"cycle", "step", "images", "seconds", "progress"}  # columns that say where a run stood
_PACE = {"images_per_second"}
_HATCHES = ("", "/", ".")


def between(
    names: Sequence[str],
    bars: Mapping[str, Sequence[float | None]],
    marks: Mapping[str, Sequence[float | None]],
    percent: Percent,
    *,
    y: str = "",
) -> go.Figure:
    """Shares of 1 as upright bars, those of each of `names` side by side, and `marks` such as floors and ceilings.

    None leaves a place empty.
    """
    shown = [
        {
            "type": "bar",
            "x": list(names),
            "y": list(values),
            "name": name,
            "marker": {"color": PALETTE[index], "pattern": _hatched(index)},
            "text": ["" if value is None else percent(value, 0) for value in values],
            "textposition": "inside",
            "insidetextanchor": "start",
            "insidetextfont": {"color": "#FFFFFF"},
            "hovertemplate": "%{x}: %{y:.1%}",
        }
        for index, (name, values) in enumerate(bars.items())
    ]
    beside = [
        {
            "type": "scatter",
            "x": list(names),
            "y": list(values),
            "name": name,
            "mode": "markers",
            "marker": {"symbol": ("line-ew", "x")[index % 2], "size": (28, 9)[index % 2], "color": "#8A8A8A",
                       "line": {"width": 3, "color": "#8A8A8A"}},
            "hovertemplate": "%{x}: %{y:.1%}",
        }
        for index, (name, values) in enumerate(marks.items())
    ]  # fmt: skip
    return drawn(
        [*shown, *beside],
        y=y,
        xaxis={"fixedrange": True},
        yaxis={"range": [0, 1.02], "tickformat": ".0%", "fixedrange": True},
        barmode="group",
        legend={"orientation": "h", "y": -0.3},
    )


def _hatched(index: int) -> dict[str, object]:
    """Thin lines on the bars of the second series, so that colour is not the only signal."""
    return {"shape": _HATCHES[index % len(_HATCHES)], "fillmode": "overlay", "solidity": 0.12, "fgcolor": "#000000"}


def measured(history: History) -> list[str]:
    """What a training history holds: figures on data not trained on first, then losses."""
    names = list(dict.fromkeys(name for row in history for name in row))
    kept = [name for name in names if name not in _PLACES | _PACE]
    return sorted(kept, key=lambda name: not name.startswith("validation_"))


def curve(history: History, name: str) -> tuple[list[float], list[float]]:
    """One of them against the number of pictures shown, where it was measured."""
    rows = [row for row in history if name in row and "images" in row]
    return [row["images"] for row in rows], [row[name] for row in rows]
