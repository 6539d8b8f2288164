"""From training runs to models/emoji: put together, measured beside the stored model, kept if better."""

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from core import artifacts
from core.datasets import emoji as dataset
from core.emoji import evaluation, refine_worth
from core.emoji.card import model_card
from core.emoji.drawings import NAMES, VECTORS
from core.emoji.evaluation import Bench
from core.emoji.judge import STAGE
from core.emoji.measuring import build_bench, check_classes, maker
from core.emoji.network import AXES
from core.emoji.service import EmojiGenerator
from core.emoji.training import drawings_of, run_folder
from core.errors import UserError
from core.gan import publishing
from core.gan.classifier import NETWORK, Classifier
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD, model_id
from core.settings import Settings

log = logging.getLogger(__name__)
STAGES = ("autoencoder", "prior", STAGE, "dcgan")


def publish(settings: Settings, *, weights: Path | None = None, trained_on: str | None = None) -> bool:
    """Put the finished runs into models/emoji; False when the stored model is better.

    Both are measured now, by the judge of the runs, on the same validation contexts and seeds; see
    `evaluation.choice_figures`. `trained_on` says which machine it was (default: the number of CPU cores here).

    Raises:
        UserError: a stage is not finished, the model is too large, or emoji or feature network are missing.
    """
    folder = settings.models / "emoji"
    runs = {stage: run_folder(settings, stage) for stage in STAGES}
    judge = Classifier.load(publishing.finished(runs[STAGE], NETWORK, "emoji"))
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        assembled = publishing.assemble(runs, made, "emoji")
        drawings_of(settings).save(made)
        publishing.check_size(made, GENERATOR, DECODER, STANDARD, NAMES, VECTORS)
        bench = build_bench(settings, judge, "validation", weights=weights)  # last, it takes minutes
        parameters = {
            **assembled,
            "classes": {axis: list(bench.condition.classes[axis]) for axis in AXES},
            "data": _counts(settings.prepared / "emoji"),
            "cells": learned_cells(bench),
            "trained_on": trained_on or f"{os.cpu_count()} CPU cores",
        }
        judge.save(made, half=True)
        return _store_if_better(folder, made, parameters, bench)


def publish_finished(settings: Settings, *, weights: Path | None = None) -> bool:
    """Put the stored generator with the decoder of the finishing run into models/emoji, if that is better.

    Raises:
        UserError: the run is not finished or not of the stored model, or emoji or feature network are missing.
    """
    folder, run = settings.models / "emoji", run_folder(settings, publishing.FINISH)
    with publishing.with_finished(folder, run, "emoji") as (made, parameters):
        bench = build_bench(settings, Classifier.load(folder), "validation", weights=weights)
        return _store_if_better(folder, made, parameters, bench)


def _store_if_better(folder: Path, made: Path, parameters: dict[str, Any], bench: Bench) -> bool:
    """Measure the model whose files lie in `made` beside the one in `folder`."""
    _describe(made, parameters, {})
    found = evaluation.choice_figures(bench, maker(EmojiGenerator.load(made)))
    stored = _stored_figures(folder, bench)
    described = {**found, "set": "the first validation contexts"}
    return publishing.replace_if_better(
        folder, made, found, stored, lambda draft: _describe(draft, parameters, described)
    )


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measuring.evaluate` found beside the model, and the card that tells it."""
    artifacts.write_metrics(
        folder,
        result,
        lambda manifest, metrics: model_card(manifest, metrics, refine_worth.read(folder, model_id(manifest))),
    )


def write_worth(folder: Path, result: dict[str, Any]) -> None:
    """Store what `refine_worth.prove` found beside the model, and tell it in the card.

    Raises:
        core.artifacts.ArtifactError: the model has not been measured itself.
    """
    metrics = artifacts.read_metrics(folder)
    artifacts.write_json(folder / refine_worth.FILE, result)
    write_metrics(folder, metrics)


def learned_cells(bench: Bench) -> dict[str, dict[str, int]]:
    """How many training pictures there are of each mood and topic: what a refined data set starts from."""
    moods, topics = (bench.condition.classes[axis] for axis in ("mood", "topic"))
    pairs = bench.train_labels[:, [AXES.index("mood"), AXES.index("topic")]]
    return {
        mood: {topic: int((pairs == (row, column)).all(axis=1).sum()) for column, topic in enumerate(topics)}
        for row, mood in enumerate(moods)
    }


def _counts(prepared: Path) -> dict[str, Any]:
    """What the card of the prepared emoji says that the model's card repeats."""
    card = json.loads((prepared / "card.json").read_bytes())
    return {name: card[name] for name in ("emoji", "emoji_with_all_axes", "held_cells")}


def _describe(folder: Path, parameters: dict[str, Any], metrics: dict[str, Any]) -> None:
    styles = [dataset.style(key) for key in parameters["classes"]["style"]]
    data = [
        {"name": each.title, "origin": f"npm {each.package.release}", "terms": f"{each.licence} ({each.licence.url})"}
        for each in styles
    ]
    credits = [
        f"{each.title} by {each.artist}, {each.licence} ({each.licence.url}), {each.link}. {each.record()['changes']}."
        for each in styles
    ]
    artifacts.write_manifest(
        folder, name="emoji", data=data, parameters=parameters, metrics=metrics, credits=[*credits, *publishing.CREDITS]
    )


def _stored_figures(folder: Path, bench: Bench) -> dict[str, float] | None:
    """What the stored model gets on the same bench; None when there is none, or none that works on it."""
    try:
        stored = EmojiGenerator.load(folder)
        check_classes(stored, bench.condition)
    except UserError as error:
        log.info("no stored model to compare with: %s", error)
        return None
    return evaluation.choice_figures(bench, maker(stored))
