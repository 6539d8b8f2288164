"""What was fixed before the experiment, and which pictures each arm learns from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets import fer2013
from core.gan.classifier import ClassifierConfig

REAL, MADE, REPEATED = ARMS = ("real", "made", "repeated")
SIDE = 32  # pixels: faces are shrunk so that the whole experiment takes minutes on two cores
Images = NDArray[np.uint8]
# how many pictures, and a seed, to made faces (N, SIDE, SIDE, 1) of the rarest expression
Make = Callable[[int, int], Images]


@dataclass(frozen=True)
class Protocol:
    """`held_out` is the validation part's share; steps are of the generator and of each classifier."""

    rarest: str = "disgust"
    held_out: float = 0.1
    seeds: tuple[int, ...] = (1, 2, 3)
    forger_steps: int = 1200
    steps: int = 3000
    classifier: ClassifierConfig = field(
        default_factory=lambda: ClassifierConfig(
            widths=(24, 48, 96, 128), blocks=(0, 0, 1, 0), batch_size=64, shift=2, blur_chance=0.0, noise_chance=0.0
        )
    )

    @property
    def label(self) -> int:
        """The rarest expression's place in `fer2013.CLASSES`."""
        return fer2013.CLASSES.index(self.rarest)


SMOKE = Protocol(seeds=(1,), forger_steps=2, steps=2)


@dataclass(frozen=True)
class Faces:
    """Grey faces (N, SIDE, SIDE, 1) and their labels (N,)."""

    images: Images
    labels: NDArray[np.int64]

    def of(self, label: int) -> Images:
        """Those of one expression."""
        return self.images[self.labels == label]

    def with_more(self, images: Images, label: int) -> "Faces":
        """These and others of one expression."""
        labels = np.full(len(images), label, np.int64)
        return Faces(np.concatenate([self.images, images]), np.concatenate([self.labels, labels]))


def parts(folder: Path, protocol: Protocol) -> tuple[Faces, Faces]:
    """The faces to learn from and those held out, from FER2013's training part in `folder`; always the same ones.

    Raises:
        core.errors.DataError: the data are missing or damaged.
    """
    found = fer2013.load(folder, "train")
    faces = _shrunk(fer2013.deduplicate(found.subset(found.is_face)))
    rng, kept = np.random.default_rng(0), np.zeros(len(faces.labels), bool)
    for label in range(len(fer2013.CLASSES)):  # the same share of each expression
        rows = rng.permutation(np.flatnonzero(faces.labels == label))
        kept[rows[: round(protocol.held_out * len(rows))]] = True
    return Faces(faces.images[~kept], faces.labels[~kept]), Faces(faces.images[kept], faces.labels[kept])


def test_part(folder: Path) -> tuple[Faces, NDArray[np.bool_]]:
    """PublicTest, and which of its pictures have a near copy in the training part (none, where that is not known).

    Raises:
        core.errors.DataError: the data are missing or damaged.
    """
    found = fer2013.load(folder, "public_test")
    known = np.zeros(len(found), bool) if found.near_copy is None else found.near_copy
    return _shrunk(found), known


def missing(learned: Faces, protocol: Protocol) -> int:
    """How many faces the rarest expression lacks to be as frequent as the median one."""
    counts = np.bincount(learned.labels, minlength=len(fer2013.CLASSES))
    return max(0, int(np.median(counts)) - int(counts[protocol.label]))


def arm(name: str, learned: Faces, protocol: Protocol, make: Make, seed: int) -> Faces:
    """What an arm learns from; made faces are others for each seed."""
    if name == REAL:
        return learned
    count, own = missing(learned, protocol), learned.of(protocol.label)
    more = make(count, seed) if name == MADE else own[np.arange(count) % len(own)]
    return learned.with_more(more, protocol.label)


def _shrunk(faces: fer2013.FaceSet) -> Faces:
    small = [cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for image in faces.images]
    return Faces(np.stack(small)[..., None], faces.labels)
