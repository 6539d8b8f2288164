"""The experiment with made faces: fair parts and arms, figures with known answers, and one whole run, very small."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.artifacts import open_artifact, read_metrics
from core.classroom.card import model_card
from core.classroom.evaluation import evaluate as measure
from core.classroom.experiment import record
from core.classroom.experiment.evaluation import FIGURES, difference, evaluate, figures, likeness, seen
from core.classroom.experiment.protocol import MADE, REAL, REPEATED, SIDE, SMOKE, Images, arm, missing, parts
from core.classroom.experiment.training import train
from core.classroom.experiment.verdict import against_real
from core.classroom.training import train as train_game
from core.datasets.fer2013 import CLASSES
from core.errors import DataError, UserError
from core.gan.classifier import ClassifierConfig
from core.settings import settings

COUNTS = (30, 10, 32, 40, 34, 26, 36)  # of each expression; disgust is the rarest
TOLD = {"real": "without them", "made": "with them"}
TINY = replace(SMOKE, forger_steps=1, steps=1, classifier=ClassifierConfig(widths=(4,), blocks=(0,), batch_size=16))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rng = tmp_path_factory.mktemp("fer2013"), np.random.default_rng(0)
    for name, times in (("train", 1), ("public_test", 0.5)):
        labels = np.repeat(np.arange(len(CLASSES)), [int(times * count) for count in COUNTS])
        images = rng.integers(0, 255, (len(labels), 48, 48), np.uint8)
        images[-1] = images[-2]  # a copy
        np.savez(folder / f"{name}.npz", images=images, labels=labels)
    return folder


def made(count: int, seed: int) -> Images:
    return np.full((count, SIDE, SIDE, 1), seed, np.uint8)


def test_no_face_is_both_learned_from_and_held_out(data: Path) -> None:
    learned, kept = parts(data, TINY)
    assert len(learned.labels) + len(kept.labels) == sum(COUNTS) - 1
    assert not {image.tobytes() for image in learned.images} & {image.tobytes() for image in kept.images}
    assert np.bincount(kept.labels).tolist() == [3, 1, 3, 4, 3, 3, 4]  # the same share of each
    assert np.array_equal(parts(data, TINY)[0].images, learned.images)


def test_arms_differ_in_the_added_faces_alone(data: Path) -> None:
    learned, _kept = parts(data, TINY)
    count, own = missing(learned, TINY), {image.tobytes() for image in learned.of(TINY.label)}
    assert arm(REAL, learned, TINY, made, 1) is learned
    for name in (MADE, REPEATED):
        whole = arm(name, learned, TINY, made, 1)
        assert np.array_equal(whole.images[: len(learned.labels)], learned.images)
        assert (whole.labels[len(learned.labels) :] == TINY.label).all()
        counts = np.bincount(whole.labels)
        assert counts[TINY.label] == int(np.median(np.bincount(learned.labels)))
        added = {image.tobytes() for image in whole.images[-count:]}
        assert added == ({made(1, 1).tobytes()} if name == MADE else own)


def test_figures_are_those_of_the_rarest_expression() -> None:
    labels = np.array([1, 1, 1, 0, 0, 2])
    said = np.array([1, 1, 0, 1, 0, 2])
    chances = np.eye(len(CLASSES))[said]
    found = figures(labels, chances, 1)
    assert found.keys() == set(FIGURES)
    assert (found["precision"], found["recall"], found["f1"]) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert found["accuracy"] == pytest.approx(4 / 6)


def test_a_difference_is_told_from_chance_only_where_it_is_clear() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 400)
    good, poor = (np.where(rng.random(400) < share, labels, 1 - labels) for share in (0.95, 0.6))
    chances = {name: [np.eye(2)[said]] * 2 for name, said in (("good", good), ("poor", poor))}
    clear = difference(labels, chances["good"], chances["poor"], 1, draws=200)
    assert 0 < clear["low"] < clear["mean"] < clear["high"]
    none = difference(labels, chances["good"], chances["good"], 1, draws=200)
    assert none["mean"] == 0
    assert none["low"] <= 0 <= none["high"]


def test_a_risen_f1_is_no_help_where_average_precision_falls() -> None:
    def found(real: float, made: float, low: float, high: float) -> dict[str, Any]:
        arms = {name: {"mean": {"average_precision": value}} for name, value in (("real", real), ("made", made))}
        return {"arms": arms, "differences": {"made_real": {"low": low, "high": high}}}

    assert against_real(found(0.13, 0.04, 0.03, 0.13)) == "mixed"
    assert against_real(found(0.04, 0.13, 0.03, 0.13)) == "better"
    assert against_real(found(0.04, 0.13, -0.13, -0.03)) == "worse"
    assert against_real(found(0.13, 0.04, -0.03, 0.13)) == "open"


def test_the_card_tells_what_speaks_against_made_faces() -> None:
    folder = settings().models / "classroom"
    found = record.read(folder)
    card = model_card(open_artifact(folder), read_metrics(folder), found)
    assert (folder / "CARD.md").read_text("utf-8") == card
    assert against_real(found) == "mixed"
    ranked = (f"{found['arms'][name]['mean']['average_precision']:.3f} {told}" for name, told in TOLD.items())
    assert f"average precision {', '.join(ranked)}" in card
    assert f"{found['distinct']['f1']['repeated']:.3f} (repeated)" in card


def test_a_mirrored_and_lighter_copy_is_a_copy() -> None:
    rng = np.random.default_rng(2)
    known = rng.integers(0, 128, (5, SIDE, SIDE, 1), np.uint8)
    copy = (known[:1, :, ::-1] * 1.5 + 20).astype(np.uint8)
    both = np.concatenate([seen(known), seen(known[:, :, ::-1])])
    assert likeness(copy, both)[0] > 0.99
    assert likeness(rng.integers(0, 255, (1, SIDE, SIDE, 1), np.uint8), both)[0] < 0.5


def test_a_whole_run_is_stored_read_and_told(data: Path, tmp_path: Path) -> None:
    runs, folder = tmp_path / "runs", tmp_path / "classroom"
    with pytest.raises(UserError, match="--experiment"):
        evaluate(data, runs, TINY)
    with pytest.raises(DataError, match="not been made"):
        record.read(folder)
    first = train(data, runs, TINY)
    assert set(first) == {"real_1", "made_1", "repeated_1"}
    assert train(data, runs, TINY, resume=True) == first  # nothing is trained twice
    with pytest.raises(UserError, match="protocol"):
        train(data, runs, replace(TINY, steps=2), resume=True)
    result, shown = evaluate(data, runs, TINY)
    assert result["n"]["test"] == sum(int(0.5 * count) for count in COUNTS)
    train_game(folder, steps=(1,))
    record.describe(folder, measure(folder))
    faces = shown if len(shown) else made(record.SHOWN, 7)
    record.store(folder, result, faces)
    assert record.read(folder)["arms"] == result["arms"]
    assert (folder / record.SHEET).stat().st_size < 100_000
    assert "do made faces" in (folder / "CARD.md").read_text("utf-8")
    open_artifact(folder)  # the experiment's files are no part of the model
