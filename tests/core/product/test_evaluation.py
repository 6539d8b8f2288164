"""Makers whose figures are known by construction: perfect ones, deaf ones, copyists."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from core.product import evaluation, measuring
from core.product.bench import Bench, Maker
from tests.core.product import toy


@pytest.fixture(scope="module")
def bench() -> Bench:
    return toy.bench()


def deaf(bench: Bench) -> Maker:
    """Varied photos, whatever the text."""

    def make(texts: Sequence[str], seeds: Sequence[int], truncation: float = 1.0) -> np.ndarray:
        return bench.train.images[[np.random.default_rng(seed).integers(len(bench.train)) for seed in seeds]]

    return make


def test_a_perfect_maker_gets_what_real_photos_get(bench: Bench) -> None:
    result = evaluation.evaluate(bench, toy.maker(bench.held_out), deaf(bench))
    for row in result["attributes"].values():
        assert row["accuracy"] == row["ceiling"] == row["share_of_ceiling"] == 1.0
        assert row["n"] == 54
    assert [row["accuracy"] for row in result["by_type"] + result["by_colour"]] == [1.0] * 6
    found = result["distribution"]
    assert found["generated"]["kid"] == pytest.approx(found["real"]["kid"], abs=1e-4)
    assert found["generated"]["fid"] == pytest.approx(found["real"]["fid"], rel=0.2)
    assert result["r_precision"]["generated"] == result["r_precision"]["real"] == 1.0
    assert result["french"] == {
        "n": 54,
        "french": {"type": 1.0, "colour": 1.0, "gender": 1.0},
        "english": {"type": 1.0, "colour": 1.0, "gender": 1.0},
    }
    assert result["diversity"]["share_of_real"] == pytest.approx(1, abs=0.1)
    assert result["memorisation"]["pixels"]["suspicious"] < 0.3
    assert [row["truncation"] for row in result["truncation"]] == [0.4, 0.6, 0.8, 1.0]
    assert result["milliseconds"]["per_picture"] > 0


def test_a_maker_that_ignores_its_text_gets_chance(bench: Bench) -> None:
    result = evaluation.evaluate(bench, deaf(bench))
    attributes = result["attributes"]
    assert attributes["type"]["floor"] == pytest.approx(1 / 3)
    assert attributes["gender"]["floor"] == pytest.approx(1 / 2)
    for row in attributes.values():
        assert row["accuracy"] < row["floor"] + 0.25
    fit = result["r_precision"]
    assert fit["candidates"] == 18
    assert fit["chance"] == pytest.approx(1 / 18)
    assert fit["generated"] < 0.2 < fit["real"]
    assert result["distribution"]["baseline"] is fit["baseline"] is None


def test_one_picture_for_everything_has_no_variety(bench: Bench) -> None:
    def same(texts: Sequence[str], seeds: Sequence[int], truncation: float = 1.0) -> np.ndarray:
        return np.repeat(bench.train.images[:1], len(texts), axis=0)

    seen = bench.see(same(bench.texts, bench.seeds))
    assert evaluation.distribution(bench, seen)["kid"] > evaluation.distribution(bench, bench.see_real())["kid"] + 1e-3
    varied = evaluation.diversity(bench, same)
    assert varied is not None
    assert varied["generated"] == pytest.approx(0, abs=1e-6)
    assert varied["real"] > 0
    fit = evaluation.r_precision(bench, {"generated": seen})
    assert fit["generated"] == pytest.approx(1 / 18)  # of balanced captions exactly


def test_a_copyist_is_caught(bench: Bench) -> None:
    copies = bench.train.images[: len(bench.held_out)]  # the right things, for they come in the same order
    found = evaluation.memorisation(bench, bench.see(copies))
    for space in ("pixels", "features"):
        assert found[space]["generated_median"] == pytest.approx(0, abs=1e-3)
        assert found[space]["held_out_median"] > 0.01
        assert found[space]["suspicious"] == 1.0
    assert (
        evaluation.attributes(bench, bench.judge.look(copies), bench.see_real().verdict, None)["type"]["accuracy"] == 1
    )


def test_captions_that_training_has_word_for_word_are_told_from_new_ones(bench: Bench) -> None:
    real = bench.see_real().verdict
    assert evaluation.unseen_captions(bench, {"real": real})["n"] == 0
    without_watches = bench.train.subset((bench.train.table["type"] != "Watches").to_numpy())
    partly = replace(bench, train=without_watches)
    perfect = {"type": 1.0, "colour": 1.0, "gender": 1.0}
    assert evaluation.unseen_captions(partly, {"real": real}) == {"n": 18, "real": perfect}
    jeans = partly.see(np.repeat(bench.held_out.images[6:7], len(bench.held_out), axis=0))
    assert evaluation.unseen_captions(partly, {"generated": jeans.verdict})["generated"]["type"] == 0.0


def test_values_the_judge_cannot_name_are_left_out(bench: Bench) -> None:
    odd = bench.held_out.subset(np.arange(18))
    odd.table.loc[:5, "colour"] = "Fuchsia"
    part = Bench(bench.train, odd, bench.judge, bench.network, "toy", bench.reference)
    found = evaluation.attributes(part, bench.judge.look(odd.images), bench.judge.look(odd.images), None)
    assert (found["type"]["n"], found["colour"]["n"]) == (18, 12)
    assert found["colour"]["accuracy"] == 1.0
    assert evaluation.french_texts(odd)[0] == ""  # nothing is asked in French that the lexicon has no word for
    assert evaluation.french_texts(odd)[6] != ""


def test_the_better_of_two_makers_has_the_higher_figure(bench: Bench) -> None:
    good = evaluation.choice_figures(bench, toy.maker(bench.held_out), most=36)
    poor = evaluation.choice_figures(bench, deaf(bench), most=36)
    assert good["n"] == 36
    assert good["figure"] == pytest.approx(1 - good["kid"])
    assert poor["figure"] < good["figure"]


def test_photos_that_training_used_are_not_measured_on() -> None:
    train = toy.shop(36, 1)
    given = toy.shop(36, 2)
    given.images[:4] = train.images[:4]  # other numbers, the same pictures
    given.table.loc[4:9, "id"] = train.table["id"][4:10]  # other pictures, the same numbers
    left = measuring.unseen(given, train)
    assert list(left.table["id"]) == list(given.table["id"][10:])
    assert len(measuring.unseen(train, train)) == 0
