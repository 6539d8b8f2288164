"""A few prepared emoji of two styles, and finished tiny runs."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from core import artifacts
from core.datasets.emoji import AXES, SPLITS, classes
from core.datasets.emoji.prepared import NAMES, Pictures, edition_of, write, write_text
from core.emoji.drawings import ROLES, Drawings, role_of
from core.emoji.network import Condition
from core.emoji.training import run_folder
from core.gan import dcgan, latent
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.classifier import Classifier, ClassifierConfig, build_classifier
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.stages import digest
from core.gan.trainer import write_history
from core.settings import Settings

STYLES = ("noto", "emojitwo")
CONDITION = Condition({**{axis: classes(axis) for axis in AXES}, "style": STYLES})
SMALL = AutoencoderConfig(
    widths=(4, 4, 4, 4, 4), encoder_blocks=(0,) * 5, decoder_blocks=(0,) * 5, latent_channels=2, channels=4
)
VECTOR = 128  # numbers of the text encoder's vectors
_COUNTS = {"train": 128, "validation": 24, "test": 24, "validation_cells": 8, "test_cells": 8}  # of each style


def pictures(style: int) -> Pictures:
    """Squares whose colour tells the mood and whose height tells the topic, on a clear ground."""
    splits = np.repeat([SPLITS.index(name) for name in _COUNTS], list(_COUNTS.values()))
    labels = np.stack([np.arange(len(splits)) % len(classes(axis)) for axis in AXES], axis=1)
    labels[::5, 0] = labels[1::5, 1] = labels[::2, 2] = -1
    images = np.zeros((len(splits), 64, 64, 4), np.uint8)
    for number, (image, (mood, topic, _)) in enumerate(zip(images, labels, strict=True)):
        image[8 : 30 + topic, 8:56] = (20 * (mood + 1), 100 + style, number, 255)  # no two alike
        image[6:8, 8:56] = (255, 255, 255, 100)
    none = np.full(len(splits), -1)
    return Pictures(images, labels, np.arange(len(splits)), none, none, splits)


def records() -> list[dict[str, Any]]:
    """What each of them is: all have names, and are faces where they have a mood alone."""
    found = []
    for place, label in enumerate(pictures(0).labels):
        given = {axis: classes(axis)[number] if number >= 0 else None for axis, number in zip(AXES, label, strict=True)}
        group = "face-toy" if given["mood"] and not given["topic"] else "toy"
        names = {"en": f"{word(place)} toy", "fr": f"jouet {word(place)}é"}
        known = {"code": f"{place:X}", "character": chr(0x1F300 + place), "names": names}
        found.append({**known, "group": "objects", "subgroup": group, "labels": given})
    return found


def word(place: int) -> str:
    """A word that no other emoji has."""
    return f"wo{chr(97 + place // 26)}{chr(97 + place % 26)}"


def drawings() -> Drawings:
    """Those of the training pictures, with vectors drawn at random."""
    known = records()[: _COUNTS["train"]]
    vectors = np.random.default_rng(3).standard_normal((len(known), 2, VECTOR)).astype(np.float32)
    return Drawings(
        [each["character"] for each in known],
        {language: [each["names"][language] for each in known] for language in ("en", "fr")},
        [[f"{word(place)} toy", f"jouet {word(place)}e", word(place), "toy"] for place in range(len(known))],
        pictures(0).labels[: len(known)],
        np.array([ROLES.index(role_of(each)) for each in known]),
        vectors / np.linalg.norm(vectors, axis=2, keepdims=True),
    )


def prepare(settings: Settings) -> None:
    """Write both styles as `prepare emoji` would."""
    folder = settings.prepared / "emoji"
    folder.mkdir(parents=True)
    names = json.dumps(records())
    write_text(folder / NAMES, names)
    told = {"emoji": 50, "emoji_with_all_axes": 1, "held_cells": [{"mood": "joy", "topic": "food", "split": "test"}]}
    (folder / "card.json").write_text(json.dumps(told))
    for number, key in enumerate(STYLES):
        write(folder, key, pictures(number), edition_of(names), {})
    settings.models.mkdir(parents=True)
    (settings.models / "text").symlink_to(Settings().models.resolve() / "text")


def finish_runs(settings: Settings) -> None:
    """Folders with finished (untrained) runs of all stages."""
    folders = {stage: run_folder(settings, stage) for stage in ("autoencoder", "prior", "judge", "dcgan")}
    for folder in folders.values():
        folder.mkdir(parents=True)
        artifacts.write_json(folder / "config.json", {})
        write_history(folder / "history.csv", [{"step": 9.0, "images": 90.0, "seconds": 90.0}])
    shape = latent.LatentConfig(size=SMALL.latent_size, noise=8, condition=CONDITION.size + VECTOR, width=16, blocks=1)
    artifacts.save_keras(latent.build_generator(shape), folders["prior"] / GENERATOR)
    ones = np.ones(SMALL.latent_shape, np.float32)
    np.savez(folders["prior"] / STANDARD, mean=0 * ones, deviation=ones)
    decoder = folders["autoencoder"] / DECODER
    artifacts.save_keras(painter(0.5, 0.1), decoder)
    artifacts.write_json(folders["prior"] / "config.json", {"autoencoder": digest(decoder)})
    network = build_classifier((64, 64, 3), CONDITION.classes, ClassifierConfig(widths=(4, 4), blocks=(0, 0)))
    Classifier(network, CONDITION.classes).save(folders["judge"])
    baseline = dcgan.DcganConfig(width=2, noise=5, condition=CONDITION.size, channels=4)
    artifacts.save_keras(dcgan.build_generator(baseline), folders["dcgan"] / GENERATOR)


def painter(opacity: float, spread: float) -> keras.Model:
    """A decoder of emoji that are about as opaque as asked, in -1..1, here more and there less by `spread`."""
    decoder = build_decoder(SMALL)
    last = decoder.get_layer("photo")
    kernel, _ = last.get_weights()
    kernel[..., 3] *= spread
    last.set_weights([kernel, np.array([0, 0, 0, opacity], np.float32)])
    return decoder


def places(folder: Path) -> Settings:
    """Settings that keep everything in `folder`."""
    return Settings(models=folder / "models", runs=folder / "runs", prepared=folder / "prepared", data=folder / "data")
