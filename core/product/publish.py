"""From training runs to models/product: put together, measured beside the stored model, kept if better."""

import csv
import io
import json
import logging
import math
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from core import artifacts
from core.artifacts import ArtifactError
from core.datasets import products
from core.errors import N_, UserError
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.stages import AUTOENCODER, CONFIG, digest, read_config
from core.gan.trainer import HISTORY, SAMPLES
from core.product import evaluation, judge
from core.product.bench import Bench
from core.product.card import model_card
from core.product.judge import Judge
from core.product.measuring import DCGAN, build_bench
from core.product.service import ProductGenerator
from core.product.training import run_folder
from core.settings import Settings

log = logging.getLogger(__name__)
DATA = [
    {"name": products.NAME, "origin": products.ORIGIN, "terms": products.TERMS},
]
CREDITS = [
    "Product photos and texts: Fashion Product Images (Small), Param Aggarwal, Kaggle",
    "Perceptual distance while training: SqueezeNet 1.1, F. Iandola et al.; weights of DeepCognition/keras-squeezenet",
    "Features of the figures: MobileNetV2, M. Sandler et al., or InceptionV3, C. Szegedy et al.; not part of the model",
]
MOST_BYTES = 16_000_000  # generator, decoder and text encoder together
SHEET_BYTES = 60_000
_SHEETS = {"prior": 4, "dcgan": 2}  # at most so many over the time of training; the autoencoder's show real photos
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
    bench = build_bench(settings, Judge.load(_finished(runs["judge"], judge.PHOTO_TOWER)), weights=weights)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        parameters = {
            **assemble(runs, made),
            "latent": latent,
            "text_encoder": digest(text / artifacts.MANIFEST),
            "trained_on": trained_on or f"{os.cpu_count()} CPU cores",
        }
        _check_size(made, text)
        _describe(made, parameters, {})
        found = evaluation.choice_figures(bench, ProductGenerator.load(made, text).pictures)
        stored = _stored_figures(folder, text, bench)
        if stored is not None and found["figure"] < stored["figure"]:
            log.info("kept the stored model: %s against %s for the new one", stored, found)
            return False
        with artifacts.replacing(folder) as draft:
            for path in made.iterdir():
                shutil.copyfile(path, draft / path.name)
            _describe(draft, parameters, {**found, "set": "the first validation captions"})
    log.info("stored a model: %s (before: %s)", found, stored)
    return True


def assemble(runs: dict[str, Path], target: Path) -> dict[str, Any]:
    """Write the model's files from the folders of its runs into `target`; returns how it was made, for the manifest.

    Raises:
        UserError: autoencoder, generator or judge are not finished.
    """
    prior = _finished(runs["prior"], GENERATOR)
    networks = {GENERATOR: prior, DECODER: _finished(runs["autoencoder"], DECODER)}
    if read_config(prior).get(AUTOENCODER) != digest(networks[DECODER] / DECODER):
        raise UserError(N_("the generator was trained for another autoencoder: train it again, with --stage prior"))
    for name, run in networks.items():
        artifacts.save_keras(artifacts.load_keras(run / name), target / name, half=True)
    shutil.copyfile(prior / STANDARD, target / STANDARD)
    Judge.load(_finished(runs["judge"], judge.PHOTO_TOWER)).save(target, half=True)
    if (runs["dcgan"] / GENERATOR).exists():
        artifacts.save_keras(artifacts.load_keras(runs["dcgan"] / GENERATOR), target / DCGAN, half=True)
    done = {stage: run for stage, run in runs.items() if (run / HISTORY).exists()}
    histories = {stage: read_history(run / HISTORY) for stage, run in done.items()}
    artifacts.write_json(target / "history.json", histories)
    stages = {
        stage: {
            **json.loads((done[stage] / CONFIG).read_bytes()),
            "minutes": rows[-1]["seconds"] / 60,
            "images_shown": int(rows[-1]["images"]),
            "steps": int(rows[-1]["step"]),
        }
        for stage, rows in histories.items()
        if rows
    }
    return {"stages": stages, "samples": write_samples(runs, target)}


def read_history(path: Path) -> list[dict[str, float]]:
    """The rows that `core.gan.trainer` wrote; what a row lacks is left out."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(file)]


def write_samples(runs: dict[str, Path], target: Path) -> list[dict[str, Any]]:
    """A few sheets of generated pictures over the time of training as small WebP files, and which they are."""
    kept = []
    for stage, most in _SHEETS.items():
        sheets = sorted((runs[stage] / SAMPLES).glob("*.png"))
        for path in _spread(sheets, most):
            name = f"samples_{stage}_{path.stem}.webp"
            (target / name).write_bytes(small_webp(path))
            kept.append({"file": name, "stage": stage, "step": int(path.stem)})
    return kept


def small_webp(path: Path, most: int = SHEET_BYTES) -> bytes:
    """The picture as WebP of at most `most` bytes, by lower quality first and by fewer pixels then."""
    picture = Image.open(path).convert("RGB")
    while True:
        for quality in (85, 70, 50, 30):
            buffer = io.BytesIO()
            picture.save(buffer, "WEBP", quality=quality, method=6)
            if len(buffer.getvalue()) <= most or picture.width < 2:
                return buffer.getvalue()
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measuring.evaluate` found beside the model, and the card that tells it."""
    artifacts.write_metrics(folder, result, model_card)


def _describe(folder: Path, parameters: dict[str, Any], metrics: dict[str, Any]) -> None:
    artifacts.write_manifest(folder, name="product", data=DATA, parameters=parameters, metrics=metrics, credits=CREDITS)


def _finished(run: Path, name: str) -> Path:
    if not (run / name).exists():
        raise UserError(
            N_("{folder} holds no finished training: train all stages first, with python -m core train product"),
            folder=run,
        )
    return run


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


def _spread(paths: Sequence[Path], most: int) -> list[Path]:
    """At most `most` of them, evenly from the first to the last."""
    if len(paths) <= most:
        return list(paths)
    return [paths[round(place * (len(paths) - 1) / (most - 1))] for place in range(most)]
