"""The shop's words in both languages (`lexicon.toml`), with their inflections."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from core.text.words import words_of

Language = Literal["en", "fr"]
KINDS = ("type", "group", "colour", "gender", "usage", "season", "material", "pattern", "detail")

_FILE = Path(__file__).with_name("lexicon.toml")
_PREPOSITIONS = ("de ", "d'", "du ", "en ", "à ", "pour ", "sans ", "et ", "ras ", "bon ", "avec ", "contour ")
_IRREGULAR_EN = {"scarf": "scarves", "headscarf": "headscarves"}
_IRREGULAR_FR = {"bijou": "bijoux"}


@dataclass(frozen=True)
class Noun:
    """A word for a kind of thing; French ones have a grammatical gender. `plural_only` as in "jeans", "lunettes"."""

    text: str
    feminine: bool = False
    plural_only: bool = False


@dataclass(frozen=True)
class Entry:
    """What a group of words says: the kind and the catalogue's name of the value, in which language."""

    kind: str
    value: str
    language: Language


@dataclass(frozen=True)
class Value:
    """One value of the catalogue and the ways to say it, the usual one first."""

    kind: str
    name: str
    en: tuple[str, ...]
    fr: tuple[str, ...]


@dataclass
class Lexicon:
    """All values, and `phrases`: what each sequence of folded words can mean, best first."""

    values: dict[str, dict[str, Value]]
    compose: dict[frozenset[str], str]
    function: dict[Language, frozenset[str]]
    negations: dict[tuple[str, ...], Language]
    idioms: dict[tuple[str, ...], Language]
    stops: frozenset[str]
    phrases: dict[tuple[str, ...], list[Entry]] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """Words in the longest phrase."""
        return max(map(len, (*self.phrases, *self.negations, *self.idioms)))

    def words(self, language: Language) -> set[str]:
        """Every folded word that the lexicon uses in a language."""
        found = {w for phrase, entries in self.phrases.items() for w in phrase if _speaks(entries, language)}
        said = {**self.negations, **self.idioms}
        return found | self.function[language] | {w for p, code in said.items() if code == language for w in p}


def _speaks(entries: Iterable[Entry], language: Language) -> bool:
    return any(entry.language == language for entry in entries)


def french_plural(noun: str) -> str:
    """The plural of a French noun or group of words: what stands before the first preposition takes its mark."""
    head, tail = _split_head(noun)
    return " ".join(_plural_word(word) for word in head.split(" ")) + tail


def _plural_word(word: str) -> str:
    if word in _IRREGULAR_FR:
        return _IRREGULAR_FR[word]
    if word[-1] in "sxz":
        return word
    if word.endswith(("eau", "au", "eu")) and word != "bleu":
        return word + "x"
    return word[:-2] + "aux" if word.endswith("al") else word + "s"


def _split_head(noun: str) -> tuple[str, str]:
    at = [i for i in (noun.find(f" {p}") for p in _PREPOSITIONS) if i >= 0]
    cut = min(at, default=len(noun))
    return noun[:cut], noun[cut:]


def french_adjective(form: str, *, feminine: bool, plural: bool) -> str:
    """An adjective of the lexicon ("noir", "blanc/blanche", "marron:i", "en coton") agreeing with its noun."""
    if form.endswith(":i"):
        return form[:-2]
    masculine, _, irregular = form.partition("/")
    if masculine.startswith(_PREPOSITIONS):
        return masculine
    word = masculine
    if feminine:
        word = irregular or masculine.removesuffix("e") + "e"
    return french_plural(word) if plural else word


def english_plural(noun: str) -> str:
    """The plural of an English noun or group of words: its last word takes the mark."""
    head, _, last = noun.rpartition(" ")
    if last in _IRREGULAR_EN:
        last = _IRREGULAR_EN[last]
    elif last.endswith(("s", "sh", "ch", "x")):
        last += "es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}".strip()


def noun(form: str) -> Noun:
    """A noun as the lexicon writes it: "shirt", "jeans:p", "chemise:f", "lunettes:fp"."""
    text, _, marks = form.partition(":")
    return Noun(text, "f" in marks, "p" in marks)


def _surfaces(value: Value, language: Language) -> set[str]:
    """Every written form of a value in one language."""
    found: set[str] = set()
    nominal = value.kind in ("type", "group")
    for form in value.en if language == "en" else value.fr:
        if nominal:
            item = noun(form)
            plural = english_plural if language == "en" else french_plural
            found |= {item.text} if item.plural_only else {item.text, plural(item.text)}
        elif language == "fr":
            found |= {french_adjective(form, feminine=f, plural=p) for f in (False, True) for p in (False, True)}
        else:
            found.add(form)
    return found


def _sequences(text: str) -> list[tuple[str, ...]]:
    return [words_of(part) for part in text.split("|")]


@cache
def load_lexicon() -> Lexicon:
    """Read `lexicon.toml` and form every inflection, once per process."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    words = content["words"]

    def forms(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split("|"))

    values = {
        kind: {name: Value(kind, name, forms(row["en"]), forms(row["fr"])) for name, row in content[kind].items()}
        for kind in KINDS
    }
    languages: tuple[Language, Language] = ("en", "fr")
    lexicon = Lexicon(
        values=values,
        compose={frozenset(key.split(" + ")): name for key, name in content["compose"].items()},
        function={code: frozenset(words[f"function_{code}"].split()) for code in languages},
        negations={p: code for code in languages for p in _sequences(words[f"negation_{code}"])},
        idioms={p: code for code in languages for p in _sequences(words[f"idioms_{code}"])},
        stops=frozenset(words["stops"].split()),
    )
    for kind in KINDS:
        for value in values[kind].values():
            for language in languages:
                for surface in sorted(_surfaces(value, language)):
                    entries = lexicon.phrases.setdefault(words_of(surface), [])
                    entry = Entry(kind, value.name, language)
                    if entry not in entries:
                        entries.append(entry)
    return lexicon
