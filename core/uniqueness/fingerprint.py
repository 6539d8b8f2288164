"""Fingerprints of pictures: a 256-bit perceptual hash and a thumbnail of 16 x 16 colours.

The hash keeps the signs of the 16 x 16 lowest frequencies of a 64 x 64 cosine transform: it sees form. The thumbnail
sees colour. Two pictures are the same if both are near. Hash: Zauner 2010, "Implementation and Benchmarking of
Perceptual Image Hash Functions", with a threshold beside zero, because most coefficients of flat drawings are nearly
zero and would fall on either side of it by chance.

A picture cut to a disc has lost its corners, so it is compared by a fingerprint of its own, which sees nothing outside
the disc: `Fingerprint.within_disc`.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

HASH_BITS = 256
_TRANSFORM = 64
_LOWEST = 16
_THUMBNAIL = 16
_DEAD_ZONE = 12.0  # grey levels times pixels of the orthonormal transform: above what recompression moves
_DISC_RADIUS, _DISC_EDGE = 31.0, 4.0  # of the transform's 32; its edge fades, so that a shift by a pixel moves little
_MIRROR = np.where(np.arange(_LOWEST) % 2, -1, 1).astype(np.float32)  # a mirrored picture's odd columns change sign


@dataclass(frozen=True)
class Distance:
    """How far two pictures are apart: differing bits of 256, and the root mean square of colour differences, 0..1."""

    bits: int
    rgb: float
    mirrored: bool = False


@dataclass(frozen=True)
class Thresholds:
    """Pictures are the same if at most `bits` of the hash differ and their colours differ by at most `rgb` (0..1)."""

    bits: int = 15
    rgb: float = 0.08

    def accept(self, distance: Distance) -> bool:
        """Whether pictures this far apart are the same."""
        return distance.bits <= self.bits and distance.rgb <= self.rgb


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What is remembered of a picture.

    `bits` and `mirrored_bits` are uint64 (4,), of the picture and of its mirror image; `rgb` is uint8 (16, 16, 3).
    """

    bits: NDArray[np.uint64]
    mirrored_bits: NDArray[np.uint64]
    rgb: NDArray[np.uint8]

    @classmethod
    def of(cls, image: NDArray[np.uint8]) -> "Fingerprint":
        """The fingerprint of an RGB picture uint8 (H, W, 3) of any size."""
        return cls._of(_grey(image), _thumbnail(image))

    @classmethod
    def within_disc(cls, image: NDArray[np.uint8]) -> "Fingerprint":
        """What is left of the picture in its round crop; to be compared only with others of this kind."""
        grey, window = _grey(image), _disc_window()
        grey = (grey - np.float32((grey * window).sum() / window.sum())) * window
        return cls._of(grey, thumbnail_within_disc(_thumbnail(image)))

    @classmethod
    def _of(cls, grey: NDArray[np.float32], thumbnail: NDArray[np.uint8]) -> "Fingerprint":
        lowest = cv2.dct(grey)[:_LOWEST, :_LOWEST]
        return cls(_pack(lowest > _DEAD_ZONE), _pack(lowest * _MIRROR > _DEAD_ZONE), thumbnail)

    @property
    def orientations(self) -> tuple[tuple[NDArray[np.uint64], NDArray[np.uint8], bool], ...]:
        """Hash, thumbnail and whether mirrored: of the picture, then of its mirror image."""
        return (self.bits, self.rgb, False), (self.mirrored_bits, self.rgb[:, ::-1], True)

    def to_bytes(self) -> tuple[bytes, bytes]:
        """The hash (32 bytes, little-endian words) and the thumbnail (768 bytes)."""
        return self.bits.astype("<u8").tobytes(), self.rgb.tobytes()

    @property
    def hex(self) -> str:
        """The hash in 64 hexadecimal digits."""
        return self.to_bytes()[0].hex()


def thumbnail_within_disc(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Thumbnails (..., 16, 16, 3) whose cells outside the disc have the mean colour of those inside."""
    inside = _disc_cells()
    mean = rgb[..., inside, :].mean(axis=-2, keepdims=True)[..., None, :]
    return np.where(inside[..., None], rgb, np.rint(mean).astype(np.uint8))


def distances(a: Fingerprint, b: Fingerprint) -> list[Distance]:
    """The distance of two pictures, then of the mirror image of `a` and `b`."""
    return [
        Distance(int(hamming(bits, b.bits)), float(colour_distance(rgb, b.rgb)), mirrored)
        for bits, rgb, mirrored in a.orientations
    ]


def distance(a: Fingerprint, b: Fingerprint) -> Distance:
    """The distance of two pictures, or of one and the other's mirror image where that is smaller in bits."""
    return min(distances(a, b), key=lambda found: (found.bits, found.rgb))


def same(a: Fingerprint, b: Fingerprint, thresholds: Thresholds) -> bool:
    """Whether two pictures, or one and the other's mirror image, are the same."""
    return any(thresholds.accept(found) for found in distances(a, b))


def hamming(bits: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Differing bits between one hash (4,) and each of (N, 4): (N,)."""
    return np.bitwise_count(others ^ bits).sum(axis=-1, dtype=np.int64)


def colour_distance(rgb: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Root mean square of the difference, 0..1, between one thumbnail (16, 16, 3) and each of (N, 16, 16, 3): (N,)."""
    difference = others.astype(np.float32) - rgb.astype(np.float32)
    return np.sqrt(np.square(difference).mean(axis=(-3, -2, -1), dtype=np.float64)) / 255


def _pack(flags: NDArray[np.bool_]) -> NDArray[np.uint64]:
    return np.packbits(flags.ravel()).view("<u8").astype(np.uint64)


def _grey(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    square = cv2.resize(image, (_TRANSFORM, _TRANSFORM), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(square, cv2.COLOR_RGB2GRAY).astype(np.float32)


def _thumbnail(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def _disc_window() -> NDArray[np.float32]:
    """1 inside the disc, 0 outside, (64, 64)."""
    away = np.abs(np.arange(_TRANSFORM) + 0.5 - _TRANSFORM / 2)
    return np.clip((_DISC_RADIUS - np.hypot(away[:, None], away)) / _DISC_EDGE, 0, 1).astype(np.float32)


@cache
def _disc_cells() -> NDArray[np.bool_]:
    """Which cells of a thumbnail lie wholly inside the disc, (16, 16)."""
    farthest = np.abs(np.arange(_THUMBNAIL) + 0.5 - _THUMBNAIL / 2) + 0.5
    cells_across = _DISC_RADIUS * _THUMBNAIL / _TRANSFORM
    return np.asarray(np.hypot(farthest[:, None], farthest) <= cells_across)
