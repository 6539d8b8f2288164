"""A few made-up emoji in three styles, prepared as the real ones are, and a stand-in for the perceptual network."""

import json
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from core.datasets.emoji import SPLITS, prepared
from core.datasets.emoji.prepared import NAMES, Pictures

KEYS = ("noto", "twemoji", "streamline")
TRAIN, VALIDATION, TEST = range(3)
COUNTS = {TRAIN: 12, VALIDATION: 4, TEST: 4}


def draw(number: int, style: str) -> np.ndarray:
    """A disc or a square with a hole, in a colour of its own: plain, with red and blue changed, or outlined."""
    rng = np.random.default_rng(number)
    red, green, blue = rng.integers(60, 255, 3).tolist()
    colour = (blue, green, red) if style == "twemoji" else (red, green, blue)
    picture, side = np.zeros((64, 64, 4), np.uint8), int(rng.integers(14, 24))
    for thickness, paint in ((-1, (*colour, 255)), (3, (0, 0, 0, 255)))[: 2 if style == "streamline" else 1]:
        if number % 2:
            cv2.circle(picture, (32, 32), side, paint, thickness)
        else:
            cv2.rectangle(picture, (32 - side, 32 - side), (32 + side, 32 + side), paint, thickness)
    cv2.circle(picture, (40, 28), 4, (0, 0, 0, 0), -1)
    return picture


def prepare(folder: Path) -> Path:
    """Write the emoji: those of each split in all styles, the last of training in one only, and a composite."""
    folder.mkdir(parents=True)
    splits = [split for split, count in COUNTS.items() for _ in range(count)]
    names = [
        {
            "code": f"1F{600 + number}",
            "character": "x",
            "names": {},
            "split": SPLITS[split],
            "contexts": {},
            "labels": {},
        }
        for number, split in enumerate(splits)
    ]
    text = json.dumps(names)
    (folder / NAMES).write_text(text)
    lonely = COUNTS[TRAIN] - 1
    for key in KEYS:
        single = [number for number in range(len(splits)) if key == "noto" or number != lonely]
        rows = [*((number, -1, splits[number]) for number in single), (0, 1, TRAIN)]
        pictures = Pictures(
            np.stack([draw(number, key) for number, _, _ in rows]),
            np.full((len(rows), 3), -1),
            *(np.array(column) for column in ([row[0] for row in rows], [row[1] for row in rows])),
            np.full(len(rows), -1),
            np.array([row[2] for row in rows]),
        )
        prepared.write(folder, key, pictures, prepared.edition_of(text), {})
    return folder


class Colours:
    """Stands in for the perceptual network: coarse colours."""

    variables: tuple[()] = ()

    def features(self, pictures: Any) -> list[Any]:
        return [keras.ops.average_pool(keras.ops.convert_to_tensor(pictures), 8, 8)]

    def __call__(self, features: list[Any], others: list[Any]) -> Any:
        return keras.ops.mean(keras.ops.square(features[0] - others[0]), axis=(1, 2, 3))
