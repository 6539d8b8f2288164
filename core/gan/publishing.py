"""From the folders of finished runs to the files of a model, and into its place if it is better."""

import csv
import io
import json
import logging
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from core import artifacts
from core.errors import N_, UserError
from core.gan.baseline import DCGAN
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.stages import AUTOENCODER, CONFIG, digest, read_config
from core.gan.trainer import HISTORY, SAMPLES

log = logging.getLogger(__name__)
SHEET_BYTES = 60_000
MOST_BYTES = 16_000_000  # what a model serves together
CREDITS = (
    "Perceptual distance while training: SqueezeNet 1.1, F. Iandola et al.; weights of DeepCognition/keras-squeezenet",
    "Features of the figures: MobileNetV2, M. Sandler et al., or InceptionV3, C. Szegedy et al.; not part of the model",
)
HISTORIES = "history.json"
_BASELINE, FINISH = "dcgan", "finish"  # stages
# at most so many over the time of training; the autoencoder's show real pictures
_SHEETS = {"prior": 4, _BASELINE: 2, FINISH: 2}


def assemble(runs: Mapping[str, Path], target: Path, name: str) -> dict[str, Any]:
    """Write the networks, history.json and sheets of samples from the folders of `runs` into `target`.

    `runs` has "autoencoder", "prior", "dcgan" and perhaps others; `name` is what is trained, for the advice in errors.
    Returns how the networks were made, for the manifest.

    Raises:
        UserError: autoencoder or generator are not finished, or do not belong together.
    """
    prior = finished(runs["prior"], GENERATOR, name)
    networks = {GENERATOR: prior, DECODER: finished(runs["autoencoder"], DECODER, name)}
    if read_config(prior).get(AUTOENCODER) != digest(networks[DECODER] / DECODER):
        raise UserError(N_("the generator was trained for another autoencoder: train it again, with --stage prior"))
    for file, run in networks.items():
        artifacts.save_keras(artifacts.load_keras(run / file), target / file, half=True)
    shutil.copyfile(prior / STANDARD, target / STANDARD)
    if (runs[_BASELINE] / GENERATOR).exists():
        artifacts.save_keras(artifacts.load_keras(runs[_BASELINE] / GENERATOR), target / DCGAN, half=True)
    done = {stage: run for stage, run in runs.items() if (run / HISTORY).exists()}
    histories = {stage: read_history(run / HISTORY) for stage, run in done.items()}
    artifacts.write_json(target / HISTORIES, histories)
    stages = {stage: _spent(done[stage], rows) for stage, rows in histories.items() if rows}
    return {"stages": stages, "samples": write_samples(runs, target)}


