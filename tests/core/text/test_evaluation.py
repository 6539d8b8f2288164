"""The figures' arithmetic, with known answers."""

import numpy as np

from core.text import captions, evaluation


def test_retrieval_of_known_ranks() -> None:
    candidates = np.eye(20, dtype=np.float32)
    assert evaluation.retrieval(candidates, candidates) == {"recall_at_1": 1.0, "recall_at_10": 1.0}
    shifted = np.roll(candidates, 1, axis=0) + 0.5 * candidates  # each finds another first, and its own second
    assert evaluation.retrieval(shifted, candidates) == {"recall_at_1": 0.0, "recall_at_10": 1.0}


def test_an_encoder_that_says_the_same_of_everything_finds_nothing() -> None:
    same = np.ones((20, 4), np.float32)
    assert evaluation.retrieval(same, same) == {"recall_at_1": 0.0, "recall_at_10": 0.0}


def test_test_descriptions_are_of_combinations_that_training_never_sees() -> None:
    test = evaluation.held_out("test", 50)
    assert len(set(test.english)) == 50
    assert all(captions.split_of(d.type, d.colour, d.gender) == "test" for d in test.descriptions)
    again = evaluation.held_out.__wrapped__("test", 50)
    assert again == test
