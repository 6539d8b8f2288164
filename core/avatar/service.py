"""What pages and the command line call: a theme in, avatars that did not exist out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.artifacts import Manifest, open_artifact
from core.avatar.network import one_hot
from core.avatar.retouching import flattened, in_squares
from core.datasets.avatars.theme import Flat
from core.errors import N_, UserError
from core.gan.baseline import Baseline
from core.gan.latent_generator import LatentGenerator, model_id
from core.gan.picture import Picture
from core.gan.recipe import Recipe, noise_of, recipes

KIND = "avatar"


@dataclass(frozen=True)
class Order:
    """What one avatar is made from: its recipe, and how much of each theme (shares that sum to 1)."""

    recipe: Recipe
    themes: Mapping[str, float]

    @property
    def theme(self) -> str:
        """The theme it has most of."""
        return max(self.themes, key=lambda key: self.themes[key])

    @property
    def description(self) -> str:
        """For people who look at the file."""
        return ", ".join(self.themes)

    def as_dict(self) -> dict[str, Any]:
        """For JSON and for the notes in a PNG."""
        return {"kind": KIND, "themes": dict(sorted(self.themes.items())), **self.recipe.as_dict()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The way back.

        Raises:
            UserError: this does not describe an avatar.
        """
        themes = content.get("themes")
        shares = themes.values() if isinstance(themes, dict) else ()
        right = all(isinstance(share, int | float) and 0 < share <= 1 for share in shares)
        if content.get("kind") != KIND or not isinstance(themes, dict) or not right or abs(sum(shares) - 1) > 1e-3:
            raise UserError(N_("This picture does not say which avatar it is."))
        return cls(Recipe.from_dict(content), {str(key): float(share) for key, share in themes.items()})


class Avatar(Picture[Order]):
    """An avatar uint8 (64, 64, 3)."""


class AvatarGenerator:
    """The trained generator of all themes; thread-safe after `warm_up`."""

    def __init__(self, network: LatentGenerator, manifest: Manifest) -> None:
        self._network, self.manifest = network, manifest
        self.themes: tuple[str, ...] = tuple(manifest.parameters["themes"])
        retouching = [manifest.parameters.get(name, {}) for name in ("cells", "flat")]  # by theme
        self._cells: dict[str, int] = retouching[0]
        self._flat = {theme: Flat(**how) for theme, how in retouching[1].items()}
        self.model = model_id(manifest, json.dumps(retouching, sort_keys=True) if any(retouching) else "")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the artifact in `folder`.

        Raises:
            core.artifacts.ArtifactError: the model is missing or damaged.
        """
        manifest = open_artifact(folder)
        return cls(LatentGenerator.load(folder), manifest)

    def warm_up(self) -> None:
        """Build the networks' function before a visitor waits for it."""
        self.generate(self.themes[0], 1)

    def generate(self, theme: str, n: int = 8, *, seed: int = 0, truncation: float = 1.0) -> list[Avatar]:
        """`n` avatars of a theme; equal arguments give equal pixels.

        Raises:
            UserError: there is no such theme, or a number is outside its range.
        """
        return self.mix({theme: 1.0}, n, seed=seed, truncation=truncation)

    def mix(self, themes: Mapping[str, float], n: int = 8, *, seed: int = 0, truncation: float = 1.0) -> list[Avatar]:
        """`n` avatars between themes, with more of those that weigh more.

        Raises:
            UserError: there is no such theme, no weight, or a number is outside its range.
        """
        total = sum(themes.values())
        if not 0 < total < float("inf") or min(themes.values()) < 0:
            raise UserError(N_("Give at least one theme a weight above 0."))
        shares = {key: weight / total for key, weight in themes.items() if weight}
        return self.make([Order(recipe, shares) for recipe in recipes(seed, n, truncation)])

    def more_like(self, order: Order, n: int = 8, *, seed: int = 0, strength: float = 0.35) -> list[Avatar]:
        """`n` avatars near that of `order`.

        Raises:
            UserError: a number is outside its range, or the avatar descends from too many others.
        """
        return self.make([replace(order, recipe=recipe) for recipe in order.recipe.neighbours(seed, n, strength)])

    def morph(self, first: Order, second: Order, n: int = 8) -> list[Avatar]:
        """`n` avatars on the way from one to another, both ends included.

        Raises:
            UserError: the avatar descends from too many others.
        """
        way = zip(first.recipe.towards(second.recipe, n), np.linspace(0, 1, n).tolist(), strict=True)
        return self.make([Order(recipe, _blend(first.themes, second.themes, share)) for recipe, share in way])

    def children(self, first: Order, second: Order, n: int = 8, *, seed: int = 0) -> list[Avatar]:
        """`n` avatars that take after two others, each in its own way.

        Raises:
            UserError: the avatar descends from too many others.
        """
        themes = _blend(first.themes, second.themes, 0.5)
        return self.make([Order(recipe, themes) for recipe in first.recipe.children(second.recipe, seed, n)])

    def make(self, orders: Sequence[Order]) -> list[Avatar]:
        """One avatar per order.

        Raises:
            UserError: there is no such theme.
        """
        noise = noise_of([order.recipe for order in orders], self._network.noise_size)
        made = zip(self._network.pictures(noise, self._conditions(orders)), orders, strict=True)
        return [Avatar(self._finished(image, order.themes), order, self.model) for image, order in made]

    def taught(self, baseline: Baseline, orders: Sequence[Order]) -> NDArray[np.uint8]:
        """What the taught baseline makes of the same themes, seeds and truncations: uint8 (N, 64, 64, 3), unretouched.

        Raises:
            UserError: there is no such theme.
        """
        return baseline.pictures(self._conditions(orders), [order.recipe for order in orders])

    def _conditions(self, orders: Sequence[Order]) -> NDArray[np.float32]:
        """Shares of the themes (N, K)."""
        conditions = np.zeros((len(orders), len(self.themes)), np.float32)
        for row, order in zip(conditions, orders, strict=True):
            for key, share in order.themes.items():
                if key not in self.themes:
                    raise UserError(
                        N_("There is no theme {theme}. The themes are: {known}."),
                        theme=key[:40], known=", ".join(self.themes),
                    )  # fmt: skip
                row[self.themes.index(key)] = share
        return conditions

    def pictures(self, labels: NDArray[np.integer], seeds: Sequence[int], truncation: float = 1.0) -> NDArray[np.uint8]:
        """Pictures uint8 (N, 64, 64, 3) of themes by number (N,), one for each seed; as many as one likes."""
        noise = noise_of([Recipe(seed, truncation) for seed in seeds], self._network.noise_size)
        made = self._network.pictures(noise, one_hot(labels, len(self.themes)))
        each = (self._finished(image, {self.themes[label]: 1.0}) for image, label in zip(made, labels, strict=True))
        return np.stack([*each]) if len(made) else made

    def _finished(self, image: NDArray[np.uint8], themes: Mapping[str, float]) -> NDArray[np.uint8]:
        """An avatar's picture, whose shares of `themes` these are, retouched as the theme asks that counts most.

        In squares where all of it is of such a theme.
        """
        most = max(themes, key=lambda key: themes[key])
        if most in self._flat:
            return flattened(image, self._flat[most])
        return in_squares(image, self._cells[most]) if most in self._cells and len(themes) == 1 else image


def _blend(first: Mapping[str, float], second: Mapping[str, float], share: float) -> Mapping[str, float]:
    keys = dict.fromkeys([*first, *second])
    mixed = {key: (1 - share) * first.get(key, 0.0) + share * second.get(key, 0.0) for key in keys}
    return {key: amount for key, amount in mixed.items() if amount}
