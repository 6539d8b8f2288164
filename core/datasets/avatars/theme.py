"""A theme of avatars: figures by weight, and a ground behind them."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.avatars.credits import Credit, Licence, Source
from core.datasets.avatars.drawing import Layer, compose


@dataclass(frozen=True)
class Recipe:
    """One kind of figure: how often it is drawn beside the others, from which source, and by what function."""

    name: str
    weight: float
    source: Source
    draw: Callable[[random.Random], Layer]


@dataclass(frozen=True)
class Picture:
    """An avatar, RGB uint8 (64, 64, 3), and everything it was made of."""

    image: NDArray[np.uint8]
    parameters: dict[str, Any]

    @property
    def figure(self) -> tuple[str, str]:
        """What tells its figure from others, whatever ground it stands on."""
        return self.parameters["recipe"], str(sorted(self.parameters["parts"].items()))


@dataclass(frozen=True)
class Flat:
    """How a picture gets areas of one colour: colours at most `tolerance` apart within `reach` pixels become one.

    Before that it is sharpened (0: not). Both were chosen by KID, on avatars that nothing else is measured on.
    """

    sharpen: float
    reach: int
    tolerance: int


@dataclass(frozen=True)
class Theme:
    """A world that avatars come from.

    `title` and `summary` are English sentences to translate. A theme with `cc0` can do with its CC0 sources alone. Its
    pictures are made of squares of `cell` x `cell` pixels; those of a generator are made `flat`, if that is given.
    """

    key: str
    title: str
    summary: str
    ground: Callable[[random.Random], Layer]
    recipes: tuple[Recipe, ...]
    cc0: bool = False
    cell: int = 1
    flat: Flat | None = None

    def chosen(self, cc0: bool) -> tuple[Recipe, ...]:
        """The recipes used; with `cc0`, a theme that can keeps to those without conditions."""
        if not (cc0 and self.cc0):
            return self.recipes
        return tuple(recipe for recipe in self.recipes if recipe.source.credit.licence == Licence.CC0)

    def credits(self, cc0: bool = False) -> tuple[Credit, ...]:
        """Every artist whose parts are used."""
        return tuple(dict.fromkeys(recipe.source.credit for recipe in self.chosen(cc0)))

    def draw(self, index: int, cc0: bool = False) -> Picture:
        """The picture of this number: always the same with the same versions of the packages."""
        seed = f"{self.key}-{index}"
        rng = random.Random(seed)  # noqa: S311 - chance for art, not for secrets
        recipes = self.chosen(cc0)
        recipe = rng.choices(recipes, [each.weight for each in recipes])[0]
        figure, ground, mirrored = recipe.draw(rng), self.ground(rng), rng.random() < 0.5
        if not isinstance(ground.drawn, str):
            raise TypeError(f"the ground of {self.key} is not SVG")
        return Picture(
            compose(ground.drawn, figure, mirrored=mirrored),
            {
                "seed": seed,
                "recipe": recipe.name,
                "mirrored": mirrored,
                "parts": figure.facts,
                "ground": ground.facts,
            },
        )
