"""Takes out what a text wants left out: "without red stripes", "sans rayures ni logo", "pas de poches"."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.text.lexicon import Entry, Language, Lexicon
from core.text.words import Token

_JOIN_ALWAYS = {"or", "nor", "ou", "ni"}
_JOIN_SAME = {"and", "et", "&"}
# said of verbs as well: they exclude only a word of the shop that follows
_WEAK = {("not",), ("never",), ("non",), ("pas",), ("jamais",)}


@dataclass(frozen=True)
class Segment:
    """Some tokens read as one: a phrase of the lexicon, a word, a mark or something unknown."""

    kind: str  # value, word, function, negation, mark, unknown
    tokens: Sequence[Token]
    words: tuple[str, ...] = ()
    entry: Entry | None = None
    guessed: bool = False

    @property
    def content(self) -> bool:
        """Whether it says something, known or not."""
        return self.kind in ("value", "word", "unknown")


def take_out(
    segments: Sequence[Segment], language: Language | None, lexicon: Lexicon, vocabulary: Collection[str]
) -> tuple[list[Segment], list[Segment]]:
    """The segments without what a negation covers (and the negation), and what was covered."""
    kept: list[Segment] = []
    out: list[Segment] = []
    place = 0
    while place < len(segments):
        segment = segments[place]
        if segment.kind == "negation":
            covered, end = _scope(segments, place, language, lexicon)
            if covered:
                out += covered
                place = end
                continue
            segment = as_word(segment, vocabulary)
        kept.append(segment)
        place += 1
    return kept, out


def as_word(segment: Segment, vocabulary: Collection[str]) -> Segment:
    """A negation that excludes nothing is an ordinary word; other segments are left as they are."""
    if segment.kind != "negation":
        return segment
    return replace(segment, kind="word" if segment.words[0] in vocabulary else "function")


def _scope(
    segments: Sequence[Segment], place: int, language: Language | None, lexicon: Lexicon
) -> tuple[list[Segment], int]:
    """What the negation at `place` covers, and where reading goes on.

    In French the noun comes first ("sans rayures rouges"), in English last ("without red stripes"): English covers
    colours and other words up to the first noun of the lexicon, French the first one and unlisted words after it.
    """
    weak = segments[place].words in _WEAK
    covered: list[Segment] = []
    end = at = place + 1
    closed = False
    while at < len(segments):
        segment = segments[at]
        if segment.content:
            if weak and not covered and segment.entry is None:
                break
            if closed and not (segment.entry is None and language == "fr"):
                break
            covered.append(segment)
            end = at + 1
            closed = weak or (segment.entry is not None and (language == "fr" or segment.entry.kind != "colour"))
        elif covered and (joined := _joined(segments, at, covered[0], lexicon)):
            closed = False
            at = end = joined
            continue
        elif segment.kind != "function" or segment.words[0] in lexicon.stops or covered:
            break
        at += 1
    return covered, end


def _joined(segments: Sequence[Segment], at: int, first: Segment, lexicon: Lexicon) -> int | None:
    """Where the next covered word stands when `at` is an "or", or an "and" or comma before one of the same kind."""
    piece = segments[at].tokens[0]
    word = piece.word or piece.text
    following = at + 1
    while following < len(segments) and segments[following].kind in ("function", "negation"):
        said = segments[following].words[0]
        if said in lexicon.stops - _JOIN_SAME:  # "sans logo, avec poches"
            return None
        word = said if said in _JOIN_ALWAYS else word
        following += 1
    if following == len(segments) or not segments[following].content:
        return None
    if word in _JOIN_ALWAYS:
        return following
    if word in _JOIN_SAME or word == ",":
        return following if _sort(segments[following]) == _sort(first) else None
    return None


def _sort(segment: Segment) -> str:
    """Patterns and details are one sort: "without stripes and pockets"."""
    if segment.entry is None:
        return "word"
    return "looks" if segment.entry.kind in ("pattern", "detail", "material") else segment.entry.kind
