"""What is said of the shipped model is what was measured of it, and it answers as measured."""

import pytest

from core import artifacts
from core.recommender.card import model_card
from core.recommender.service import Recommender
from core.settings import ROOT, settings

FOLDER = settings().models / "recommender"


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


def test_the_shipped_shop_answers_in_french_and_english() -> None:
    service = Recommender.load(FOLDER)
    for query in ("shampoo", "shampoing", "rouge à lèvres", "lipstik", "crème hydratante"):
        found = service.search.find(query)
        assert found, query
        liked = [service.shop.products[found[0].place].id]
        assert len(service.recommend(liked, 10)) == 10


def test_someone_who_likes_shampoos_is_offered_hair_care() -> None:
    service = Recommender.load(FOLDER)
    liked = [service.shop.products[row.place].id for row in service.search.find("argan oil shampoo", 3)]
    recommended = service.recommend(liked, 10)
    assert sum(row.product.department == "Hair Care" for row in recommended) >= 7
    assert sum("argan" in row.product.title.lower() for row in recommended) >= 5
