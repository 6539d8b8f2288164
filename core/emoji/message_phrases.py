"""What the reader of messages learns from: phrases and words of two languages, joined at random; emoji's annotations.

Nothing here is a real message: `messages.toml` and `message_words.toml` were written for this, CLDR's annotations
(names and keywords of emoji) come from Unicode. The messages that figures are told of are in `data/emoji/messages.csv`.
"""

import random
import re
import tomllib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from core.datasets.emoji import AXES, classes
from core.text.words import words_of

LANGUAGES = ("en", "fr")
PHRASES = Path(__file__).with_name("messages.toml")
WORDS = Path(__file__).with_name("message_words.toml")

_SLOT = re.compile(r"\{(\w+)\}")
_LABELLED = re.compile(r"((?:[a-z_]+ )*[a-z_]+): (.+)")
_NEUTRAL = "neutral"
_OFTEN = (
    5  # to 2: how much more often an interaction is chosen than a topic or a mood, since talk is mostly for something
)
_THING = {  # in place of a thing that gives a topic
    "en": ("it", "that", "this", "everything", "all this", "what you did", "the surprise", "Kevin", "the answer"),
    "fr": ("ça", "tout ça", "cela", "tout", "ce que tu as fait", "la surprise", "Kévin", "la réponse", "le reste"),
}
_ARTICLES = {
    "le": ("le", "un", "mon", "ton", "ce", "notre", "votre"),
    "la": ("la", "une", "ma", "ta", "cette", "notre", "votre"),
    "les": ("les", "des", "mes", "tes", "ces", "nos", "vos"),
}
_ENDS = ("", "", "", "", ".", "!", " !", "!!", "!!!", "...", "…")
_SIGNS = {
    "joy": (":)", ":-)", ":D", "^^"),
    "love": ("<3", ":)", ":*"),
    "sadness": (":(", ":-(", ":'("),
    "playful": (":P", ";)", "xD", "lol", "haha"),
    "anger": ("!!!", "!!"),
    "surprise": ("?!", "!!"),
    "shame": (":/", ":("),
}
_SHORT = {
    "you": "u", "are": "r", "please": "pls", "because": "cuz", "tomorrow": "tmr", "people": "ppl",
    "beaucoup": "bcp", "pourquoi": "pk", "quelqu'un": "qqn", "toujours": "tjs", "tout": "tt", "avec": "avc",
    "aujourd'hui": "ajd", "demain": "dem1", "désolé": "dsl", "vraiment": "vrmt", "c'est": "c", "je suis": "chui",
}  # fmt: skip


@dataclass(frozen=True)
class Phrase:
    """A text with {slots}; `labels` by axis; `firm`: the mood is the phrase's own, not what usually goes with it."""

    text: str
    language: str
    labels: Mapping[str, str]
    firm: bool


@dataclass(frozen=True)
class Message:
    """A text for training; an axis that is missing in `labels` is unknown, "" says that there is no class."""

    text: str
    language: str
    labels: Mapping[str, str] = field(default_factory=dict)


@cache
def slots() -> dict[str, dict[str, tuple[str, ...]]]:
    """What fills {slots}: name -> language -> words; the names of topics give the topic."""
    read = tomllib.loads(WORDS.read_text("utf-8")) | tomllib.loads(PHRASES.read_text("utf-8"))["slots"]
    return {
        name: {language: tuple(word.strip() for word in entry[language].split(",")) for language in LANGUAGES}
        for name, entry in read.items()
    }


@cache
def phrases() -> tuple[Phrase, ...]:
    """Every phrase of `messages.toml`."""
    axis_of = {name: axis for axis in AXES for name in classes(axis)}
    found = []
    for title, entry in tomllib.loads(PHRASES.read_text("utf-8")).items():
        if title == "slots":
            continue
        section = {axis_of[name]: name for name in title.split()}
        for language in LANGUAGES:
            for line in filter(None, map(str.strip, re.split(r"[\n|]", entry[language]))):
                match = _LABELLED.fullmatch(line)
                named = match[1].split() if match and set(match[1].split()) <= set(axis_of) else []
                own = {axis_of[name]: name for name in named}
                text = str(match[2]) if match and named else line
                firm = "mood" in own or set(section) == {"mood"}
                found.append(Phrase(text, language, section | own, firm))
    return tuple(found)


