"""Figures of the laboratories. Real points are blue discs, generated ones orange crosses: shape tells them apart.

What moves is drawn as SVG: Streamlit takes a Plotly chart away and builds it anew at every change, which flickers and
costs a phone half a second, while a picture is exchanged in place. All words in it are ours, and escaped.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image

from app.i18n import Translator
from core.classroom.lab.data import VIEW
from core.images import encode_png
from core.reporting import charts
from core.reporting.charts import PALETTE

if TYPE_CHECKING:
    from core.classroom.lab.simulation import Snapshot

REAL, FAKE, PUSH, FOLD = PALETTE[0], PALETTE[1], "#7A1F5C", "#5F6670"
_HEAT = np.array([[242, 190, 146], [247, 244, 239], [143, 192, 223]])  # generated, undecided, real
_PAPER, _INK, _LINE = "#FDFBF7", "#0D1722", "#C9C2B6"  # of its own, so that it reads the same in the dark
_SIDE, _LEGEND = 600, 34  # units of the plane's picture, and of the line below it
_ARROW, _LONGEST = 0.15, 0.45  # of a unit push, in units of the plane
_WIDE, _HIGH, _EDGE = 460, 230, 44
DOTS = 21  # a side, to draw with
Numbers = NDArray[np.floating[Any]]


def plane(_: Translator, view: Snapshot, layers: Sequence[str]) -> str:
    """The plane with those of "heat", "manifold", "real", "fake", "arrows" that are wanted, as SVG."""
    drawn = []
    if "heat" in layers:
        drawn.append(f'<image href="{_heat(view.heat)}" width="{_SIDE}" height="{_SIDE}" preserveAspectRatio="none"/>')
    if "manifold" in layers:
        both = [view.manifold] if len(view.manifold) == 1 else [view.manifold, view.manifold.transpose(1, 0, 2)]
        path = "".join(_path(_placed(line)) for way in both for line in way)
        drawn.append(f'<path d="{path}" fill="none" stroke="{FOLD}" stroke-width="{3 - len(both)}"/>')
    if "real" in layers:
        drawn.append(_marks(view.real, "M{x:.0f} {y:.0f}h0", REAL, 8))
    if "fake" in layers:
        drawn.append(_marks(view.fake, "M{x:.0f} {y:.0f}m-4-4l8 8m0-8l-8 8", FAKE, 2))
    if "arrows" in layers:
        drawn.append(_arrows(view.arrows))
    names = (
        (REAL, "●", _("Real")), (FAKE, "✕", _("Generated")), (FOLD, "▦", _("Folded noise")), (PUSH, "➔", _("Push")),
    )  # fmt: skip
    legend = "".join(
        f'<text x="{10 + 148 * place}" y="{_SIDE + 23}" font-size="19" fill="{_INK}"><tspan fill="{colour}">{sign}'
        f"</tspan> {escape(name)}</text>"
        for place, (colour, sign, name) in enumerate(names)
    )
    return _svg(_SIDE, _SIDE + _LEGEND, f'<svg width="{_SIDE}" height="{_SIDE}">{"".join(drawn)}</svg>{legend}')


def _svg(width: int, height: int, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif"><rect width="{width}" height="{height}" fill="{_PAPER}"/>{content}</svg>'
    )


def _placed(points: Numbers) -> Numbers:
    """Points of the plane (N, 2) in units of the picture; far ones stay near its edge."""
    units = (np.clip(points, -3 * VIEW, 3 * VIEW) * [1, -1] + VIEW) * (_SIDE / (2 * VIEW))
    return np.asarray(units)


def _path(points: Numbers) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points)


def _marks(points: Numbers, mark: str, colour: str, width: int) -> str:
    path = "".join(mark.format(x=x, y=y) for x, y in _placed(points))
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" fill="none"/>'


def _arrows(arrows: Numbers) -> str:
    push = (arrows[:, 2:] - arrows[:, :2]) * _ARROW
    length = np.linalg.norm(push, axis=1, keepdims=True)
    ends = arrows[:, :2] + push * np.minimum(1, _LONGEST / np.maximum(length, 1e-9))
    head = f'<path d="M0 0L5 2.5L0 5z" fill="{PUSH}"/>'
    marker = f'<marker id="head" markerWidth="5" markerHeight="5" refX="4" refY="2.5" orient="auto">{head}</marker>'
    tips = "".join(
        f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{u:.0f}" y2="{v:.0f}" stroke="{PUSH}" stroke-width="2.5" '
        'marker-end="url(#head)"/>'
        for (x, y), (u, v) in zip(_placed(arrows[:, :2]), _placed(ends), strict=True)
        if math.hypot(u - x, v - y) > 3
    )
    return f"<defs>{marker}</defs>{tips}"


def _heat(heat: Numbers) -> str:
    """The discriminator's map as a small picture: far less to send than its cells."""
    colours = np.stack([np.interp(heat[::-1], [0, 0.5, 1], channel) for channel in _HEAT.T], axis=-1)
    small = Image.fromarray(colours.astype(np.uint8)).resize((160, 160), Image.Resampling.BICUBIC)
    return f"data:image/png;base64,{base64.b64encode(encode_png(np.array(small))).decode()}"


