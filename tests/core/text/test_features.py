"""Features are the same everywhere, and misspelt words share most of theirs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.text.features import Featurizer, hash_grams

words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


def test_the_hash_is_fnv_1a() -> None:
    value = 2166136261
    for byte in b"<a>":
        value = ((value ^ byte) * 16777619) % 2**32
    assert hash_grams("a").tolist() == [value, value]  # its one trigram, and the whole spelling


@given(st.lists(words, max_size=8))
def test_rows_are_of_the_table_and_shares_of_known_and_unknown_words(text: list[str]) -> None:
    featurizer = Featurizer({"red": 0, "shoes": 1})
    rows, shares = featurizer.pad([text])
    assert rows.shape == shares.shape
    assert ((rows >= 0) & (rows < featurizer.rows)).all()
    known = sum(word in featurizer.words for word in text)
    pairs = max(0, len(text) - 1) * featurizer.config.pairs_share
    total = known * (1 + featurizer.config.grams_share) + (len(text) - known) + pairs
    assert abs(float(shares.sum()) - total) < 1e-4


def test_a_misspelt_word_is_nearer_than_another() -> None:
    def shared(left: str, right: str) -> int:
        return len(np.intersect1d(hash_grams(left), hash_grams(right)))

    assert shared("chaussures", "chausures") > 5 * shared("chaussures", "chemises")


def test_order_matters_little_but_does() -> None:
    featurizer = Featurizer({})
    forward, backward = (featurizer.pad([text])[0][0].tolist() for text in (("dog", "bites"), ("bites", "dog")))
    assert sorted(forward) != sorted(backward)
    assert len(set(forward) & set(backward)) == len(set(forward)) - 1
