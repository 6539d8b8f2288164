"""How well emoji are redrawn: every figure of models/restyle/metrics.json comes from here.

An answer is compared with the artist's drawing of the same emoji in the wanted style. Two floors need no learning: the
source unchanged ("identity"), and the drawing, in the wanted style, of the training emoji that looks most like the
source ("nearest"). The ceiling is what the network reaches on emoji it was trained on.
"""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.gan.perceptual import PerceptualDistance
from core.gan.transparency import on_ground
from core.restyle.data import Cases, StyledEmoji, cases, pictures_of
from core.restyle.service import Restyler

GROUNDS = (255, 48)  # white and nearly black, as emoji are seen on pages and in chats
FLOORS = ("identity", "nearest")
MEASURES = ("l1", "perceptual")
_AT_ONCE = 64
_TIMED = 15

Pixels = NDArray[np.uint8]
Figures = dict[str, NDArray[np.float64]]  # by measure, one number per case


def compare(answers: Pixels, originals: Pixels, distance: PerceptualDistance) -> Figures:
    """How far premultiplied pictures (N, H, W, 4) are from `originals`: lower is better.

    "l1" is the mean absolute difference of all four channels, 0 to 1; "perceptual" the mean over GROUNDS.
    """
    l1 = np.abs(answers.astype(np.float32) - originals).mean(axis=(1, 2, 3)) / 255
    perceived = [_perceptual(on_ground(answers, ground), on_ground(originals, ground), distance) for ground in GROUNDS]
    return {"l1": l1.astype(np.float64), "perceptual": np.mean(perceived, axis=0)}


def _perceptual(one: Pixels, other: Pixels, distance: PerceptualDistance) -> NDArray[np.float64]:
    parts = []
    for start in range(0, len(one), _AT_ONCE):
        seen = [distance.features(_unit(part[start : start + _AT_ONCE])) for part in (one, other)]
        parts.append(np.asarray(distance(*seen), np.float64))
    return np.concatenate(parts)


def nearest(train: StyledEmoji, held: StyledEmoji, chosen: Cases, distance: PerceptualDistance) -> Pixels:
    """For each case the drawing, in the wanted style, of the training emoji nearest to the source in its style.

    Near are pictures on white whose deepest features (`core.gan.perceptual`) differ least. Only training emoji that
    are drawn in both styles count.
    """
    found = np.empty((len(chosen), *train.images.shape[1:]), np.uint8)
    for style in np.unique(chosen.sources):
        rows = np.flatnonzero(chosen.sources == style)
        known = np.flatnonzero(train.places[:, style] >= 0)
        theirs = _features(train.images[train.places[known, style]], distance)
        ours = _features(held.images[held.places[chosen.numbers[rows], style]], distance)
        alike = ours @ theirs.T  # features have unit length at every place: most alike is nearest
        targets = train.places[known][:, chosen.targets[rows]].T
        best = np.where(targets >= 0, alike, -np.inf).argmax(axis=1)
        found[rows] = train.images[targets[np.arange(len(rows)), best]]
    return found


def _features(pictures: Pixels, distance: PerceptualDistance) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(pictures), _AT_ONCE):
        deepest = distance.features(_unit(on_ground(pictures[start : start + _AT_ONCE])))[-1]
        parts.append(np.asarray(deepest, np.float32).reshape(deepest.shape[0], -1))
    return np.concatenate(parts)


def _unit(pictures: Pixels) -> NDArray[np.float32]:
    return pictures.astype(np.float32) / 127.5 - 1


def evaluate(
    restyler: Restyler,
    train: StyledEmoji,
    held: StyledEmoji,
    distance: PerceptualDistance,
    *,
    split: str,
    stored: int,
    limit: int | None = None,
) -> dict[str, Any]:
    """Everything measured on the single emoji `held` out; `stored` is in bytes, `limit` the most cases to look at."""
    train = train.single
    chosen, seen = cases(held, limit), cases(train, limit)
    sources, originals = pictures_of(held, chosen)
    figures = {
        "model": compare(restyler.redraw(sources, chosen.targets), originals, distance),
        "identity": compare(sources, originals, distance),
        "nearest": compare(nearest(train, held, chosen, distance), originals, distance),
    }
    practised = Cases(*(part[: len(chosen)] for part in (seen.numbers, seen.sources, seen.targets)))
    given, wanted = pictures_of(train, practised)
    ceiling = compare(restyler.redraw(given, practised.targets), wanted, distance)
    return {
        "split": split,
        "emoji": len(np.unique(chosen.numbers)),
        **_summary(figures, np.ones(len(chosen), bool)),
        "styles": {
            key: _summary(figures, chosen.targets == number)
            for number, key in enumerate(held.styles)
            if (chosen.targets == number).any()
        },
        "floors": list(FLOORS),
        "ceiling": {"what": "emoji of the training set", "n": len(practised), **_means(ceiling)},
        "perceptual": "SqueezeNet 1.1 features, unweighted LPIPS form, mean over a light and a dark ground; ours, not "
        "comparable with published LPIPS",
        "milliseconds": milliseconds(restyler),
        "bytes": stored,
    }


def _summary(figures: dict[str, Figures], rows: NDArray[np.bool_]) -> dict[str, Any]:
    """Means of the chosen cases by method, and the share of them where the network beats both floors."""
    best_floor = {measure: np.minimum(*(figures[floor][measure] for floor in FLOORS)) for measure in MEASURES}
    better = {measure: float((figures["model"][measure] < best_floor[measure])[rows].mean()) for measure in MEASURES}
    methods = {
        name: _means({measure: values[rows] for measure, values in each.items()}) for name, each in figures.items()
    }
    return {"n": int(rows.sum()), "methods": methods, "better_than_both": better}


def _means(figures: Figures) -> dict[str, float]:
    return {measure: float(values.mean()) for measure, values in figures.items()}


def choice_figure(restyler: Restyler, held: StyledEmoji, distance: PerceptualDistance) -> float:
    """What decides whether a network replaces the stored one: the mean perceptual distance, lower is better."""
    chosen = cases(held)
    sources, originals = pictures_of(held, chosen)
    return float(compare(restyler.redraw(sources, chosen.targets), originals, distance)["perceptual"].mean())


def milliseconds(restyler: Restyler) -> float:
    """Median time for one picture of 64 x 64."""
    picture = np.random.default_rng(0).integers(0, 256, (restyler.side, restyler.side, 4), dtype=np.uint8)
    restyler.restyle(picture, restyler.styles[0])
    times = []
    for _ in range(_TIMED):
        start = time.perf_counter()
        restyler.restyle(picture, restyler.styles[0])
        times.append(1000 * (time.perf_counter() - start))
    return float(np.median(times))
