"""The networks of the judge: a classifier of product photos with a place beside texts, and the tower that reads these.

The judge shares nothing with the generator or with `core.text`: what it says of generated pictures was learned from
real photos and catalogue texts alone.
"""

import itertools
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from core.datasets.products import SIDE, WIDTH
from core.gan.judging import seen_in

HEADS = ("type", "colour", "gender")


@dataclass(frozen=True)
class JudgeConfig:
    """Channels at half, quarter … of the size, residual blocks there, and what texts and photos are turned into."""

    widths: tuple[int, ...] = (32, 64, 112, 144)
    blocks: tuple[int, ...] = (0, 1, 1, 1)
    dropout: float = 0.2
    embedding: int = 96
    buckets: int = 2048
    hidden: int = 80


def build_photo_tower(config: JudgeConfig, classes: Sequence[int]) -> keras.Model:
    """Photos (B, 64, 48, 3) in -1..1 -> logits of type, colour and gender, and the embedding (B, E), float32."""
    photos = keras.Input((SIDE, WIDTH, 3), name="photo")
    features = seen_in(photos, config.widths, config.blocks, config.dropout)
    logits = [
        layers.Dense(count, dtype="float32", name=name)(features) for name, count in zip(HEADS, classes, strict=True)
    ]
    seen = layers.Dense(config.embedding, dtype="float32")(features)
    place = layers.UnitNormalization(dtype="float32", name="embedding")(seen)
    return keras.Model(photos, [*logits, place], name="judge")


def build_text_tower(config: JudgeConfig) -> keras.Model:
    """Rows of `hashed` (B, buckets) -> embeddings (B, E) of unit length, float32."""
    rows = keras.Input((config.buckets,), name="text")
    x = layers.Dense(config.hidden, activation="relu", dtype="float32")(rows)
    place = layers.UnitNormalization(dtype="float32")(layers.Dense(config.embedding, dtype="float32")(x))
    return keras.Model(rows, place, name="judge_texts")


def hashed(texts: Sequence[str], buckets: int) -> NDArray[np.float32]:
    """Words and pairs of neighbouring words as rows of unit length (N, buckets); an empty text gives zeros."""
    rows = np.zeros((len(texts), buckets), np.float32)
    for row, text in zip(rows, texts, strict=True):
        words = re.findall(r"[a-z]+", text.lower())
        for gram in (*words, *(" ".join(pair) for pair in itertools.pairwise(words))):
            row[zlib.crc32(gram.encode()) % buckets] = 1
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
