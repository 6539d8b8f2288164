"""Reviews by the million that do not exist, with the long tail of those that do: files for `benchmarks.spark_scale`.

Lengths of histories and popularity of products are drawn from `data/scale/shape.json`; their last hundredth from the
Pareto tail that fits it (Hill's estimator), so that with more shoppers the longest history and the greatest hit grow
as they do in a shop. A shopper keeps to one corner of the catalogue for most choices.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.settings import ROOT

SHAPE = ROOT / "data" / "scale" / "shape.json"
CORNER = 400  # products of a corner of the catalogue
AT_HOME = 0.7  # share of choices from the shopper's corner
_TAIL = 0.99
_FIRST_DAY, _DAYS, _GAP = 15_000, 1_500, 40  # days since 1970, span of first choices, mean days between two
_WORDS = "smooth light dry fresh clear soft even bright small large long best nice good fine great quick warm cool new "
_MEAN_TEXT, _LONGEST_TEXT = 5.2, 4_000  # mean logarithm of a text's length; its median is about 180 characters


def drawn(histogram: list[list[int]], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """`count` values like those of a histogram of (value, how many)."""
    values, many = np.array(histogram).T
    known = np.repeat(values, many)
    start = float(np.quantile(known, _TAIL))
    tail = known[known > start]
    exponent = 1 / np.mean(np.log(tail / start))
    chosen = rng.choice(known, count)
    beyond = chosen > start
    chosen[beyond] = (start * (1 - rng.random(int(beyond.sum()))) ** (-1 / exponent)).astype(np.int64)
    return chosen


def choices(interactions: int, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Shopper, product and day of about `interactions` choices (N,), in the order of shoppers and days."""
    shape = json.loads(SHAPE.read_text(encoding="utf-8"))
    rng = np.random.default_rng(seed)
    users_known, items_known = (sum(many for _, many in shape[name]) for name in ("lengths", "popularity"))
    mean = sum(value * many for value, many in shape["lengths"]) / users_known
    lengths = drawn(shape["lengths"], round(interactions / mean), rng)
    n_items = round(len(lengths) * items_known / users_known)
    reached = np.r_[0.0, np.cumsum(drawn(shape["popularity"], n_items, rng), dtype=np.float64)]
    users = np.repeat(np.arange(len(lengths)), lengths)
    home = rng.integers(0, -(-n_items // CORNER), len(lengths))[users] * CORNER
    stays = rng.random(len(users)) < AT_HOME
    low = np.where(stays, reached[home], 0.0)
    high = np.where(stays, reached[np.minimum(home + CORNER, n_items)], reached[-1])
    items = np.searchsorted(reached, low + (high - low) * rng.random(len(users)), side="right") - 1
    gaps = np.where(rng.random(len(users)) < shape["same_day"], 0, rng.geometric(1 / _GAP, len(users)))
    starts = np.cumsum(lengths) - lengths
    gaps[starts] = rng.integers(0, _DAYS, len(lengths))
    passed = np.cumsum(gaps)
    days = _FIRST_DAY + passed - (passed[starts] - gaps[starts])[users]
    return users, np.minimum(items, n_items - 1), np.minimum(days, 20_000)


def write(folder: Path, interactions: int, *, rows_per_file: int = 2_000_000, seed: int = 0) -> int:
    """Write the choices as reviews in the form of 2023, in any order of shoppers; returns how many bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    users, items, days = choices(interactions, seed)
    order = np.random.default_rng(seed + 1).permutation(len(users))
    for number, start in enumerate(range(0, len(order), rows_per_file)):
        rows = order[start : start + rows_per_file]
        with (folder / f"reviews_{number:03d}.jsonl").open("w", encoding="ascii") as file:
            file.writelines(_lines(users[rows], items[rows], days[rows], np.random.default_rng([seed, number])))
    return sum(path.stat().st_size for path in folder.iterdir())


def _lines(
    users: NDArray[np.int64], items: NDArray[np.int64], days: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[str]:
    words = _WORDS * (-(-2 * _LONGEST_TEXT // len(_WORDS)))
    sizes = np.minimum(rng.lognormal(_MEAN_TEXT, 0.9, len(users)), _LONGEST_TEXT).astype(int)
    begins, stars = rng.integers(0, _LONGEST_TEXT, len(users)), rng.integers(1, 6, len(users))
    columns = (users, items, days, stars, begins, sizes)
    for user, item, day, star, begin, size in zip(*(column.tolist() for column in columns), strict=True):
        yield (
            f'{{"rating": {star}.0, "title": "{words[begin : begin + 24]}", "text": "{words[begin : begin + size]}", '
            f'"images": [], "asin": "B{item:09d}", "parent_asin": "B{item:09d}", "user_id": "A{user:027d}", '
            f'"timestamp": {day * 86_400_000 + begin}, "helpful_vote": 0, "verified_purchase": true}}\n'
        )
