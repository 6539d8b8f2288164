"""Texts are drawn and encoded once, and the generator of latents is put together so that seeds give pictures again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.datasets import products
from core.datasets.products import ProductSet
from core.gan.adversarial import AdversarialConfig
from core.gan.trainer import Run
from core.product import wordings
from core.product.network import AutoencoderConfig, build_decoder, build_encoder
from core.product.prior import PriorConfig, Standard, TextConditions, generate, prior_objective

SMALL = AutoencoderConfig(widths=(4, 6, 8), encoder_blocks=(0, 0, 0), decoder_blocks=(0, 0, 0), latent_channels=2)


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


def test_standard_rows_have_no_mean_and_unit_deviation_and_come_back() -> None:
    latents = np.random.default_rng(0).normal(3, 2, (500, 2, 2, 3)).astype(np.float32)
    standard = Standard.of(latents)
    rows = standard.flatten(latents)
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(rows.std(axis=0), 1, atol=2e-3)
    np.testing.assert_allclose(standard.restore(rows), latents, atol=1e-4)


def test_a_generator_is_trained_measured_shown_and_gives_a_seed_its_picture_again(tmp_path: Path) -> None:
    encoder, decoder = build_encoder(SMALL), build_decoder(SMALL)
    photos = catalogue(40).images
    vectors = np.random.default_rng(1).standard_normal((3, 40, 5)).astype(np.float16)
    game = replace(AdversarialConfig(), batch_size=16)
    config = PriorConfig(width=16, blocks=1, noise=4, game=game)
    objective, standard = prior_objective(config, encoder, decoder, (photos, vectors), (photos[:30], vectors[:1, :30]))
    assert len(objective.real) == 80
    Run(objective, tmp_path).fit(1, steps=2)
    assert objective.validate()["validation_latent_distance"] > 0
    assert objective.samples().shape[2] == 3
    model, text = objective.average.model, vectors[0, 0].astype(np.float32)
    several = generate(model, decoder, standard, text, [4, 5, 6])
    assert several.shape == (3, 64, 48, 3)
    np.testing.assert_array_equal(several, generate(model, decoder, standard, text, [4, 5, 6]))
    apart = np.abs(generate(model, decoder, standard, text, [5])[0].astype(int) - several[1]).max()
    assert apart <= 1  # a batch of another size may round otherwise
    typical = generate(model, decoder, standard, text, [4, 5], truncation=0.0)
    np.testing.assert_array_equal(typical[0], typical[1])
