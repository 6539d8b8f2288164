"""Makers whose figures are known by construction: a perfect one, one that ignores its theme, a copyist."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.avatar import evaluation
from core.avatar.bench import Bench, Labels
from tests.core.avatar import toy


@pytest.fixture(scope="module")
def bench() -> Bench:
    return toy.bench()


def cats_only(labels: Labels, seeds: Sequence[int], truncation: float = 1.0) -> np.ndarray:
    return toy.perfect(np.ones_like(labels), seeds)


def test_a_perfect_maker_gets_what_real_avatars_get(bench: Bench) -> None:
    result = evaluation.evaluate(bench, toy.perfect, cats_only)
    theme = result["theme"]
    assert theme["accuracy"] == theme["ceiling"] == theme["share_of_ceiling"] == 1.0
    assert theme["chance"] == theme["baseline"] == 0.5
    assert [row["theme"] for row in result["by_theme"]] == list(toy.KEYS)
    for row in result["by_theme"]:
        assert (row["n"], row["reference"]) == (20, 60)
        assert row["generated"]["kid"] == pytest.approx(row["real"]["kid"], abs=0.02)
        assert row["diversity"]["share_of_real"] == pytest.approx(1, abs=0.15)
    saga, cats = result["by_theme"]
    assert saga["baseline"]["kid"] > saga["generated"]["kid"] + 0.1  # cats are no droids
    assert cats["baseline"]["kid"] == cats["generated"]["kid"]
    assert (saga["baseline_accuracy"], cats["baseline_accuracy"]) == (0, 1)
    assert result["memorisation"]["pixels"]["suspicious"] < 0.3
    assert [row["truncation"] for row in result["truncation"]] == list(evaluation.TRUNCATIONS)
    assert result["milliseconds"]["per_picture"] > 0
    alone = evaluation.evaluate(bench, toy.perfect)
    assert alone["distribution"]["baseline"] is alone["theme"]["baseline"] is alone["by_theme"][0]["baseline"] is None


def test_a_copyist_is_caught_mirrored_or_not(bench: Bench) -> None:
    copied = bench.avatars.train_images

    def copyist(labels: Labels, seeds: Sequence[int], truncation: float = 1.0) -> np.ndarray:
        return np.stack([copied[seed][:, ::-1] if seed % 4 else copied[seed] for seed in seeds])

    found = evaluation.memorisation(bench, bench.see(copyist))
    assert found["pixels"]["suspicious"] == 1.0
    assert found["pixels"]["generated_median"] == pytest.approx(0, abs=0.5)
    assert found["pixels"]["training"] == 2 * len(copied)


def test_one_picture_for_all_has_no_variety(bench: Bench) -> None:
    def same(labels: Labels, seeds: Sequence[int], truncation: float = 1.0) -> np.ndarray:
        return toy.pictures(labels, [7] * len(labels))

    for row in evaluation.evaluate(bench, same)["by_theme"]:
        assert row["diversity"]["generated"] == pytest.approx(0, abs=1e-6)
        assert row["diversity"]["real"] > 1
        assert row["accuracy"] == 1


def test_the_better_of_two_makers_has_the_higher_figure(bench: Bench) -> None:
    good, poor = (evaluation.choice_figures(bench, maker) for maker in (toy.perfect, cats_only))
    assert (good["accuracy"], poor["accuracy"]) == (1.0, 0.5)
    assert good["figure"] == pytest.approx(1 - good["kid"])
    assert poor["figure"] < good["figure"]
