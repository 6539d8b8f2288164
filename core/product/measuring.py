"""From the stored generator and the photos to all of its figures: what `evaluate product` does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from core import artifacts
from core.datasets import products
from core.datasets.pictures import picture_groups
from core.datasets.products import ProductSet, square
from core.errors import N_, UserError
from core.gan.baseline import DCGAN, baseline_pictures
from core.gan.features import feature_network
from core.gan.reference import Pictures, build_reference
from core.product import evaluation
from core.product.bench import Bench, Maker
from core.product.judge import Judge
from core.product.service import ProductGenerator
from core.product.training import photos
from core.settings import Settings
from core.text.service import TextEncoder


def evaluate(settings: Settings, *, data: Path | None = None, weights: Path | None = None) -> dict[str, Any]:
    """All figures of the stored generator, on the captions of the validation photos or of those in the folder `data`.

    `weights` is the folder of feature networks (default: `weights` beside the data folder). Features of real photos
    are kept in the prepared folder.

    Raises:
        UserError: model, photos or feature network are missing or damaged, or `data` has none but training photos.
    """
    folder = settings.models / "product"
    generator = ProductGenerator.load(folder, settings.models / "text")
    bench = build_bench(settings, Judge.load(folder), data=data, weights=weights)
    files = generator.manifest.files
    baseline = baseline_maker(artifacts.load_keras(folder / DCGAN), generator.encoder) if DCGAN in files else None
    generator.warm_up()
    sizes = {name: (folder / name).stat().st_size for name in sorted(files) if name.endswith((".keras", ".npz"))}
    return {**evaluation.evaluate(bench, generator.pictures, baseline), "model": generator.model, "bytes": sizes}


def build_bench(settings: Settings, judge: Judge, *, data: Path | None = None, weights: Path | None = None) -> Bench:
    """Photos, judge and features together; see `evaluate`.

    Raises:
        UserError: photos or feature network are missing or damaged, or `data` has none but training photos.
    """
    network = feature_network(weights or settings.data.parent / "weights")
    train, held_out = photos(settings)
    if data is not None:
        held_out = unseen(products.read(data), train)
    if not len(held_out):
        raise UserError(N_("{folder} holds no photo that the generator was not trained on"), folder=data)
    reference = build_reference(
        lambda images: network(square(images)), network.name, train.images, held_out.images,
        settings.prepared / "product",
    )  # fmt: skip
    return Bench(train, held_out, judge, network, network.name, reference)


def unseen(given: ProductSet, train: ProductSet) -> ProductSet:
    """The products of `given` that are not among those of `train`, neither by number nor by picture."""
    groups = picture_groups(np.concatenate([train.images, given.images]))
    same_picture = np.isin(groups[len(train) :], groups[: len(train)])
    return given.subset(~same_picture & ~np.isin(given.table["id"], train.table["id"]))


def baseline_maker(network: keras.Model, encoder: TextEncoder) -> Maker:
    """DCGAN's generator as a maker."""

    def make(texts: Sequence[str], seeds: Sequence[int], truncation: float = 1.0) -> Pictures:
        return baseline_pictures(network, encoder.encode(texts), seeds, truncation)

    return make
