"""A models folder with a tiny, untrained emoji generator: pictures of nothing, made by the real code."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from core import artifacts
from core.emoji import evaluation, measuring
from core.emoji.service import EmojiGenerator
from core.gan.classifier import Classifier, ClassifierConfig, build_classifier
from core.gan.latent import LatentConfig, build_generator
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.restyle.service import NETWORK
from core.settings import settings
from tests.core.emoji import toy

STYLES = toy.STYLES
CELLS = {"joy": {"food": 4, "drinks": 2}, "love": {"food": 1}}


class Looker:
    """Stands in for the feature network."""

    name = "toy"

    def __call__(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Features (N, 48) and classes (N, 2)."""
        features = images[:, ::16, ::16].reshape(len(images), -1) / 255
        share = images.mean(axis=(1, 2, 3), dtype=np.float32) / 255
        return features.astype(np.float32), np.stack([share, 1 - share], axis=1).astype(np.float32)


def build(folder: Path) -> Path:
    """Make such a folder: the stored models as links, but emoji generator, judge and restyling network of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for stored in settings().models.iterdir():
        if stored.name not in ("emoji", "restyle"):
            (folder / stored.name).symlink_to(stored.resolve())
    _generator(folder / "emoji")
    _restyler(folder / "restyle")
    return folder


def _generator(folder: Path) -> None:
    folder.mkdir()
    config = LatentConfig(
        size=toy.SMALL.latent_size, noise=8, condition=toy.CONDITION.size + toy.VECTOR, width=16, blocks=1
    )
    artifacts.save_keras(build_generator(config), folder / GENERATOR)
    artifacts.save_keras(toy.painter(0.0, 8.0), folder / DECODER)
    ones = np.ones(toy.SMALL.latent_shape, np.float32)
    np.savez(folder / STANDARD, mean=0 * ones, deviation=ones)
    toy.drawings().save(folder)
    network = build_classifier((64, 64, 3), toy.CONDITION.classes, ClassifierConfig(widths=(4, 4), blocks=(0, 0)))
    Classifier(network, toy.CONDITION.classes).save(folder)
    parameters = {"classes": {axis: list(names) for axis, names in toy.CONDITION.classes.items()}, "cells": CELLS}
    artifacts.write_manifest(
        folder,
        name="emoji",
        data=[],
        parameters=parameters,
        metrics={},
        credits=["EmojiTwo by its community", "Nobody"],
    )


def measure(models: Path, scratch: Path) -> None:
    """Store the figures of the generator, of a few toy pictures."""
    where, folder = toy.places(scratch), models / "emoji"
    toy.prepare(where)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "feature_network", lambda _: Looker())
        patch.setattr(evaluation, "TRUNCATIONS", (1.0,))
        patch.setattr(evaluation, "INTENSITIES", (0.0, 1.0))
        bench = measuring.build_bench(where, Classifier.load(folder), "test")
        found = evaluation.evaluate(bench, measuring.maker(EmojiGenerator.load(folder)))
    artifacts.write_json(folder / artifacts.METRICS, found)


def _restyler(folder: Path) -> None:
    folder.mkdir()
    picture, style = keras.Input((64, 64, 4)), keras.Input((len(STYLES),))
    tone = layers.Reshape((1, 1, 4))(layers.Dense(4)(style))
    drawn = layers.Activation("tanh")(layers.Add()([picture, tone]))
    artifacts.save_keras(keras.Model([picture, style], drawn), folder / NETWORK)
    artifacts.write_manifest(
        folder, name="restyle", data=[], parameters={"styles": list(STYLES)}, metrics={}, credits=["Nobody"]
    )
