"""How near is the same? Measured per theme on pictures of the generator that sells them.

Half of a theme's pictures choose the thresholds, the other half is judged by them, so that the figures are not those of
the pictures they were chosen on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from core.uniqueness.fingerprint import Distance, Fingerprint, Thresholds, colour_distance, distances, hamming
from core.uniqueness.search import MAX_BITS, SWIFT_BITS

EDITS = ("recompressed", "resized", "brightened", "cropped", "mirrored")
_FEWEST = 8
_ENOUGH = 0.98  # of near copies: beyond SWIFT_BITS only where fewer would be caught otherwise


@dataclass(frozen=True)
class Measured:
    """Thresholds of one theme and what they do on pictures they were not chosen on.

    `caught` is the share of near copies recognised, overall and per edit; `refused` the share of distinct pictures that
    would be taken for another of the `n` pictures, which grows with n.
    """

    thresholds: Thresholds
    caught: float
    caught_by_edit: dict[str, float]
    refused: float
    n: int


def near_copies(image: NDArray[np.uint8]) -> dict[str, NDArray[np.uint8]]:
    """What people do to a picture uint8 (H, W, 3) without making it another: one result for each of `EDITS`."""
    height, width = image.shape[:2]
    jpeg = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return {
        "recompressed": cv2.cvtColor(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB),
        "resized": cv2.resize(image, (width * 3 // 4, height * 3 // 4), interpolation=cv2.INTER_AREA),
        "brightened": np.clip(image.astype(np.float32) * 1.1, 0, 255).astype(np.uint8),
        "cropped": np.ascontiguousarray(image[1:-1, 1:-1]),
        "mirrored": np.ascontiguousarray(image[:, ::-1]),
    }


def measure_thresholds(
    pictures_by_theme: Mapping[str, NDArray[np.uint8]], *, catch: float = 0.98
) -> dict[str, Measured]:
    """Choose each theme's thresholds and measure them; pictures are uint8 (N, H, W, 3) per theme.

    Of all pairs of thresholds that catch at least the share `catch` of near copies on the first half (or as many as any
    pair does), the one that refuses fewest distinct pictures, then the tightest, is taken. Thresholds that make every
    look-up dear are left out where others catch nearly as many. Pictures that occur twice count once.

    Raises:
        ValueError: a theme has fewer than 8 different pictures.
    """
    return {theme: _measure(_distinct(pictures), catch) for theme, pictures in pictures_by_theme.items()}


def _measure(pictures: NDArray[np.uint8], catch: float) -> Measured:
    if len(pictures) < _FEWEST:
        raise ValueError(f"thresholds need at least {_FEWEST} different pictures of a theme, not {len(pictures)}")
    originals = [Fingerprint.of(picture) for picture in pictures]
    copies = [
        [distances(original, Fingerprint.of(copy)) for copy in near_copies(picture).values()]
        for original, picture in zip(originals, pictures, strict=True)
    ]
    copy_bits, copy_rgb = _arrays(copies)  # (N, edits, 2)
    other_bits, other_rgb = _among(originals)  # (N, N, 2)
    half = len(pictures) // 2
    choosing, judging = slice(0, half), slice(half, None)

    def caught(limits: Thresholds, part: slice) -> NDArray[np.bool_]:  # (n, edits)
        return np.any((copy_bits[part] <= limits.bits) & (copy_rgb[part] <= limits.rgb), axis=-1)

    def refused(limits: Thresholds, part: slice) -> float:
        return float(((other_bits[part] <= limits.bits) & (other_rgb[part] <= limits.rgb)).any(axis=(1, 2)).mean())

    candidates = [Thresholds(bits, rgb / 200) for bits, rgb in product(range(2, MAX_BITS + 1), range(2, 31))]
    shares = {limits: float(caught(limits, choosing).mean()) for limits in candidates}
    swift = {limits: share for limits, share in shares.items() if limits.bits <= SWIFT_BITS}
    if max(swift.values()) >= min(catch, _ENOUGH):
        shares = swift
    enough = min(catch, max(shares.values()))
    fitting = [limits for limits, share in shares.items() if share >= enough]
    best = min(fitting, key=lambda limits: (refused(limits, choosing), limits.bits / MAX_BITS + limits.rgb / 0.15))
    found = caught(best, judging)
    return Measured(
        best,
        float(found.mean()),
        dict(zip(EDITS, found.mean(axis=0).tolist(), strict=True)),
        refused(best, judging),
        len(pictures),
    )


def _distinct(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    seen = {picture.tobytes(): row for row, picture in reversed(list(enumerate(pictures)))}
    return pictures[sorted(seen.values())]


def _arrays(copies: list[list[list[Distance]]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    bits = np.array([[[way.bits for way in ways] for ways in row] for row in copies])
    rgb = np.array([[[way.rgb for way in ways] for ways in row] for row in copies])
    return bits, rgb


def _among(prints: list[Fingerprint]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Distances of all pairs, both ways (N, N, 2); a picture is infinitely far from itself."""
    bits, rgb = np.stack([one.bits for one in prints]), np.stack([one.rgb for one in prints])
    far_bits = np.array([[hamming(own, bits) for own, _, _ in one.orientations] for one in prints])
    far_rgb = np.array([[colour_distance(own, rgb) for _, own, _ in one.orientations] for one in prints])
    bits_apart, rgb_apart = np.moveaxis(far_bits, 1, 2), np.moveaxis(far_rgb, 1, 2)
    itself = np.arange(len(prints))
    bits_apart[itself, itself] = np.iinfo(np.int64).max
    return bits_apart, rgb_apart
