"""Find products as one types: beginnings of words, accents and typos forgiven; and by meaning, from a description."""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from scipy import sparse

from core.recommender.french import French
from core.recommender.latent import ContentLSA
from core.recommender.products import Shop

LONGEST_QUERY = 200  # characters; what follows is not read
MOST_WORDS = 12  # likewise
MIN_MEANING = 0.25  # cosine below which a description says nothing about a product
_BEGINNING = 0.8  # how much a word that only begins as typed is like it
Likeness = tuple[float, Sequence[int]]  # known words (columns) that are that much like a typed one


@dataclass(frozen=True)
class Found:
    """A product's place and how it was found: "words" (in its name) or "meaning" (described alike)."""

    place: int
    how: str


class ProductSearch:
    """Search in a shop's titles, brands and categories; French words of the trade are read as English ones."""

    def __init__(self, shop: Shop, content: ContentLSA) -> None:
        self.shop = shop
        self.content = content
        names = [words(f"{p.title} {p.brand} {' '.join(p.subcategories)} {p.department}") for p in shop.products]
        self.vocabulary = sorted({word for name in names for word in name})
        self.french = French(self.vocabulary)
        self._number = {word: place for place, word in enumerate(self.vocabulary)}
        self._by_length: dict[int, list[str]] = {}
        for word in self.vocabulary:
            self._by_length.setdefault(len(word), []).append(word)
        rows = np.repeat(np.arange(len(names)), [len(set(name)) for name in names])
        columns = np.array([self._number[word] for name in names for word in sorted(set(name))])
        shape = (len(names), len(self.vocabulary))
        self._holds = sparse.csc_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape)
        self._popularity = np.log1p(shop.popularity) / 100  # decides among names that fit equally well

    def find(self, query: str, n: int = 8, department: str | None = None) -> list[Found]:
        """The `n` products that fit best: by their words first, then by meaning; none for nothing to search.

        The last word may be unfinished. A product found by words holds every word of the query, possibly misspelt.
        """
        typed = words(query[:LONGEST_QUERY])[:MOST_WORDS]
        if not typed:
            return []
        asked = self.french.translate(typed)
        meant: dict[tuple[str, bool], list[Likeness]] = {}  # each word is looked up once

        def similar(word: str, unfinished: bool) -> list[Likeness]:
            if (word, unfinished) not in meant:
                meant[word, unfinished] = self._similar(word, unfinished=unfinished)
            return meant[word, unfinished]

        scores = self._by_words(typed, similar)
        if asked and asked != typed:
            # "lime" and "rose" are words of both languages: what is meant is what fits a product better
            scores = np.maximum(scores, self._by_words(asked, similar, unfinished=asked[-1] == typed[-1]))
        allowed = self.shop.in_department[department] if department else np.ones(len(self.shop), dtype=bool)
        scores = np.where(allowed & (scores > 0), scores + self._popularity, -np.inf)
        best = [Found(int(place), "words") for place in _largest(scores, n)]
        if len(best) < n:
            known = {found.place for found in best}
            meaning = self._by_meaning(" ".join(self._commonest(asked or typed, similar)))
            meaning = np.where(allowed & (meaning >= MIN_MEANING), meaning, -np.inf)
            more = (int(place) for place in _largest(meaning, n + len(known)))
            best += [Found(place, "meaning") for place in more if place not in known]
        return best[:n]

    def _by_words(
        self, asked: Sequence[str], similar: Callable[[str, bool], list[Likeness]], *, unfinished: bool = True
    ) -> NDArray[np.float32]:
        """Sum of the weights of the words for each product that holds all of them, 0 for the others: (n_items,).

        `unfinished` says whether the last word may be; a translated one is not.
        What is typed weighs by how few products hold it in any form: weighed by its own rarity, a rare longer word
        ("menthol") would count more than the common one that was typed ("men").
        """
        total = np.zeros(len(self.shop), dtype=np.float32)
        complete = np.ones(len(self.shop), dtype=bool)
        for word, last in _marked(asked):
            like = np.zeros(len(self.shop), dtype=np.float32)
            for likeness, columns in similar(word, last and unfinished):  # the likest come last
                like[self._rows(columns)] = likeness
            complete &= like > 0
            if not complete.any():
                break
            total += like * np.float32(np.log1p(len(self.shop) / np.count_nonzero(like)))
        return np.where(complete, total, np.float32(0))

    def _rows(self, columns: Sequence[int]) -> NDArray[np.integer]:
        """Products that hold any of these words."""
        ends, rows = self._holds.indptr, self._holds.indices
        return np.concatenate([rows[ends[column] : ends[column + 1]] for column in columns])

    def _similar(self, word: str, *, unfinished: bool) -> list[Likeness]:
        """Known words meant by a typed one, by their likeness up to 1, the likest last."""
        found: list[Likeness] = []
        if unfinished:
            first = bisect_left(self.vocabulary, word)
            longer = range(first + (word in self._number), bisect_left(self.vocabulary, f"{word}\U0010ffff"))
            found += [(_BEGINNING, longer)] * bool(longer)
        if word in self._number:
            found.append((1.0, [self._number[word]]))
        if found or len(word) < 4:
            return found
        slips = 1 if len(word) < 8 else 2
        lengths = range(len(word) - slips, len(word) + slips + 1)
        candidates = [known for length in lengths for known in self._by_length.get(length, [])]
        near = process.extract(word, candidates, scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=10)
        return [(0.7 - 0.2 * distance, [self._number[known]]) for known, distance, _ in reversed(near)]

    def _commonest(self, asked: Sequence[str], similar: Callable[[str, bool], list[Likeness]]) -> list[str]:
        """The known word for each one, the commonest where several are as likely; unknown ones as they are."""
        counts = np.diff(self._holds.indptr)
        meant = []
        for word, last in _marked(asked):
            near = similar(word, last)
            likest = [column for likeness, columns in near if likeness == near[-1][0] for column in columns]
            meant.append(self.vocabulary[max(likest, key=lambda column: counts[column])] if likest else word)
        return meant

    def _by_meaning(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.content.encode([text])[0] @ self.content.embedding_.T)


def words(text: str) -> list[str]:
    """Lower-case words of letters and digits, accents taken off."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return kept.split()


def _marked(asked: Sequence[str]) -> list[tuple[str, bool]]:
    """Each word once, and whether it is the last, which may be unfinished."""
    return [(word, False) for word in dict.fromkeys(asked[:-1]) if word != asked[-1]] + [(asked[-1], True)]


def _largest(scores: NDArray[np.float32], n: int) -> NDArray[np.intp]:
    order = np.argsort(-scores, kind="stable")[:n]
    return order[np.isfinite(scores[order])]
