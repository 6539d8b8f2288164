"""Find products as one types: beginnings of words, accents and typos forgiven; and by meaning, from a description."""

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from scipy import sparse

from core.recommender.latent import ContentLSA
from core.recommender.products import Shop

LONGEST_QUERY = 200  # characters; what follows is not read
MIN_MEANING = 0.25  # cosine below which a description says nothing about a product
_FRENCH = Path(__file__).with_name("french.json")


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
        self.french: dict[str, str] = json.loads(_FRENCH.read_text(encoding="utf-8"))
        names = [words(f"{p.title} {p.brand} {' '.join(p.subcategories)} {p.department}") for p in shop.products]
        self.vocabulary = sorted({word for name in names for word in name})
        number = {word: place for place, word in enumerate(self.vocabulary)}
        rows = np.repeat(np.arange(len(names)), [len(set(name)) for name in names])
        columns = np.array([number[word] for name in names for word in sorted(set(name))])
        self._holds = sparse.csc_matrix((np.ones(len(rows), np.float32), (rows, columns)), (len(names), len(number)))
        counts = np.diff(self._holds.indptr)
        self._weight = np.log1p(len(names) / np.maximum(counts, 1)).astype(np.float32)
        self._nothing = np.zeros(len(names), dtype=np.float32)
        self._popularity = np.log1p(shop.popularity) / 100  # decides among names that fit equally well

    def find(self, query: str, n: int = 8) -> list[Found]:
        """The `n` products that fit best: by their words first, then by meaning; none for nothing to search.

        The last word may be unfinished. A product found by words holds every word of the query, possibly misspelt.
        """
        typed = words(query[:LONGEST_QUERY])
        asked = words(self.translate(query[:LONGEST_QUERY]))
        if not typed:
            return []
        # "lime" and "rose" are words of both languages: what is meant is what fits a product better
        scores = np.maximum(*(self._by_words(read) if read else self._nothing for read in (typed, asked)))
        scores = np.where(scores > 0, scores + self._popularity, -np.inf)
        best = [Found(int(place), "words") for place in _largest(scores, n)]
        if len(best) < n:
            known = {found.place for found in best}
            meaning = self._by_meaning(" ".join(self._meant(asked)))
            meaning = np.where(meaning >= MIN_MEANING, meaning, -np.inf)
            more = (int(place) for place in _largest(meaning, n + len(known)))
            best += [Found(place, "meaning") for place in more if place not in known]
        return best[:n]

    def translate(self, query: str) -> str:
        """French words and phrases of the trade as English ones, the longest phrases first; the rest as it is."""
        text = f" {' '.join(words(query))} "
        for phrase in sorted(self.french, key=len, reverse=True):
            text = text.replace(f" {phrase} ", f" {self.french[phrase]} ")
        return text.strip()

    def _by_words(self, asked: list[str]) -> NDArray[np.float32]:
        """Sum of the weights of the words for each product that holds all of them, 0 for the others: (n_items,)."""
        total = np.zeros(len(self.shop), dtype=np.float32)
        complete = np.ones(len(self.shop), dtype=bool)
        for place, word in enumerate(asked):
            best = np.zeros(len(self.shop), dtype=np.float32)
            for column, likeness in self._similar(word, unfinished=place == len(asked) - 1):
                rows = self._holds.indices[self._holds.indptr[column] : self._holds.indptr[column + 1]]
                best[rows] = np.maximum(best[rows], likeness * self._weight[column])
            total += best
            complete &= best > 0
        return np.where(complete, total, np.float32(0))

    def _similar(self, word: str, *, unfinished: bool) -> list[tuple[int, float]]:
        """Known words (columns) meant by a typed one, with their likeness up to 1."""
        exact = [(place, 1.0) for place, known in enumerate(self.vocabulary) if known == word]
        if unfinished:
            exact += [
                (place, 0.8) for place, known in enumerate(self.vocabulary) if known != word and known.startswith(word)
            ]
        if exact or len(word) < 4:
            return exact
        slips = 1 if len(word) < 8 else 2
        near = process.extract(word, self.vocabulary, scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=10)
        return [(place, 0.7 - 0.2 * distance) for _, distance, place in near]

    def _meant(self, asked: list[str]) -> list[str]:
        """The known word for each typed one, the commonest where several are as likely; unknown ones as they are."""
        meant = []
        for place, word in enumerate(asked):
            near = self._similar(word, unfinished=place == len(asked) - 1)
            best = max(near, key=lambda found: (found[1], -self._weight[found[0]]), default=None)
            meant.append(self.vocabulary[best[0]] if best else word)
        return meant

    def _by_meaning(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.content.encode([text])[0] @ self.content.embedding_.T)


def words(text: str) -> list[str]:
    """Lower-case words of letters and digits, accents taken off."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return kept.split()


def _largest(scores: NDArray[np.float32], n: int) -> NDArray[np.intp]:
    order = np.argsort(-scores, kind="stable")[:n]
    return order[np.isfinite(scores[order])]
