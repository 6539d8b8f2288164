"""An intergalactic saga of our own: aliens, droids and travellers among the stars."""

import random

from core.datasets.avatars import credits, grounds
from core.datasets.avatars.drawing import Layer
from core.datasets.avatars.extras import antennae, suit
from core.datasets.avatars.parts import figure, painted
from core.datasets.avatars.theme import Flat, Recipe, Theme
from core.errors import N_

SKIES = (  # top, bottom, two nebulae, of which the first also shines from behind
    ("#11174a", "#2a1d66", "#6a55d8", "#2b86d8"),
    ("#1c1048", "#471a6b", "#b54bbd", "#4468e0"),
    ("#08243a", "#114659", "#1ba3a8", "#3a63d0"),
    ("#2a0f3a", "#551a48", "#d95577", "#7a48cc"),
    ("#0a1f3a", "#182b5c", "#3f86d0", "#8a58cf"),
    ("#1b1c38", "#3b2d55", "#cf7f52", "#5570c8"),
)
PLANETS = (
    ("#ffc27a", "#b3502e"), ("#9be7e0", "#1f6f8b"), ("#e7b3f5", "#6a3fa0"), ("#f6e7a8", "#a87b32"),
    ("#a9c8ff", "#3a4fa3"),
)  # fmt: skip
SKINS = ("#7bd389", "#4fb7a0", "#6ec1e4", "#7f95f5", "#b38cff", "#ea7fc6", "#f2a65a", "#d7f171", "#ef7f6c", "#9fd8cb")
BODIES = ("#86efac", "#5eead4", "#67e8f9", "#93c5fd", "#c4b5fd", "#f0abfc", "#fda4af", "#fdba74", "#fde047", "#bef264")
HAIR = ("#f4f4f8", "#3d3a6b", "#7be0ff", "#ff8fd0", "#b8ff8f", "#ffd36b", "#c29bff", "#22223a")
METAL = ("#e9ecef", "#aeb8c2", "#74c0fc", "#63e6be", "#ffd43b", "#ff9d9d", "#b6a6f5", "#f2b380")
SUITS = ("#e8ecf4", "#f2a65a", "#4f7cff", "#3d3f58", "#d94f6a", "#2fa48b")
WITHOUT = ("04Body/004#final9", "04Body/008#final8")  # a shining chest and a smiley: too like somebody else's


def sky(rng: random.Random) -> Layer:
    """Stars, nebulae, planets."""
    return grounds.space(rng, SKIES, PLANETS)


def creature(rng: random.Random) -> Layer:
    """A soft alien with too many eyes, or too few."""
    options = {
        "bodyColor": list(BODIES),
        "accentColor": list(BODIES),
        "bodyColorFill": rng.choice(("solid", "linear")),
        "bodyColorAngle": 90,
        "eyesVariant": ["mono", "trio", "threeRow", "four", "uneven", "bigPupils", "monoSleepy", "wide", "round"],
        "topVariant": ["antenna", "antennae", "spike", "fin", "bobble", "hornsSmall", "spikes"],
        "topProbability": 100,
    }
    return figure(credits.CRITTERS, rng, options, view=(5, 1, 92))


def droid(rng: random.Random) -> Layer:
    """A boxy droid with a screen for a face."""
    options = {"bodyColor": list(METAL), "topProbability": 100}
    return figure(credits.VOXEL_BOT, rng, options, view=(15, 5, 98))


def settler(rng: random.Random) -> Layer:
    """A settler of cubes, with coloured skin."""
    options = {"skinColor": list(SKINS), "hairColor": list(HAIR), "beardProbability": 8, "topProbability": 92}
    return figure(credits.VOXEL_ART, rng, options, view=(15, 9, 98))


def alien(rng: random.Random) -> Layer:
    """An alien in armour."""
    return painted(credits.ALIENS, rng, view=(0.11, 0.07, 0.78), without=WITHOUT)


def machine(rng: random.Random) -> Layer:
    """A tall machine."""
    return painted(credits.ROBOTS, rng, view=(0.12, 0.05, 0.83))


def traveller(rng: random.Random) -> Layer:
    """A traveller with coloured skin and antennae, in a space suit."""
    skin = rng.choice(SKINS)
    options = {
        "skinColor": [skin],
        "hairColor": list(HAIR),
        "hairProbability": 70,
        "glassesProbability": 0,
        "earringsProbability": 0,
    }
    face = figure(credits.ADVENTURER, rng, options, view=(40, 40, 682), place=(6, 2, 52))
    behind, feelers = suit(rng, SUITS), antennae(rng, skin)
    return Layer(f"{feelers.drawn}{behind.drawn}{face.drawn}", {**face.facts, **behind.facts, **feelers.facts})


THEME = Theme(
    key="saga",
    title=N_("Intergalactic saga"),
    summary=N_("Droids, aliens and star travellers"),
    ground=sky,
    recipes=(
        Recipe("creature", 3, credits.CRITTERS, creature),
        Recipe("alien", 3, credits.ALIENS, alien),
        Recipe("traveller", 2, credits.ADVENTURER, traveller),
        Recipe("machine", 1.5, credits.ROBOTS, machine),
        Recipe("droid", 1.5, credits.VOXEL_BOT, droid),
        Recipe("settler", 1, credits.VOXEL_ART, settler),
    ),
    cc0=True,
    flat=Flat(1.0, 8, 40),
)
