"""From training runs to models/avatar: put together, measured beside the stored model, kept if better."""

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from core import artifacts
from core.avatar import evaluation, judge
from core.avatar.bench import Bench
from core.avatar.card import model_card
from core.avatar.measuring import build_bench, check_themes, fresh
from core.avatar.originality import MEASURED, REFERENCE, write_originality
from core.avatar.retouching import retouching_of
from core.avatar.service import AvatarGenerator
from core.avatar.training import run_folder
from core.datasets.avatars.card import CARD
from core.errors import N_, DataError, UserError
from core.gan import publishing
from core.gan.classifier import NETWORK, Classifier
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.images import encode_png, grid
from core.settings import Settings

log = logging.getLogger(__name__)
_SHOWN, _COLUMNS = 40, 10  # avatars on the sheet of a theme


def publish(settings: Settings, *, weights: Path | None = None, trained_on: str | None = None) -> bool:
    """Put the finished runs into models/avatar; False when the stored model is better.

    Both are measured now, by the judge of the runs, on the same themes and seeds; see `evaluation.choice_figures`.
    `trained_on` says which machine it was (default: the number of CPU cores here).

    Raises:
        UserError: a stage is not finished, the model is too large, or avatars or feature network are missing.
    """
    folder, prepared = settings.models / "avatar", settings.prepared / "avatar"
    runs = {stage: run_folder(settings, stage) for stage in ("autoencoder", "prior", judge.STAGE, "dcgan")}
    judging = Classifier.load(publishing.finished(runs[judge.STAGE], NETWORK, "avatar"))
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        assembled = publishing.assemble(runs, made, "avatar")
        publishing.check_size(made, GENERATOR, DECODER, STANDARD)
        bench = build_bench(settings, judging, weights=weights)  # last, it takes minutes
        parameters = {
            **assembled,
            "themes": list(bench.avatars.keys),
            **retouching_of(bench.avatars.keys),
            "sources": read_sources(prepared, bench.avatars.keys),
            "trained_on": trained_on or f"{os.cpu_count()} CPU cores",
        }
        judging.save(made, half=True)
        return _store_if_better(folder, made, parameters, bench)


def publish_finished(settings: Settings, *, weights: Path | None = None) -> bool:
    """Put the stored generator with the decoder of the finishing run into models/avatar, if that is better.

    Raises:
        UserError: the run is not finished or not of the stored model, or avatars or feature network are missing.
    """
    folder, run = settings.models / "avatar", run_folder(settings, publishing.FINISH)
    with publishing.with_finished(folder, run, "avatar") as (made, parameters):
        bench = build_bench(settings, Classifier.load(folder), weights=weights)
        return _store_if_better(folder, made, {**parameters, **retouching_of(bench.avatars.keys)}, bench)


def _store_if_better(folder: Path, made: Path, parameters: dict[str, Any], bench: Bench) -> bool:
    """Measure the model whose files lie in `made` beside the one in `folder`; what is said of copies is made anew."""
    _describe(made, parameters, {})
    generator = AvatarGenerator.load(made)
    check_themes(generator, bench)
    found = evaluation.choice_figures(bench, generator.pictures)
    stored = _stored_figures(folder, bench)
    if stored is None or found["figure"] >= stored["figure"]:
        samples = {theme: fresh(generator, theme, MEASURED, start=1) for theme in generator.themes}
        write_originality(made, bench.avatars.train_images, samples)
        publishing.check_size(made, REFERENCE)
        parameters["sheets"] = write_sheets(generator, made)
    described = {**found, "set": "some of the held-out pictures' themes"}
    return publishing.replace_if_better(
        folder, made, found, stored, lambda draft: _describe(draft, parameters, described)
    )


def write_sheets(generator: AvatarGenerator, target: Path) -> dict[str, str]:
    """A small WebP file of avatars of each theme in `target`; returns their names by theme."""
    names = {}
    for theme in generator.themes:
        sheet = target / f".{theme}.png"
        sheet.write_bytes(encode_png(grid(fresh(generator, theme, _SHOWN, start=2), _COLUMNS)))
        names[theme] = f"avatars_{theme}.webp"
        (target / names[theme]).write_bytes(publishing.small_webp(sheet))
        sheet.unlink()
    return names


def read_sources(prepared: Path, themes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Per theme its title, how many pictures, and the credits of every artist, as `prepare avatar` wrote them.

    Raises:
        DataError: the card of the prepared avatars is missing, damaged, or lacks a theme.
    """
    try:
        card = json.loads((prepared / CARD).read_bytes())["themes"]
        return {theme: {name: card[theme][name] for name in ("title", "pictures", "credits")} for theme in themes}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            N_("{folder} does not say whose pictures it holds: run python -m core prepare avatar"), folder=prepared
        ) from error


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measuring.evaluate` found beside the model, and the card that tells it."""
    artifacts.write_metrics(folder, result, model_card)


def _describe(folder: Path, parameters: dict[str, Any], metrics: dict[str, Any]) -> None:
    credits = {tuple(each.items()): each for source in parameters["sources"].values() for each in source["credits"]}
    data = [
        {"name": each["work"], "origin": each["link"], "terms": f"{each['licence']} ({each['licence_url']})"}
        for each in credits.values()
    ]
    artists = [
        f"{each['work']} by {each['artist']} ({each['link']}), {each['licence']}. {each['changes']}."
        for each in credits.values()
    ]
    credited = [*artists, *publishing.CREDITS]
    artifacts.write_manifest(folder, name="avatar", data=data, parameters=parameters, metrics=metrics, credits=credited)


def _stored_figures(folder: Path, bench: Bench) -> dict[str, float] | None:
    """What the stored model gets on the same bench; None when there is none that works, or one of other themes."""
    try:
        stored = AvatarGenerator.load(folder)
        check_themes(stored, bench)
    except UserError as error:
        log.info("no stored model to compare with: %s", error)
        return None
    return evaluation.choice_figures(bench, stored.pictures)
