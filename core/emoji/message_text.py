"""From a message of any kind to pieces, and from pieces to hashed features that a linear model reads.

A piece is a word, an emoji, an emoticon, a number or a run of punctuation. Its features (the word, its character
n-grams, the pair with the word before) are hashed with CRC-32, the same on every machine. Words behind "not", "ne …
pas", "sans" … are other words for moods and interactions, and remain themselves for topics.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.text.words import MAX_CHARACTERS, fold, plain

_PIECE = re.compile(
    r"(?P<link>(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.\w+)"
    r"|(?P<emoticon>(?:[:;=8xX][-'o^]?[)(DPp/|\\*\]\[3]|:'[-]?\(|<3|</3|\^\^|;_;|-_-|:o|:O|o_O|[xX]D)(?!\w))"
    r"|(?P<emoji>[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934-\u2bff\u3030\u303d\u3297"
    r"\u3299\U0001f000-\U0001faff][\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*"
    r"(?:\u200d[\u2600-\u27bf\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<number>\d+)"
    r"|(?P<mark>[!?]+|\.{2,}|[%€$£.,;:])"
)
_TONES = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_EMOTICONS = {
    "smile": (":)", ":-)", "=)", ":]", "^^", "8)"),
    "laugh": (":D", ":-D", "xD", "XD", "=D"),
    "wink": (";)", ";-)", ";]"),
    "tongue": (":P", ":-P", ":p", ":-p", ";P", ";p"),
    "sad": (":(", ":-(", "=(", ":[", ":'(", ";_;", ":'-("),
    "heart": ("<3",),
    "kiss": (":*", ":-*", ":3"),
    "broken": ("</3",),
    "doubt": (":/", ":-/", ":|", ":-|", "-_-", ":\\"),
    "gasp": (":o", ":O", "o_O"),
}
_CALLED = {sign: name for name, signs in _EMOTICONS.items() for sign in signs}
_NOT = frozenset(
    {"not", "no", "never", "without", "nor", "neither", "cannot", "hardly"}  # English, then French
    | {"pas", "jamais", "sans", "aucun", "aucune", "ni", "nan", "guere", "ne", "n"}
)
# what "n't" ends, cut at its apostrophe; a French t' ("on t'aime") follows other words
_BEFORE_T = frozenset(
    {"ain", "aren", "can", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "mustn", "needn"}
    | {"shouldn", "wasn", "weren", "won", "wouldn"}
)
_SCOPE = 3  # words that a negation reaches, unless punctuation comes before
_LONG = re.compile(r"(.)\1{2,}")
_SIZES = (3, 4, 5)
_GRAMS_SHARE = 1.0  # of a word's n-grams together, beside the word itself


@dataclass(frozen=True)
class Piece:
    """A part of the message as written, what kind it is, its folded words, and whether a negation reaches it."""

    text: str
    kind: str
    words: tuple[str, ...]
    negated: bool = False


def clean(text: str) -> tuple[str, bool]:
    """The text without control, direction and unpaired characters, at most 500 long; and whether it was cut."""
    bare = "".join(_plain_character(character) for character in text[: 4 * MAX_CHARACTERS])
    used = " ".join(plain(bare).split())
    return used[:MAX_CHARACTERS], len(used) > MAX_CHARACTERS or len(text) > 4 * MAX_CHARACTERS


def bare(character: str) -> str:
    """An emoji without skin tone and without the signs that choose text or picture."""
    return _TONES.sub("", character)


def pieces(text: str, emoji: Mapping[str, str] | None = None) -> list[Piece]:
    """Cut a clean text; `emoji` maps characters (without tones) to their English names, which stand for them."""
    found: list[Piece] = []
    reach = 0
    for match in _PIECE.finditer(text):
        kind, written = str(match.lastgroup), match.group()
        words: tuple[str, ...] = ()
        if kind == "word":
            folded = fold(written)
            words = (folded,) if folded else ()
        elif kind == "emoji":
            name = (emoji or {}).get(bare(written)) or (emoji or {}).get(written[:1], "")
            words = tuple(part for part in (fold(part) for part in re.findall(r"\w+", name)) if part)
        elif kind == "emoticon":
            words = (_CALLED.get(written, "other"),)
        negated = kind == "word" and reach > 0 and not _NOT.issuperset(words)
        found.append(Piece(written, kind, words, negated))
        if kind == "mark":
            reach = 0
        elif words and (words[0] in _NOT or _is_nt(found)):
            reach = _SCOPE
        elif reach and words:
            reach -= 1
    return found


def features(
    parts: Sequence[Piece], labels: Mapping[str, Sequence[str]], *, negate: bool
) -> list[list[tuple[str, float]]]:
    """Named features of each piece with their weights; `labels` are the classes of emoji, by character.

    `negate` marks what a negation reaches.
    """
    out: list[list[tuple[str, float]]] = []
    before = "^"
    for part in parts:
        own: list[tuple[str, float]] = []
        if part.kind == "word" and part.words:
            word = _LONG.sub(r"\1\1", part.words[0])
            mark = "!" if negate and part.negated else ""
            grams = _grams(word)
            own = [(f"w{mark}{word}", 1.0), (f"p{before} {word}", 0.6)]
            own += [(f"g{mark}{gram}", _GRAMS_SHARE / len(grams) ** 0.5) for gram in grams]
            if word != part.words[0]:
                own.append(("w" + _LONG.sub(r"\1", part.words[0]), 1.0))
            if len(part.text) > 3 and part.text.isupper():
                own.append(("capitals", 0.5))
            before = word
        elif part.kind == "emoji":
            own = [(f"w{word}", 0.7) for word in part.words]
            own += [(f"c{label}", 1.5) for label in labels.get(bare(part.text), ())]
        elif part.kind in ("emoticon", "mark"):
            sign = part.words[0] if part.words else _run(part.text)
            own = [(f"{part.kind[-1]}{sign}", 1.0)]
            before = "." if part.kind == "mark" else before
        elif part.kind == "number":
            own = [("number", 0.5)]
        out.append(own)
    return out


def hashed(named: Sequence[tuple[str, float]], size: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Places (below `size`) and signed weights of named features."""
    codes = [_code(name) for name, _ in named]
    places = np.array([code % size for code in codes], np.int64)
    signs = np.array([1.0 if code >> 31 else -1.0 for code in codes], np.float32)
    return places, signs * np.array([weight for _, weight in named], np.float32)


