"""Finding every hash within some bits of another without reading them all: multi-index hashing.

A hash is cut into 8 bands of 32 bits. Two hashes that differ in at most t bits differ in at most t // 8 bits in one of
the bands at least (pigeonhole), so looking up every value within t // 8 bits of each band finds all of them, surely:
8 x 33 look-ups for t up to 15, 8 x 529 for t up to 23. Norouzi, Punjani, Fleet 2014, "Fast Exact Search in Hamming
Space with Multi-Index Hashing", arXiv:1307.2982.
"""

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

BANDS = 8
_WIDTH = 32
MAX_BITS = 23  # beyond, a look-up would need 8 x 5489 values

# neighbouring frequencies say similar things: dealing the bits out in turn makes each band see all of them
_DEALT = np.ascontiguousarray(np.arange(BANDS * _WIDTH).reshape(_WIDTH, BANDS).T)  # (bands, bits)


def band_keys(bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The 8 keys (8,) under which a hash uint64 (4,) is stored: number of the band times 2^32, plus its value."""
    flags = np.unpackbits(bits.astype("<u8").view(np.uint8))
    values = np.packbits(flags[_DEALT], axis=1).view(">u4").astype(np.int64)[:, 0]
    return (np.arange(BANDS, dtype=np.int64) << _WIDTH) | values


def probe_keys(bits: NDArray[np.uint64], within: int) -> NDArray[np.int64]:
    """Keys (n,) of which every hash at most `within` bits away is stored under at least one.

    Raises:
        ValueError: `within` is not in 0..MAX_BITS.
    """
    if not 0 <= within <= MAX_BITS:
        raise ValueError(f"hashes are found within 0 to {MAX_BITS} bits, not {within}")
    return (band_keys(bits)[:, None] ^ _flips(within // BANDS)).ravel()


@cache
def _flips(radius: int) -> NDArray[np.int64]:
    """Every way of changing at most `radius` of 32 bits, as values to combine by exclusive or."""
    chosen = (set_bits for count in range(radius + 1) for set_bits in combinations(range(_WIDTH), count))
    return np.array([sum(1 << bit for bit in set_bits) for set_bits in chosen], np.int64)
