"""A bestiary of friendly monsters."""

import random

from core.datasets.avatars import credits, grounds
from core.datasets.avatars.drawing import Layer
from core.datasets.avatars.parts import figure
from core.datasets.avatars.theme import Flat, Recipe, Theme
from core.errors import N_

COLOURS = (  # outer, inner
    ("#075a8c", "#2a8fc4"), ("#1d3fae", "#4a70e0"), ("#4330b0", "#7460e0"), ("#611fb0", "#9350e0"),
    ("#9a1a95", "#cc4ec8"), ("#a81752", "#de4a85"), ("#a3400f", "#e07a3c"), ("#8a5a08", "#cf9a30"),
    ("#056045", "#1f9c74"), ("#0b625b", "#239c92"), ("#1b2538", "#3f4f70"), ("#52341f", "#8c6244"),
)  # fmt: skip
BODIES = (
    "#7dd3fc", "#a5b4fc", "#c4b5fd", "#f0abfc", "#fda4af", "#fca5a5", "#fdba74", "#fcd34d", "#bef264", "#6ee7b9",
    "#5eead4", "#e2e8f0", "#f58f5c", "#8fd14f", "#ff86b3", "#b98cff", "#58b8f0", "#f2e27a",
)  # fmt: skip


def den(rng: random.Random) -> Layer:
    """Deep colours that shine from behind."""
    return grounds.rays(rng, COLOURS)


def monster(rng: random.Random) -> Layer:
    """A monster made of a body, eyes, a mouth and something on its head."""
    options = {
        "bodyColor": list(BODIES),
        "accentColor": list(BODIES),
        "bodyColorFill": rng.choice(("solid", "solid", "linear")),
        "bodyColorAngle": 90,
        "topProbability": 92,
        "patternProbability": 55,
    }
    return figure(credits.CRITTERS, rng, options, view=(5, 1, 92))


THEME = Theme(
    key="monsters",
    title=N_("Bestiary"),
    summary=N_("Friendly monsters with horns, fins and too many eyes"),
    ground=den,
    recipes=(Recipe("monster", 1, credits.CRITTERS, monster),),
    cc0=True,
    flat=Flat(0.0, 6, 25),
)
