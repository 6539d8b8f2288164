"""Descriptions of products in both languages, drawn from the lexicon: English and French wordings of one content."""

import zlib
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.text.lexicon import (
    Lexicon,
    Value,
    english_plural,
    french_adjective,
    french_plural,
    noun,
)
from core.text.words import words_of

Split = Literal["train", "validation", "test"]

# how often a drawn description says each thing
_SAID = {"type": 0.97, "colour": 0.85, "gender": 0.6, "usage": 0.25, "season": 0.08, "material": 0.2, "pattern": 0.2}
_SAID_DETAIL = 0.22
_AFTER_NOUN = ("for ", "with ", "without ", "in ")
_VOWELS = "aeiouyhéèêâîôœ"


@dataclass(frozen=True)
class Description:
    """What a caption says, in the catalogue's names; None where it does not say."""

    type: str | None = None
    colour: str | None = None
    gender: str | None = None
    usage: str | None = None
    season: str | None = None
    material: str | None = None
    pattern: str | None = None
    detail: str | None = None

    @property
    def split(self) -> Split:
        """Held out by the combination of type, colour and gender, never by wording; partial ones are for training."""
        return split_of(self.type, self.colour, self.gender)

    def values(self, lexicon: Lexicon) -> dict[str, Value]:
        """What is said, kind by kind."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {kind: lexicon.values[kind][name] for kind, name in said.items() if name}


def split_of(article: str | None, colour: str | None, gender: str | None) -> Split:
    """The split of a combination: 5 % validation, 10 % test, by a hash that is the same everywhere."""
    if not (article and colour and gender):
        return "train"
    bucket = zlib.crc32(f"{article}|{colour}|{gender}".lower().encode()) % 100
    return "validation" if bucket < 5 else "test" if bucket < 15 else "train"


def draw(rng: np.random.Generator, lexicon: Lexicon, *, full: bool = False) -> Description:
    """A random description; frequent types and colours, which the lexicon lists first, come more often.

    `full` always says type, colour and gender.
    """
    said: dict[str, str] = {}
    for kind, chance in _SAID.items():
        if (full and kind in ("type", "colour", "gender")) or rng.random() < chance:
            said[kind] = _pick(rng, lexicon, kind)
    if rng.random() < _SAID_DETAIL:
        said["detail"] = _pick(rng, lexicon, "detail")
    if not said:
        said["type"] = _pick(rng, lexicon, "type")
    article, usage = said.get("type", ""), said.get("usage", "")
    if usage and usage.lower() in article.lower():
        del said["usage"]  # "sports sports shoes"
    return Description(**said)


def _pick(rng: np.random.Generator, lexicon: Lexicon, kind: str) -> str:
    names = list(lexicon.values[kind])
    return names[int(np.searchsorted(_cumulative(len(names), 20 if kind == "type" else 12), rng.random(), "right"))]


@cache
def _cumulative(count: int, offset: int) -> NDArray[np.float64]:
    """Cumulative chances of `count` values that fall like 1 / (rank + offset)."""
    weights = 1 / (np.arange(count) + offset)
    chances = (weights / weights.sum()).cumsum()
    return chances / chances[-1]


def canonical(description: Description, lexicon: Lexicon) -> str:
    """The English wording that stands for the content: "blue striped cotton casual shirts for men"."""
    return english(description, lexicon, None)


def english(description: Description, lexicon: Lexicon, rng: np.random.Generator | None) -> str:
    """An English wording; without `rng` the canonical one."""
    said = description.values(lexicon)

    def form(kind: str) -> str:
        forms = said[kind].en
        return forms[0] if rng is None or rng.random() < 0.6 else forms[int(rng.integers(len(forms)))]

    head = noun(form("type")) if "type" in said else None
    plural = rng is None or rng.random() < 0.6
    thing = "" if head is None else head.text if head.plural_only or not plural else english_plural(head.text)
    before: list[str] = []
    after: list[str] = []
    for kind in ("detail", "colour", "pattern", "material", "season", "usage"):
        if kind in said:
            text = form(kind)
            late = text.startswith(_AFTER_NOUN) or (
                rng is not None and kind in ("colour", "material") and rng.random() < 0.12
            )
            (after if late else before).append(f"in {text}" if late and not text.startswith(_AFTER_NOUN) else text)
    if "gender" in said:
        text = form("gender")
        (after if text.startswith("for ") else before).append(text)
    if rng is not None and rng.random() < 0.2:
        rng.shuffle(before)
    words = " ".join([*before, thing, *after]).split()
    if rng is not None and head is not None and not plural and not head.plural_only and rng.random() < 0.4:
        words.insert(0, "an" if words[0][0] in "aeiou" else "a")
    return " ".join(words)


def french(description: Description, lexicon: Lexicon, rng: np.random.Generator) -> str:
    """A French wording with agreement and natural order: "chaussures de sport rouges pour homme"."""
    said = description.values(lexicon)

    def form(kind: str) -> str:
        forms = said[kind].fr
        return forms[0] if rng.random() < 0.55 else forms[int(rng.integers(len(forms)))]

    head = noun(form("type")) if "type" in said else None
    plural = head is not None and (head.plural_only or rng.random() < 0.5)
    feminine = head is not None and head.feminine
    thing = ""
    if head is not None:
        thing = french_plural(head.text) if plural and not head.plural_only else head.text
    parts = []
    for kind in ("usage", "colour", "pattern", "material", "detail", "season", "gender"):
        if kind in said:
            text = form(kind)
            agree = kind != "gender"  # "pour hommes" is written out in the lexicon
            text = french_adjective(text, feminine=agree and feminine, plural=agree and plural)
            if kind == "colour" and rng.random() < 0.08:
                text = "de couleur " + text
            parts.append(text)
    if rng.random() < 0.25:
        rng.shuffle(parts)
    words = " ".join([thing, *parts]).strip()
    if head is not None and rng.random() < 0.3:
        words = _article(rng, words, feminine, plural) + words
    return words


def _article(rng: np.random.Generator, words: str, feminine: bool, plural: bool) -> str:
    if rng.random() < 0.5:
        return "des " if plural else "une " if feminine else "un "
    if plural:
        return "les "
    return "l'" if words[0] in _VOWELS else "la " if feminine else "le "


def single_values(lexicon: Lexicon) -> list[tuple[str, str]]:
    """Every phrase of the lexicon with the usual English word for what it says: ("rayée", "striped")."""
    pairs = []
    for phrase, entries in lexicon.phrases.items():
        value = lexicon.values[entries[0].kind][entries[0].value]
        usual = noun(value.en[0])
        nominal = entries[0].kind in ("type", "group") and not usual.plural_only
        pairs.append((" ".join(phrase), english_plural(usual.text) if nominal else usual.text))
    return pairs


def misspell(word: str, rng: np.random.Generator) -> str:
    """A word with one slip of the finger: a letter lost, doubled, swapped with its neighbour, or replaced."""
    if len(word) < 4:
        return word
    place = int(rng.integers(1, len(word) - 1))
    slip = rng.integers(4)
    if slip == 0:
        return word[:place] + word[place + 1 :]
    if slip == 1:
        return word[:place] + word[place] + word[place:]
    if slip == 2:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + "abcdefghijklmnopqrstuvwxyz"[int(rng.integers(26))] + word[place + 1 :]


def misspelt(text: str, rng: np.random.Generator) -> str:
    """A text with one slip in one of its longer words."""
    words = list(words_of(text))
    long = [i for i, word in enumerate(words) if len(word) > 4]
    if long:
        place = long[int(rng.integers(len(long)))]
        words[place] = misspell(words[place], rng)
    return " ".join(words)
