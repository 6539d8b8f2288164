"""From what people type to words: one way of cutting and folding, for training, lexicon and visitors alike."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

MAX_CHARACTERS = 500

Kind = Literal["word", "number", "mark", "other"]

_TOKEN = re.compile(
    r"(?P<markup><[^<>]{0,200}>|&\#?\w{1,10};)"
    r"|(?P<link>(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.\w+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<number>\d+)"
    r"|(?P<mark>[^\w\s])"
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_LATIN = re.compile(r"[a-z]+")
_SILENT = "'’ʼ`´-‐‑‒–—­"  # they part words and end nothing: "d'été", "sac-à-dos"


@dataclass(frozen=True)
class Token:
    """A piece of the text: as written and where, and for words of the Latin script folded to a..z (else empty)."""

    text: str
    word: str
    kind: Kind
    start: int
    end: int


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Lower case without accents and ligatures; empty when anything but a..z remains."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    bare = bare.translate(_LIGATURES)
    return bare if _LATIN.fullmatch(bare) else ""


def plain(text: str) -> str:
    """The text with accents joined to their letters, and full-width letters and ligatures as plain ones (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def tokenize(text: str) -> list[Token]:
    """Cut a `plain` text into words, numbers, marks (punctuation that ends a group of words) and what is none of these.

    Apostrophes and hyphens part words, so that "l'été", "men's" and "t-shirt" become two words each. Markup and links
    are one piece each, of kind "other", and so are words of other scripts, emoji and control characters.
    """
    tokens = []
    for match in _TOKEN.finditer(text):
        piece, group = match.group(), match.lastgroup
        word, kind = "", "other"
        if group == "word":
            word = fold(piece)
            kind = "word" if word else "other"
        elif group == "number":
            kind = "number"
        elif group == "mark":
            if piece in _SILENT:
                continue
            kind = "mark" if unicodedata.category(piece).startswith("P") else "other"
        tokens.append(Token(piece, word, cast(Kind, kind), match.start(), match.end()))
    return tokens


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order."""
    return tuple(token.word for token in tokenize(plain(text)) if token.word)


def edit_distance(left: str, right: str, limit: int) -> int:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours); `limit` + 1 when above `limit`."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, previous, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and (i == 1 or min(before) > limit):
            return limit + 1
    return min(row[-1], limit + 1)
