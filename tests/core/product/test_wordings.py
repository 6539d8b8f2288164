"""Texts that may stand for a product are drawn and encoded once."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.datasets import products
from core.datasets.products import ProductSet
from core.product import wordings
from core.product.wordings import TextConditions


def catalogue(count: int) -> ProductSet:
    row = {
        "name": "Acme Men Red Tshirt", "short_name": "Red Tshirt", "caption": "red casual tshirts for men",
        "gender": "Men", "category": "Apparel", "subcategory": "Topwear", "type": "Tshirts", "colour": "Red",
        "season": "Summer", "usage": "Casual",
    }  # fmt: skip
    assert set(row) == set(products.COLUMNS)
    table = pd.DataFrame([{"id": number, **row} for number in range(count)])
    return ProductSet(np.random.default_rng(0).integers(0, 256, (count, 64, 48, 3)).astype(np.uint8), table)


def test_a_product_is_described_in_both_languages_and_without_its_brand() -> None:
    lists = wordings.training_texts(catalogue(3), seed=1)
    assert len(lists) == 2 + 2 * wordings.DRAWN_PER_LANGUAGE
    assert lists[0] == ["red casual tshirts for men"] * 3
    assert lists[1] == ["Red Tshirt"] * 3
    french = [texts[0] for texts in lists[-wordings.DRAWN_PER_LANGUAGE :]]
    assert any("rouge" in text or "écarlate" in text or "vermillon" in text for text in french)
    assert not any("Acme" in text for texts in lists for text in texts)
    assert lists == wordings.training_texts(catalogue(3), seed=1)


def test_what_the_lexicon_does_not_know_keeps_its_caption() -> None:
    odd = catalogue(2)
    odd.table[["type", "colour", "gender", "usage", "season"]] = "Zzyzx"
    assert {text for texts in wordings.training_texts(odd, seed=1) for text in texts} == {
        "red casual tshirts for men", "Red Tshirt",
    }  # fmt: skip


def test_texts_are_encoded_once_and_again_when_the_encoder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Encoder:
        def read(self, text: str, *, exclude: bool) -> object:
            return type("Reading", (), {"words": [text]})()

        def encode_words(self, words: list[list[str]]) -> np.ndarray:
            asked.append(len(words))
            return np.array([[len(word), ord(word[0])] for (word,) in words], np.float32)

    monkeypatch.setattr(wordings.TextEncoder, "load", lambda folder: Encoder())
    manifest, cache = tmp_path / "manifest.json", tmp_path / "cache" / "texts.npz"
    manifest.write_text("one")
    texts = [["a", "bb", "a"], ["bb", "ccc", "a"]]
    first = wordings.text_vectors(tmp_path, texts, cache)
    assert first.shape == (2, 3, 2)
    np.testing.assert_array_equal(first[1], [[2, 98], [3, 99], [1, 97]])
    np.testing.assert_array_equal(wordings.text_vectors(tmp_path, texts, cache), first)
    assert asked == [3]
    manifest.write_text("another")
    wordings.text_vectors(tmp_path, texts, cache)
    cache.write_bytes(b"damaged")
    wordings.text_vectors(tmp_path, texts, cache)
    assert asked == [3, 3, 3]


def test_mirrored_photos_have_the_texts_of_their_originals() -> None:
    vectors = np.arange(2 * 5 * 3).reshape(2, 5, 3)
    drawn = TextConditions(vectors)(np.array([1, 6, 4, 9]), np.random.default_rng(0))
    assert drawn.shape == (4, 3)
    for row, vector in zip((1, 1, 4, 4), drawn, strict=True):
        assert any((vector == wording[row]).all() for wording in vectors)
