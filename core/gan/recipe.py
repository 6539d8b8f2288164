"""What a generated picture was made from, small enough to keep: the same recipe gives the same picture again."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from core.errors import N_, UserError
from core.gan import sampling

MAX_SEED = 2**31 - 1
MAX_COUNT = 64
MAX_TRUNCATION = 1.5
_MAX_STEPS = 50


@dataclass(frozen=True)
class Recipe:
    """Noise drawn from `seed`, moved by each of `steps` (seed, strength in 0..1) in turn, scaled by `truncation`.

    Raises:
        UserError: a number is outside its range.
    """

    seed: int
    truncation: float = 1.0
    steps: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        seeds = [self.seed, *(seed for seed, _ in self.steps)]
        if not all(0 <= seed <= MAX_SEED for seed in seeds):
            raise UserError(N_("A seed is a whole number from 0 to {largest}."), largest=MAX_SEED)
        if not 0 <= self.truncation <= MAX_TRUNCATION:
            raise UserError(N_("Variety is a number from 0 to {largest}."), largest=MAX_TRUNCATION)
        if not all(0 <= strength <= 1 for _, strength in self.steps) or len(self.steps) > _MAX_STEPS:
            raise UserError(N_("A step away from a picture has a strength from 0 to 1, and there are at most {limit}."),
                            limit=_MAX_STEPS)  # fmt: skip

    def noise(self, size: int) -> sampling.Noise:
        """The row of noise (1, size)."""
        z = sampling.noise(self.seed, size)[0]
        for seed, strength in self.steps:
            z = sampling.around(z, strength, seed, 1)[0]
        return sampling.truncate(z[None], self.truncation)

    def neighbours(self, seed: int, count: int, strength: float) -> list["Recipe"]:
        """Recipes of pictures near this one; a small strength changes details, a large one nearly all."""
        steps = [(*self.steps, (step, strength))[-_MAX_STEPS:] for step in sampling.seeds(seed, count)]
        return [replace(self, steps=taken) for taken in steps]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"seed": self.seed, "truncation": self.truncation, "steps": [list(step) for step in self.steps]}

    @classmethod
    def from_dict(cls, content: Any) -> Self:
        """The way back.

        Raises:
            UserError: this is no recipe.
        """
        try:
            steps = tuple((int(seed), float(strength)) for seed, strength in content.get("steps", ()))
            return cls(int(content["seed"]), float(content.get("truncation", 1.0)), steps)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise UserError(N_("This is no recipe of a generated picture.")) from error


def recipes(seed: int, count: int, truncation: float = 1.0) -> list[Recipe]:
    """Recipes of `count` different pictures, the first from `seed` itself.

    Raises:
        UserError: a number is outside its range.
    """
    if not 1 <= count <= MAX_COUNT:
        raise UserError(N_("Ask for 1 to {limit} pictures at a time."), limit=MAX_COUNT)
    Recipe(seed, truncation)  # refuses what is outside its range before any other seed is drawn from it
    return [Recipe(each, truncation) for each in sampling.seeds(seed, count)]


def noise_of(cookbook: list[Recipe], size: int) -> sampling.Noise:
    """Noise (N, size) of N recipes."""
    return np.concatenate([np.zeros((0, size), np.float32), *(recipe.noise(size) for recipe in cookbook)])
