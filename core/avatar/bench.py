"""What makers of avatars are measured on, and what is seen of their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.datasets.avatars import AvatarSet
from core.gan.classifier import Classifier
from core.gan.metrics import Features
from core.gan.reference import Looker, Pictures, Reference

Labels = NDArray[np.int64]


class Maker(Protocol):
    """A generator of avatars uint8 (N, 64, 64, 3), one for each theme by number (N,) and seed."""

    def __call__(self, labels: Labels, seeds: Sequence[int], truncation: float = 1.0) -> Pictures:
        """`truncation` below 1 asks for more typical pictures."""


@dataclass(frozen=True)
class Seen:
    """Pictures of themes `labels` (N,), with what feature network and judge see in them; `themes` (N,) is the latter's.

    Features are (N, D), class probabilities (N, C).
    """

    pictures: Pictures
    labels: Labels
    features: Features
    classes: Features
    themes: Labels

    @property
    def accuracy(self) -> float:
        """Share in which the judge sees the theme that was asked for."""
        return float((self.themes == self.labels).mean())

    def part(self, rows: NDArray[np.bool_]) -> "Seen":
        """Some of them."""
        return Seen(
            self.pictures[rows], self.labels[rows], self.features[rows], self.classes[rows], self.themes[rows]
        )  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """Avatars (validation pictures are held out), the judge, a feature network under its name, and its reference."""

    avatars: AvatarSet
    judge: Classifier
    network: Looker
    network_name: str
    reference: Reference

    @property
    def seeds(self) -> list[int]:
        """One for each held-out picture, always the same."""
        return list(range(len(self.avatars.validation_labels)))

    @property
    def reference_labels(self) -> Labels:
        """Themes of the reference's training pictures (R,)."""
        return self.avatars.train_labels[self.reference.rows]

    def see(self, maker: Maker, truncation: float = 1.0, every: int = 1) -> Seen:
        """Look at what `maker` makes of the theme of each (or each `every`-th) held-out picture."""
        labels, seeds = self.avatars.validation_labels[::every], self.seeds[::every]
        pictures = maker(labels, seeds, truncation=truncation)
        return Seen(pictures, labels, *self.network(pictures), self.judge.look(pictures)[:, 0])

    def see_real(self) -> Seen:
        """The held-out pictures, seen the same way."""
        kept, images = self.reference, self.avatars.validation_images
        labels, seen = self.avatars.validation_labels, self.judge.look(images)[:, 0]
        return Seen(images, labels, kept.held_out, kept.held_out_classes, seen)
