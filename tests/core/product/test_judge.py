"""A small judge learns what drawn photos show, is stored and opened, and refuses what is damaged."""

from pathlib import Path

import numpy as np
import pytest

from core.artifacts import ArtifactError
from core.gan.trainer import Run
from core.product import judge
from core.product.judge import Judge, JudgeObjective, JudgeTraining, Labels
from core.product.judge_network import JudgeConfig, hashed
from tests.core.product import toy

SMALL = JudgeTraining(
    network=JudgeConfig(widths=(8, 8, 8, 8), blocks=(0, 0, 0, 0), dropout=0, embedding=16, buckets=64, hidden=16),
    batch_size=32, learning_rate=2e-2, ema_decay=0.9, contrast_weight=1.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    train = toy.shop(360, 1)
    objective = JudgeObjective(train, toy.shop(90, 2), SMALL, Labels.of(train.table))
    Run(objective, tmp_path_factory.mktemp("run")).fit(10, steps=100)
    assert objective.validate()["validation_type"] > 0.9
    return objective.judge()


def test_it_names_what_photos_show_and_finds_their_texts(trained: Judge) -> None:
    photos = toy.shop(90, 3)
    verdict = trained.look(photos.images)
    right = (verdict.values == trained.labels.numbers(photos.table)).mean(axis=0)
    assert (right > 0.9).all()
    texts = [toy.caption(values) for values in toy.COMBINATIONS]
    nearest = (verdict.embeddings @ trained.read(texts).T).argmax(axis=1)
    assert (nearest == np.arange(90) % 18).mean() > 0.6  # chance: 0.06
    np.testing.assert_allclose(np.linalg.norm(verdict.embeddings, axis=1), 1, rtol=1e-3)


def test_a_stored_judge_judges_alike(trained: Judge, tmp_path: Path) -> None:
    trained.save(tmp_path, half=True)
    assert {path.name for path in tmp_path.iterdir()} == set(judge.FILES)
    photos = toy.shop(90, 3).images
    found, before = Judge.load(tmp_path).look(photos), trained.look(photos)
    assert (found.values == before.values).mean() > 0.98
    np.testing.assert_allclose(found.embeddings, before.embeddings, atol=0.02)


@pytest.mark.parametrize("name", judge.FILES)
def test_a_damaged_judge_is_refused(trained: Judge, tmp_path: Path, name: str) -> None:
    trained.save(tmp_path)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ArtifactError, match=name):
        Judge.load(tmp_path)
    trained.save(tmp_path)
    (tmp_path / judge.WORDS).write_text('{"type": ["one"], "colour": ["two"], "gender": ["three"]}')
    with pytest.raises(ArtifactError):
        Judge.load(tmp_path)


def test_only_values_with_enough_photos_are_named() -> None:
    table = toy.shop(36, 1).table
    table.loc[0, "type"] = "Umbrellas"
    table.loc[1, "colour"] = ""
    labels = Labels.of(table, least=2)
    assert sorted(labels.type) == sorted(toy.TYPES)
    assert sorted(labels.colour) == sorted(toy.COLOURS)
    numbers = labels.numbers(table)
    assert numbers[0, 0] == numbers[1, 1] == -1
    assert (numbers == -1).sum() == 2
    assert labels.type[numbers[5, 0]] == table["type"][5]


def test_texts_with_the_same_words_in_another_order_are_near_but_not_equal() -> None:
    rows = hashed(["red casual shoes", "Red, casual shoes!", "casual red shoes", "blue watch", ""], 512)
    np.testing.assert_array_equal(rows[0], rows[1])
    assert 0.3 < rows[0] @ rows[2] < 0.95
    assert rows[0] @ rows[3] < 0.2
    assert not rows[4].any()