def fold_of(text: str, folds: int) -> int:
    """Which part of a cross-validation a phrase or word belongs to: by its words alone."""
    return zlib.crc32(" ".join(words_of(text)).encode()) % folds


def messages(count: int, seed: int, keep: Callable[[str], bool] = lambda text: True) -> list[Message]:
    """`count` messages, half in each language, from the phrases and words that `keep` lets pass."""
    rng = random.Random(seed)  # noqa: S311 - chance for texts, not for secrets
    made: list[Message] = []
    for language in LANGUAGES:
        pool: dict[str, list[Phrase]] = {}
        for phrase in phrases():
            if phrase.language == language and keep(phrase.text):
                pool.setdefault(_kind(phrase), []).append(phrase)
        filler = _Filler(language, rng, keep)
        names = [name for name in sorted(pool) for _ in range(_OFTEN if name in classes("interaction") else 2)]
        made += [_message(pool, names, filler, rng) for _ in range(count // 2)]
    return made


def annotated(annotations: Sequence[Mapping[str, Any]], seed: int) -> list[Message]:
    """Names, keywords and characters of labelled emoji as messages; axes without a label are unknown."""
    rng = random.Random(seed)  # noqa: S311 - chance for texts, not for secrets
    made = []
    for entry in annotations:
        labels = {axis: name for axis, name in entry["labels"].items() if name}
        if not labels:
            continue
        for language in LANGUAGES:
            made.append(Message(entry["names"][language], language, labels))
            words = sorted(entry["words"][language])
            for _ in range(2):
                made.append(
                    Message(" ".join(rng.sample(words, min(len(words), rng.choice((1, 2, 3))))), language, labels)
                )
        made.append(Message(entry["character"], "", labels))
    return made


def with_emoji(
    made: Sequence[Message], annotations: Sequence[Mapping[str, Any]], seed: int, share: float
) -> list[Message]:
    """The same messages, a share of them with an emoji behind that has one of their labels and contradicts none."""
    rng = random.Random(seed)  # noqa: S311 - chance for texts, not for secrets
    by_label: dict[str, list[Mapping[str, Any]]] = {}
    for entry in annotations:
        for name in filter(None, entry["labels"].values()):
            by_label.setdefault(name, []).append(entry)
    out = []
    for message in made:
        wanted = [name for name in message.labels.values() if name in by_label]
        if wanted and rng.random() < share:
            entry = rng.choice(by_label[rng.choice(wanted)])
            if all(not name or message.labels.get(axis) == name for axis, name in entry["labels"].items()):
                message = replace(message, text=f"{message.text} {entry['character'] * rng.choice((1, 1, 1, 3))}")
        out.append(message)
    return out


def _kind(phrase: Phrase) -> str:
    """What a phrase is chosen by, so that no class is rare: its interaction, else its topic, else its mood."""
    return phrase.labels.get("interaction") or phrase.labels.get("topic") or phrase.labels["mood"]


@dataclass
class _Filler:
    language: str
    rng: random.Random
    keep: Callable[[str], bool]

    def fill(self, phrase: Phrase) -> tuple[str, str]:
        """The text with its slots filled, and the topic that they give ("" for none)."""
        topic = ""

        def word(match: re.Match[str]) -> str:
            nonlocal topic
            name = match[1]
            if name == "thing":
                if self.rng.random() < 0.3:
                    return self.rng.choice(_THING[self.language])
                name = self.rng.choice(classes("topic"))
            chosen = self.choose(name)
            if name in classes("topic"):
                topic = topic or name
                return self.with_article(chosen, bare=match.string[: match.start()].endswith(("the ", "my ", "a ")))
            return chosen

        return _SLOT.sub(word, phrase.text), topic

    def choose(self, name: str) -> str:
        words = slots()[name][self.language]
        allowed = [text for text in words if self.keep(text)] if name in classes("topic") else words
        return self.rng.choice(allowed or words)

    def with_article(self, word: str, *, bare: bool) -> str:
        if self.language == "en":
            return (
                word
                if bare or self.rng.random() < 0.4
                else f"{self.rng.choice(('the', 'my', 'your', 'our', 'this'))} {word}"
            )
        article, _, rest = word.partition(" ")
        if article in _ARTICLES and rest and self.rng.random() < 0.5:
            return f"{self.rng.choice(_ARTICLES[article])} {rest}"
        return word


def _message(
    pool: Mapping[str, Sequence[Phrase]], names: Sequence[str], filler: _Filler, rng: random.Random
) -> Message:
    first = rng.choice(pool[rng.choice(names)])
    chosen = [first]
    if rng.random() < 0.5:
        second = rng.choice(pool[rng.choice(names)])
        if _agree(first, second):
            chosen.append(second)
            rng.shuffle(chosen)
    labels: dict[str, str] = {}
    texts = []
    for phrase in sorted(chosen, key=lambda phrase: phrase.firm):  # a mood of its own wins over a usual one
        labels |= phrase.labels
    for phrase in chosen:
        text, topic = filler.fill(phrase)
        texts.append(text)
        if topic and "topic" not in labels:
            labels["topic"] = topic
    labels = {axis: labels.get(axis, _NEUTRAL if axis == "mood" else "") for axis in AXES}
    return Message(_written(texts, labels["mood"], filler, rng), filler.language, labels)


def _agree(first: Phrase, second: Phrase) -> bool:
    """Whether two phrases can stand in one message: no two interactions, topics, or moods of their own."""
    if first.firm and second.firm and first.labels["mood"] != second.labels["mood"]:
        return False
    slotted = [phrase for phrase in (first, second) if "topic" not in phrase.labels and "{thing}" in phrase.text]
    topics = {phrase.labels["topic"] for phrase in (first, second) if "topic" in phrase.labels}
    return not ({"interaction"} <= set(first.labels) & set(second.labels) or len(topics) + len(slotted) > 1)


def _written(texts: Sequence[str], mood: str, filler: _Filler, rng: random.Random) -> str:
    """The phrases as people type them: punctuation, capitals, emoticons, short forms, slips of the finger."""
    text = rng.choice((", ", ". ", " ", "! ", " - ", ": ", "... ")).join(texts)
    if rng.random() < 0.12:
        text = f"{text}, {filler.choose('who')}" if rng.random() < 0.5 else f"{filler.choose('who')}, {text}"
    if rng.random() < 0.1:
        text = f"{text} {filler.choose('day')}"
    if not text.endswith(("?", "!")):
        text += rng.choice(_ENDS)
    if mood in _SIGNS and rng.random() < 0.12:
        text += f" {rng.choice(_SIGNS[mood])}"
    if rng.random() < 0.1:
        for long, short in _SHORT.items():
            text = re.sub(rf"\b{long}\b", short, text, count=1)
    if rng.random() < 0.1:
        text = _slip(text, rng)
    style = rng.random()
    return text if style < 0.3 else text.upper() if style > 0.97 else text[:1].upper() + text[1:]


def _slip(text: str, rng: random.Random) -> str:
    """One letter dropped, doubled or swapped with its neighbour."""
    place = rng.randrange(max(len(text) - 1, 1))
    here, after = text[place : place + 1], text[place + 1 : place + 2]
    return (
        text[:place] + rng.choice(("", here + here, after + here))[:2] + text[place + 1 + bool(after) :]
        if (here.isalpha() and after.isalpha())
        else text
    )
