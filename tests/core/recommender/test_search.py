"""Searching a shop as people type."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recommender.interactions import Interactions
from core.recommender.latent import ContentLSA
from core.recommender.model import Catalogue
from core.recommender.products import Shop
from core.recommender.search import MOST_WORDS, Likeness, ProductSearch


@pytest.fixture(scope="module")
def search(shop: Shop, interactions: Interactions, catalogue: Catalogue) -> ProductSearch:
    return ProductSearch(shop, ContentLSA(12).fit(interactions, catalogue))


def departments(search: ProductSearch, query: str) -> set[str]:
    """Of the products found by their words."""
    return {search.shop.products[found.place].department for found in search.find(query) if found.how == "words"}


@pytest.mark.parametrize(
    ("query", "department"),
    [
        ("shampoo", "Hair"),
        ("shamp", "Hair"),
        ("SHAMPOO", "Hair"),
        ("shampooo", "Hair"),
        ("shmapoo", "Hair"),
        ("lipstik", "Makeup"),
        ("breva shampoo", "Hair"),
        ("Bréva shampoo", "Hair"),
        ("rouge à lèvres", "Makeup"),
        ("shampoing", "Hair"),
        ("crème de nuit", "Skin"),
    ],
)
def test_accents_typos_beginnings_and_french_are_forgiven(search: ProductSearch, query: str, department: str) -> None:
    assert departments(search, query) == {department}


def test_every_word_counts(search: ProductSearch) -> None:
    found = [search.shop.products[row.place] for row in search.find("alma lipstick") if row.how == "words"]
    assert found
    assert {product.brand for product in found} == {"Alma"}


def test_a_description_finds_products_by_meaning(search: ProductSearch) -> None:
    found = search.find("night cream for tired cheeks")
    assert found
    assert {row.how for row in found} == {"meaning"}
    assert {search.shop.products[row.place].department for row in found} == {"Skin"}


def test_words_of_both_languages_keep_their_english_meaning(shop: Shop, search: ProductSearch) -> None:
    """In French "rose" is pink and "lime" a file; a product of that very name comes first all the same."""
    table = shop.table.copy()
    table.loc[0, "title"] = "Rose water"
    table.loc[1, "title"] = "Key lime soap"
    renamed = ProductSearch(Shop(table), search.content)
    assert renamed.find("rose water")[0].place == 0
    assert renamed.find("lime")[0].place == 1


def test_a_rare_longer_word_does_not_beat_the_common_one_that_was_typed(shop: Shop, search: ProductSearch) -> None:
    table = shop.table.copy()
    table.loc[0:2, "title"] = ["Menthol balm", "Cologne for men", "Balm for men"]
    renamed = ProductSearch(Shop(table), search.content)
    assert [hit.place for hit in renamed.find("men", 3)][2] == 0


def test_each_word_is_looked_up_once_and_only_so_many(search: ProductSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    look_up = ProductSearch._similar

    def counted(self: ProductSearch, word: str, *, unfinished: bool) -> list[Likeness]:
        asked.append(word)
        return look_up(self, word, unfinished=unfinished)

    monkeypatch.setattr(ProductSearch, "_similar", counted)
    search.find("lipstik shampoo lipstik shampoo")
    assert asked == ["lipstik", "shampoo"]
    asked.clear()
    search.find(" ".join(f"w{number}" for number in range(60)))
    assert len(asked) <= MOST_WORDS


@pytest.mark.parametrize("query", ["", "   ", "!?", "😀", "zzqx"])
def test_nothing_to_find_gives_nothing(search: ProductSearch, query: str) -> None:
    assert search.find(query) == []


@pytest.mark.security
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(search: ProductSearch, query: str) -> None:
    found = search.find(query, 5)
    assert len(found) <= 5
    assert len({row.place for row in found}) == len(found)


def test_results_are_the_same_every_time(search: ProductSearch) -> None:
    assert search.find("alma") == search.find("alma")
    assert np.all([row.place >= 0 for row in search.find("alma")])


def test_a_description_is_understood_in_spite_of_typos(search: ProductSearch) -> None:
    found = search.find("shampoo lipstick")
    assert {hit.how for hit in found} == {"meaning"}  # no product holds both words
    assert search.find("shmapoo lipstik") == found
