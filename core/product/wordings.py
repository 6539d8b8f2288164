"""Texts that may stand for a catalogue product, in both languages, and their vectors, for training the generator."""

import hashlib
import logging
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.artifacts import MANIFEST
from core.datasets.products import ProductSet
from core.text import captions
from core.text.lexicon import load_lexicon
from core.text.service import TextEncoder

log = logging.getLogger(__name__)
KINDS = ("type", "colour", "gender", "usage", "season")
DRAWN_PER_LANGUAGE = 3


def caption_texts(products: ProductSet) -> list[str]:
    """One text per product: the catalogue's "colour usage type for gender"."""
    return [str(text) for text in products.table["caption"]]


def training_texts(products: ProductSet, seed: int) -> list[list[str]]:
    """Several lists of one text per product: its caption, its name without the brand, drawn English and French ones.

    Products with equal attributes share the drawn ones. What the lexicon has no word for is left unsaid.
    """
    lexicon = load_lexicon()
    rng = np.random.default_rng(seed)
    plain = caption_texts(products)
    names = [str(name) or text for name, text in zip(products.table["short_name"], plain, strict=True)]
    drawn: dict[tuple[str, ...], list[str]] = {}
    rows = list(products.table[list(KINDS)].itertuples(index=False, name=None))
    for row in rows:
        if row not in drawn:
            said = {kind: name for kind, name in zip(KINDS, row, strict=True) if name in lexicon.values[kind]}
            drawn[row] = [
                write(captions.Description(**_some(said, rng)), lexicon, rng)
                for write in (captions.english, captions.french)
                for _ in range(DRAWN_PER_LANGUAGE)
            ]
    lists = [plain, names]
    for place in range(2 * DRAWN_PER_LANGUAGE):
        lists.append([drawn[row][place] or text for row, text in zip(rows, plain, strict=True)])
    return lists


def text_vectors(folder: Path, wordings: list[list[str]], cache: Path) -> NDArray[np.float16]:
    """Vectors (wordings, N, K) of texts by the encoder in `folder`; each different text is encoded once.

    They are kept in the file `cache` and read from there while encoder and texts are the same.

    Raises:
        core.artifacts.ArtifactError: the encoder is missing or damaged.
    """
    encoder = TextEncoder.load(folder)
    different = sorted({text for texts in wordings for text in texts})
    known = "\n".join([hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest(), *different])
    fingerprint = hashlib.sha256(known.encode()).hexdigest()
    vectors = _read(cache, fingerprint)
    if vectors is None:
        log.info("encoding %d texts", len(different))
        words = [encoder.read(text, exclude=False).words for text in different]
        vectors = encoder.encode_words(words).astype(np.float16)
        cache.parent.mkdir(parents=True, exist_ok=True)
        draft = cache.with_name(f".{cache.name}")
        with draft.open("wb") as file:
            np.savez(file, vectors=vectors, fingerprint=fingerprint)
        draft.replace(cache)
    place = {text: row for row, text in enumerate(different)}
    return np.stack([vectors[[place[text] for text in texts]] for texts in wordings])


class TextConditions:
    """Vectors of several wordings of every product's description, one of which is drawn each time.

    `vectors` is (wordings, N, K). Rows from N on are the mirrored photos, which have the same texts.
    """

    def __init__(self, vectors: NDArray[np.floating]) -> None:
        self.vectors = vectors

    def __call__(self, rows: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float32]:
        """Vectors (B, K) of unit length."""
        wordings, count = self.vectors.shape[:2]
        return self.vectors[rng.integers(wordings, size=len(rows)), rows % count].astype(np.float32)


def _read(cache: Path, fingerprint: str) -> NDArray[np.float16] | None:
    if not cache.exists():
        return None
    try:
        with cache.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            return saved["vectors"] if str(saved["fingerprint"]) == fingerprint else None
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        log.warning("%s cannot be read (%s): made anew", cache, error)
        return None


def _some(said: dict[str, str], rng: np.random.Generator) -> dict[str, str]:
    """Type and colour nearly always, the rest half of the time: people do not say everything."""
    chances = {"type": 0.98, "colour": 0.9}
    kept = {kind: name for kind, name in said.items() if rng.random() < chances.get(kind, 0.5)}
    return kept or said