def curves(_: Translator, series: Mapping[str, tuple[Sequence[float], Sequence[float]]], x: str) -> str:
    """Two named curves (xs, ys), the second dashed, as SVG."""
    every = np.concatenate([np.asarray(ys, float) for _xs, ys in series.values()])
    low, high = (float(part) for part in (every.min(), every.max()))
    high = high if high > low else low + 1
    first = max(min(min(xs) for xs, _ys in series.values()), 0)
    last = max(max(xs) for xs, _ys in series.values())
    drawn = _frame(_, (first, last), (low, high), x)
    for (name, (xs, ys)), colour, dash, place in zip(
        series.items(), (REAL, FAKE), ("none", "7 4"), (_EDGE, _EDGE + 190), strict=False
    ):
        across = np.interp(xs, (first, max(last, first + 1)), (_EDGE, _WIDE - 12))
        down = np.interp(ys, (low, high), (_HIGH - _EDGE, 30))
        drawn += (
            f'<path d="{_path(np.column_stack([across, down]))}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/><path d="M{place} 15h24" stroke="{colour}" stroke-width="3" '
            f'stroke-dasharray="{dash}"/><text x="{place + 30}" y="20" font-size="14" fill="{_INK}">'
            f"{escape(name)}</text>"
        )
    return _svg(_WIDE, _HIGH, drawn)


def _frame(_: Translator, across: tuple[float, float], up: tuple[float, float], x: str, *, share: bool = False) -> str:
    """Axes, each with its ends written."""
    foot = _HIGH - _EDGE

    def said(value: float, digits: int) -> str:
        return _.percent(value, 0) if share else _.number(value, digits)

    return (
        f'<path d="M{_EDGE} 30V{foot}H{_WIDE - 12}" fill="none" stroke="{_LINE}"/><g font-size="14" fill="{_INK}">'
        f'<text x="{_EDGE - 5}" y="38" text-anchor="end">{said(up[1], 1)}</text>'
        f'<text x="{_EDGE - 5}" y="{foot}" text-anchor="end">{said(up[0], 1)}</text>'
        f'<text x="{_EDGE}" y="{foot + 18}">{said(across[0], 0)}</text>'
        f'<text x="{_WIDE - 12}" y="{foot + 18}" text-anchor="end">{said(across[1], 0)}</text>'
        f'<text x="{(_WIDE + _EDGE) / 2}" y="{foot + 34}" text-anchor="middle">{escape(x)}</text></g>'
    )


