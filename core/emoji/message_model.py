"""A linear reader of messages: hashed features and the shared encoder's vector, a softmax for each axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.emoji.message_text import Piece, every, features, hashed
from core.text.service import TextEncoder

NONE = ""
LANGUAGE = "language"
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ModelConfig:
    """`size` hashed features; the encoder's unit vector counts `encoder` times as much as they do, 0 leaves it out."""

    size: int = 2**14
    encoder: float = 1.0


@dataclass(frozen=True)
class Axis:
    """One question: `names` of its classes (`NONE` for none), `weights` (features, classes), `bias` (classes).

    Scores are divided by `temperature` before the softmax, so that probabilities are right as often as they say.
    """

    names: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float = 1.0

    def probabilities(self, scores: Floats) -> Floats:
        """Softmax of scores (..., classes)."""
        raised = np.exp((scores - scores.max(axis=-1, keepdims=True)) / self.temperature)
        return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Parts:
    """A message in features: places and signed weights, with and without negation, and the encoder's vector."""

    pieces: tuple[Piece, ...]
    owners: dict[bool, NDArray[np.int64]]  # which piece each feature belongs to
    places: dict[bool, NDArray[np.int64]]
    shares: dict[bool, Floats]
    vector: Floats


@dataclass(frozen=True)
class EmojiWords:
    """What emoji say, by character without tones: their English names and their classes."""

    names: Mapping[str, str]
    labels: Mapping[str, Sequence[str]]


def negates(axis: str) -> bool:
    """Whether "not …" turns words round for an axis: what a message is about stays the same."""
    return axis in ("mood", "interaction")


def parts_of(found: Sequence[Piece], emoji: EmojiWords, config: ModelConfig, encoder: TextEncoder | None) -> Parts:
    """Features of a message; each variant's shares have length one together."""
    owners, places, shares = {}, {}, {}
    for negate in (False, True):
        named = features(found, emoji.labels, negate=negate)
        owners[negate] = np.repeat(np.arange(len(named)), [len(own) for own in named])
        places[negate], weights = hashed([feature for own in named for feature in own], config.size)
        shares[negate] = weights / max(float(np.linalg.norm(weights)), 1e-9)
    vector = np.zeros(0, np.float32)
    if config.encoder and encoder is not None:
        words = list(every(found))
        vector = config.encoder * encoder.encode_words([words])[0] if words else np.zeros(encoder.width, np.float32)
    return Parts(tuple(found), owners, places, shares, vector)


def score(parts: Parts, name: str, axis: Axis, config: ModelConfig) -> tuple[Floats, Floats]:
    """Scores (classes,) of a message, and what each piece adds to them (pieces, classes)."""
    negate = negates(name)
    added = axis.weights[parts.places[negate]] * parts.shares[negate][:, None]
    by_piece = np.zeros((len(parts.pieces), len(axis.names)), np.float32)
    np.add.at(by_piece, parts.owners[negate], added)
    scores = axis.bias + by_piece.sum(axis=0)
    if len(parts.vector):
        scores = scores + parts.vector @ axis.weights[config.size :]
    return scores, by_piece
