"""From photos to models/superres: train the twins, measure; each replaces the stored one only if it is better."""

import json
import logging
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core import artifacts
from core.datasets import products
from core.enlarging.upscaler import STYLES, Upscaler, file_of, reach
from core.errors import N_, UserError
from core.settings import Settings
from core.superres.card import model_card

log = logging.getLogger(__name__)

NETWORK, CONFIG, HISTORY = "network.keras", "config.json", "history.json"
DATA = [{"name": products.NAME, "origin": products.ORIGIN, "terms": products.TERMS}]
CREDITS = [
    "Photos: Fashion Product Images (Small), Param Aggarwal (Kaggle); originals: Myntra",
    "Perceptual distance in training: SqueezeNet 1.1, F. Iandola et al.; weights from keras-squeezenet (MIT)",
]
STAGES = {"psnr": "faithful", "gan": "sharp"}  # what is trained, and the style it serves
_SMOKE_PHOTOS, _SMOKE_STEPS = 48, 6


def run_folder(settings: Settings, stage: str, *, smoke: bool) -> Path:
    """Where a stage keeps its checkpoint and the network it made."""
    return settings.runs / f"superres-{stage}{'-smoke' if smoke else ''}"


def train_stage(
    settings: Settings,
    stage: str,
    *,
    minutes: float,
    resume: bool,
    smoke: bool,
    weights: Path | None = None,
    devices: int = 1,
) -> None:
    """Train one of the twins; at the end its averaged network lies in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder); "psnr" needs none.

    Raises:
        UserError: photos, feature network or the faithful network are missing, or the checkpoint does not fit.
    """
    import keras

    from core.enlarging.network import build_upscaler
    from core.gan.perceptual import PerceptualDistance
    from core.gan.stages import building
    from core.gan.trainer import Pace, Run
    from core.superres import data
    from core.superres.training import SHARP, FaithfulObjective, SharpObjective, TrainingConfig

    config = SHARP if stage == "gan" else TrainingConfig()
    start = _faithful_weights(settings, smoke=smoke) if stage == "gan" else None
    path = feature_weights(settings, weights) if stage == "gan" else None
    photos = data.load(settings.data / "products", settings.prepared / "product", _SMOKE_PHOTOS if smoke else None)
    with building(devices, config.batch_size):
        if start is None or path is None:
            objective = FaithfulObjective(*photos, config)
        else:
            objective = SharpObjective(*photos, config, PerceptualDistance(path), start)
    pace = Pace(report=5, checkpoint=10, read_every=2) if smoke else None
    run = Run(objective, run_folder(settings, stage, smoke=smoke), pace)
    if not (resume and run.restore()):
        log.info("starting afresh; an earlier run in %s is kept aside", run.folder)
        run.start_afresh()
    run.folder.mkdir(parents=True, exist_ok=True)
    run.fit(minutes, steps=_SMOKE_STEPS if smoke else None)
    network = build_upscaler(config.network)
    network.set_weights(objective.average.model.get_weights())
    artifacts.save_keras(network, run.folder / NETWORK, half=True)
    record = {
        **asdict(config),
        "cycles": run.state.cycle + 1,
        "steps": run.state.step,
        "images": run.state.images,
        "minutes": run.state.seconds / 60,
        "trained_on": "a GPU" if keras.backend.backend() == "jax" else f"{os.cpu_count()} CPU cores",
    }
    artifacts.write_json(run.folder / CONFIG, {"parameters": record, "history": run.state.history})


def feature_weights(settings: Settings, weights: Path | None) -> Path:
    """The file of the perceptual network, in `weights` or in the folder beside the data.

    Raises:
        core.gan.perceptual.WeightsError: it is not there.
    """
    from core.gan.perceptual import find_weights

    return find_weights(weights or settings.data.parent / "weights")


