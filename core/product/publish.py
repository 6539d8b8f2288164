"""From training runs to models/product: put together, measured beside the stored model, kept if better."""

import logging
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from core import artifacts
from core.artifacts import ArtifactError
from core.datasets import products
from core.errors import N_, UserError
from core.gan import publishing
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.stages import digest
from core.product import evaluation, judge
from core.product.bench import Bench
from core.product.card import model_card
from core.product.judge import Judge
from core.product.measuring import build_bench
from core.product.service import ProductGenerator
from core.product.training import run_folder
from core.settings import Settings

log = logging.getLogger(__name__)
DATA = [
    {"name": products.NAME, "origin": products.ORIGIN, "terms": products.TERMS},
]
CREDITS = [
    "Product photos and texts: Fashion Product Images (Small), Param Aggarwal, Kaggle",
    *publishing.CREDITS,
]
MOST_BYTES = 16_000_000  # generator, decoder and text encoder together
_TEXT_FILES = ("weights.npz", "vocabulary.json")


def publish(
    settings: Settings, *, latent: str = "coarse", weights: Path | None = None, trained_on: str | None = None
) -> bool:
    """Put the finished runs into models/product; False when the stored model is better.

    Equal figures replace it, so that the same generator can be stored again with another judge or baseline.

    Both are measured now, by the judge of the runs, on the same captions and seeds; see `evaluation.choice_figures`.
    `trained_on` says which machine it was (default: the number of CPU cores here).

    Raises:
        UserError: a stage is not finished, the model is too large, or photos or feature network are missing.
    """
    folder, text = settings.models / "product", settings.models / "text"
    runs = {
        "autoencoder": run_folder(settings, "autoencoder", latent),
        "prior": run_folder(settings, "prior", latent),
        "judge": run_folder(settings, judge.STAGE, judge.VARIANT),
        "dcgan": run_folder(settings, "dcgan", "pixels"),
    }
    artifacts.open_artifact(text)
    bench = build_bench(
        settings, Judge.load(publishing.finished(runs["judge"], judge.PHOTO_TOWER, "product")), weights=weights
    )
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        parameters = {
            **assemble(runs, made),
            "latent": latent,
            "text_encoder": digest(text / artifacts.MANIFEST),
            "trained_on": trained_on or f"{os.cpu_count()} CPU cores",
        }
        return _store_if_better(folder, made, parameters, bench, text)


def publish_finished(settings: Settings, *, latent: str = "coarse", weights: Path | None = None) -> bool:
    """Put the stored generator with the decoder of the finishing run into models/product, if that is better.

    Raises:
        UserError: the run is not finished or not of the stored model, or photos or feature network are missing.
    """
    folder, run = settings.models / "product", run_folder(settings, publishing.FINISH, latent)
    with publishing.with_finished(folder, run, "product") as (made, parameters):
        bench = build_bench(settings, Judge.load(folder), weights=weights)
        return _store_if_better(folder, made, parameters, bench, settings.models / "text")


def _store_if_better(folder: Path, made: Path, parameters: dict[str, Any], bench: Bench, text: Path) -> bool:
    """Measure the model whose files lie in `made` beside the one in `folder`."""
    _check_size(made, text)
    _describe(made, parameters, {})
    found = evaluation.choice_figures(bench, ProductGenerator.load(made, text).pictures)
    stored = _stored_figures(folder, text, bench)
    described = {**found, "set": "the first validation captions"}
    return publishing.replace_if_better(
        folder, made, found, stored, lambda draft: _describe(draft, parameters, described)
    )


def assemble(runs: dict[str, Path], target: Path) -> dict[str, Any]:
    """Write the model's files from the folders of its runs into `target`; returns how it was made, for the manifest.

    Raises:
        UserError: autoencoder, generator or judge are not finished.
    """
    made = publishing.assemble(runs, target, "product")
    Judge.load(publishing.finished(runs["judge"], judge.PHOTO_TOWER, "product")).save(target, half=True)
    return made


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measuring.evaluate` found beside the model, and the card that tells it."""
    artifacts.write_metrics(folder, result, model_card)


def _describe(folder: Path, parameters: dict[str, Any], metrics: dict[str, Any]) -> None:
    artifacts.write_manifest(folder, name="product", data=DATA, parameters=parameters, metrics=metrics, credits=CREDITS)


def _check_size(made: Path, text: Path) -> None:
    size = sum((made / name).stat().st_size for name in (GENERATOR, DECODER, STANDARD))
    size += sum((text / name).stat().st_size for name in _TEXT_FILES)
    if size > MOST_BYTES:
        raise UserError(
            N_("generator, decoder and text encoder take {size} MB, more than the {most} MB that may be stored"),
            size=math.ceil(size / 1e6), most=MOST_BYTES // 1_000_000,
        )  # fmt: skip


def _stored_figures(folder: Path, text: Path, bench: Bench) -> dict[str, float] | None:
    """What the stored model gets on the same bench; None when there is none, or none that works."""
    try:
        stored = ProductGenerator.load(folder, text)
    except ArtifactError as error:
        log.info("no stored model to compare with: %s", error)
        return None
    return evaluation.choice_figures(bench, stored.pictures)
