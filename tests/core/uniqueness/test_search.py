"""The look-up misses nothing: whatever differs in few enough bits shares a key."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.uniqueness.search import BANDS, MAX_BITS, band_keys, probe_keys

words = st.integers(0, 2**64 - 1)


@settings(deadline=None)
@given(st.tuples(words, words, words, words), st.sets(st.integers(0, 255), max_size=MAX_BITS))
def test_every_hash_within_reach_shares_a_key(hash_: tuple[int, ...], flipped: set[int]) -> None:
    bits = np.array(hash_, np.uint64)
    near = bits.copy()
    for place in flipped:
        near[place // 64] ^= np.uint64(1 << place % 64)
    assert set(band_keys(near).tolist()) & set(probe_keys(bits, len(flipped)).tolist())


def test_hashes_far_apart_share_no_key() -> None:
    assert not set(band_keys(np.zeros(4, np.uint64))) & set(probe_keys(~np.zeros(4, np.uint64), MAX_BITS))


def test_number_of_look_ups() -> None:
    bits = np.arange(4, dtype=np.uint64)
    assert len(set(band_keys(bits).tolist())) == BANDS
    assert [len(set(probe_keys(bits, within).tolist())) for within in (7, 15, 23)] == [8, 8 * 33, 8 * 529]
    with pytest.raises(ValueError, match="within 0 to 23 bits, not 24"):
        probe_keys(bits, 24)
