"""Descriptions written by the page itself, for the pickers and the examples, in the words that the encoder knows."""

import unicodedata
from collections.abc import Mapping
from functools import cache

from core.text.captions import Description, canonical
from core.text.lexicon import Lexicon, english_plural, french_adjective, french_plural, load_lexicon, noun
from core.text.reading import Reading

PICKED = ("type", "colour", "gender", "usage")
MOST_TYPES = 60  # the lexicon lists them by number of photos: of the others there are too few to learn from
_SAID = (*PICKED, "season", "material", "pattern", "detail")  # what a description of the lexicon can say
# compounds whose head takes the mark; descriptions keep the forms that the encoder knows
_SHOWN = {"ensembles kurtas": "ensembles kurta", "soutien-gorges": "soutiens-gorge"}
EXAMPLES = (
    {"type": "Sports Shoes", "colour": "Red"},
    {"type": "Shirts", "colour": "Blue", "gender": "Men"},
    {"type": "Handbags", "colour": "Brown", "gender": "Women"},
    {"type": "Watches", "colour": "Black"},
    {"type": "Dresses", "colour": "Pink", "gender": "Women"},
    {"type": "Tshirts", "colour": "Green", "gender": "Boys"},
    {"type": "Heels", "colour": "Gold"},
    {"type": "Jeans", "colour": "Blue"},
    {"type": "Backpacks", "colour": "Grey"},
)


def write(said: Mapping[str, str], language: str) -> str:
    """A description of catalogue values by kind: "red sports shoes", or « chaussures de sport rouges »."""
    lexicon = load_lexicon()
    kept = {kind: name for kind, name in said.items() if name in lexicon.values[kind]}
    if kept.get("usage") and kept["usage"].lower() in kept.get("type", "").lower():
        del kept["usage"]  # or "sports sports shoes"
    return _french(kept, lexicon) if language == "fr" else canonical(Description(**kept), lexicon)


def _french(said: Mapping[str, str], lexicon: Lexicon) -> str:
    forms = {kind: lexicon.values[kind][name].fr[0] for kind, name in said.items()}
    plural = "type" in forms
    feminine = plural and noun(forms["type"]).feminine
    words = [_plural(forms["type"], "fr")] if plural else []
    for kind in ("usage", "colour", "pattern", "material", "detail", "season", "gender"):
        if kind in forms:
            agrees = kind != "gender"  # "pour homme" stays as it is
            words.append(french_adjective(forms[kind], feminine=agrees and feminine, plural=agrees and plural))
    return " ".join(words)


def example(place: int, language: str) -> str:
    """One of the examples."""
    return write(EXAMPLES[place], language)


@cache
def every_example(language: str) -> tuple[str, ...]:
    """All examples."""
    return tuple(example(place, language) for place in range(len(EXAMPLES)))


def label(kind: str, name: str, language: str) -> str:
    """A catalogue value as the pickers call it."""
    value = load_lexicon().values[kind].get(name)
    if value is None:
        return name
    form = (value.fr if language == "fr" else value.en)[0]
    word = _plural(form, language) if kind == "type" else form.partition(":")[0].partition("/")[0]
    word = _SHOWN.get(word, word)
    return (word[:1].upper() + word[1:]).replace("'", "’")


def _plural(form: str, language: str) -> str:
    thing = noun(form)
    if thing.plural_only:
        return thing.text
    return french_plural(thing.text) if language == "fr" else english_plural(thing.text)


def choices(kind: str, current: str | None, language: str) -> list[str]:
    """Values that a picker offers, `current` among them; types by the alphabet, others the most frequent first."""
    names = list(load_lexicon().values[kind])
    if kind != "type":
        return names
    kept = names[:MOST_TYPES]
    if current and current not in kept:
        kept.append(current)
    # without its accents, É comes before F
    return sorted(kept, key=lambda name: unicodedata.normalize("NFD", label(kind, name, language).casefold()))


def heard(reading: Reading) -> dict[str, str]:
    """The first catalogue value of each kind that a text names."""
    lexicon = load_lexicon()
    first = {kind: names[0] for kind, names in reading.attributes.items() if kind in _SAID and names}
    return {kind: name for kind, name in first.items() if name in lexicon.values[kind]}


def picked(reading: Reading, kind: str, name: str | None, language: str) -> str:
    """The text with one value set to `name`, or taken out."""
    said = heard(reading)
    said.pop(kind, None)
    return write(said | ({kind: name} if name else {}), language)
