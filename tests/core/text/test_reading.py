"""What is understood of a text, what is guessed, what is left out, and that nothing breaks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.service import TextEncoder
from core.text.words import MAX_CHARACTERS, plain


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("red sports shoes for men", {"colour": "Red", "type": "Sports Shoes", "gender": "Men"}),
        ("chaussures de sport rouges pour homme", {"colour": "Red", "type": "Sports Shoes", "gender": "Men"}),
        ("chaussures rouges de sport", {"colour": "Red", "type": "Sports Shoes"}),
        ("ROBE D'ÉTÉ", {"type": "Dresses"}),
        ("robe rouge", {"type": "Dresses", "colour": "Red"}),
        ("a red robe", {"type": "Robe", "colour": "Red"}),
        ("montre en or", {"type": "Watches", "colour": "Gold"}),
        ("jupes blanches à pois", {"type": "Skirts", "colour": "White", "pattern": "Polka Dots"}),
        ("men's navy blue jeans", {"type": "Jeans", "colour": "Navy Blue", "gender": "Men"}),
        ("shirt dress", {"type": "Dresses"}),
        ("tee-shirt", {"type": "Tshirts"}),
        ("sac a dos", {"type": "Backpacks"}),
        ("rouge a levre", {"type": "Lipstick"}),
    ],
)
def test_attributes_in_both_languages(encoder: TextEncoder, text: str, attributes: dict[str, str]) -> None:
    read = encoder.read(text).attributes
    assert {kind: read.get(kind, ("",))[0] for kind in attributes} == attributes


def test_an_english_or_is_not_gold(encoder: TextEncoder) -> None:
    assert encoder.read("black or white dress").attributes["colour"] == ("Black", "White")


@pytest.mark.parametrize(
    ("typed", "known"),
    [("chausures", "chaussures"), ("chemize", "chemise"), ("sungalsses", "sunglasses"), ("casqette", "casquette")],
)
def test_slips_are_told_with_the_word_they_were_taken_for(encoder: TextEncoder, typed: str, known: str) -> None:
    reading = encoder.read(f"{typed} red")
    assert reading.approximated == ((typed, known),)
    assert reading.understood == ("red",)
    assert encoder.encode([typed])[0] @ encoder.encode([known])[0] > 0.99


@pytest.mark.parametrize(
    ("text", "excluded", "kept"),
    [
        ("chemise sans rayures", ("rayures",), {"type": ("Shirts",)}),
        ("chemise sans rayures ni logo pour homme", ("rayures", "logo"), {"type": ("Shirts",), "gender": ("Men",)}),
        ("shirt without red stripes or logo for men", ("red", "stripes", "logo"), {"gender": ("Men",)}),
        ("shirt with no pockets, blue", ("pockets",), {"type": ("Shirts",), "colour": ("Blue",)}),
        ("pantalon noir sans poche et ceinture marron", ("poche",), {"type": ("Trousers", "Belts")}),
        ("shirt with no red stripes", ("red", "stripes"), {"type": ("Shirts",)}),
        ("chemise sans logo, avec poches", ("logo",), {"detail": ("Pockets",)}),
        ("dress, not red", ("red",), {"type": ("Dresses",)}),
    ],
)
def test_what_follows_a_negation_is_left_out(
    encoder: TextEncoder, text: str, excluded: tuple[str, ...], kept: dict[str, tuple[str, ...]]
) -> None:
    reading = encoder.read(text)
    assert reading.excluded == excluded
    assert not set(excluded) & {*reading.words, *reading.understood}
    assert {kind: reading.attributes.get(kind) for kind in kept} == kept
    assert encoder.read(text, exclude=False).excluded == ()


def test_a_message_may_be_a_mere_no(encoder: TextEncoder) -> None:
    assert encoder.read("Non, je ne paierai pas", exclude=False).understood == ("Non", "pas")
    assert not encoder.read("No!").empty


def test_what_is_excluded_has_its_attributes_too(encoder: TextEncoder) -> None:
    reading = encoder.read("robe sans fleurs")
    assert reading.excluded_attributes == {"pattern": ("Floral",)}
    assert "pattern" not in reading.attributes


@pytest.mark.parametrize("text", ["T-shirt pas cher", "robe sans manches", "pas de souci, merci", "no problem, thanks"])
def test_fixed_expressions_exclude_nothing(encoder: TextEncoder, text: str) -> None:
    assert encoder.read(text).excluded == ()


def test_what_is_not_understood_is_said(encoder: TextEncoder) -> None:
    reading = encoder.read("<b>Xqwzkrub</b> 红色 shirt 42 😀")
    assert reading.understood == ("shirt",)
    assert set(reading.ignored) == {"<b>", "Xqwzkrub", "</b>", "红色", "42", "😀"}


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1b[31m", "😀😀", "12345", "<script></script>", "红色的鞋子", "'-'"])
def test_nothing_understood_is_an_empty_reading(encoder: TextEncoder, text: str) -> None:
    assert encoder.read(text).empty


@pytest.mark.security
def test_only_the_beginning_of_a_long_text_is_read(encoder: TextEncoder) -> None:
    reading = encoder.read("red shirt " * 1000)
    assert reading.truncated
    assert len(reading.text) <= MAX_CHARACTERS
    assert not encoder.read("red shirt").truncated


@pytest.mark.security
@given(st.text(max_size=300) | st.text("sanrouge pchmi'", max_size=60))
def test_any_text_is_read_and_every_part_is_the_visitors_own(encoder: TextEncoder, text: str) -> None:
    reading = encoder.read(text)
    shown = plain(text)
    parts = [*reading.understood, *(typed for typed, _ in reading.approximated), *reading.ignored, *reading.excluded]
    assert all(part and part in shown for part in parts)
    assert reading.empty == (not reading.words)
    assert all(word.isascii() and word.isalpha() for word in reading.words)
