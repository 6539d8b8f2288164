"""The look-up misses nothing: whatever differs in few enough bits shares a key."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.uniqueness.search import BANDS, MAX_BITS, SWIFT_BITS, band_keys, candidate_share, keys_of_look_up, probe_keys

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
    for within, keys in ((7, 8), (15, 8 * 33), (23, 8 * 529)):
        assert len(set(probe_keys(bits, within).tolist())) == keys == keys_of_look_up(within)
    with pytest.raises(ValueError, match="within 0 to 23 bits, not 24"):
        probe_keys(bits, 24)


@pytest.mark.parametrize("within", [5, 15])
def test_how_many_a_look_up_compares_is_told_from_pairs(within: int) -> None:
    rng = np.random.default_rng(0)
    flags = rng.random((300, 256)) < rng.beta(0.1, 0.1, 256)  # nearly always set or nearly never, as in real pictures
    bits = np.packbits(flags, axis=1).view("<u8").astype(np.uint64)
    asked = bits[::-1].copy()
    keys = [set(band_keys(one).tolist()) for one in bits]
    compared = [
        bool(keys[other] & set(probe_keys(one, within).tolist()))
        for place, one in enumerate(asked)
        for other in range(len(bits))
        if other != place
    ]
    assert 0 < np.mean(compared) < 1
    assert candidate_share(bits, asked, within) == pytest.approx(np.mean(compared))


def test_bands_tell_symmetric_pictures_apart() -> None:
    """Hashes of symmetric pictures have nothing in their odd columns: no band may consist of those alone."""
    rng = np.random.default_rng(0)
    flags = rng.random((200, 16, 16)) < 0.5
    flags[:, :, 1::2] = False
    bits = np.packbits(flags.reshape(200, 256), axis=1).view("<u8").astype(np.uint64)
    assert candidate_share(bits, bits, SWIFT_BITS) < 0.01
