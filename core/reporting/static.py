"""Plotly figures drawn once more without a browser, by Matplotlib, as SVG for web pages and PNG for PDF and slides.

Only what the figures of `core.reporting` use is known: bars, lines and points, heat maps, reference lines.
"""

import io
from collections.abc import Callable
from typing import Any, Literal

import matplotlib as mpl
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from core.reporting.figure_data import lying, plain, values

_DOTS_PER_INCH = 160
_WIDTH = 7.2  # inches
_PLOTLY_PIXELS = 96  # to the inch
_MOST_LETTERS = 75  # of the names below an axis; more are turned
_GREY = "#6B6B6B"
_DASHES: dict[str, Any] = {
    "solid": "-", "dash": (0, (5, 3)), "dot": (0, (1, 2)), "dashdot": (0, (5, 2, 1, 2)), "longdash": (0, (8, 3)),
    "longdashdot": (0, (8, 2, 1, 2)), "5px 2px": (0, (5, 2)), "2px 2px": (0, (2, 2)),
}  # fmt: skip
_MARKERS = {"circle": "o", "star": "*", "x": "x", "line-ew": "_", "diamond": "D", "square": "s"}
_HATCHES = {"/": "//", ".": ".."}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",  # letters as shapes: the same everywhere, no font needed
    "svg.hashsalt": "effigies",  # equal figures give equal files
    "text.parse_math": False,  # a dollar is a dollar
    "font.size": 9,
    "font.family": "DejaVu Sans",  # Matplotlib's own; knows French
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def svg(figure: go.Figure) -> bytes:
    """The figure as an SVG file."""
    return _saved(figure, "svg", metadata={"Date": None})


def png(figure: go.Figure) -> bytes:
    """The figure as a PNG file, for print."""
    return _saved(figure, "png", dpi=_DOTS_PER_INCH)


def _saved(figure: go.Figure, form: str, **options: Any) -> bytes:
    with mpl.rc_context(_STYLE):
        height = (figure.layout.height or 360) / _PLOTLY_PIXELS
        drawn = Figure(figsize=(_WIDTH, min(max(height, 2.0), 6.0)), layout="constrained")
        axes = drawn.add_subplot()
        _draw(figure, axes)
        file = io.BytesIO()
        drawn.savefig(file, format=form, **options)
    return file.getvalue()


def _draw(figure: go.Figure, axes: Axes) -> None:
    bars = [trace for trace in figure.data if trace.type == "bar"]
    for trace in figure.data:
        if trace.type == "heatmap":
            _heatmap(trace, axes)
        elif trace.type == "scatter":
            _scatter(trace, axes)
        elif trace.type != "bar":
            raise ValueError(f"no way to draw a {trace.type}")
    if bars:
        _bars(bars, axes, stacked=figure.layout.barmode == "stack")
    for shape in figure.layout.shapes:
        _reference(shape, axes)
    for note in figure.layout.annotations:
        if note.text:
            axes.annotate(
                plain(note.text), (1, note.y), xycoords=("axes fraction", "data"), ha="right", va="bottom", color=_GREY
            )
    written = _numbers(figure.layout.separators or ".,")
    for layout, axis, limit in (
        (figure.layout.xaxis, axes.xaxis, axes.set_xlim), (figure.layout.yaxis, axes.yaxis, axes.set_ylim),
    ):  # fmt: skip
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(written)
        _axis(layout, axis, limit)
    if figure.layout.yaxis.autorange == "reversed" and not axes.yaxis_inverted():
        axes.invert_yaxis()
    _legend(figure, axes)


def _numbers(separators: str) -> Callable[[float, float], str]:
    """Ticks with the figure's signs for decimals and thousands."""
    signs = str.maketrans(".,", separators[:2])
    return lambda value, _place: (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}").translate(signs)


def _axis(layout: Any, axis: Any, limit: Any) -> None:
    axis.set_label_text(plain(layout.title.text))
    if layout.range is not None:
        limit(*layout.range)
    if layout.visible is False:
        axis.set_visible(False)
    if layout.type == "log":
        axis.axes.set_xscale("log") if axis.axis_name == "x" else axis.axes.set_yscale("log")
    if layout.tickformat and layout.tickformat.endswith("%"):
        axis.set_major_formatter(lambda share, _place: f"{100 * share:.0f}")
        axis.set_label_text(f"{plain(layout.title.text)} (%)".strip())
    if axis.axis_name == "x":
        names = [label.get_text() for label in axis.get_ticklabels()]
        if len(names) * max(map(len, names), default=0) > _MOST_LETTERS:
            axis.set_tick_params(rotation=30)
            for label in axis.get_ticklabels():
                label.set_ha("right")


