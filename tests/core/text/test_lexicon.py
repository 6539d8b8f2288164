"""The shop's words: every value can be said and is read back, and French agrees."""

import numpy as np
import pytest

from core.text import captions
from core.text.captions import Description
from core.text.lexicon import english_plural, french_adjective, french_plural, load_lexicon
from core.text.words import words_of


@pytest.mark.parametrize(
    ("form", "forms"),
    [
        ("noir", "noir noire noirs noires"),
        ("blanc/blanche", "blanc blanche blancs blanches"),
        ("gris", "gris grise gris grises"),
        ("rouge", "rouge rouge rouges rouges"),
        ("marron:i", "marron marron marron marron"),
    ],
)
def test_colours_agree(form: str, forms: str) -> None:
    agreed = [french_adjective(form, feminine=f, plural=p) for p in (False, True) for f in (False, True)]
    assert agreed == forms.split()


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("chapeau", "chapeaux"),
        ("bijou", "bijoux"),
        ("sac à main", "sacs à main"),
        ("rouge à lèvres", "rouges à lèvres"),
        ("crème hydratante", "crèmes hydratantes"),
    ],
)
def test_french_plurals(one: str, many: str) -> None:
    assert french_plural(one) == many


@pytest.mark.parametrize(("one", "many"), [("watch", "watches"), ("scarf", "scarves"), ("handbag", "handbags")])
def test_english_plurals(one: str, many: str) -> None:
    assert english_plural(one) == many


def test_every_usual_word_means_its_value() -> None:
    lexicon = load_lexicon()
    for kind, values in lexicon.values.items():
        for value in values.values():
            for forms in (value.en, value.fr):
                words = words_of(forms[0].split(":")[0].split("/")[0])
                assert (kind, value.name) in {(e.kind, e.value) for e in lexicon.phrases[words]}, forms[0]


def test_wordings_of_one_description() -> None:
    lexicon = load_lexicon()
    shoes = Description("Sports Shoes", "Red", "Men")
    assert captions.canonical(shoes, lexicon) == "red sports shoes for men"
    rng = np.random.default_rng(0)
    french = {captions.french(shoes, lexicon, rng) for _ in range(200)}
    assert "chaussures de sport rouges pour homme" in french
    assert "chaussures de sport rouge pour homme" not in french
    bag = Description("Handbags", "White")
    assert {"sac à main blanc", "sacs blancs"} <= {captions.french(bag, lexicon, rng) for _ in range(400)}


def test_a_held_out_combination_is_held_out_in_every_wording() -> None:
    lexicon = load_lexicon()
    rng = np.random.default_rng(0)
    drawn = [captions.draw(rng, lexicon, full=True) for _ in range(300)]
    splits: dict[tuple[str | None, ...], set[str]] = {}
    for d in drawn:
        splits.setdefault((d.type, d.colour, d.gender), set()).add(d.split)
    assert all(len(found) == 1 for found in splits.values())
    assert {"train", "validation", "test"} == set.union(*splits.values())
    assert Description("Shirts", "Red").split == "train"
