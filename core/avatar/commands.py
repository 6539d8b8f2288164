"""`python -m core prepare|train avatar`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.output import print_result
from core.settings import settings


class Stage(StrEnum):
    """What is trained: the autoencoder, the generator of its latents (prior), the baseline, or all."""

    AUTOENCODER = "autoencoder"
    PRIOR = "prior"
    DCGAN = "dcgan"
    ALL = "all"


SHARES = {Stage.AUTOENCODER: 0.7, Stage.PRIOR: 0.15, Stage.DCGAN: 0.15}  # of the minutes when all are trained


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["prepare"].command("avatar")(prepare)
    groups["train"].command("avatar")(train)


def prepare(
    themes: Annotated[str, typer.Option(help="Which themes: keys with commas between; default: all.")] = "",
    count: Annotated[int, typer.Option(min=20, help="Pictures per theme.")] = 12_000,
    cc0: Annotated[bool, typer.Option("--cc0", help="Draw the saga from parts without conditions (CC0) only.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Draw different pictures of every theme, 64x64, with their credits, into the prepared folder."""
    from core.datasets.avatars.preparation import prepare as draw

    keys = [key.strip() for key in themes.split(",") if key.strip()] or None
    report = draw(settings().prepared / "avatar", keys, count=count, cc0=cc0)
    made = ", ".join(f"{key} {theme['pictures']}" for key, theme in report["themes"].items())
    print_result(report, json_, f"pictures per theme: {made}")


def train(
    stage: Annotated[Stage, typer.Option(help="What to train.")] = Stage.ALL,
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")] = 240,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    smoke: Annotated[bool, typer.Option("--smoke", help="A tiny run that shows the code works.")] = False,
    weights: Annotated[
        Path | None, typer.Option(help="Folder of feature networks; default: weights beside the data folder.")
    ] = None,
) -> None:
    """Train the avatar generator, stage by stage; what is made stays in the runs folder."""
    from core.avatar import training

    where = settings()
    chosen = SHARES if stage == Stage.ALL else {stage: 1.0}
    if share := chosen.get(Stage.AUTOENCODER):
        training.train_autoencoder(where, minutes=minutes * share, resume=resume, smoke=smoke, weights=weights)
    if share := chosen.get(Stage.PRIOR):
        training.train_prior(where, minutes=minutes * share, resume=resume, smoke=smoke)
    if share := chosen.get(Stage.DCGAN):
        training.train_dcgan(where, minutes=minutes * share, resume=resume, smoke=smoke)
