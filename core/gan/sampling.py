"""Noise that generators turn into pictures: seeded, so a picture can be had again, and shaped by the visitor.

All of it is NumPy's generator PCG64 on the CPU: equal seeds give equal numbers on every run and on either backend.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Noise = NDArray[np.float32]


def draw(rng: np.random.Generator, shape: tuple[int, ...], kind: Literal["normal", "uniform"]) -> Noise:
    """Noise from `rng`: standard normal, or uniform in -1..1."""
    return rng.standard_normal(shape, np.float32) if kind == "normal" else 2 * rng.random(shape, np.float32) - 1


def noise(seeds: int | list[int], size: int) -> Noise:
    """One row of `size` standard normal numbers per seed, each a function of its seed alone: (N, size)."""
    rows = [seeds] if isinstance(seeds, int) else seeds
    return np.stack([np.random.default_rng(seed).standard_normal(size, np.float32) for seed in rows])


def seeds(seed: int, count: int) -> list[int]:
    """`count` different seeds that start with `seed` itself, so that a candidate's own seed gives it again alone."""
    drawn = np.random.default_rng((seed, 1)).integers(2**31, size=4 * count)
    return list(dict.fromkeys([seed, *drawn.tolist()]))[:count]


def truncate(z: Noise, truncation: float) -> Noise:
    """Scale noise: below 1 more typical pictures, above 1 more unusual ones; 0 is the one most typical picture."""
    return (z * np.float32(truncation)).astype(np.float32)


def slerp(a: Noise, b: Noise, share: NDArray[np.float32]) -> Noise:
    """Points between two rows of noise (size,) on the arc that keeps their length: share (N,) in 0..1 -> (N, size).

    Shoemake 1985. Straight lines would pass through short vectors, which generators have hardly seen.
    """
    length_a, length_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    angle = np.arccos(np.clip(np.dot(a, b) / max(length_a * length_b, 1e-12), -1, 1))
    share = np.asarray(share, np.float32)[:, None]
    if np.sin(angle) < 1e-4:  # parallel
        return ((1 - share) * a + share * b).astype(np.float32)
    return ((np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)).astype(np.float32)


def around(z: Noise, strength: float, seed: int, count: int) -> Noise:
    """Neighbours of one row of noise (size,), of its length; strength 0 gives it back, 1 forgets it: (N, size)."""
    # a stream of its own: the noise of the same seed may be `z` itself
    fresh = np.random.default_rng((seed, 2)).standard_normal((count, len(z)), np.float32)
    return (np.sqrt(1 - strength**2) * z + strength * fresh).astype(np.float32)


def loop(seed: int, size: int, frames: int, points: int = 4) -> Noise:
    """A closed walk through `points` random places, for a film without an end: (frames, size)."""
    stops = np.random.default_rng(seed).standard_normal((points, size), np.float32)
    places = np.linspace(0, points, frames, endpoint=False)
    rows = [
        slerp(stops[int(place) % points], stops[(int(place) + 1) % points], np.array([place % 1], np.float32))
        for place in places
    ]
    return np.concatenate(rows)
