"""Finding every hash within some bits of another without reading them all: multi-index hashing.

A hash is cut into 8 bands of 32 bits. Two hashes that differ in at most t bits differ in at most t // 8 bits in one of
the bands at least (pigeonhole), so looking up every value within t // 8 bits of each band finds all of them, surely:
8 x 33 look-ups for t up to 15, 8 x 529 for t up to 23. Norouzi, Punjani, Fleet 2014, "Fast Exact Search in Hamming
Space with Multi-Index Hashing", arXiv:1307.2982.
"""

from functools import cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

BANDS = 8
_WIDTH = 32
MAX_BITS = 23  # beyond, a look-up would need 8 x 5489 values
SWIFT_BITS = 15  # up to here a sixteenth of what MAX_BITS needs
_CHUNK = 256  # hashes compared with all at once
_ROW, _COLUMN = np.divmod(np.arange(BANDS * _WIDTH), 16)

# The 16 x 16 frequencies are dealt out slantwise, so that each band has two bits of every row and of every column. By
# columns alone, the bands of odd ones would be alike in all pictures that are nearly symmetric, as faces are: then a
# look-up among real avatars compares ten times as many.
_DEALT = np.argsort((3 * _ROW + _COLUMN) % BANDS, kind="stable").reshape(BANDS, _WIDTH)


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


def keys_of_look_up(within: int) -> int:
    """How many keys `probe_keys` makes of one hash; a picture and its mirror image are looked up both."""
    return BANDS * sum(comb(_WIDTH, count) for count in range(within // BANDS + 1))


def candidate_share(bits: NDArray[np.uint64], asked: NDArray[np.uint64], within: int) -> float:
    """Share of the hashes (N, 4) that a look-up for `asked` (N, 4) compares: those it has a key of in common.

    The mean over all, each compared with all but that of its own row. Of N claims, N times this is what one look-up
    reads; how unevenly the bits of real pictures are set decides it.
    """
    known, questions = (np.stack([band_keys(one) for one in part]).astype(np.uint32) for part in (bits, asked))
    found = 0
    for start in range(0, len(questions), _CHUNK):
        part = questions[start : start + _CHUNK]
        differing = np.bitwise_count(part[:, None] ^ known[None])  # (chunk, N, bands)
        common = (differing <= within // BANDS).any(axis=-1)
        rows = np.arange(len(part))
        common[rows, start + rows] = False
        found += int(common.sum())
    return found / (len(known) * (len(known) - 1))


@cache
def _flips(radius: int) -> NDArray[np.int64]:
    """Every way of changing at most `radius` of 32 bits, as values to combine by exclusive or."""
    chosen = (set_bits for count in range(radius + 1) for set_bits in combinations(range(_WIDTH), count))
    return np.array([sum(1 << bit for bit in set_bits) for set_bits in chosen], np.int64)
