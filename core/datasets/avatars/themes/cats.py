"""A guild of cats."""

import random

from core.datasets.avatars import credits, grounds
from core.datasets.avatars.drawing import Layer
from core.datasets.avatars.parts import painted
from core.datasets.avatars.theme import Flat, Recipe, Theme
from core.errors import N_

COLOURS = (  # wall, disc
    ("#f6c8a0", "#fdebd8"), ("#f2b8b8", "#fce6e4"), ("#bcd8c0", "#e6f3e6"), ("#b5d3e6", "#e2f0f8"),
    ("#d3bfe3", "#f0e6f8"),
    ("#f1dc9c", "#fcf5da"), ("#a9cfc9", "#dcefec"), ("#e3c7ad", "#f7ece0"), ("#c5c9e8", "#ebedfa"),
    ("#d98a74", "#f3c9b9"),
    ("#5f7d95", "#a9c1d2"), ("#77699c", "#b9aed6"),
)  # fmt: skip


def wall(rng: random.Random) -> Layer:
    """Wallpaper and a pale disc."""
    return grounds.disc(rng, COLOURS, ("plain", "dots", "stripes"))


def cat(rng: random.Random) -> Layer:
    """A cat, seen close."""
    return painted(credits.CATS, rng, view=(0.14, 0.0, 0.86))


THEME = Theme(
    key="cats",
    title=N_("Guild of cats"),
    summary=N_("Cats with hats, scarves and opinions"),
    ground=wall,
    recipes=(Recipe("cat", 1, credits.CATS, cat),),
    flat=Flat(1.0, 8, 40),
)
