"""A workshop of robots."""

import random

from core.datasets.avatars import credits, grounds
from core.datasets.avatars.drawing import Layer
from core.datasets.avatars.parts import figure, painted
from core.datasets.avatars.theme import Flat, Recipe, Theme
from core.errors import N_

COLOURS = (  # wall, disc
    ("#b6d9ee", "#e3f2fb"), ("#c3b8e6", "#e9e3fa"), ("#c9d2f2", "#eaeefc"), ("#f3c9cf", "#fdecee"),
    ("#f7d7b0", "#fdf0df"), ("#bfe6cd", "#e6f7ec"), ("#f3e6a9", "#fcf8df"), ("#b9d6d9", "#e2f1f2"),
    ("#d3d7dd", "#f0f2f5"),
)  # fmt: skip
BODIES = (
    "#e9ecef", "#aeb8c2", "#74c0fc", "#63e6be", "#ffd43b", "#ff9d9d", "#b6a6f5", "#69db7c", "#f2a765", "#4f6d8f",
    "#d9668c",
)  # fmt: skip


def wall(rng: random.Random) -> Layer:
    """A tiled or striped wall with a pale disc."""
    return grounds.disc(rng, COLOURS, ("plain", "tiles", "stripes"))


def tall(rng: random.Random) -> Layer:
    """A robot with head, neck and body."""
    return painted(credits.ROBOTS, rng, view=(0.12, 0.05, 0.83))


def head(rng: random.Random) -> Layer:
    """A robot's head."""
    return painted(credits.HEADS, rng, view=(0.04, 0.0, 0.88))


def boxy(rng: random.Random) -> Layer:
    """A boxy robot with a screen for a face."""
    return figure(credits.VOXEL_BOT, rng, {"bodyColor": list(BODIES)}, view=(15, 5, 98))


THEME = Theme(
    key="robots",
    title=N_("Robot workshop"),
    summary=N_("Robots of tin, steel and screens"),
    ground=wall,
    recipes=(
        Recipe("tall", 4, credits.ROBOTS, tall),
        Recipe("head", 4, credits.HEADS, head),
        Recipe("boxy", 2, credits.VOXEL_BOT, boxy),
    ),
    flat=Flat(1.0, 6, 40),
)
