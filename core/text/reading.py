"""Reads what a visitor typed: what was understood, guessed, left out on request, or not understood at all."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from core.text.lexicon import Entry, Language, Lexicon
from core.text.negation import Segment, as_word, take_out
from core.text.words import MAX_CHARACTERS, Token, edit_distance, plain, tokenize


@dataclass(frozen=True)
class Known:
    """A word of the vocabulary: the languages it belongs to, and how it is written with its accents."""

    languages: frozenset[str]
    written: str


@dataclass(frozen=True)
class Reading:
    """What was made of a text. All parts are as the visitor wrote them, in order.

    `approximated` pairs a piece with the known words it was taken for. `excluded` is what follows "without …": it is
    not encoded. `attributes` maps kinds (type, colour, gender, usage, season, material, pattern, detail, group) to the
    catalogue's names, `excluded_attributes` likewise. `words` are the folded words that are encoded.
    `truncated` says that only the first 500 characters were read.
    """

    text: str
    language: Language | None
    understood: tuple[str, ...]
    approximated: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    excluded: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    excluded_attributes: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]
    truncated: bool

    @property
    def empty(self) -> bool:
        """Whether nothing was understood."""
        return not self.understood and not self.approximated


class Reader:
    """Reads texts with a lexicon and a vocabulary (folded word -> `Known`), most frequent words first."""

    def __init__(self, vocabulary: Mapping[str, Known], lexicon: Lexicon) -> None:
        self.vocabulary = vocabulary
        self.lexicon = lexicon
        own = lexicon.words("en") | lexicon.words("fr")
        self._own = own
        self._rank = {word: place for place, word in enumerate(vocabulary)}
        self._known = own | set(vocabulary)
        self._by_bigram: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(word) > 3:
                for bigram in _bigrams(word):
                    self._by_bigram[bigram].append(word)
        self._longest = lexicon.longest
        self._guess = lru_cache(20_000)(self._search)  # visitors and their slips repeat
        self._loose = {_singular(key): entries for key, entries in reversed(lexicon.phrases.items()) if len(key) > 1}

    def read(self, text: str, *, exclude: bool = True) -> Reading:
        """Read a text of any kind; `exclude` off treats "without" and "not" as ordinary words."""
        used = plain(text[:MAX_CHARACTERS])[:MAX_CHARACTERS]  # NFKC can lengthen
        tokens = tokenize(used)
        words = [self._nearest(token.word) if token.word else None for token in tokens]
        language = self._language([word for word in words if word])
        segments = self._segments(tokens, words, language)
        out: list[Segment] = []
        if exclude:
            segments, out = take_out(segments, language, self.lexicon, self.vocabulary)
        else:
            segments = [as_word(segment, self.vocabulary) for segment in segments]
        kept = [s for s in segments if s.kind in ("value", "word", "function")]
        content = [s for s in segments if s.kind in ("value", "word")]
        attributes = _attributes(content, modifiers=_modifiers(segments, language))
        self._compose(attributes)
        return Reading(
            text=used,
            language=language,
            understood=tuple(_written(used, s) for s in content if not s.guessed),
            approximated=tuple((_written(used, s), self._spelling(s)) for s in content if s.guessed),
            ignored=tuple(_written(used, s) for s in segments if s.kind == "unknown"),
            excluded=tuple(_written(used, s) for s in out),
            attributes={kind: tuple(names) for kind, names in attributes.items()},
            excluded_attributes={kind: tuple(names) for kind, names in _attributes(out).items()},
            words=tuple(word for s in kept for word in s.words) if content else (),
            truncated=len(text) > MAX_CHARACTERS,
        )

    def _language(self, words: Sequence[str]) -> Language | None:
        votes: Counter[str] = Counter()
        for word in words:
            spoken = self._languages(word)
            if len(spoken) == 1:
                votes.update(spoken)
        if votes["en"] == votes["fr"]:
            return None
        return "en" if votes["en"] > votes["fr"] else "fr"

    def _languages(self, word: str) -> frozenset[str]:
        known = self.vocabulary.get(word)
        if known is not None:
            return known.languages
        return frozenset(code for code in ("en", "fr") if word in self.lexicon.function[code])

    def _nearest(self, word: str) -> str | None:
        """The word itself when known, else the known word it is most likely a misspelling of."""
        if word in self._known:
            return word
        if len(word) < 4 or len(word) > 30:
            return None
        return self._guess(word)

    def _search(self, word: str) -> str | None:
        """Known words that share letter pairs with it, by edit distance; the shop's own words first."""
        shared: Counter[str] = Counter()
        for bigram in _bigrams(word):
            shared.update(self._by_bigram.get(bigram, ()))
        best: tuple[float, int, str] | None = None
        for candidate, _ in sorted(shared.most_common(40), key=lambda item: (-item[1], item[0])):
            own, shorter = candidate in self._own, min(len(word), len(candidate))
            if candidate[0] != word[0] and shorter < 7:  # slips rarely hit the first letter, and short words abound
                continue
            if not own and len(word) < 5:
                continue
            limit = 2 if own and shorter > 6 else 1
            distance = edit_distance(word, candidate, limit)
            if distance <= limit:
                score = distance - 0.5 * own + 0.4 * (candidate[0] != word[0])
                found = (score, self._rank.get(candidate, len(self._rank)), candidate)
                best = min(best, found) if best else found
        return best[2] if best else None

    def _segments(
        self, tokens: Sequence[Token], words: Sequence[str | None], language: Language | None
    ) -> list[Segment]:
        found: list[Segment] = []
        place = 0
        while place < len(tokens):
            segment = self._phrase(tokens, words, place, language) or self._single(tokens[place], words[place])
            found.append(segment)
            place += len(segment.tokens)
        return found

    def _phrase(
        self, tokens: Sequence[Token], words: Sequence[str | None], place: int, language: Language | None
    ) -> Segment | None:
        """The longest group of known words at `place` that the lexicon lists."""
        for size in range(min(self._longest, len(tokens) - place), 0, -1):
            group = words[place : place + size]
            if None in group:
                continue
            span = tokens[place : place + size]
            key = tuple(word for word in group if word)
            guessed = any(token.word != word for token, word in zip(span, key, strict=True))
            entry = self._entry(key, language)
            if entry:
                return Segment("value", span, key, entry, guessed)
            if key in self.lexicon.idioms:
                return Segment("word", span, key, None, guessed)
            if key in self.lexicon.negations and not guessed:
                return Segment("negation", span, key)
        return None

    def _entry(self, key: tuple[str, ...], language: Language | None) -> Entry | None:
        """What a phrase says; of two meanings the one in the sentence's language, else the first in the lexicon.

        A single word of the other language means nothing of the shop when it is also a word of the sentence's own:
        French "or" is gold, English "or" is not.
        """
        entries = self.lexicon.phrases.get(key) or (self._loose.get(_singular(key), []) if len(key) > 1 else [])
        for entry in entries:
            if entry.language == language:
                return entry
        if not entries:
            return None
        if len(key) == 1:
            code: Language = language or ("fr" if entries[0].language == "en" else "en")
            if key[0] in self.lexicon.function[code]:
                return None
            if language and language in self._languages(key[0]):
                return None
        return entries[0]

    def _single(self, token: Token, word: str | None) -> Segment:
        if token.kind == "mark":
            return Segment("mark", [token])
        if not word:
            return Segment("unknown", [token])
        if any(word in words for words in self.lexicon.function.values()):
            return Segment("function", [token], (word,))
        if word not in self.vocabulary:  # part of a phrase of the lexicon that is not here
            return Segment("unknown", [token])
        return Segment("word", [token], (word,), guessed=word != token.word)

    def _compose(self, attributes: dict[str, list[str]]) -> None:
        """Make a type of a wider word and what is said of it: "chaussures rouges de sport" are sports shoes."""
        said = [name for kind in ("usage", "detail") for name in attributes.get(kind, ())]
        for wide in [*attributes.get("group", ()), *attributes.get("type", ())]:
            for other in said:
                exact = self.lexicon.compose.get(frozenset((wide, other)))
                if exact and exact not in attributes.get("type", ()):
                    attributes["type"] = [exact, *(name for name in attributes.get("type", ()) if name != wide)]

    def _spelling(self, segment: Segment) -> str:
        known = (self.vocabulary.get(word) for word in segment.words)
        return " ".join(k.written if k else w for k, w in zip(known, segment.words, strict=True))


def _modifiers(segments: Sequence[Segment], language: Language | None) -> set[int]:
    """Of two types side by side one describes the other: in "shirt dress" the first, in "jupe culotte" the second.

    Returns the `id` of each describing segment.
    """
    pairs = [(a, b) for a, b in pairwise(segments) if a.entry and b.entry and a.entry.kind == b.entry.kind == "type"]
    return {id(b if language == "fr" else a) for a, b in pairs}


def _attributes(segments: Sequence[Segment], modifiers: Collection[int] = ()) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for segment in segments:
        if segment.entry is not None and id(segment) not in modifiers:
            names = found.setdefault(segment.entry.kind, [])
            if segment.entry.value not in names:
                names.append(segment.entry.value)
    return found


def _singular(words: tuple[str, ...]) -> tuple[str, ...]:
    """A group of words without the plural marks, in which visitors and lexicon may differ: "rouge à lèvre"."""
    return tuple(word.rstrip("sx") if len(word) > 3 else word for word in words)


def _bigrams(word: str) -> Iterator[str]:
    edged = f"<{word}>"
    return (edged[i : i + 2] for i in range(len(edged) - 1))


def _written(text: str, segment: Segment) -> str:
    return text[segment.tokens[0].start : segment.tokens[-1].end]
