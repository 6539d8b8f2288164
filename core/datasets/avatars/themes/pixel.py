"""Heroes in sixteen by sixteen squares."""

import random

from core.datasets.avatars import credits, grounds
from core.datasets.avatars.drawing import Layer
from core.datasets.avatars.extras import headgear
from core.datasets.avatars.parts import figure
from core.datasets.avatars.theme import Recipe, Theme
from core.errors import N_

COLOURS = (  # upper sky, lower sky, clouds or skyline
    ("#5fb4e8", "#9bd6f2", "#e8f7ff"), ("#2f4a9e", "#5b6fd0", "#8fa0ee"), ("#f2a25c", "#f7cf8b", "#fff0c9"),
    ("#e88aa8", "#f6bccb", "#ffe6ec"), ("#4fae8b", "#8fd3b0", "#d6f5e3"), ("#6b4fa8", "#a384d6", "#d9c8f5"),
    ("#23304f", "#3d4f7d", "#6f86bb"), ("#c95f5a", "#ea9a82", "#fbd3bd"),
)  # fmt: skip
SKINS = {  # DiceBear's own, and those of heroes from further away
    "#ffdbac": 3, "#f5cfa0": 3, "#eac393": 3, "#cb9e6e": 3, "#b68655": 3, "#a26d3d": 3, "#8d5524": 3,
    "#8fcf7a": 1, "#7fb6e8": 1, "#b79be6": 1, "#e88f8f": 1,
}  # fmt: skip
HAIR = (
    "#cab188", "#603a14", "#83623b", "#a78961", "#611c17", "#28150a", "#1f2430", "#e8e4d8", "#d9a334", "#009bbd",
    "#bd1700", "#6fae2a", "#b04fc0", "#f07fb0",
)  # fmt: skip
CLOTHES = (
    "#5bc0de", "#2f6fb5", "#03396c", "#59c79a", "#1f9d57", "#ff6f69", "#c4153f", "#f2d36b", "#f0a020", "#7a4fc0",
    "#3a3f55", "#e8e8ee",
)  # fmt: skip


def sky(rng: random.Random) -> Layer:
    """A sky of squares."""
    return grounds.squares(rng, COLOURS)


def hero(rng: random.Random) -> Layer:
    """A hero's head and shoulders."""
    gear = headgear(rng)
    options = {
        "skinColor": rng.choices(list(SKINS), list(SKINS.values())),
        "hairColor": list(HAIR),
        "clothingColor": list(CLOTHES),
        "hatProbability": 0 if gear.facts else 18,
        "glassesProbability": 12,
        "accessoriesProbability": 15,
        "beardProbability": 12,
    }
    face = figure(credits.PIXEL_ART, rng, options, view=(0, 0, 16))
    return Layer(f"{face.drawn}{gear.drawn}", {**face.facts, **gear.facts})


THEME = Theme(
    key="pixel",
    title=N_("Pixel heroes"),
    summary=N_("Heroes of an arcade machine, square by square"),
    ground=sky,
    recipes=(Recipe("hero", 1, credits.PIXEL_ART, hero),),
    cc0=True,
    cell=4,
)
