"""What the laboratory's generator is to imitate: points in the plane, within about -1..1."""

import base64
import binascii
import csv
import io
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import N_, DataError

Points = NDArray[np.floating[Any]]
VIEW = 1.4  # what is shown and measured: -VIEW..VIEW on both axes
MOST_POINTS, FEWEST_POINTS = 250, 8  # of a visitor's own; so many fit an address
MOST_BYTES, MOST_ROWS = 1_000_000, 20_000
OWN = "points"
_STEPS = 4095  # twelve bits a coordinate, two letters of base 64
_BLUR = 0.03  # deviation around a visitor's own points, so that they are a distribution


def _around(centres: Points, deviation: float) -> Callable[[np.random.Generator, int], Points]:
    return lambda rng, count: (
        centres[rng.integers(len(centres), size=count)] + deviation * rng.standard_normal((count, 2))
    )


def _ring_centres(count: int) -> Points:
    angles = 2 * np.pi * np.arange(count) / count
    return 0.9 * np.column_stack([np.cos(angles), np.sin(angles)])


def _grid_centres(side: int) -> Points:
    steps = np.linspace(-0.9, 0.9, side)
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


def _line(rng: np.random.Generator, count: int) -> Points:
    place = rng.uniform(-1, 1, count)
    return np.column_stack([place, 0.5 * place]) + 0.05 * rng.standard_normal((count, 2))


def _ring(rng: np.random.Generator, count: int) -> Points:
    angle = rng.uniform(0, 2 * np.pi, count)
    return 0.85 * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.04 * rng.standard_normal((count, 2))


def _moons(rng: np.random.Generator, count: int) -> Points:
    angle, lower = rng.uniform(0, np.pi, count), rng.random(count) < 0.5
    x = np.where(lower, 1 - np.cos(angle), np.cos(angle)) - 0.5
    y = np.where(lower, 0.5 - np.sin(angle), np.sin(angle)) - 0.25
    return 0.7 * np.column_stack([x, y]) + 0.05 * rng.standard_normal((count, 2))


def _spirals(rng: np.random.Generator, count: int) -> Points:
    share, arm = np.sqrt(rng.random(count)), rng.random(count) < 0.5
    angle = 3 * np.pi * share + np.pi * arm
    return np.column_stack([share * np.cos(angle), share * np.sin(angle)]) + 0.03 * rng.standard_normal((count, 2))


# clusters: name -> their centres (K, 2) and deviation
CLUSTERS: dict[str, tuple[Points, float]] = {"gaussians": (_ring_centres(8), 0.06), "grid": (_grid_centres(5), 0.04)}
SHAPES: dict[str, Callable[[np.random.Generator, int], Points]] = {
    "line": _line,
    **{name: _around(*given) for name, given in CLUSTERS.items()},
    "ring": _ring,
    "moons": _moons,
    "spirals": _spirals,
}
DATA = (*SHAPES, OWN)


def drawer(data: str, points: Sequence[tuple[float, float]] = ()) -> Callable[[np.random.Generator, int], Points]:
    """The distribution named `data`: (generator of random numbers, N) -> points (N, 2)."""
    return _around(np.asarray(points, float), _BLUR) if data == OWN else SHAPES[data]


def rounded(points: Sequence[Sequence[float]] | Points) -> tuple[tuple[float, float], ...]:
    """Points cut to the view and rounded to what an address can say.

    Raises:
        DataError: too few or too many, or not pairs of finite numbers.
    """
    try:
        array = np.asarray(points, float)
    except (ValueError, TypeError):  # rows of different lengths, or words
        array = np.empty((0, 0))
    if len(points) and (array.ndim != 2 or array.shape[1] != 2 or not np.isfinite(array).all()):
        raise DataError(N_("Points are pairs of numbers, x and y."))
    if not FEWEST_POINTS <= len(array) <= MOST_POINTS:
        raise DataError(
            N_("Between {fewest} and {most} points are needed, not {count}."),
            fewest=FEWEST_POINTS, most=MOST_POINTS, count=len(array),
        )  # fmt: skip
    whole = np.rint((np.clip(array, -VIEW, VIEW) + VIEW) / (2 * VIEW) * _STEPS)
    return tuple((float(x), float(y)) for x, y in whole / _STEPS * 2 * VIEW - VIEW)


