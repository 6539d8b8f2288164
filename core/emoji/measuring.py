"""From the stored generator and the prepared emoji to all of its figures: what `evaluate emoji` does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core import artifacts
from core.datasets import emoji as dataset
from core.datasets.emoji import EmojiSet
from core.datasets.pictures import picture_groups
from core.emoji import evaluation
from core.emoji.evaluation import Bench, Maker, Pictures
from core.emoji.network import Condition
from core.emoji.service import EmojiGenerator
from core.emoji.training import condition_of, labels_of
from core.errors import N_, UserError
from core.gan.baseline import DCGAN, baseline_pictures
from core.gan.classifier import Classifier
from core.gan.features import feature_network
from core.gan.recipe import Recipe, noise_of
from core.gan.reference import build_reference
from core.gan.transparency import cleaned, on_ground, premultiplied
from core.settings import Settings

MOST = 2000  # held-out pictures, drawn at random
REFERENCE = 6000  # training pictures that features are held against, drawn at random
_FEWEST = 10  # held-out pictures, or some figures are not defined
_SEED = 7


def evaluate(settings: Settings, *, data: Path | None = None, weights: Path | None = None) -> dict[str, Any]:
    """All figures of the stored generator, on the contexts of the test pictures or of those in the folder `data`.

    `data` is a folder as `prepare emoji` leaves it. `weights` is the folder of feature networks (default: `weights`
    beside the data folder). Features of real pictures are kept in the prepared folder.

    Raises:
        UserError: model, emoji or feature network are missing or damaged, or `data` has too few test pictures.
    """
    folder = settings.models / "emoji"
    generator = EmojiGenerator.load(folder)
    bench = build_bench(settings, Classifier.load(folder), "test", data=data, weights=weights)
    check_classes(generator, bench.condition)
    files = generator.manifest.files
    baseline = baseline_maker(artifacts.load_keras(folder / DCGAN)) if DCGAN in files else None
    generator.warm_up()
    sizes = {name: (folder / name).stat().st_size for name in sorted(files) if name.endswith((".keras", ".npz"))}
    return {**evaluation.evaluate(bench, maker(generator), baseline), "model": generator.model, "bytes": sizes}


def build_bench(
    settings: Settings, judge: Classifier, split: str, *, data: Path | None = None, weights: Path | None = None
) -> Bench:
    """Pictures of a split (test or validation), judge and features together; see `evaluate`.

    Raises:
        UserError: emoji or feature network are missing or damaged, or `data` has too few pictures of the split.
    """
    network = feature_network(weights or settings.data.parent / "weights")
    prepared = dataset.load(settings.prepared / "emoji")
    train, given = prepared.of("train"), prepared if data is None else dataset.load(data, prepared.keys)
    rows = np.random.default_rng(_SEED).permutation(len(given.of(split)))[:MOST]
    held_out, cells = given.of(split).subset(rows), given.of(f"{split}_cells")
    if data is not None:
        held_out, cells = unseen(held_out, train), unseen(cells, train)
    if len(held_out) < _FEWEST:
        raise UserError(
            N_("figures need {fewest} emoji that the generator was not trained on: {folder} holds {count}"),
            fewest=_FEWEST, folder=data or settings.prepared / "emoji", count=len(held_out),
        )  # fmt: skip
    learned, real, paired = (premultiplied(part.pictures.images) for part in (train, held_out, cells))
    cache = settings.prepared / "emoji" / f"features-{split}"
    reference = build_reference(network, network.name, on_ground(learned), on_ground(real), cache, REFERENCE)
    return Bench(
        learned, labels_of(train), real, labels_of(held_out), paired, labels_of(cells), condition_of(prepared), judge,
        network, network.name, reference,
    )  # fmt: skip


def unseen(given: EmojiSet, train: EmojiSet) -> EmojiSet:
    """Those of `given` of which `train` has no picture with the same pixels."""
    groups = picture_groups(np.concatenate([train.pictures.images, given.pictures.images]))
    return given.subset(~np.isin(groups[len(train) :], groups[: len(train)]))


def check_classes(generator: EmojiGenerator, condition: Condition) -> None:
    """Refuse to measure a generator on contexts or styles it was not made for.

    Raises:
        UserError: the classes of both differ.
    """
    if {axis: list(names) for axis, names in generator.classes.items()} != {
        axis: list(names) for axis, names in condition.classes.items()
    }:
        raise UserError(
            N_("the stored emoji generator knows other contexts or styles than the prepared emoji: train it again")
        )


def maker(generator: EmojiGenerator) -> Maker:
    """The generator as `evaluation` wants it."""

    def make(
        conditions: NDArray[np.float32], seeds: Sequence[int], truncation: float = 1.0, intensity: float = 1.0
    ) -> Pictures:
        noise = noise_of([Recipe(seed, truncation) for seed in seeds], generator.noise_size)
        return generator.pictures(conditions, noise, np.full(len(noise), intensity, np.float32))

    return make


def baseline_maker(network: keras.Model) -> Maker:
    """DCGAN's generator as a maker; it has no intensity."""

    def make(
        conditions: NDArray[np.float32], seeds: Sequence[int], truncation: float = 1.0, intensity: float = 1.0
    ) -> Pictures:
        return cleaned(baseline_pictures(network, conditions, seeds, truncation))

    return make
