"""What pages, generators and the command line call: text in, unit vectors and an account of what was read out."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.artifacts import ArtifactError, open_artifact
from core.errors import N_, UserError
from core.text.features import FeatureConfig, Featurizer
from core.text.lexicon import load_lexicon
from core.text.network import EncoderConfig, encode_rows, weight_shapes
from core.text.reading import Known, Reader, Reading

WEIGHTS, VOCABULARY = "weights.npz", "vocabulary.json"
_BATCH = 64  # 500 characters have a thousand features and more
_NOTHING = N_("No word of this text is known: {text}. Write a few words in French or English.")
_UNUSABLE = N_(
    "The text encoder's file {file} does not hold what it should. Get the project's models folder again, or train it: "
    "python -m core train text"
)


class TextEncoder:
    """Reads French and English and turns it into unit vectors of `width` numbers; thread-safe."""

    def __init__(
        self,
        weights: Mapping[str, NDArray[np.floating]],
        vocabulary: Sequence[Sequence[str]],
        parameters: Mapping[str, Any],
    ) -> None:
        self._weights = {name: value.astype(np.float32) for name, value in weights.items()}
        words = [word for word, _, _ in vocabulary]
        known = {word: Known(frozenset(codes.split()), spelling) for word, codes, spelling in vocabulary}
        config = FeatureConfig(**parameters["features"])
        self._featurizer = Featurizer({word: row for row, word in enumerate(words)}, config)
        self._reader = Reader(known, load_lexicon())
        shapes = weight_shapes(EncoderConfig(**parameters["encoder"]), self._featurizer.rows)
        if {name: value.shape for name, value in weights.items()} != shapes:
            raise ArtifactError(_UNUSABLE, file=WEIGHTS)

    @classmethod
    def load(cls, folder: Path) -> "TextEncoder":
        """Open the artifact in `folder`.

        Raises:
            core.artifacts.ArtifactError: the model is missing or damaged.
        """
        manifest = open_artifact(folder)
        file = VOCABULARY
        try:
            vocabulary = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            file = WEIGHTS
            with np.load(folder / WEIGHTS, allow_pickle=False) as saved:
                weights = {name: saved[name] for name in saved.files}
            return cls(weights, vocabulary, manifest.parameters)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            if isinstance(error, ArtifactError):
                raise
            raise ArtifactError(_UNUSABLE, file=file) from error

    @property
    def width(self) -> int:
        """Numbers in each vector."""
        return int(self._weights["table"].shape[1])

    def read(self, text: str, *, exclude: bool = True) -> Reading:
        """What is understood of any text; it never fails, `Reading.empty` says when there is nothing.

        `exclude` off treats "without …" and "not …" as ordinary words, as messages want it.
        """
        return self._reader.read(text, exclude=exclude)

    def encode(self, texts: Sequence[str], *, exclude: bool = True) -> NDArray[np.float32]:
        """Unit vectors float32 (N, width) of what `read` understands of each text.

        Raises:
            UserError: nothing is understood of a text.
        """
        if isinstance(texts, str):
            raise TypeError("encode takes a list of texts")
        return self.encode_readings([self.read(text, exclude=exclude) for text in texts])

    def encode_readings(self, readings: Sequence[Reading]) -> NDArray[np.float32]:
        """Unit vectors float32 (N, width) of texts that were read already.

        Raises:
            UserError: nothing is understood of one of them.
        """
        for reading in readings:
            if reading.empty:
                raise UserError(_NOTHING, text=f"“{reading.text[:40]}”")
        return self.encode_words([reading.words for reading in readings])

    def encode_words(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Unit vectors float32 (N, width) of folded words as they stand: unknown ones by their n-grams alone."""
        parts = [np.zeros((0, self.width), np.float32)]
        for start in range(0, len(texts), _BATCH):
            rows, shares = self._featurizer.pad(texts[start : start + _BATCH])
            parts.append(np.asarray(encode_rows(np, self._weights, rows, shares), np.float32))
        return np.concatenate(parts)
