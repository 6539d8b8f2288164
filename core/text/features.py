"""Words as features: a row per known word, and hashed rows for character n-grams and for pairs of neighbours.

N-grams of 3 to 5 characters with word boundaries (Bojanowski et al. 2017, arXiv:1607.04606) let a misspelt word share
most of its rows with the right one. The hash is FNV-1a, the same on every machine and in every process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_OFFSET, _PRIME = np.uint32(2166136261), np.uint32(16777619)
_SIZES = (3, 4, 5)


@dataclass(frozen=True)
class FeatureConfig:
    """`buckets` hashed rows follow the rows of the words; the shares weigh the groups of features before learning."""

    buckets: int = 14336
    grams_share: float = 0.5
    pairs_share: float = 0.3


def hash_grams(word: str) -> NDArray[np.uint32]:
    """FNV-1a of every n-gram of "<word>", and of the whole; at least one value."""
    codes = np.frombuffer(f"<{word}>".encode("ascii"), np.uint8)
    parts = [_fnv(np.lib.stride_tricks.sliding_window_view(codes, n)) for n in _SIZES if len(codes) >= n]
    return np.concatenate([*parts, _fnv(codes[None, :])])


def _fnv(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """FNV-1a of each row of bytes: (N, n) -> (N,)."""
    value = np.full(len(rows), _OFFSET)
    for column in rows.T:
        value = (value ^ column) * _PRIME  # wraps at 2^32, as the hash wants
    return value


@dataclass
class Featurizer:
    """Turns sequences of folded words into padded (rows, weights) of one embedding table; row order is `words`."""

    words: Mapping[str, int]
    config: FeatureConfig = field(default_factory=FeatureConfig)
    _grams: dict[str, NDArray[np.int32]] = field(default_factory=dict, repr=False)

    @property
    def rows(self) -> int:
        """Rows of the embedding table."""
        return len(self.words) + self.config.buckets

    def grams(self, word: str) -> NDArray[np.int32]:
        """Rows of a word's n-grams; the last one stands for the whole spelling."""
        found = self._grams.get(word)
        if found is None:
            found = (len(self.words) + hash_grams(word) % np.uint32(self.config.buckets)).astype(np.int32)
            if len(self._grams) < 50_000:  # what visitors type does not fill the memory
                self._grams[word] = found
        return found

    def features(self, text: Sequence[str]) -> tuple[list[int], list[float]]:
        """Rows and weights of one text."""
        rows: list[int] = []
        weights: list[float] = []
        for place, word in enumerate(text):
            grams = self.grams(word)
            index = self.words.get(word)
            share = self.config.grams_share if index is not None else 1.0
            if index is not None:
                rows.append(index)
                weights.append(1.0)
            rows.extend(grams.tolist())
            weights.extend([share / len(grams)] * len(grams))
            if place:
                rows.append(self._pair(text[place - 1], word))
                weights.append(self.config.pairs_share)
        return rows, weights

    def _pair(self, left: str, right: str) -> int:
        mixed = (int(self.grams(left)[-1]) * 1000003 + int(self.grams(right)[-1]) * 7919) & 0xFFFFFFFF
        return len(self.words) + (mixed ^ (mixed >> 13)) % self.config.buckets

    def pad(self, texts: Sequence[Sequence[str]]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Features of N texts as rows (N, F) and weights (N, F), zero weight beyond each text's end."""
        features = [self.features(text) for text in texts]
        width = max((len(rows) for rows, _ in features), default=1)
        rows = np.zeros((len(features), width), np.int32)
        weights = np.zeros((len(features), width), np.float32)
        for place, (ids, values) in enumerate(features):
            rows[place, : len(ids)] = ids
            weights[place, : len(ids)] = values
        return rows, weights
