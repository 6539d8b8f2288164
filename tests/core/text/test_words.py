"""Any text becomes words the same way, whatever its accents, apostrophes and scripts."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.words import edit_distance, fold, plain, tokenize, words_of

letters = st.text("abcdeé", max_size=7)


@pytest.mark.security
@given(st.text())
def test_any_text_is_cut_into_pieces_of_itself(text: str) -> None:
    shown = plain(text)
    tokens = tokenize(shown)
    assert all(shown[token.start : token.end] == token.text for token in tokens)
    assert all(before.end <= after.start for before, after in itertools.pairwise(tokens))
    assert all(set(token.word) <= set("abcdefghijklmnopqrstuvwxyz") for token in tokens)


@given(st.text())
def test_words_are_read_back_as_themselves(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Été indien", "ete indien"),
        ("ÉTÉ e\u0301te\u0301", "ete ete"),
        ("l’été, d'été", "l ete d ete"),
        ("sac-à-dos", "sac a dos"),
        ("T‑shirt", "t shirt"),
        ("nœud, Straße", "noeud strasse"),
        ("ｒｅｄ", "red"),
        ("<b>red</b> &amp; blue", "red blue"),
        ("see https://example.org/red-shoes now", "see now"),
        ("красный 红色 shirt 42", "shirt"),
        ("snake_case", "snake case"),
        ("\x00red\x07", "red"),
    ],
)
def test_what_is_typed_is_folded(text: str, words: str) -> None:
    assert words_of(text) == tuple(words.split())


def test_words_of_other_scripts_fold_to_nothing() -> None:
    assert fold("красный") == ""


@given(letters, letters)
def test_the_distance_is_a_distance(left: str, right: str) -> None:
    distance = edit_distance(left, right, 9)
    assert (distance == 0) == (left == right)
    assert distance == edit_distance(right, left, 9)
    assert abs(len(left) - len(right)) <= distance <= max(len(left), len(right))
    assert edit_distance(left, right, 2) == min(distance, 3)


@pytest.mark.parametrize(
    ("left", "right", "distance"), [("sprot", "sport", 1), ("chausures", "chaussures", 1), ("roge", "rouges", 2)]
)
def test_slips_of_the_finger_count_one_each(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right, 3) == distance
