"""French words of the trade read as English ones: plurals, a slip of the finger and an unfinished end are forgiven."""

import json
from bisect import bisect_left
from collections.abc import Collection, Sequence
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_WORDS = Path(__file__).with_name("french.json")
_WITHOUT = "sans"
_SHORTEST = 4  # letters of a word whose end is guessed
_LONG = 6  # letters of a word in which a slip after the first letter is forgiven: shorter ones are other words soon


class French:
    """Translates what is typed, for a shop whose own words (`english`, sorted) keep their meaning."""

    def __init__(self, english: Sequence[str]) -> None:
        self._english = english
        self._known = frozenset(english)
        table: dict[str, str] = json.loads(_WORDS.read_text(encoding="utf-8"))
        self._fillers = frozenset(word for word, meaning in table.items() if not meaning)
        self._phrases = {_key(phrase.split(), self._fillers): meaning for phrase, meaning in table.items() if meaning}
        self._sorted = sorted(self._phrases)
        self._words = sorted({word for phrase in self._phrases for word in phrase.split()})
        self._french = frozenset(self._words)
        self._longest = max(len(phrase.split()) for phrase in self._phrases)

    def translate(self, typed: Sequence[str]) -> list[str]:
        """English words for plain ones (lower case, no accents), the longest phrases first; unknown ones as they are.

        The last word may be unfinished; "sans X" becomes "X free", and words such as "de" are left out.
        """
        typed = [word for word in typed if word not in self._fillers]
        asked = [self._corrected(word) for word in typed]
        said: list[str] = []
        place, lacking = 0, False
        while place < len(typed):
            length, meaning = self._phrase(asked, place)
            if not meaning and typed[place] == _WITHOUT:
                place, lacking = place + 1, True
                continue
            said += meaning or [typed[place]]
            if lacking:
                said, lacking = [*said, "free"], False
            place += length
        return said

    def _phrase(self, asked: Sequence[str], place: int) -> tuple[int, list[str]]:
        """How many words from `place` on are a phrase, and what it means; nothing where none is known."""
        left = len(asked) - place
        for length in range(min(left, self._longest), 0, -1):
            phrase = " ".join(asked[place : place + length])
            meaning = self._phrases.get(phrase) or (self._completed(phrase) if length == left else None)
            if meaning:
                return length, meaning.split()
        return 1, []

    def _completed(self, begun: str) -> str | None:
        """What the shortest phrase with this beginning means."""
        if " " not in begun and (len(begun) < _SHORTEST or begun in self._known):
            return None
        following = _beginning(self._sorted, begun)
        return self._phrases[min(following, key=lambda phrase: (phrase.count(" "), len(phrase)))] if following else None

    def _corrected(self, word: str) -> str:
        """The French word that is meant, singular; the word itself where none is, or where the shop knows it."""
        singular = _singular(word)
        if singular in self._french or word in self._known or len(singular) < _LONG:
            return singular
        if _beginning(self._words, singular):
            return singular
        among = _beginning(self._words, singular[0])
        near = process.extractOne(singular, among, scorer=DamerauLevenshtein.distance, score_cutoff=1)
        return str(near[0]) if near else singular


def _beginning(ordered: Sequence[str], begun: str) -> Sequence[str]:
    """Those of sorted texts that begin so."""
    return ordered[bisect_left(ordered, begun) : bisect_left(ordered, f"{begun}\U0010ffff")]


def _key(words: Sequence[str], fillers: Collection[str]) -> str:
    return " ".join(_singular(word) for word in words if word not in fillers)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word[-1] in "sx" else word  # "bra" is none of "bras"
