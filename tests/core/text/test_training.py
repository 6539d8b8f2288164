"""The student learns from the teacher, and a run can be gone on with."""

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core.text import training
from core.text.corpus import Corpus, Pair
from core.text.features import FeatureConfig
from core.text.network import EncoderConfig
from core.text.training import Batches, Featurizer, Run, TrainingConfig, project

CONFIG = TrainingConfig(
    encoder=EncoderConfig(width=16, hidden=16, blocks=1), features=FeatureConfig(buckets=512), batch_size=32
)
PAIRS = [
    Pair(french, english, "fr", "description")
    for english, french in [("red shirt", "chemise rouge"), ("blue dress", "robe bleue"), ("hat", "chapeau")]
]
WORDS = ["chemise", "rouge", "robe", "bleue"]


def small_corpus() -> Corpus:
    vectors = np.random.default_rng(0).normal(size=(3, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vocabulary = [[word, "fr", word] for word in WORDS]
    return Corpus(PAIRS, vocabulary, [pair.target for pair in PAIRS], vectors, np.arange(3))


def test_projection_keeps_what_the_corpus_holds() -> None:
    vectors = small_corpus().vectors
    kept, share = project(vectors, 16)
    np.testing.assert_allclose(kept @ kept.T, vectors @ vectors.T, atol=1e-5)  # three vectors fit into 16 dimensions
    assert abs(share - 1) < 1e-6


def test_batches_are_the_same_for_the_same_seed() -> None:
    featurizer = Featurizer({word: row for row, word in enumerate(WORDS)}, CONFIG.features)
    first, second = (Batches(small_corpus(), featurizer, CONFIG).draw() for _ in range(2))
    for left, right in zip([*first[0], first[1]], [*second[0], second[1]], strict=True):
        np.testing.assert_array_equal(left, right)


def test_it_learns_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    clock = SimpleNamespace(monotonic=lambda: next(ticks) * 0.05)  # sixty steps, however long they take
    monkeypatch.setattr(training, "time", clock)
    run = Run(small_corpus(), WORDS, CONFIG, tmp_path / "run")
    run.fit(0.05, every=0.5)
    history = run.state["history"]
    assert history[-1]["loss"] < history[0]["loss"]
    again = Run(small_corpus(), WORDS, CONFIG, tmp_path / "run")
    assert again.restore()
    assert again.state == run.state
    for name, value in again.weights().items():
        np.testing.assert_array_equal(value, run.weights()[name])
    again.fit(0.005)
    assert again.state["steps"] > run.state["steps"]


def test_nothing_to_go_on_with(tmp_path: Path) -> None:
    assert not Run(small_corpus(), WORDS, CONFIG, tmp_path / "run").restore()
