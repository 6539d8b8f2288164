"""What is said of the shipped model is what was measured of it, and it answers as measured."""

import json

import pytest

from core import artifacts
from core.recommender.card import model_card
from core.recommender.search import words
from core.recommender.service import Recommender
from core.settings import ROOT, settings

FOLDER = settings().models / "recommender"


@pytest.fixture(scope="module")
def service() -> Recommender:
    return Recommender.load(FOLDER)


@pytest.fixture(scope="module")
def metrics() -> dict[str, object]:
    return artifacts.read_metrics(FOLDER)


def test_the_card_tells_the_measured_figures(metrics: dict[str, object]) -> None:
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == model_card(artifacts.open_artifact(FOLDER), metrics)


def test_the_readme_tells_the_measured_figures(metrics: dict[str, dict[str, dict[str, dict[str, float]]]]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for protocol in ("date", "last"):
        for name in ("popular", "hybrid"):
            row = metrics[protocol]["methods"][name]
            assert f"{row['ndcg']:.4f}" in readme
            assert f"{row['hit_rate']:.4f}" in readme


@pytest.mark.parametrize("protocol", ["date", "last"])
def test_the_figures_hang_together(metrics: dict[str, dict[str, dict[str, dict[str, float]]]], protocol: str) -> None:
    methods = metrics[protocol]["methods"]
    chosen = methods[metrics[protocol]["chosen"]]
    assert chosen["ndcg"] > 2 * methods["popular"]["ndcg"]
    for row in methods.values():
        low, high = row["ndcg_interval"]  # type: ignore[misc]
        assert low < row["ndcg"] < high
        curve = row["curve"]
        assert curve["recall"] == sorted(curve["recall"])  # type: ignore[index]
        assert curve["recall"][9] == pytest.approx(row["recall"], abs=1e-5)  # type: ignore[index]


def test_the_shipped_shop_answers_in_french_and_english(service: Recommender) -> None:
    for query in ("shampoo", "shampoing", "rouge à lèvres", "lipstik", "crème hydratante"):
        found = service.search.find(query)
        assert found, query
        liked = [service.shop.products[found[0].place].id]
        assert len(service.recommend(liked, 10)) == 10


def found_by_words(service: Recommender, query: str, department: str | None = None) -> list[str]:
    """All that products found by their words are searched in, the best first."""
    rows = service.search.find(query, 5, department)
    products = [service.shop.products[row.place] for row in rows if row.how == "words"]
    return [f"{each.title} {each.brand} {' '.join(each.subcategories)} {each.department}".lower() for each in products]


@pytest.mark.parametrize("query", ["men", "oil", "cream", "tan", "rose"])
def test_the_word_that_was_typed_comes_before_rare_longer_ones(service: Recommender, query: str) -> None:
    found = found_by_words(service, query)
    assert len(found) == 5
    assert all(query in words(text) for text in found), found


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("shampoings", "shampoo"),
        ("shampoign", "shampoo"),
        ("cheveu", "hair"),
        ("peign", "comb"),
        ("démaquillant", "remover"),
        ("pellicules", "dandruff"),
        ("anticernes", "concealer"),
        ("paupières", "eyelid"),
        ("sourcil", "eyebrow"),
        ("boutons", "acne"),
        ("dents", "tooth"),
        ("écran solaire", "sunscreen"),
        ("vergetures", "stretch"),
        ("cicatrice", "scar"),
        ("tatouage", "tattoo"),
        ("vernis à ongle", "polish"),
        ("rouge a lev", "lipstick"),
        ("ombre à paupières", "shadow"),
        ("shampoing sans sulfate", "sulfate"),
        ("parfum homme", "cologne"),
        ("parfum pour homme", "cologne"),
    ],
)
def test_french_is_understood_in_the_plural_misspelt_and_unfinished(
    service: Recommender, query: str, word: str
) -> None:
    found = found_by_words(service, query)
    assert found
    assert all(word in text for text in found), found


@pytest.mark.parametrize("word", ["lame", "soie", "verre", "pompe", "prune", "poire", "boule", "bra"])
def test_a_word_of_its_own_is_not_taken_for_a_slip(service: Recommender, word: str) -> None:
    assert service.search.french.translate([word, "vernis"]) == [word, "nail", "polish"]


@pytest.mark.parametrize(
    ("query", "word"), [("dentifrice", "gel"), ("épilateur électrique", "epilator"), ("rasoir électrique", "razor")]
)
def test_french_phrases_lead_to_the_right_shelf(service: Recommender, query: str, word: str) -> None:
    found = found_by_words(service, query)
    assert found
    assert all(word in text for text in found), found


def test_a_beginning_of_a_french_word_is_enough(service: Recommender) -> None:
    assert found_by_words(service, "maquil") == found_by_words(service, "maquillage") != []


def test_every_french_word_leads_to_products(service: Recommender) -> None:
    table = json.loads((ROOT / "core" / "recommender" / "french.json").read_text(encoding="utf-8"))
    known = set(service.search.vocabulary)
    assert not {word for meaning in table.values() for word in words(meaning)} - known


def test_a_search_can_be_narrowed_to_a_department(service: Recommender) -> None:
    found = service.search.find("brush", 5, "Hair Care")
    assert {service.shop.products[row.place].department for row in found} == {"Hair Care"}


def test_someone_who_likes_shampoos_is_offered_hair_care(service: Recommender) -> None:
    liked = [service.shop.products[row.place].id for row in service.search.find("argan oil shampoo", 3)]
    recommended = service.recommend(liked, 10)
    assert sum(row.product.department == "Hair Care" for row in recommended) >= 7
    assert sum("argan" in row.product.title.lower() for row in recommended) >= 5
