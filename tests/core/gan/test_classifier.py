"""A small classifier learns what drawn pictures show, is stored and opened, and refuses what is damaged."""

from pathlib import Path

import numpy as np
import pytest

from core.artifacts import ArtifactError
from core.gan import classifier
from core.gan.classifier import Classifier, ClassifierConfig, ClassifierObjective
from core.gan.trainer import Run, RunState

SMALL = ClassifierConfig(
    widths=(8, 8), blocks=(0, 1), dropout=0, batch_size=32, learning_rate=2e-2, ema_decay=0.8, noise_chance=0
)
COLOURS = np.array([[230, 30, 30], [30, 200, 60], [40, 60, 220]])
# the colours come last in the alphabet: heads keep their order
LABELS = {"place": ["top", "bottom"], "colour": ["red", "green", "blue"]}


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Bars of a colour at the top or the bottom of a grey picture, and their numbers."""
    rng = np.random.default_rng(seed)
    pictures = rng.integers(110, 140, (count, 16, 16, 3)).astype(np.uint8)
    numbers = np.stack([rng.integers(2, size=count), rng.integers(3, size=count)], axis=1)
    for picture, (place, colour) in zip(pictures, numbers, strict=True):
        picture[9 * place : 9 * place + 7, 4:12] = COLOURS[colour]
    return pictures, numbers


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judge")
    pictures, numbers = drawn(200, 1)
    numbers[:20, 1] = -1  # of some, the colour is not known
    objective = ClassifierObjective((pictures, numbers), drawn(60, 2), LABELS, SMALL)
    Run(objective, tmp_path_factory.mktemp("run")).fit(10, steps=60)
    assert objective.validate()["validation_colour"] > 0.9
    objective.classifier().save(folder)
    return folder


def test_it_names_what_pictures_show_and_is_stored(folder: Path, tmp_path: Path) -> None:
    judge = Classifier.load(folder)
    assert list(judge.labels) == ["place", "colour"]
    pictures, numbers = drawn(90, 3)
    assert ((judge.look(pictures) == numbers).mean(axis=0) > 0.9).all()
    judge.save(tmp_path, half=True)
    assert {path.name for path in tmp_path.iterdir()} == set(classifier.FILES)
    assert (Classifier.load(tmp_path).look(pictures) == judge.look(pictures)).mean() > 0.98
    assert judge.look(pictures[:0]).shape == (0, 2)


def test_one_head_will_do() -> None:
    pictures, numbers = drawn(40, 1)
    places = pictures, numbers[:, :1]
    objective = ClassifierObjective(places, places, {"place": LABELS["place"]}, SMALL)
    assert set(objective.step(RunState())) == {"loss", "place"}
    assert objective.classifier().look(pictures).shape == (40, 1)
    assert set(objective.validate()) == {"validation_place"}


@pytest.mark.parametrize("name", classifier.FILES)
def test_a_damaged_judge_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    Classifier.load(folder).save(tmp_path)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ArtifactError, match=name):
        Classifier.load(tmp_path)
    Classifier.load(folder).save(tmp_path)
    (tmp_path / classifier.WORDS).write_text('[["place", ["top"]]]')
    with pytest.raises(ArtifactError):
        Classifier.load(tmp_path)
