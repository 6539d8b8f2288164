"""From prepared emoji to models/restyle: train, measure, and keep the network if it is better than the stored one."""

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from core import artifacts
from core.datasets import emoji
from core.datasets.emoji.split import TEST, TRAIN, VALIDATION
from core.errors import N_, UserError
from core.restyle.card import model_card
from core.restyle.service import NETWORK, Restyler
from core.settings import Settings

log = logging.getLogger(__name__)
HISTORY, SHEET = "history.json", "samples.webp"
_PERCEPTUAL = "Perceptual distance in training: SqueezeNet 1.1, F. Iandola et al.; weights from keras-squeezenet (MIT)"
_SMOKE_NETWORK: dict[str, Any] = {"widths": (4, 4), "blocks": (1, 1)}
_SMOKE: dict[str, Any] = {"batch_size": 4, "validated": 8, "critic_widths": (4, 4)}


def run_folder(settings: Settings, *, smoke: bool) -> Path:
    """Where the run keeps its checkpoint and the network it made."""
    return settings.runs / f"restyle{'-smoke' if smoke else ''}"


def train(
    settings: Settings, *, minutes: float, resume: bool, smoke: bool, weights: Path | None = None, devices: int = 1
) -> None:
    """Train the network; at the end its average lies in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: emoji or feature network are missing, or the checkpoint does not fit.
    """
    path = feature_weights(settings, weights)
    import keras

    from core.gan.perceptual import PerceptualDistance
    from core.gan.stages import building, fit
    from core.restyle import data
    from core.restyle.network import RestylerConfig, build_restyler
    from core.restyle.training import RestyleObjective, TrainingConfig

    pictures = data.load(settings.prepared / "emoji")
    styles = pictures[TRAIN].styles
    network = RestylerConfig(styles=len(styles), **(_SMOKE_NETWORK if smoke else {}))
    config = TrainingConfig(network=network, **(_SMOKE if smoke else {}))
    with building(devices, config.batch_size):
        objective = RestyleObjective(pictures[TRAIN], pictures[VALIDATION], PerceptualDistance(path), config)

    def save(folder: Path) -> None:
        served = build_restyler(config.network)
        served.set_weights(objective.average.model.get_weights())
        artifacts.save_keras(served, folder / NETWORK, half=True)

    record = {
        **config.record(),
        "styles": list(styles),
        "trained_on": "a GPU" if keras.backend.backend() == "jax" else f"{os.cpu_count()} CPU cores",
    }
    folder = run_folder(settings, smoke=smoke)
    fit(objective, folder, record, minutes=minutes, resume=resume, smoke=smoke, save=save)


def feature_weights(settings: Settings, weights: Path | None) -> Path:
    """The file of the perceptual network, in `weights` or in the folder beside the data.

    Raises:
        core.gan.perceptual.WeightsError: it is not there.
    """
    from core.gan.perceptual import find_weights

    return find_weights(weights or settings.data.parent / "weights")


def publish(settings: Settings, *, smoke: bool = False, weights: Path | None = None) -> bool:
    """Store the network of the finished run in models/restyle unless the stored one is better.

    Both are measured now on the validation emoji; see `evaluation.choice_figure`. `smoke` takes the smoke run's.

    Raises:
        UserError: the run is not finished or for other styles, or emoji or feature network are missing.
    """
    from core.gan.perceptual import PerceptualDistance
    from core.gan.publishing import finished, read_history, replace_if_better, small_webp
    from core.gan.stages import read_config
    from core.gan.trainer import HISTORY as ROWS
    from core.gan.trainer import SAMPLES
    from core.restyle import data, evaluation

    run, folder = finished(run_folder(settings, smoke=smoke), NETWORK, "restyle"), settings.models / "restyle"
    distance = PerceptualDistance(feature_weights(settings, weights))
    held = data.load(settings.prepared / "emoji")[VALIDATION]
    record, rows = read_config(run), read_history(run / ROWS)
    if tuple(record["styles"]) != held.styles:
        raise UserError(N_("the network was trained for other styles than the prepared emoji have: train it again"))
    restyler = Restyler(artifacts.load_keras(run / NETWORK), record["styles"])
    found = {"figure": -evaluation.choice_figure(restyler, held, distance)}
    last = rows[-1]
    parameters = {
        **record,
        "cycles": int(last["cycle"]) + 1,
        "steps": int(last["step"]),
        "images": int(last["images"]),
        "minutes": last["seconds"] / 60,
    }
    metrics = {"perceptual": -found["figure"], "set": "validation emoji, perceptual distance: lower is better"}
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        shutil.copyfile(run / NETWORK, made / NETWORK)
        artifacts.write_json(made / HISTORY, rows)
        for sheet in sorted((run / SAMPLES).glob("*.png"))[-1:]:
            (made / SHEET).write_bytes(small_webp(sheet))
        return replace_if_better(
            folder, made, found, _stored(folder, held, distance), lambda draft: _describe(draft, parameters, metrics)
        )


def _stored(folder: Path, held: Any, distance: Any) -> dict[str, float] | None:
    """What the stored network gets on the same emoji; None when there is none, or none for these styles."""
    from core.restyle import evaluation

    try:
        stored = Restyler.load(folder)
    except artifacts.ArtifactError as error:
        log.info("no stored network to compare with: %s", error)
        return None
    if stored.styles != held.styles:
        log.info("the stored network draws in other styles: %s", ", ".join(stored.styles))
        return None
    return {"figure": -evaluation.choice_figure(stored, held, distance)}


def _describe(folder: Path, parameters: dict[str, Any], metrics: dict[str, Any]) -> None:
    styles = [emoji.style(key) for key in parameters["styles"]]
    artifacts.write_manifest(
        folder,
        name="restyle",
        data=[
            {"name": each.title, "origin": each.package.release, "terms": f"{each.licence} ({each.licence.url})"}
            for each in styles
        ],
        parameters=parameters,
        metrics=metrics,
        credits=[*map(_credit, styles), _PERCEPTUAL],
    )


def _credit(style: emoji.Style) -> str:
    """As plain text: it is shown where markup is not read."""
    return (
        f"{style.title} by {style.artist}, {style.licence} ({style.licence.url}), {style.link}. "
        f"{style.record()['changes']}."
    )


def measure(
    settings: Settings, source: Path | None = None, *, weights: Path | None = None, limit: int | None = None
) -> dict[str, Any]:
    """All figures of the stored network on the test emoji in `source` (default: the prepared ones).

    With `limit` at most so many pairs are looked at.

    Raises:
        UserError: model, emoji or feature network are missing, or the emoji are in other styles.
    """
    from core.gan.perceptual import PerceptualDistance
    from core.restyle import data, evaluation
    from core.restyle.service import check_style

    folder = settings.models / "restyle"
    restyler = Restyler.load(folder)
    distance = PerceptualDistance(feature_weights(settings, weights))
    pictures = data.load(source or settings.prepared / "emoji")
    for key in pictures[TEST].styles:
        check_style(key, restyler.styles)
    stored = sum((folder / name).stat().st_size for name in artifacts.open_artifact(folder).files)
    return evaluation.evaluate(
        restyler, pictures[TRAIN], pictures[TEST], distance, split=TEST, stored=stored, limit=limit
    )


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measure` found beside the model, and the card that tells it."""
    artifacts.write_metrics(folder, result, model_card)
