"""Two tiny themes that tell themselves apart by their ground, and a judge that sees it: every answer is known."""

from collections.abc import Sequence

import numpy as np

from core.avatar.bench import Bench, Labels
from core.datasets.avatars import AvatarSet
from core.gan.metrics import Features
from core.gan.reference import Reference
from tests.core.uniqueness.drawings import drawing

KEYS = ("saga", "cats")
_GROUNDS = (30, 220)


def picture(label: int, seed: int) -> np.ndarray:
    """A drawing on the ground of its theme."""
    drawn = drawing(seed, 64)
    drawn[:16] = drawn[-16:] = _GROUNDS[label]
    return drawn


def pictures(labels: Labels, seeds: Sequence[int]) -> np.ndarray:
    return np.stack([picture(label, seed) for label, seed in zip(labels, seeds, strict=True)])


def avatars(train: int = 120, held_out: int = 40) -> AvatarSet:
    known, new = np.arange(train) % 2, np.arange(held_out) % 2
    return AvatarSet(pictures(known, range(train)), known, pictures(new, range(900, 900 + held_out)), new, KEYS)


class ExactJudge:
    """Sees the ground."""

    def look(self, pictures: np.ndarray) -> np.ndarray:
        return (pictures[:, :16].mean(axis=(1, 2, 3)) > 125).astype(np.int64)[:, None]


def network(images: np.ndarray) -> tuple[Features, Features]:
    """Small pixels as features; whether it is bright as class."""
    features = images[:, ::8, ::8].reshape(len(images), -1).astype(np.float32) / 255
    return features, np.eye(2, dtype=np.float32)[(images.mean(axis=(1, 2, 3)) > 125).astype(int)]


def bench() -> Bench:
    sets = avatars()
    seen = network(sets.train_images), network(sets.validation_images)
    reference = Reference(np.arange(len(sets.train_images)), seen[0][0], *seen[1])
    return Bench(sets, ExactJudge(), network, "toy", reference)  # type: ignore[arg-type]


def perfect(labels: Labels, seeds: Sequence[int], truncation: float = 1.0) -> np.ndarray:
    """New drawings of what is asked for."""
    return pictures(labels, [3000 + seed for seed in seeds])
