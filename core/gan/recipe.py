"""What a generated picture was made from, small enough to keep: the same recipe gives the same picture again."""

from dataclasses import dataclass, replace
from typing import Any, Self, Union

import numpy as np

from core.errors import N_, UserError
from core.gan import sampling

MAX_SEED = 2**31 - 1
MAX_COUNT = 64
MAX_TRUNCATION = 1.5
_MAX_STEPS = 50


@dataclass(frozen=True)
class Recipe:
    """Noise drawn from `seed`, moved by each of `steps` in turn, scaled by `truncation`.

    A step is (towards, share in 0..1): towards the fresh noise of a seed, or towards another recipe's noise.

    Raises:
        UserError: a number is outside its range, or there are too many steps.
    """

    seed: int
    truncation: float = 1.0
    steps: tuple[tuple[Union[int, "Recipe"], float], ...] = ()

    def __post_init__(self) -> None:
        seeds = [self.seed, *(towards for towards, _ in self.steps if isinstance(towards, int))]
        if not all(0 <= seed <= MAX_SEED for seed in seeds):
            raise UserError(N_("A seed is a whole number from 0 to {largest}."), largest=MAX_SEED)
        if not 0 <= self.truncation <= MAX_TRUNCATION:
            raise UserError(N_("Variety is a number from 0 to {largest}."), largest=MAX_TRUNCATION)
        if not all(0 <= share <= 1 for _, share in self.steps):
            raise UserError(N_("How far a picture moves towards another is a number from 0 to 1."))
        if self._size() > _MAX_STEPS:
            raise UserError(N_("This picture descends from too many others. Start from a fresh one."))

    def _size(self) -> int:
        return sum(1 + (towards._size() if isinstance(towards, Recipe) else 0) for towards, _ in self.steps)

    def _drawn(self, size: int) -> sampling.Noise:
        """Noise (size,) before it is scaled."""
        z = sampling.noise(self.seed, size)[0]
        for towards, share in self.steps:
            if isinstance(towards, Recipe):
                z = sampling.slerp(z, towards._drawn(size), np.array([share], np.float32))[0]
            else:
                z = sampling.around(z, share, towards, 1)[0]
        return z

    def noise(self, size: int) -> sampling.Noise:
        """The row of noise (1, size)."""
        return sampling.truncate(self._drawn(size)[None], self.truncation)

    def neighbours(self, seed: int, count: int, strength: float) -> list["Recipe"]:
        """Recipes of pictures near this one; a small strength changes details, a large one nearly all.

        Raises:
            UserError: a number is outside its range, or this picture descends from too many others.
        """
        _check(seed, count)
        return [replace(self, steps=(*self.steps, (step, strength))) for step in sampling.seeds(seed, count)]

    def towards(self, other: "Recipe", count: int) -> list["Recipe"]:
        """Recipes of pictures on the way to another one, both ends included.

        Raises:
            UserError: a number is outside its range, or this picture descends from too many others.
        """
        _check(self.seed, count)
        return [self._towards(other, share) for share in np.linspace(0, 1, count).tolist()]

    def _towards(self, other: "Recipe", share: float) -> "Recipe":
        truncation = (1 - share) * self.truncation + share * other.truncation
        return replace(self, truncation=truncation, steps=(*self.steps, (other, share)))

    def children(self, other: "Recipe", seed: int, count: int, strength: float = 0.5) -> list["Recipe"]:
        """Recipes of pictures that take after this one and another one, each in its own way.

        Raises:
            UserError: a number is outside its range, or this picture descends from too many others.
        """
        return self._towards(other, 0.5).neighbours(seed, count, strength)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        steps = [
            [towards.as_dict() if isinstance(towards, Recipe) else towards, share] for towards, share in self.steps
        ]
        return {"seed": self.seed, "truncation": self.truncation, "steps": steps}

    @classmethod
    def from_dict(cls, content: Any) -> Self:
        """The way back.

        Raises:
            UserError: this is no recipe.
        """
        try:
            steps = tuple(
                (cls.from_dict(towards) if isinstance(towards, dict) else int(towards), float(share))
                for towards, share in content.get("steps", ())
            )
            return cls(int(content["seed"]), float(content.get("truncation", 1.0)), steps)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise UserError(N_("This is no recipe of a generated picture.")) from error


def recipes(seed: int, count: int, truncation: float = 1.0) -> list[Recipe]:
    """Recipes of `count` different pictures, the first from `seed` itself.

    Raises:
        UserError: a number is outside its range.
    """
    _check(seed, count)
    return [Recipe(each, truncation) for each in sampling.seeds(seed, count)]


def _check(seed: int, count: int) -> None:
    """Refuse what is outside its range before any seed is drawn from it."""
    if not 1 <= count <= MAX_COUNT:
        raise UserError(N_("Ask for 1 to {limit} pictures at a time."), limit=MAX_COUNT)
    Recipe(seed)


def noise_of(cookbook: list[Recipe], size: int) -> sampling.Noise:
    """Noise (N, size) of N recipes."""
    return np.concatenate([np.zeros((0, size), np.float32), *(recipe.noise(size) for recipe in cookbook)])
