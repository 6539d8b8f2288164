"""`python -m core train product`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.settings import settings

AUTOENCODER_SHARE = 0.85  # of the minutes when both are trained: the generator of latents learns in minutes


class Stage(StrEnum):
    """What is trained: the autoencoder, the generator of its latents (prior), or one after the other."""

    AUTOENCODER = "autoencoder"
    PRIOR = "prior"
    ALL = "all"


class Latent(StrEnum):
    """The grid of the autoencoder's latent: 4x3 places of 32 numbers, or 8x6 places of 8."""

    COARSE = "coarse"
    FINE = "fine"


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["train"].command("product")(train)


def train(
    stage: Annotated[Stage, typer.Option(help="What to train.")] = Stage.ALL,
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")] = 240,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    smoke: Annotated[bool, typer.Option("--smoke", help="A tiny run that shows the code works.")] = False,
    latent: Annotated[Latent, typer.Option(help="Grid of the latent.")] = Latent.COARSE,
    weights: Annotated[
        Path | None, typer.Option(help="Folder of feature networks; default: weights beside the data folder.")
    ] = None,
) -> None:
    """Train the product generator, stage by stage."""
    from core.product import training

    where = settings()
    if stage in (Stage.AUTOENCODER, Stage.ALL):
        share = 1 if stage == Stage.AUTOENCODER else AUTOENCODER_SHARE
        training.train_autoencoder(
            where, minutes=minutes * share, resume=resume, smoke=smoke, weights=weights, latent=latent.value
        )
    if stage in (Stage.PRIOR, Stage.ALL):
        share = 1 if stage == Stage.PRIOR else 1 - AUTOENCODER_SHARE
        training.train_prior(where, minutes=minutes * share, resume=resume, smoke=smoke, latent=latent.value)