def _faithful_weights(settings: Settings, *, smoke: bool) -> list[Any]:
    trained = run_folder(settings, "psnr", smoke=smoke) / NETWORK
    stored = settings.models / "superres" / file_of("faithful")
    path = trained if trained.exists() else stored
    if not path.exists():
        raise UserError(
            N_("the sharp network starts from the faithful one, which {path} lacks: train it first, with --stage psnr"),
            path=trained,
        )
    return artifacts.load_keras(path).get_weights()


def publish(settings: Settings, stage: str, *, weights: Path | None = None) -> bool:
    """Measure the network that `stage` made; store it unless the stored one of its style is at least as good.

    Raises:
        UserError: photos or feature network are missing, or there is no faithful network for a sharp one to stand by.
    """
    from core.gan.perceptual import PerceptualDistance
    from core.superres import data, evaluation

    style, run, folder = STAGES[stage], run_folder(settings, stage, smoke=False), settings.models / "superres"
    distance = PerceptualDistance(feature_weights(settings, weights)) if style == "sharp" else None
    photos = data.load_validation(settings.data / "products", settings.prepared / "product")
    record = json.loads((run / CONFIG).read_bytes())
    network = artifacts.load_keras(run / NETWORK)
    upscaler = Upscaler({style: network}, reach(record["parameters"]))
    return store(folder, style, run / NETWORK, record, evaluation.choice_figure(upscaler, style, photos, distance))


def store(folder: Path, style: str, network: Path, record: dict[str, Any], figure: float) -> bool:
    """Put the file `network` into the artifact as `style`, beside the other one; False if the stored is as good.

    `record` has "parameters" and "history" of the run; `figure` is `evaluation.choice_figure`.

    Raises:
        UserError: a sharp network comes before there is a faithful one.
    """
    former = _stored(folder)
    kept = {name: former.metrics[name] for name in STYLES if former and name in former.metrics}
    if style in kept and figure <= kept[style]:
        log.info("kept the stored %s network: %.4f against %.4f for the new one", style, kept[style], figure)
        return False
    others = [name for name in kept if name != style]
    if style == "sharp" and not others:
        raise UserError(
            N_("no faithful network is stored in {folder}: train it first, with --stage psnr"), folder=folder
        )
    histories = json.loads((folder / HISTORY).read_bytes()) if former else {}
    with artifacts.replacing(folder) as draft:
        for name in others:
            shutil.copyfile(folder / file_of(name), draft / file_of(name))
        shutil.copyfile(network, draft / file_of(style))
        artifacts.write_json(draft / HISTORY, {**histories, style: record["history"]})
        artifacts.write_manifest(
            draft,
            name="superres",
            data=DATA,
            parameters={**(former.parameters if former else {}), style: record["parameters"]},
            metrics={**kept, style: figure, "set": "validation photos, PSNR in dB; perceptual distance, negative"},
            credits=CREDITS,
        )
    log.info("stored a %s network with %.4f (before: %s)", style, figure, kept.get(style))
    return True


def _stored(folder: Path) -> artifacts.Manifest | None:
    try:
        return artifacts.open_artifact(folder)
    except artifacts.ArtifactError as error:
        log.info("no stored networks to compare with: %s", error)
        return None


def measure(settings: Settings, source: Path | None = None, *, weights: Path | None = None) -> dict[str, Any]:
    """All figures of the stored networks on the validation photos of `source` (default: the data folder's products).

    Raises:
        UserError: model, photos or feature network are missing.
    """
    from core.gan.perceptual import PerceptualDistance
    from core.superres import data, evaluation

    folder = settings.models / "superres"
    upscaler = Upscaler.load(folder)
    distance = PerceptualDistance(feature_weights(settings, weights))
    photos = data.load_validation(source or settings.data / "products", settings.prepared / "product")
    stored = sum((folder / name).stat().st_size for name in artifacts.open_artifact(folder).files)
    return evaluation.evaluate(upscaler, photos, distance, stored)


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measure` found beside the model, and the card that tells it."""
    artifacts.write_metrics(folder, result, model_card)