def _legend(figure: go.Figure, axes: Axes) -> None:
    _handles, names = axes.get_legend_handles_labels()
    if len(names) > 1 or (names and figure.layout.showlegend is not False and len(figure.data) > 1):
        axes.figure.legend(loc="outside lower center", ncols=min(len(names), 3))


def _scatter(trace: Any, axes: Axes) -> None:
    xs, ys = values(trace.x), values(trace.y)
    known = [(x, y) for x, y in zip(xs, ys, strict=True) if x is not None and y is not None]
    xs, ys = [x for x, _ in known], [y for _, y in known]
    mode = trace.mode or "lines"
    label = trace.name if trace.showlegend is not False else None
    colour = trace.line.color or (trace.marker.color if isinstance(trace.marker.color, str) else None)
    if "lines" in mode:
        step = "steps-post" if trace.line.shape == "hv" else "default"
        dash = _DASHES.get(trace.line.dash or "solid", "-")
        marker = "o" if "markers" in mode else None
        axes.plot(xs, ys, color=colour, linestyle=dash, label=label, drawstyle=step, marker=marker, linewidth=1.4)
        return
    error = None
    if trace.error_x.array is not None:
        error = [values(trace.error_x.arrayminus), values(trace.error_x.array)]
    if error:
        axes.errorbar(xs, ys, xerr=error, fmt="none", ecolor=_GREY, capsize=3, linewidth=1)
    symbols = trace.marker.symbol if isinstance(trace.marker.symbol, list | tuple) else [trace.marker.symbol] * len(xs)
    colours = trace.marker.color if isinstance(trace.marker.color, list | tuple) else [colour] * len(xs)
    for place, (x, y) in enumerate(known):
        symbol = _MARKERS.get(symbols[place] or "circle", "o")
        size = 16 if symbol == "_" else 9 if symbol == "*" else 6
        name = label if place == 0 else None
        axes.plot([x], [y], symbol, color=colours[place], markersize=size, label=name, markeredgewidth=1.6)
    for text, (x, y) in zip(values(trace.text), known, strict=False):
        axes.annotate(plain(text), (x, y), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8)


def _bars(traces: list[Any], axes: Axes, *, stacked: bool) -> None:
    names = list(dict.fromkeys(name for trace in traces for name in values(_names(trace))))
    flat = lying(traces[0])
    width = 0.75 if stacked else 0.8 / len(traces)
    start = [0.0] * len(names)
    for number, trace in enumerate(traces):
        place = [names.index(name) for name in values(_names(trace))]
        sizes = [size or 0.0 for size in values(trace.x if flat else trace.y)]
        if not stacked:
            place = [spot + (number - (len(traces) - 1) / 2) * width for spot in place]  # type: ignore[misc]
        draw: Any = axes.barh if flat else axes.bar
        below = start[: len(sizes)]
        more = {"left": below} if flat and stacked else {"bottom": below} if stacked else {}
        colour = trace.marker.color
        hatch = _HATCHES.get(trace.marker.pattern.shape or "")
        drawn = draw(place, sizes, width, color=colour, hatch=hatch, edgecolor="white", label=trace.name, **more)
        if trace.text is not None:
            where: Literal["center", "edge"] = "center" if stacked else "edge"
            axes.bar_label(drawn, [plain(text) for text in values(trace.text)], label_type=where, fontsize=8, padding=1)
        if stacked:
            start = [low + size for low, size in zip(start, sizes, strict=True)]
    axis = axes.yaxis if flat else axes.xaxis
    axis.set_ticks(range(len(names)), [str(name) for name in names])
    axes.margins(x=0.1 if flat else 0.02, y=0.02 if flat else 0.1)


def _names(trace: Any) -> Any:
    return trace.y if lying(trace) else trace.x


def _heatmap(trace: Any, axes: Axes) -> None:
    grid = [values(row) for row in trace.z]
    axes.imshow(grid, cmap="Blues", vmin=trace.zmin, vmax=trace.zmax, aspect="auto")
    axes.set_xticks(range(len(grid[0])), [str(name) for name in values(trace.x)])
    axes.set_yticks(range(len(grid)), [str(name) for name in values(trace.y)])
    for y, line in enumerate(trace.text if trace.text is not None else ()):
        for x, text in enumerate(line):
            dark = grid[y][x] > (trace.zmax or 1) / 2
            axes.text(x, y, plain(text), ha="center", va="center", color="white" if dark else "black", fontsize=8)


def _reference(shape: Any, axes: Axes) -> None:
    style: dict[str, Any] = {"color": _GREY, "linestyle": _DASHES["dot"], "linewidth": 1}
    if shape.x0 == shape.x1:
        axes.axvline(shape.x0, **style)
    else:
        axes.axhline(shape.y0, **style)