def bars(_: Translator, groups: Mapping[str, Sequence[float]], floor: float) -> str:
    """The mean of each named group of shares as a bar, its values as dots, and a dashed line for the floor; as SVG."""
    high = max(0.1, math.ceil(10 * max(max(values) for values in groups.values())) / 10)
    foot, wide = _HIGH - _EDGE, (_WIDE - _EDGE - 12) / len(groups)

    def down(value: float) -> float:
        return float(np.interp(value, (0, high), (foot, 30)))

    drawn = _frame(_, (0, 0), (0, high), "")
    for place, (name, values) in enumerate(groups.items()):
        middle, top = _EDGE + wide * (place + 0.5), down(float(np.mean(values)))
        drawn += (
            f'<rect x="{middle - 30:.0f}" y="{top:.0f}" width="60" height="{foot - top:.0f}" fill="{REAL}" '
            f'fill-opacity="0.45"/><text x="{middle:.0f}" y="{foot + 20}" font-size="13" text-anchor="middle" '
            f'fill="{_INK}">{escape(name)}</text>'
        )
        drawn += "".join(
            f'<circle cx="{middle + 10 * (number - (len(values) - 1) / 2):.0f}" cy="{down(value):.0f}" r="4" '
            f'fill="{_INK}"/>'
            for number, value in enumerate(values)
        )
    line = (
        f'<path d="M{_EDGE} {down(floor):.0f}H{_WIDE - 12}" stroke="{FAKE}" stroke-width="2" stroke-dasharray="7 4"/>'
    )
    return _svg(_WIDE, _HIGH, drawn + line)


def scores(_: Translator, real: Numbers, fake: Numbers) -> str:
    """How real the discriminator finds real and generated pictures: shares in equal steps, as SVG."""
    top, foot = max(float(real.max()), float(fake.max()), 0.01), _HIGH - _EDGE
    drawn = _frame(_, (0, 1), (0, top), _("how real, it says; 50 % is the line"), share=True)
    step = (_WIDE - 12 - _EDGE) / len(real)
    for values, colour, shift, name, place in (
        (real, REAL, 0.08, _("Real"), _EDGE), (fake, FAKE, 0.52, _("Generated"), _EDGE + 190),
    ):  # fmt: skip
        look = f'fill="{colour}"' if colour == REAL else f'fill="{_PAPER}" stroke="{colour}" stroke-width="2"'
        for number, value in enumerate(values):
            height = (foot - 30) * float(value) / top
            drawn += (
                f'<rect x="{_EDGE + (number + shift) * step:.1f}" y="{foot - height:.1f}" width="{0.4 * step:.1f}" '
                f'height="{height:.1f}" {look}/>'
            )
        drawn += (
            f'<rect x="{place}" y="8" width="14" height="12" {look}/>'
            f'<text x="{place + 20}" y="20" font-size="14" fill="{_INK}">{escape(name)}</text>'
        )
    return _svg(_WIDE, _HIGH, drawn)


def dots(chosen: Sequence[tuple[float, float]]) -> go.Figure:
    """A sheet of dots to draw on: what is encircled is taken."""
    steps = np.linspace(-1.2, 1.2, DOTS)
    x, y = np.meshgrid(steps, steps)
    common = {"type": "scatter", "mode": "markers"}
    sheet = {"x": x.ravel(), "y": y.ravel(), "marker": {"size": 6, "color": "#9AA7B5"}, "hoverinfo": "none"}
    taken = {
        "x": [point[0] for point in chosen], "y": [point[1] for point in chosen], "hoverinfo": "skip",
        "marker": {"size": 10, "color": REAL},
    }  # fmt: skip
    axis = {"range": [-VIEW, VIEW], "visible": False, "fixedrange": True}
    return charts.drawn(
        [common | sheet, *([common | taken] if chosen else [])],
        height=420,
        xaxis={**axis, "constrain": "domain"},
        yaxis={**axis, "scaleanchor": "x"},
        dragmode="lasso",
        showlegend=False,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )
