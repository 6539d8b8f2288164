"""The stored encoder: the same thing said in two languages is near, other things are not."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.artifacts import ArtifactError
from core.errors import UserError
from core.settings import settings
from core.text.service import VOCABULARY, WEIGHTS, TextEncoder

FOLDER = settings().models / "text"
SAID_TWICE = [
    ("red sports shoes for men", "chaussures de sport rouges pour homme"),
    ("blue sports shoes for men", "chaussures de sport bleues pour homme"),
    ("black leather handbag", "sac à main noir en cuir"),
    ("yellow summer dress with flowers", "robe d'été jaune à fleurs"),
    ("gold watch for women", "montre dorée pour femme"),
    ("I love you", "je t'aime"),
    ("it is raining today", "il pleut aujourd'hui"),
    ("happy birthday", "joyeux anniversaire"),
    ("sorry for the delay", "désolé pour le retard"),
    ("my cat is sleeping", "mon chat dort"),
]


def test_each_text_finds_its_translation(encoder: TextEncoder) -> None:
    english, french = (encoder.encode([pair[side] for pair in SAID_TWICE]) for side in (0, 1))
    assert ((french @ english.T).argmax(axis=1) == np.arange(len(SAID_TWICE))).all()


@given(st.lists(st.sampled_from([text for pair in SAID_TWICE for text in pair]), max_size=4))
def test_vectors_are_unit_rows_that_depend_on_their_text_alone(encoder: TextEncoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.width)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_accents_and_case_do_not_matter(encoder: TextEncoder) -> None:
    first, second = encoder.encode(["écharpe d'été", "ECHARPE D’ETE"])
    np.testing.assert_array_equal(first, second)


def test_what_is_excluded_does_not_count(encoder: TextEncoder) -> None:
    without, plain = encoder.encode(["shirt without stripes for men", "shirt for men"])
    np.testing.assert_array_equal(without, plain)
    kept = encoder.encode(["shirt without stripes for men"], exclude=False)[0]
    assert not np.array_equal(kept, plain)


@pytest.mark.parametrize("text", ["", "😀", "1234", "красный"])
def test_nothing_to_read_is_said(encoder: TextEncoder, text: str) -> None:
    with pytest.raises(UserError, match="No word of this text is known"):
        encoder.encode(["red shirt", text])


def test_a_single_text_is_not_a_list(encoder: TextEncoder) -> None:
    with pytest.raises(TypeError):
        encoder.encode("red shirt")


@pytest.mark.parametrize("file", [WEIGHTS, VOCABULARY, "manifest.json"])
def test_a_damaged_model_is_refused(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "text"
    shutil.copytree(FOLDER, folder)
    (folder / file).write_bytes((folder / file).read_bytes()[:-20])
    with pytest.raises(ArtifactError, match="train text"):
        TextEncoder.load(folder)


def test_weights_of_another_shape_are_refused(encoder: TextEncoder) -> None:
    parameters = {"features": {"buckets": 8}, "encoder": {"width": 4, "hidden": 4, "blocks": 1}}
    with pytest.raises(ArtifactError):
        TextEncoder({"table": np.zeros((9, 4))}, [["red", "en", "red"]], parameters)
