"""A stored encoder gives way to a better one only; what is said of it is what was measured."""

from pathlib import Path

import numpy as np
import pytest

from core import artifacts
from core.settings import settings
from core.text import evaluation, publish
from core.text.card import model_card
from core.text.features import FeatureConfig
from core.text.lexicon import load_lexicon
from core.text.network import EncoderConfig, weight_shapes
from core.text.service import TextEncoder
from core.text.words import words_of

FOLDER = settings().models / "text"


def test_only_a_better_encoder_replaces_the_stored_one(tmp_path: Path) -> None:
    folder = tmp_path / "text"
    _, english, french = evaluation.handwritten("messages_to_choose")
    said = {word for text in (*english, *french) for word in words_of(text)}
    words = sorted(load_lexicon().words("en") | load_lexicon().words("fr") | said)
    vocabulary = [[word, "en fr", word] for word in words]
    parameters = {
        "features": {"buckets": 64, "grams_share": 0.5, "pairs_share": 0.3},
        "encoder": {"width": 32, "hidden": 8, "blocks": 1},
        "run": "first",
    }
    shapes = weight_shapes(EncoderConfig(**parameters["encoder"]), len(words) + FeatureConfig(buckets=64).buckets)
    rng = np.random.default_rng(0)
    better = {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    worse = {name: np.zeros_like(value) + (name == "table") for name, value in better.items()}

    assert publish.publish(folder, worse, vocabulary, parameters, [])
    assert publish.publish(folder, better, vocabulary, {**parameters, "run": "better"}, [])
    assert not publish.publish(folder, worse, vocabulary, {**parameters, "run": "worse"}, [])
    stored = artifacts.open_artifact(folder)
    assert stored.parameters["run"] == "better"
    assert evaluation.choice_figure(TextEncoder.load(folder)) == stored.metrics["recall_at_1"]


def test_the_stored_encoder_is_as_good_as_its_figures_say(encoder: TextEncoder) -> None:
    metrics = artifacts.read_metrics(FOLDER)
    assert metrics["sample"]["n"] == evaluation.SAMPLE_SIZE
    assert evaluation.sample_figure(encoder) == pytest.approx(metrics["sample"]["recall_at_1"], abs=0.01)
    assert evaluation.choice_figure(encoder) == pytest.approx(
        artifacts.open_artifact(FOLDER).metrics["recall_at_1"], abs=0.01
    )


def test_its_hand_written_figures_too(encoder: TextEncoder) -> None:
    metrics = artifacts.read_metrics(FOLDER)
    queries, english, french = evaluation.handwritten()
    assert evaluation.attribute_figures(encoder, queries) == metrics["attributes"]["handwritten"]
    found = evaluation.retrieval(encoder.encode(french, exclude=False), encoder.encode(english, exclude=False))
    assert found["recall_at_1"] == pytest.approx(metrics["messages"]["french"]["recall_at_1"], abs=0.03)


def test_the_figures_hang_together() -> None:
    described = artifacts.read_metrics(FOLDER)["descriptions"]
    assert described["floor"]["recall_at_1"] < described["french"]["recall_at_1"] <= described["french"]["recall_at_10"]


def test_the_card_tells_the_measured_figures() -> None:
    card = model_card(artifacts.open_artifact(FOLDER), artifacts.read_metrics(FOLDER))
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == card


def test_the_model_is_small() -> None:
    stored = artifacts.open_artifact(FOLDER)
    assert sum((FOLDER / name).stat().st_size for name in stored.files) <= 8_000_000
