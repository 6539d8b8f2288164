"""What makers of product pictures are measured on, and what is seen of their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.datasets.products import ProductSet, square
from core.gan.metrics import Features
from core.gan.reference import Looker, Pictures, Reference
from core.product.judge import Judge, Verdict
from core.product.wordings import caption_texts


class Maker(Protocol):
    """A generator of pictures from texts: uint8 (N, 64, 48, 3), one for each text and seed."""

    def __call__(self, texts: Sequence[str], seeds: Sequence[int], truncation: float = 1.0) -> Pictures:
        """`truncation` below 1 asks for more typical pictures."""


@dataclass(frozen=True)
class Bench:
    """What makers are measured on: photos, the judge, a feature network under its name, and its reference."""

    train: ProductSet
    held_out: ProductSet
    judge: Judge
    network: Looker
    network_name: str
    reference: Reference

    @property
    def texts(self) -> list[str]:
        """The held-out captions."""
        return caption_texts(self.held_out)

    @property
    def seeds(self) -> list[int]:
        """One for each caption, always the same."""
        return list(range(len(self.held_out)))

    def see(self, pictures: Pictures) -> "Seen":
        """Look at pictures (N, 64, 48, 3) with both networks."""
        return Seen(pictures, *self.network(square(pictures)), self.judge.look(pictures))

    def see_real(self) -> "Seen":
        """The held-out photos, seen the same way."""
        kept, images = self.reference, self.held_out.images
        return Seen(images, kept.held_out, kept.held_out_classes, self.judge.look(images))


@dataclass(frozen=True)
class Seen:
    """Pictures with what feature network and judge see in them."""

    pictures: Pictures
    features: Features
    classes: Features
    verdict: Verdict
