"""What docs/claims-at-scale.md says on paper is what the code does, and its argument for many locks holds."""

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.registry import ROOT
from core.ledger.schema import claims
from core.uniqueness.fingerprint import colour_distance
from core.uniqueness.search import BANDS, MAX_BITS, SWIFT_BITS, keys_of_look_up

TEXT = (ROOT / "docs" / "claims-at-scale.md").read_text(encoding="utf-8")
PAPER = 10**8


def test_keys_and_bounds_are_those_of_the_code() -> None:
    assert f"{2 * keys_of_look_up(SWIFT_BITS)} keys" in TEXT
    assert f"up to {SWIFT_BITS} bits, and for {2 * keys_of_look_up(MAX_BITS):,} up to {MAX_BITS}" in TEXT
    assert f"{2 * BANDS} keys a claim" in TEXT
    assert f"asks eight servers for {2 * keys_of_look_up(SWIFT_BITS) // BANDS} keys" in TEXT


def test_a_hundred_million_times_a_claim_is_what_the_table_says() -> None:
    rows = re.findall(r"\| (?:[\d,]+ bytes) \| ([\d,]+) bytes \| ([\d,]+) GiB", TEXT)
    rows += re.findall(r"\| ([\d,]+) bytes \| the same \| ([\d,]+) GiB", TEXT)
    assert len(rows) == 2
    for each, all_of_them in rows:
        size = int(each.replace(",", "")) * PAPER / 2**30
        assert abs(size - int(all_of_them.replace(",", ""))) < 1


def test_what_is_divided_exists() -> None:
    for table in ("claim_bands", "claims", "claim_pictures", "transactions", "accounts"):
        assert f"`{table}`" in TEXT
        assert table in claims.metadata.tables
    for column in ("pixels_sha256", "transaction_id"):
        assert column in claims.c


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 255))
def test_near_thumbnails_share_a_cell_that_both_lock(seed: int, strength: float) -> None:
    rng = np.random.default_rng(seed)
    one = rng.integers(0, 256, (16, 16, 3), np.uint8)
    other = np.clip(one + rng.normal(rng.normal(0, strength), 5, one.shape), 0, 255).astype(np.uint8)
    reach = float(colour_distance(one, other[None])[0])  # as if they were just near enough
    width = max(reach, 1e-6) / 4
    means = [float(each.mean()) / 255 for each in (one, other)]
    locked = [range(int((mean - reach) / width), int((mean + reach) / width) + 1) for mean in means]
    assert all(int(mean / width) in cells for mean in means for cells in locked)
