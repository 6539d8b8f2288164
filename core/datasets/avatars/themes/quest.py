"""Companions for a quest: adventurers, elves, orcs, in cloaks."""

import random

from core.datasets.avatars import credits, grounds
from core.datasets.avatars.drawing import Layer
from core.datasets.avatars.extras import garment
from core.datasets.avatars.parts import figure
from core.datasets.avatars.theme import Flat, Recipe, Theme
from core.errors import N_

SKIES = (  # top, bottom, sun or moon
    ("#8ec9f0", "#dff1fb", "#fff3c4"), ("#f6b37f", "#fde6c4", "#fff6dd"), ("#e79ab5", "#fbdccf", "#fff0e0"),
    ("#2f3d75", "#7d7fb8", "#f2f0d8"), ("#7fcfc4", "#e3f6ea", "#fff7cf"), ("#a58fd6", "#eadcf6", "#fff1d6"),
)  # fmt: skip
LANDS = (  # far, middle, near
    ("#9dbfa8", "#6f9f6f", "#3f7048"), ("#a9b7d6", "#7488b5", "#455a86"), ("#e0b58c", "#bf8458", "#84543a"),
    ("#c6a8c8", "#9273a3", "#5d4676"), ("#bcc98a", "#8da052", "#5a6f33"), ("#a5cdd0", "#5f9fa6", "#2f6a74"),
)  # fmt: skip
SKINS = {
    "#f2d3b1": 3, "#ecad80": 3, "#c98d5f": 3, "#9e5622": 3, "#763900": 3, "#7fa35c": 1.5, "#a7bf6e": 1, "#8f86b8": 1,
    "#a9c4cf": 1, "#c97b62": 1,
}  # fmt: skip
HAIR = (
    "#0e0e0e", "#e5d7a3", "#b9a05f", "#796a45", "#6a4e35", "#562306", "#afafaf", "#f2efe6", "#3e8f3a", "#85c2c6",
    "#dba3be",
    "#592454", "#ac6511", "#cb6820", "#ab2a18", "#2f4fa0",
)  # fmt: skip
CLOAKS = ("#8c2f39", "#2f5d50", "#2f4a7d", "#6b3f7d", "#7a5230", "#3a3f47", "#b3892f", "#a8522f", "#5a7d3a", "#d8d2c0")


def land(rng: random.Random) -> Layer:
    """The country they travel through."""
    return grounds.hills(rng, SKIES, LANDS)


def companion(rng: random.Random) -> Layer:
    """A face over a cloak."""
    options = {
        "skinColor": rng.choices(list(SKINS), list(SKINS.values())),
        "hairColor": list(HAIR),
        "glassesProbability": 6,
        "earringsProbability": 25,
        "detailsProbability": 20,
    }
    face = figure(credits.ADVENTURER, rng, options, view=(40, 40, 682), place=(4, 0, 56))
    dress = garment(rng, CLOAKS)
    return Layer(f"{dress.drawn}{face.drawn}", {**face.facts, **dress.facts})


THEME = Theme(
    key="quest",
    title=N_("Quest companions"),
    summary=N_("Adventurers, elves and orcs on their way"),
    ground=land,
    recipes=(Recipe("companion", 1, credits.ADVENTURER, companion),),
    flat=Flat(0.0, 6, 25),
)
