"""Benchmark files in LightGCN's format: read, refused with the line's number, measured."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import lightgcn
from core.errors import UserError
from core.recommender import benchmark
from core.recommender.evaluation import Split, measure
from core.recommender.interactions import Interactions, from_pairs
from core.recommender.model import Catalogue, Popular
from core.recommender.rerank import tuned


def test_lines_are_users_and_their_items(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("0 3 1\n\n2\n5 1\n")
    rows = lightgcn.read(path)
    assert rows.users.tolist() == [0, 0, 5]
    assert rows.items.tolist() == [3, 1, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 1\n1 x 2\n", "line 2: 'x'"),
        ("0 1\n\n2 -4\n", "line 3: '-4'"),
        ("0 1.5\n", "line 1: '1.5'"),
        ("0 99999999999\n", "line 1: 99999999999"),
        ("0 " + "9" * 400, "line 1"),
        ("", "holds no choices"),
        ("7\n8\n", "holds no choices"),
    ],
)
def test_malformed_files_are_refused_with_the_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(text)
    with pytest.raises(lightgcn.FormatError, match=said) as raised:
        lightgcn.read(path)
    assert "broken.txt" in str(raised.value)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.txt"
    path.write_bytes(content)
    try:
        rows = lightgcn.read(path)
    except lightgcn.FormatError:
        return
    assert len(rows.users) == len(rows.items) > 0
    assert rows.items.min() >= 0


@pytest.fixture
def files(tmp_path: Path, interactions: Interactions) -> tuple[Path, Path]:
    hidden = np.random.default_rng(0).random(len(interactions)) < 0.25
    for name, part in (("train", interactions.where(~hidden)), ("test", interactions.where(hidden))):
        rows = part.binary()
        lines = [f"{user} {' '.join(map(str, rows[user].indices))}" for user in range(part.n_users) if rows[user].nnz]
        (tmp_path / f"{name}.txt").write_text("\n".join(lines))
    return tmp_path / "train.txt", tmp_path / "test.txt"


def test_a_benchmark_beats_its_floor(files: tuple[Path, Path]) -> None:
    result = benchmark.run(*files, 10)
    assert result["k"] == 10
    assert result["users"] <= 150
    for name in ("recall", "ndcg", "precision", "hit_rate"):
        assert 0 < result["floor"][name] < result[name] <= 1


def test_roc_auc_is_that_of_the_comparison_of_methods(files: tuple[Path, Path], interactions: Interactions) -> None:
    result = benchmark.run(*files, 10)
    train, test = (lightgcn.read(path) for path in files)
    known, asked = (from_pairs(part.users, part.items, 150, interactions.n_items) for part in (train, test))
    part, embedding = Split(known, asked, {}), np.eye(interactions.n_items, dtype=np.float32)
    catalogue = Catalogue([], np.zeros(interactions.n_items, np.int32), 1)
    for figures, method in ((result, tuned(known, 10)), (result["floor"], Popular())):
        measured = measure(method, part, catalogue, embedding)
        assert figures["roc_auc"] == pytest.approx(measured["roc_auc"])
    assert result["floor"]["roc_auc"] < result["roc_auc"] <= 1


def test_what_is_known_is_not_asked(files: tuple[Path, Path]) -> None:
    train, _ = files
    with pytest.raises(UserError, match="nothing to foresee"):
        benchmark.run(train, train, 5)


def test_items_and_users_only_in_the_test_file_are_allowed(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("0 0 1 2\n1 0 1\n2 1 2\n")
    (tmp_path / "test.txt").write_text("1 2\n9 0\n0 40\n")
    result = benchmark.run(tmp_path / "train.txt", tmp_path / "test.txt", 3)
    assert result["users"] == 3
    assert result["items"] == 4
    assert result["hit_rate"] == pytest.approx(1 / 3)


def test_numbers_may_have_wide_gaps(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("0 5 49000000\n48000000 5 7\n3 7 5\n")
    (tmp_path / "test.txt").write_text("0 7\n")
    result = benchmark.run(tmp_path / "train.txt", tmp_path / "test.txt", 50)
    assert (result["items"], result["users"], result["recall"]) == (3, 1, 1.0)


@pytest.mark.parametrize(("train", "test"), [("0 0 1 2", "0 3"), ("0 0\n1 0\n2 0", "3 0"), ("0 0", "0 1")])
def test_one_shopper_or_one_product_is_enough(tmp_path: Path, train: str, test: str) -> None:
    (tmp_path / "train.txt").write_text(train)
    (tmp_path / "test.txt").write_text(test)
    result = benchmark.run(tmp_path / "train.txt", tmp_path / "test.txt", 5)
    assert result["users"] == 1
    assert 0 <= result["ndcg"] <= 1


@pytest.mark.parametrize("k", [0, -1, 5000])
def test_k_out_of_range_is_refused(files: tuple[Path, Path], k: int) -> None:
    with pytest.raises(UserError, match="1 to 1000"):
        benchmark.run(*files, k)


def test_tuning_is_reproducible(interactions: Interactions) -> None:
    timeless = from_pairs(interactions.users, interactions.items, interactions.n_users, interactions.n_items)
    assert tuned(timeless).get_params() == tuned(timeless).get_params()