@lru_cache(maxsize=100_000)
def _code(name: str) -> int:
    return zlib.crc32(name.encode())


@lru_cache(maxsize=20_000)
def _grams(word: str) -> tuple[str, ...]:
    edged = f"<{word[:40]}>"
    return tuple(edged[start : start + size] for size in _SIZES for start in range(len(edged) - size + 1)) or (edged,)


def _is_nt(found: Sequence[Piece]) -> bool:
    """Whether the last piece is the t of "don't" or the words are "ne … plus"."""
    last = found[-1].words[0]
    words = [part.words[0] for part in found[-4:-1] if part.words]
    return (last == "t" and bool(words) and words[-1] in _BEFORE_T) or (
        last == "plus" and bool({"ne", "n"} & set(words))
    )


def _run(mark: str) -> str:
    """Punctuation as a sign: one, or many, of a kind."""
    if set(mark) == {"?", "!"}:
        return "?!"
    return mark[0] * min(len(mark), 2)


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category in ("Cs", "Co", "Cn") or (category == "Cf" and character != "\u200d"):
        return ""
    return character


def every(parts: Sequence[Piece]) -> Iterator[str]:
    """All folded words, of emoji names too, in order."""
    return (word for part in parts if part.kind in ("word", "emoji") for word in part.words)
