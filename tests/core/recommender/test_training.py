"""Tuning, segments, projections: what training decides, and on what grounds."""

from pathlib import Path

import numpy as np
import pytest

from core.recommender import evaluation, projection, training, tuning
from core.recommender.interactions import Interactions
from core.recommender.latent import ContentLSA
from core.recommender.methods import METHODS
from core.recommender.model import Catalogue, department_matrix, department_shares
from core.recommender.products import Shop
from core.recommender.segments import PopularInSegment, choose_segments, name_parts


@pytest.mark.parametrize("name", tuning.TUNED)
def test_a_study_goes_on_where_it_stopped(
    name: str, interactions: Interactions, catalogue: Catalogue, tmp_path: Path
) -> None:
    part = evaluation.split(interactions, "last", "validation")
    journal = tmp_path / "study.journal"
    first = tuning.tune(name, part, catalogue, seconds=60, journal=journal, trials=2)
    second = tuning.tune(name, part, catalogue, seconds=60, journal=journal, trials=1)
    assert len(first["trials"]) == 2
    assert second["trials"][:2] == first["trials"]
    assert len(second["trials"]) == 3
    assert second["trials"][2]["parameters"] not in [trial["parameters"] for trial in first["trials"]]
    assert second["ndcg"] == max(trial["ndcg"] for trial in second["trials"]) >= first["ndcg"]


def test_the_best_parameters_rebuild_the_method(interactions: Interactions, catalogue: Catalogue) -> None:
    part = evaluation.split(interactions, "date", "validation")
    found = tuning.tune("weighted", part, catalogue, seconds=60, trials=2)
    method = METHODS["weighted"](**found["parameters"]).fit(part.train, catalogue)
    assert evaluation.quick(method, part, part.users) == pytest.approx(found["ndcg"])


def test_validation_lies_inside_what_the_test_part_may_learn_from(interactions: Interactions) -> None:
    test, validation = (evaluation.split(interactions, "date", part) for part in ("test", "validation"))
    assert validation.truth.days is not None
    assert test.truth.days is not None
    assert validation.truth.days.max() < test.truth.days.min()


def test_shoppers_of_one_day_are_reported_apart() -> None:
    days = np.array([1, 5, 5, 1, 4, 9], dtype=np.int32)
    two = Interactions(
        np.array([0, 0, 0, 1, 1, 1], dtype=np.int32), np.array([0, 1, 2, 0, 1, 2], dtype=np.int32), days, 2, 3
    )
    groups = evaluation.split(two, "last", "test").groups
    assert groups["same_day"].tolist() == [True, False]
    assert groups["different_day"].tolist() == [False, True]


def test_everything_is_measured(interactions: Interactions, catalogue: Catalogue) -> None:
    part = evaluation.split(interactions, "last", "test")
    embedding = ContentLSA(8).fit(part.train, catalogue).embedding_
    result = evaluation.measure(METHODS["hybrid"](components=8), part, catalogue, embedding, k=5)
    assert 0.5 < result["roc_auc"] <= 1
    low, high = result["ndcg_interval"]
    assert low <= result["ndcg"] <= high
    shoppers = {name: group["shoppers"] for name, group in result["groups"].items()}
    assert sum(shoppers.values()) == len(part.users)
    assert result["curve"]["recall"] == sorted(result["curve"]["recall"])
    assert result["roc"]["true"][-1] == 1
    assert result["roc"]["true"] == sorted(result["roc"]["true"])


def test_segments_are_chosen_readable_and_clear(interactions: Interactions, catalogue: Catalogue) -> None:
    shares = department_shares(
        interactions.histories(), department_matrix(catalogue), np.full(3, 1 / 3, dtype=np.float32), 0.0
    )
    rows = choose_segments(shares, range(2, 6))
    assert training.best_segments(rows) == 3  # the shoppers were made from three tastes


def test_an_unreadable_choice_of_segments_loses() -> None:
    good = {"segments": 4, "distinct_names": 4, "smallest": 0.1, "silhouette": 0.3}
    tiny = {"segments": 5, "distinct_names": 5, "smallest": 0.001, "silhouette": 0.5}
    twins = {"segments": 6, "distinct_names": 5, "smallest": 0.1, "silhouette": 0.6}
    assert training.best_segments([good, tiny, twins]) == 4


def test_segments_are_named_by_major_departments_only() -> None:
    names = ["Hair", "Makeup", "Skin"]
    assert name_parts(np.array([0.1, 0.3, 0.6], dtype=np.float32), names) == ["Skin", "Makeup"]
    assert name_parts(np.array([0.9, 0.05, 0.05], dtype=np.float32), names) == ["Hair"]


def test_sample_shoppers_carry_no_ids(shop: Shop, interactions: Interactions, catalogue: Catalogue) -> None:
    segment = PopularInSegment(3).fit(interactions, catalogue)
    rows = training.sample_shoppers(shop, interactions, {"popular_segment": segment})
    assert {row["segment"] for row in rows} == {0, 1, 2}
    assert all(set(row) == {"segment", "liked"} for row in rows)
    assert all(item in shop.place for row in rows for item in row["liked"])


def test_dimensions_are_measured_against_no_reduction(interactions: Interactions, catalogue: Catalogue) -> None:
    part = evaluation.split(interactions, "date", "validation")
    rows = projection.lsa_dimensions(part, catalogue, 0.8)
    assert [row["dimensions"] for row in rows][-1] == "tf-idf"
    variances = [row["variance"] for row in rows]
    assert variances == sorted(variances)
    assert variances[0] < 1
    assert all(0 < row["ndcg"] <= 1 for row in rows)


def test_departments_are_told_apart_after_reduction(interactions: Interactions, catalogue: Catalogue) -> None:
    embedding = ContentLSA(12).fit(interactions, catalogue).embedding_
    rows = projection.reductions(embedding, catalogue.departments)
    floor = next(row for row in rows if row["method"] == "floor")
    assert floor["accuracy"] == pytest.approx(1 / 3)
    assert all(row["accuracy"] > 0.9 for row in rows if row is not floor)
    maps = projection.product_maps(embedding, catalogue.departments)
    assert {name: places.shape for name, places in maps.items()} == {"pca": (60, 2), "lda": (60, 2)}
