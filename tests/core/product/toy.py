"""A tiny shop whose photos show their attributes exactly, and a judge that reads them off: every answer is known."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.datasets import products
from core.datasets.products import ProductSet
from core.gan.metrics import Features
from core.gan.reference import Reference
from core.product.bench import Bench, Maker
from core.product.evaluation import french_texts
from core.product.judge import Labels, Verdict

TYPES, COLOURS, GENDERS = ["Tshirts", "Jeans", "Watches"], ["Red", "Blue", "Green"], ["Men", "Women"]
COMBINATIONS = list(itertools.product(TYPES, COLOURS, GENDERS))
_PLACES = {"Tshirts": slice(2, 20), "Jeans": slice(22, 40), "Watches": slice(42, 60)}  # rows of the thing
_BAR = slice(62, 64)  # dark for men


def caption(values: Sequence[str]) -> str:
    return f"{values[1]} casual {values[0]} for {values[2]}".lower()


def photo(values: Sequence[str], grain: np.random.Generator) -> np.ndarray:
    """The thing in its place and colour on white, with a little grain so that no two photos are alike."""
    picture = np.full((products.SIDE, products.WIDTH, 3), 250)
    picture[_PLACES[values[0]], 8:40] = 200 * np.eye(3)[COLOURS.index(values[1])]
    picture[_BAR] = 20 if values[2] == "Men" else 250
    return np.clip(picture + grain.integers(-5, 6, picture.shape), 0, 255).astype(np.uint8)


def shop(rows: int, seed: int) -> ProductSet:
    """All combinations in turn."""
    grain = np.random.default_rng(seed)
    chosen = [COMBINATIONS[row % len(COMBINATIONS)] for row in range(rows)]
    table = pd.DataFrame(dict.fromkeys(products.COLUMNS, "") | {"id": np.arange(rows) + 1000 * seed})
    for place, name in enumerate(("type", "colour", "gender")):
        table[name] = [values[place] for values in chosen]
    table["usage"] = "Casual"
    table["caption"] = table["short_name"] = [caption(values) for values in chosen]
    return ProductSet(np.stack([photo(values, grain) for values in chosen]), table)


class ExactJudge:
    """Reads type, colour and gender off the pixels; places of pictures and texts are one per combination."""

    labels = Labels(TYPES, COLOURS, GENDERS)

    def look(self, pictures: np.ndarray) -> Verdict:
        things = np.stack([pictures[:, rows, 8:40].mean(axis=(1, 2)) for rows in _PLACES.values()], axis=1)
        types = things.min(axis=2).argmin(axis=1)
        colours = things[np.arange(len(things)), types].argmax(axis=1)
        genders = (pictures[:, _BAR].mean(axis=(1, 2, 3)) > 128).astype(int)
        return Verdict(np.stack([types, colours, genders], axis=1), np.eye(18)[types * 6 + colours * 2 + genders])

    def read(self, texts: Sequence[str]) -> np.ndarray:
        known = [caption(values) for values in COMBINATIONS]
        return np.eye(18)[[known.index(text) for text in texts]]


def network(images: np.ndarray) -> tuple[Features, Features]:
    """Small pixels as features; which third of the picture is darkest as class."""
    thirds = np.stack([images[:, part].mean(axis=(1, 2, 3)) for part in _PLACES.values()], axis=1)
    features = images[:, ::8, ::8].reshape(len(images), -1).astype(np.float32) / 255
    return features, np.eye(3, dtype=np.float32)[thirds.argmin(axis=1)]


def bench(train: int = 360, held_out: int = 54) -> Bench:
    sets = shop(train, 1), shop(held_out, 2)
    seen = [network(products.square(photos.images)) for photos in sets]
    reference = Reference(np.arange(train), seen[0][0], *seen[1])
    return Bench(*sets, ExactJudge(), network, "toy", reference)  # type: ignore[arg-type]


def asked(texts: Sequence[str], held_out: ProductSet) -> list[tuple[str, ...]]:
    """What English captions and the French wordings of `held_out` say."""
    rows = list(held_out.table[["type", "colour", "gender"]].itertuples(index=False, name=None))
    known = {caption(values): values for values in COMBINATIONS} | dict(zip(french_texts(held_out), rows, strict=True))
    return [known[text] for text in texts]


def maker(held_out: ProductSet) -> Maker:
    """The perfect one: new photos of what is asked for, in English or French."""

    def make(texts: Sequence[str], seeds: Sequence[int], truncation: float = 1.0) -> np.ndarray:
        grains = [np.random.default_rng((9, seed)) for seed in seeds]
        return np.stack([photo(v, grain) for v, grain in zip(asked(texts, held_out), grains, strict=True)])

    return make
