"""The drawings a generator has learned by name: which there are, what they can be in an emoji, and their vectors."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.artifacts import ArtifactError, write_json
from core.emoji.network import AXES, DIRECTION
from core.gan.latent_generator import UNUSABLE
from core.text.lexicon import load_lexicon
from core.text.words import words_of

NAMES, VECTORS = "drawings.json", "drawings.npz"
LANGUAGES = ("en", "fr")
FACE, PROP, GESTURE, OTHER = ROLES = ("face", "prop", "gesture", "other")
_LONG = 4  # letters that a word other than a thing's own name needs
_MEANINGS = 10  # props that a word may mean at most
_PEOPLE = {"smileys-emotion", "people-body"}
# words of CLDR's names and keywords, as of "machine à sous" and "dans le mille", that alone hardly ever mean the thing;
# beside the function words of the lexicon
_NO_THINGS = frozenset(
    {"back", "behind", "down", "high", "last", "left", "over", "under", "where"}  # English, then French
    | {"dernier", "derniere", "derriere", "mille", "nouvelle", "nouvelles", "part", "rien", "sans", "sous", "vite"}
)


@dataclass(frozen=True)
class Drawings:
    """N drawings, each known in some styles: `characters` and `names` (by language) say which emoji they are.

    `labels` (N, 3) are their mood, topic and interaction by number, -1 for none, and `roles` (N,) places in ROLES.
    `vectors` float32 (N, languages, K) are those of their names by the text encoder. `words` are what people call them
    in either language, folded (`core.text.words.words_of`), several words with spaces between.
    """

    characters: Sequence[str]
    names: Mapping[str, Sequence[str]]
    words: Sequence[Sequence[str]]
    labels: NDArray[np.int64]
    roles: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.characters)

    @cached_property
    def directions(self) -> NDArray[np.float32]:
        """A direction for each (N, DIRECTION), of unit length, drawn from its character: what chance points at."""
        rows = []
        for character in self.characters:
            seed = hashlib.blake2b(character.encode(), digest_size=8).digest()
            rows.append(np.random.default_rng(int.from_bytes(seed)).standard_normal(DIRECTION))
        found = np.array(rows, np.float32).reshape(-1, DIRECTION)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    @cached_property
    def _named(self) -> dict[str, list[int]]:
        """Places of the drawings that each word or phrase may mean."""
        found: dict[str, list[int]] = {}
        for place, words in enumerate(self.words):
            for word in words:
                found.setdefault(word, []).append(place)
        return found

    def named_in(self, text: str) -> list[tuple[str, list[int]]]:
        """Things that a text in either language names: the words, and places of the props they may mean.

        The most telling words come first: those that mean the fewest drawings. Words that may mean many name nothing,
        nor do function words by themselves ("des" is seldom "dés").
        """
        words, silent = words_of(text), _NO_THINGS.union(*load_lexicon().function.values())
        spans = [" ".join(words[start : start + size]) for size in (3, 2, 1) for start in range(len(words) - size + 1)]
        found: list[tuple[str, list[int]]] = []
        for span in dict.fromkeys(spans):
            if span in silent or any(f" {span} " in f" {known} " for known, _ in found):
                continue  # or a word of a phrase that was understood
            for form in (span, span.removesuffix("s"), span.removesuffix("x")):
                places = [place for place in self._named.get(form, ()) if self.roles[place] == ROLES.index(PROP)]
                own = [place for place in places if form in self._own(place)]
                if own or (len(form) >= _LONG and 0 < len(places) <= _MEANINGS):
                    found.append((span, own or places))
                    break
        return sorted(found, key=lambda each: len(each[1]))

    def _own(self, place: int) -> set[str]:
        return {" ".join(words_of(self.names[language][place])) for language in LANGUAGES}

    def props(self) -> list[str]:
        """Characters of those that can stand beside a face as things."""
        return [self.characters[place] for place in np.flatnonzero(self.roles == ROLES.index(PROP)).tolist()]

    def of(self, axis: str, number: int, role: str | None = None) -> NDArray[np.intp]:
        """Places of those that show a class (of mood, topic or interaction): those of a role if there are any."""
        shown = self.labels[:, AXES.index(axis)] == number
        fitting = shown & (self.roles == ROLES.index(role)) if role else shown
        return np.flatnonzero(fitting if fitting.any() else shown)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open what `save` wrote, of a model whose manifest the caller has checked.

        Raises:
            core.artifacts.ArtifactError: a file is missing or damaged.
        """
        file = NAMES
        try:
            records = json.loads((folder / NAMES).read_text("utf-8"))
            file = VECTORS
            with np.load(folder / VECTORS, allow_pickle=False) as saved:
                vectors = saved["vectors"].astype(np.float32)
            return cls._from_records(records, vectors)
        except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ArtifactError(UNUSABLE, name=folder.name, file=file) from error

    @classmethod
    def _from_records(cls, records: Sequence[Mapping[str, Any]], vectors: NDArray[np.float32]) -> Self:
        if vectors.shape[:2] != (len(records), len(LANGUAGES)):
            raise ValueError("as many vectors as names")
        return cls(
            [str(row["character"]) for row in records],
            {language: [str(row["names"][language]) for row in records] for language in LANGUAGES},
            [[str(word) for word in row["words"]] for row in records],
            np.array([row["labels"] for row in records], np.int64).reshape(-1, 3),
            np.array([ROLES.index(row["role"]) for row in records], np.int64),
            vectors,
        )

    def save(self, folder: Path) -> None:
        """Write the two files into `folder`."""
        records = [
            {
                "character": character,
                "names": {language: self.names[language][row] for language in LANGUAGES},
                "words": list(self.words[row]),
                "labels": self.labels[row].tolist(),
                "role": ROLES[self.roles[row]],
            }
            for row, character in enumerate(self.characters)
        ]
        write_json(folder / NAMES, records)
        np.savez_compressed(folder / VECTORS, vectors=self.vectors.astype(np.float16))


def role_of(record: Mapping[str, Any]) -> str:
    """What an emoji of `core.datasets.emoji.EmojiSet.names` can be, as composites are made: see `parts_of` there."""
    labels = record["labels"]
    if record["subgroup"].startswith("face-"):
        return FACE if labels["mood"] and not labels["topic"] else OTHER
    if labels["interaction"]:
        return GESTURE
    return PROP if labels["topic"] and not labels["mood"] and record["group"] not in _PEOPLE else OTHER
