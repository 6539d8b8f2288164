"""From the stored generator and the prepared avatars to all of its figures: what `evaluate avatar` does."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from core import artifacts
from core.avatar import evaluation
from core.avatar.bench import Bench, Labels, Maker
from core.avatar.network import one_hot
from core.avatar.originality import GENERATED, measure_originality
from core.avatar.service import AvatarGenerator
from core.avatar.training import pictures
from core.datasets.avatars import AvatarSet, load
from core.datasets.pictures import picture_groups
from core.enlarging.upscaler import Upscaler
from core.errors import N_, UserError
from core.gan.baseline import DCGAN, baseline_pictures
from core.gan.classifier import Classifier
from core.gan.features import feature_network
from core.gan.reference import Pictures, build_reference
from core.settings import Settings

REFERENCE = 6000  # training pictures that features are held against, drawn at random
_FEWEST = 10  # held-out pictures of each theme, or some figures are not defined
_FRESH = 1_000_000  # seeds from here on are for uniqueness alone


def evaluate(settings: Settings, *, data: Path | None = None, weights: Path | None = None) -> dict[str, Any]:
    """All figures of the stored generator, beside the validation avatars or those in the prepared folder `data`.

    `weights` is the folder of feature networks (default: `weights` beside the data folder). Features of real avatars
    are kept in the prepared folder.

    Raises:
        UserError: model, avatars or feature network are missing or damaged, or too few avatars are held out.
    """
    folder = settings.models / "avatar"
    generator = AvatarGenerator.load(folder)
    bench = build_bench(settings, Classifier.load(folder), data=data, weights=weights)
    check_themes(generator, bench)
    files = generator.manifest.files
    baseline = baseline_maker(artifacts.load_keras(folder / DCGAN), generator.themes) if DCGAN in files else None
    upscaler = Upscaler.load(settings.models / "superres")
    generator.warm_up()
    sizes = {name: (folder / name).stat().st_size for name in sorted(files) if name.endswith((".keras", ".npz"))}
    return {
        **evaluation.evaluate(bench, generator.pictures, baseline),
        "uniqueness": measure_originality(
            folder, lambda theme, count: fresh(generator, theme, count, 0), upscaler.upscale, GENERATED
        ),
        "model": generator.model,
        "bytes": sizes,
    }


def build_bench(
    settings: Settings, judge: Classifier, *, data: Path | None = None, weights: Path | None = None
) -> Bench:
    """Avatars, judge and features together; see `evaluate`.

    Raises:
        UserError: avatars or feature network are missing or damaged, or too few avatars are held out.
    """
    network = feature_network(weights or settings.data.parent / "weights")
    avatars = pictures(settings)
    if data is not None:
        avatars = with_held_out(avatars, data)
    if np.bincount(avatars.validation_labels, minlength=len(avatars.keys)).min() < _FEWEST:
        raise UserError(
            N_(
                "figures need {fewest} avatars of each theme that the generator was not trained on: prepare more, with "
                "python -m core prepare avatar"
            ),
            fewest=_FEWEST,
        )
    reference = build_reference(
        network, network.name, avatars.train_images, avatars.validation_images, settings.prepared / "avatar", REFERENCE
    )
    return Bench(avatars, judge, network, network.name, reference)


def with_held_out(avatars: AvatarSet, data: Path) -> AvatarSet:
    """The same training pictures, held against those of the prepared folder `data` that are not among them.

    Raises:
        DataError: the folder lacks a theme, or cannot be read.
    """
    given = load(data, avatars.keys)
    images = np.concatenate([given.train_images, given.validation_images])
    labels = np.concatenate([given.train_labels, given.validation_labels])
    groups = picture_groups(np.concatenate([avatars.train_images, images]))
    new = ~np.isin(groups[len(avatars.train_images) :], groups[: len(avatars.train_images)])
    return replace(avatars, validation_images=images[new], validation_labels=labels[new])


def check_themes(generator: AvatarGenerator, bench: Bench) -> None:
    """Refuse to measure a generator on other themes than it was trained on.

    Raises:
        UserError: they differ.
    """
    if generator.themes != bench.avatars.keys:
        raise UserError(
            N_("the generator draws {themes}, but prepared are {prepared}: prepare these themes, or train it again"),
            themes=", ".join(generator.themes), prepared=", ".join(bench.avatars.keys),
        )  # fmt: skip


def baseline_maker(network: keras.Model, themes: Sequence[str]) -> Maker:
    """DCGAN's generator as a maker."""

    def make(labels: Labels, seeds: Sequence[int], truncation: float = 1.0) -> Pictures:
        return baseline_pictures(network, one_hot(labels, len(themes)), seeds, truncation)

    return make


def fresh(generator: AvatarGenerator, theme: str, count: int, start: int) -> Pictures:
    """Avatars of a theme from `count` seeds that nothing else is measured on; `start` keeps uses apart."""
    first = _FRESH * (start + 1)
    return generator.pictures(np.full(count, generator.themes.index(theme)), range(first, first + count))
