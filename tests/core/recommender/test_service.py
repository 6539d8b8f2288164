"""What visitors and the command line get: stored, opened, asked."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.artifacts import ArtifactError
from core.errors import UserError
from core.recommender import training
from core.recommender.interactions import Interactions, history_row
from core.recommender.products import Shop
from core.recommender.service import MOST, SERVED, Recommender
from core.recommender.tuning import TUNED


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shop: Shop, interactions: Interactions) -> Path:
    target = tmp_path_factory.mktemp("models") / "recommender"
    parameters = {name: {} for name in TUNED} | {
        "content": {"components": 12, "recency": 0.8},
        "lsa": {"components": 8},
        "hybrid": {"components": 12, "trend": 0.2, "half_life": 50.0},
    }
    studies = {
        protocol: {name: {"parameters": parameters[name], "ndcg": 0.1, "trials": []} for name in TUNED}
        for protocol in training.PROTOCOLS
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "CONTENT_COMPONENTS", 12)
        training.publish(target, shop, interactions, studies, 1.0)
    return target


@pytest.fixture(scope="module")
def service(folder: Path) -> Recommender:
    return Recommender.load(folder)


LIKED = ["P001", "P003", "P007"]


def test_recommendations_are_new_products_with_reasons(service: Recommender) -> None:
    found = service.recommend(LIKED, 6)
    assert len(found) == 6
    assert not {row.product.id for row in found} & set(LIKED)
    assert [row.score for row in found] == sorted((row.score for row in found), reverse=True)
    for row in found:
        assert row.because
        assert {reason.product.id for reason in row.because} <= set(LIKED)
        assert 0 < sum(reason.share for reason in row.because) <= 1 + 1e-6
        assert all(reason.how in ("behaviour", "content") for reason in row.because)


@pytest.mark.parametrize("method", SERVED)
def test_every_served_method_answers(service: Recommender, method: str) -> None:
    found = service.recommend(LIKED, 5, method=method)
    assert len({row.product.id for row in found}) == 5


def test_the_stored_methods_score_as_the_fitted_ones(
    service: Recommender, shop: Shop, interactions: Interactions
) -> None:
    """Half precision on disk changes scores by less than their third digit."""
    history = history_row([1, 3, 7], len(shop))
    for name in SERVED:
        stored = service.methods[name]
        fresh = type(stored)(**stored.get_params()).fit(interactions, shop.catalogue())
        expected, got = fresh.score(history)[0], stored.score(history)[0]
        assert np.allclose(got, expected, atol=4e-3 * np.abs(expected).max())


def test_someone_new_gets_what_sells(service: Recommender) -> None:
    found = service.recommend([], 5)
    assert len(found) == 5
    assert all(row.because == () for row in found)
    assert {row.product.department for row in found} == {"Hair", "Makeup", "Skin"}  # every segment has its turn
    assert found[0].product.popularity > np.median(service.shop.popularity)


def test_hidden_products_stay_hidden(service: Recommender) -> None:
    first = service.recommend(LIKED, 3)[0].product.id
    assert first not in {row.product.id for row in service.recommend(LIKED, 20, exclude=[first])}


def test_a_department_is_kept_to(service: Recommender) -> None:
    found = service.recommend(LIKED, 10, department="Skin")
    assert {row.product.department for row in found} == {"Skin"}


def test_more_than_there_is_gives_all_there_is(service: Recommender) -> None:
    found = service.recommend(LIKED, MOST)
    assert len(found) == len(service.shop) - len(LIKED)


def test_nothing_left_is_an_empty_answer(service: Recommender) -> None:
    hair = [product.id for product in service.shop.products if product.department == "Hair"]
    assert service.recommend(LIKED, 5, department="Hair", exclude=hair) == []


def test_diversity_trades_likeness_for_variety(service: Recommender) -> None:
    def spread(diversity: float) -> float:
        places = [row.product.place for row in service.recommend(LIKED, 8, diversity=diversity, method="content")]
        vectors = service.methods["content"].embedding_[places]
        return float(1 - (vectors @ vectors.T)[np.triu_indices(len(places), 1)].mean())

    assert spread(0.0) < spread(0.5) < spread(1.0) + 1e-9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"liked": ["nope"]}, "nope"),
        ({"liked": LIKED, "exclude": ["what"]}, "what"),
        ({"liked": LIKED, "n": 0}, "1 to"),
        ({"liked": LIKED, "n": 10_000}, "1 to"),
        ({"liked": LIKED, "diversity": 1.5}, "0 to 1"),
        ({"liked": LIKED, "diversity": float("nan")}, "0 to 1"),
        ({"liked": LIKED, "department": "Garden"}, "Garden"),
        ({"liked": LIKED, "method": "magic"}, "magic"),
    ],
)
def test_bad_requests_say_what_is_wrong(service: Recommender, arguments: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        service.recommend(**arguments)  # type: ignore[arg-type]


def test_segments_are_named_by_what_they_buy(service: Recommender) -> None:
    segments = service.segments
    assert sum(segment.share for segment in segments) == pytest.approx(1)
    assert [segment.share for segment in segments] == sorted((segment.share for segment in segments), reverse=True)
    skin = [product.id for product in service.shop.products if product.department == "Skin"][:6]
    assert service.segment_of(skin).departments[0] == "Skin"


def test_sample_shoppers_can_be_used(service: Recommender) -> None:
    assert service.record["shoppers"]
    for shopper in service.record["shoppers"]:
        assert len(service.recommend(shopper["liked"], 4)) == 4


@pytest.mark.parametrize("name", ["hybrid.npz", "catalogue.parquet", "words.json"])
def test_a_damaged_model_says_how_to_get_it_back(folder: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "recommender"
    shutil.copytree(folder, copy)
    (copy / name).write_bytes((copy / name).read_bytes()[:-20])
    with pytest.raises(ArtifactError, match="train recommender"):
        Recommender.load(copy)


def test_files_that_do_not_fit_together_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "recommender"
    shutil.copytree(folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["parameters"]["methods"]["lsa"]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match="do not fit together"):
        Recommender.load(copy)
