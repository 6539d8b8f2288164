"""What pages and the command line call: a description in French or English in, pictures of invented products out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.artifacts import MANIFEST, ArtifactError, Manifest, open_artifact
from core.datasets.products import square
from core.errors import N_, UserError
from core.gan import sampling
from core.gan.baseline import Baseline
from core.gan.latent_generator import LatentGenerator, model_id
from core.gan.picture import Picture
from core.gan.recipe import Recipe, noise_of, recipes
from core.text.reading import Reading
from core.text.service import TextEncoder

KIND = "product"


@dataclass(frozen=True)
class Order:
    """What one picture is made from: a text, its recipe, and how far it goes (`share` in 0..1) towards another text."""

    text: str
    recipe: Recipe
    towards: str = ""
    share: float = 0.0

    @property
    def description(self) -> str:
        """For people who look at the file."""
        return self.text

    def as_dict(self) -> dict[str, Any]:
        """For JSON and for the notes in a PNG."""
        other = {"towards": self.towards, "share": self.share} if self.towards else {}
        return {"kind": KIND, "text": self.text, **self.recipe.as_dict(), **other}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """The way back.

        Raises:
            UserError: this does not describe a product picture.
        """
        text, towards, share = content.get("text"), content.get("towards", ""), content.get("share", 0.0)
        right = isinstance(towards, str) and isinstance(share, int | float) and 0 <= share <= 1
        if content.get("kind") != KIND or not isinstance(text, str) or not right:
            raise UserError(N_("This picture does not say which product it shows."))
        return cls(text, Recipe.from_dict(content), towards, float(share))


class ProductPicture(Picture[Order]):
    """A picture uint8 (64, 64, 3) of a product that does not exist."""


class ProductGenerator:
    """The trained generator with the text encoder it was trained with; thread-safe after `warm_up`."""

    def __init__(self, network: LatentGenerator, encoder: TextEncoder, manifest: Manifest) -> None:
        self._network, self.encoder, self.manifest = network, encoder, manifest
        self.model = model_id(manifest)

    @classmethod
    def load(cls, folder: Path, text: Path | None = None) -> Self:
        """Open the artifact in `folder`, and the text encoder's in `text` (default: `text` beside it).

        Raises:
            core.artifacts.ArtifactError: a model is missing or damaged.
        """
        manifest, text = open_artifact(folder), text or folder.parent / "text"
        encoder = TextEncoder.load(text)
        trained_with = manifest.parameters.get("text_encoder")
        if trained_with and trained_with != hashlib.sha256((text / MANIFEST).read_bytes()).hexdigest():
            raise ArtifactError(
                N_(
                    "The model {name} was made for another text encoder. Train it again: "
                    "python -m core train product --stage prior, then --stage publish"
                ),
                name=folder.name,
            )
        return cls(LatentGenerator.load(folder), encoder, manifest)

    def warm_up(self) -> None:
        """Build the networks' function before a visitor waits for it."""
        self._network.pictures(
            np.zeros((1, self._network.noise_size), np.float32), np.zeros((1, self.encoder.width), np.float32)
        )

    def read(self, text: str) -> Reading:
        """What is understood of a text."""
        return self.encoder.read(text)

    def generate(self, text: str, n: int = 8, *, seed: int = 0, truncation: float = 1.0) -> list[ProductPicture]:
        """`n` pictures of what `text` describes; equal arguments give equal pixels.

        Raises:
            UserError: nothing of the text is understood, or a number is outside its range.
        """
        return self.make([Order(text, recipe) for recipe in recipes(seed, n, truncation)])

    def more_like(
        self, order: Order, n: int = 8, *, seed: int = 0, strength: float = 0.35, text: str | None = None
    ) -> list[ProductPicture]:
        """`n` pictures near that of `order`, of the same text (or another one).

        Raises:
            UserError: nothing of the text is understood, or a number is outside its range.
        """
        near = order.recipe.neighbours(seed, n, strength)
        return self.make([replace(order, recipe=recipe, text=text or order.text) for recipe in near])

    def between(self, order: Order, text: str, n: int = 8) -> list[ProductPicture]:
        """`n` pictures on the way from that of `order` to the one that `text` has with the same recipe.

        Raises:
            UserError: nothing of a text is understood.
        """
        return self.make([replace(order, towards=text, share=float(share)) for share in np.linspace(0, 1, n)])

    def make(self, orders: Sequence[Order]) -> list[ProductPicture]:
        """One picture per order.

        Raises:
            UserError: nothing of a text is understood.
        """
        noise = noise_of([order.recipe for order in orders], self._network.noise_size)
        made = square(self._network.pictures(noise, self._conditions(orders)))
        return [ProductPicture(image, order, self.model) for image, order in zip(made, orders, strict=True)]

    def taught(self, baseline: Baseline, orders: Sequence[Order]) -> NDArray[np.uint8]:
        """What the taught baseline makes of the same texts, seeds and truncations: uint8 (N, 64, 64, 3).

        Raises:
            UserError: nothing of a text is understood.
        """
        return square(baseline.pictures(self._conditions(orders), [order.recipe for order in orders]))

    def pictures(self, texts: Sequence[str], seeds: Sequence[int], truncation: float = 1.0) -> NDArray[np.uint8]:
        """Pictures uint8 (N, 64, 48, 3) as the networks make them, one for each text and seed.

        Raises:
            UserError: nothing of a text is understood.
        """
        orders = [Order(text, Recipe(seed, truncation)) for text, seed in zip(texts, seeds, strict=True)]
        noise = noise_of([order.recipe for order in orders], self._network.noise_size)
        return self._network.pictures(noise, self._conditions(orders))

    def _conditions(self, orders: Sequence[Order]) -> NDArray[np.float32]:
        """Unit vectors (N, K); between two texts on the arc from one to the other."""
        texts = list(dict.fromkeys(order.text for order in orders))
        texts += [order.towards for order in orders if order.towards and order.towards not in texts]
        vectors = dict(zip(texts, self.encoder.encode(texts), strict=True))
        rows = [
            sampling.slerp(vectors[order.text], vectors[order.towards], np.array([order.share], np.float32))[0]
            if order.towards
            else vectors[order.text]
            for order in orders
        ]
        return np.stack(rows)