def written(points: Sequence[tuple[float, float]]) -> str:
    """Rounded points as letters for an address, four a point."""
    whole = np.rint((np.asarray(points, float) + VIEW) / (2 * VIEW) * _STEPS).astype(np.uint32)
    packed = (whole[:, 0] << 12 | whole[:, 1]).astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]
    return base64.urlsafe_b64encode(packed.tobytes()).decode()


def read(text: str) -> tuple[tuple[float, float], ...]:
    """The points that `written` wrote.

    Raises:
        DataError: the letters are damaged, or too few or too many.
    """
    try:
        packed = np.frombuffer(base64.b64decode(text[: 4 * MOST_POINTS + 4], b"-_", validate=True), np.uint8)
        whole = packed.reshape(-1, 3).astype(np.uint32)
    except (binascii.Error, ValueError) as error:
        raise DataError(N_("The points in this address are damaged: ask for the link again.")) from error
    joined = whole[:, 0] << 16 | whole[:, 1] << 8 | whole[:, 2]
    return rounded(np.column_stack([joined >> 12, joined & _STEPS]) / _STEPS * 2 * VIEW - VIEW)


def read_csv(data: bytes) -> tuple[tuple[tuple[float, float], ...], int]:
    """Points of a CSV file with two columns, x and y, moved and scaled into view; and how many rows it had.

    A heading is allowed, columns named x and y are found wherever they stand, comma, semicolon and tab separate. Of
    more than MOST_POINTS rows so many are taken, spread over the file.

    Raises:
        DataError: what is wrong with the file, and in which line.
    """
    if len(data) > MOST_BYTES:
        raise DataError(N_("This file is larger than {limit} MB."), limit=MOST_BYTES // 10**6)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(N_("This is not a text file in UTF-8: export it as CSV.")) from error
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((sign for sign in (";", "\t") if sign in first), ",")
    places, begun = (0, 1), False
    rows: list[list[float]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not begun and all(_number(cell, separator) is None for cell in cells):
                places = _columns(cells)
            else:
                if len(rows) == MOST_ROWS:
                    raise DataError(N_("This file has more than {most} rows."), most=MOST_ROWS)
                found = [_number(cells[place], separator) for place in places if place < len(cells)]
                row = [value for value in found if value is not None]
                if len(row) < len(places):
                    raise _bad(number, cells, separator)
                rows.append(row)
            begun = True
    except csv.Error as error:
        raise DataError(N_("This is not a CSV file that can be read.")) from error
    if len(rows) < FEWEST_POINTS:
        raise DataError(
            N_("This file has {count} rows of numbers; at least {fewest} are needed."),
            count=len(rows), fewest=FEWEST_POINTS,
        )  # fmt: skip
    array = np.asarray(rows, float)
    centre = array.min(axis=0) / 2 + array.max(axis=0) / 2  # halved first: the sum of two huge numbers is infinite
    reach = float(np.abs(array - centre).max())
    if not reach:
        raise DataError(N_("All points of this file lie in one place."))
    chosen = np.linspace(0, len(array) - 1, min(len(array), MOST_POINTS)).astype(int)
    return rounded((array[chosen] - centre) / reach), len(array)


def _number(cell: str, separator: str) -> float | None:
    text = cell.strip()
    if separator != ",":
        text = text.replace(",", ".")  # 1,5 as spreadsheets in many languages write it
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _columns(heading: list[str]) -> tuple[int, int]:
    names = [cell.strip().lower() for cell in heading]
    if "x" in names and "y" in names:
        return names.index("x"), names.index("y")
    if len(names) == 2:
        return 0, 1
    raise DataError(N_("Name two columns of this file x and y, or leave only two."))


def _bad(number: int, cells: list[str], separator: str) -> DataError:
    return DataError(
        N_("Line {line}: two numbers are needed, not “{text}”."), line=number, text=separator.join(cells)[:40]
    )
