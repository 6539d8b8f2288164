"""Keeps pictures that differ: no pixels twice, no figure twice, no near copies."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.datasets.avatars.theme import Picture

THUMBNAIL = 16
NEAR = (
    0.02  # root mean square difference of 16x16 RGB thumbnails, 0 (equal) to 1: below it, eyes take one for the other
)


class Sieve:
    """Takes pictures in order and says which to keep; what it dropped, and why, is counted.

    A near copy has thumbnails (16x16 RGB) less than NEAR apart. They are compared as whole numbers in double
    precision, which is exact: the same pictures are kept on every machine.
    """

    def __init__(self, room: int) -> None:
        self.thumbnails = np.empty((room, THUMBNAIL * THUMBNAIL * 3))
        self.kept = self.pixels = self.figures = self.near = 0
        self._seen: set[bytes] = set()
        self._figures: set[tuple[str, str]] = set()

    def sift(self, pictures: Sequence[Picture]) -> list[Picture]:
        """The pictures to keep, of those given, in order; never more than there is room for."""
        rows = thumbnails(np.stack([picture.image for picture in pictures]))
        limit = NEAR**2 * 255**2 * rows.shape[1]
        far = _squared(rows, self.thumbnails[: self.kept]).min(1, initial=np.inf) >= limit
        among = _squared(rows, rows) < limit
        chosen: list[int] = []
        for place, picture in enumerate(pictures):
            if self.kept == len(self.thumbnails):
                break
            digest = hashlib.blake2b(picture.image.tobytes(), digest_size=16).digest()
            if digest in self._seen:
                self.pixels += 1
            elif picture.figure in self._figures:
                self.figures += 1
            elif not far[place] or among[place, chosen].any():
                self.near += 1
            else:
                self._seen.add(digest)
                self._figures.add(picture.figure)
                self.thumbnails[self.kept] = rows[place]
                self.kept += 1
                chosen.append(place)
        return [pictures[place] for place in chosen]


def thumbnails(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Averages of 4x4 blocks, rounded to whole numbers: uint8 (N, 64, 64, 3) -> (N, 768)."""
    block = images.shape[1] // THUMBNAIL
    blocks = images.reshape(len(images), THUMBNAIL, block, THUMBNAIL, block, 3).astype(np.uint32)
    return np.rint(blocks.sum((2, 4)) / block**2).reshape(len(images), -1)


def _squared(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances (N, M)."""
    return (ours**2).sum(1)[:, None] + (theirs**2).sum(1) - 2 * ours @ theirs.T