@contextmanager
def with_finished(folder: Path, run: Path, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A scratch folder with the files of the stored model in `folder`, but with the decoder of the finished `run`.

    What was measured of the stored one is left out. Beside it the parameters of both, for the manifest.

    Raises:
        UserError: the run is not finished, was begun with another decoder, or the model is missing or damaged.
    """
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        yield made, _assemble_finished(folder, run, made, name)


def _assemble_finished(folder: Path, run: Path, target: Path, name: str) -> dict[str, Any]:
    finished(run, DECODER, name)
    stored = artifacts.open_artifact(folder)
    if read_config(run).get(AUTOENCODER) != digest(folder / DECODER):
        raise UserError(
            N_("the stored model has changed since the run in {folder} was begun: start afresh"), folder=run
        )
    sheets = stored.parameters["samples"]
    left = {sheet["file"] for sheet in sheets if sheet["stage"] == FINISH}
    for file in stored.files.keys() - left:
        shutil.copyfile(folder / file, target / file)
    artifacts.save_keras(artifacts.load_keras(run / DECODER), target / DECODER, half=True)
    histories, rows = json.loads((folder / HISTORIES).read_bytes()), read_history(run / HISTORY)
    artifacts.write_json(target / HISTORIES, {**histories, FINISH: rows})
    stages, spent = stored.parameters["stages"], _spent(run, rows)
    for name in ("minutes", "images_shown", "steps"):  # it may have been finished before
        spent[name] += stages.get(FINISH, {}).get(name, 0)
    kept = [sheet for sheet in sheets if sheet["file"] not in left]
    return {
        **stored.parameters,
        "samples": [*kept, *write_samples({FINISH: run}, target)],
        "stages": {**stages, FINISH: spent},
    }


def replace_baseline(folder: Path, run: Path, name: str) -> None:
    """Put the DCGAN of the finished `run` into the stored model; what was measured beside the former one is removed.

    Raises:
        UserError: the run is not finished, or the model is missing or damaged.
    """
    finished(run, GENERATOR, name)
    stored = artifacts.open_artifact(folder)
    histories = json.loads((folder / HISTORIES).read_bytes())
    rows = read_history(run / HISTORY)
    sheets = [sheet for sheet in stored.parameters["samples"] if sheet["stage"] == _BASELINE]
    others = [sheet for sheet in stored.parameters["samples"] if sheet["stage"] != _BASELINE]
    left = {DCGAN, HISTORIES, *(sheet["file"] for sheet in sheets)}
    with artifacts.replacing(folder) as draft:
        for file in stored.files.keys() - left:
            shutil.copyfile(folder / file, draft / file)
        artifacts.save_keras(artifacts.load_keras(run / GENERATOR), draft / DCGAN, half=True)
        artifacts.write_json(draft / HISTORIES, {**histories, _BASELINE: rows})
        parameters = {
            **stored.parameters,
            "samples": [*others, *write_samples({_BASELINE: run}, draft)],
            "stages": {**stored.parameters["stages"], _BASELINE: _spent(run, rows)},
        }
        artifacts.write_manifest(
            draft, name=stored.name, data=[source.model_dump() for source in stored.data], parameters=parameters,
            metrics=stored.metrics, credits=stored.credits,
        )  # fmt: skip
    log.info("stored a baseline that saw %d pictures", parameters["stages"][_BASELINE]["images_shown"])


def _spent(run: Path, rows: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """How a stage was trained, and what that took by the last of its `rows`."""
    last = rows[-1]
    return {
        **json.loads((run / CONFIG).read_bytes()),
        "minutes": last["seconds"] / 60, "images_shown": int(last["images"]), "steps": int(last["step"]),
    }  # fmt: skip


def replace_if_better(
    folder: Path,
    made: Path,
    found: Mapping[str, float],
    stored: Mapping[str, float] | None,
    describe: Callable[[Path], None],
) -> bool:
    """Put the files in `made` into the model's `folder` unless what is `stored` there has a higher "figure".

    Equal figures replace it, so that the same generator can be stored again with another judge or baseline. `describe`
    writes the manifest.
    """
    if stored is not None and found["figure"] < stored["figure"]:
        log.info("kept the stored model: %s against %s for the new one", stored, found)
        return False
    with artifacts.replacing(folder) as draft:
        for path in made.iterdir():
            shutil.copyfile(path, draft / path.name)
        describe(draft)
    log.info("stored a model: %s (before: %s)", found, stored)
    return True


def finished(run: Path, file: str, name: str) -> Path:
    """The folder `run`, which holds what its stage makes at its end.

    Raises:
        UserError: it does not.
    """
    if not (run / file).exists():
        raise UserError(
            N_("{folder} holds no finished training: train all stages first, with python -m core train {name}"),
            folder=run, name=name,
        )  # fmt: skip
    return run


def check_size(made: Path, *names: str) -> None:
    """Refuse files of the folder `made` that together are too large to be stored.

    Raises:
        UserError: they take more than MOST_BYTES.
    """
    size = sum((made / name).stat().st_size for name in names)
    if size > MOST_BYTES:
        raise UserError(
            N_("{files} take {size} MB, more than the {most} MB that may be stored"),
            files=", ".join(names), size=math.ceil(size / 1e6), most=MOST_BYTES // 1_000_000,
        )  # fmt: skip


def read_history(path: Path) -> list[dict[str, float]]:
    """The rows that `core.gan.trainer` wrote; what a row lacks is left out."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(file)]


def write_samples(runs: Mapping[str, Path], target: Path) -> list[dict[str, Any]]:
    """A few sheets of generated pictures over the time of training as small WebP files, and which they are."""
    kept = []
    for stage, most in _SHEETS.items():
        sheets = sorted((runs[stage] / SAMPLES).glob("*.png")) if stage in runs else []
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


def _spread(paths: Sequence[Path], most: int) -> list[Path]:
    """At most `most` of them, evenly from the first to the last."""
    if len(paths) <= most:
        return list(paths)
    return [paths[round(place * (len(paths) - 1) / (most - 1))] for place in range(most)]
