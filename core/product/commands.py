"""`python -m core train|evaluate|generate product`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, UserError
from core.options import Devices
from core.output import print_result
from core.settings import settings

AUTOENCODER_SHARE = 0.7  # of the minutes when all is trained: the generator of latents learns in minutes


class Stage(StrEnum):
    """What is trained: autoencoder, generator of its latents (prior), judge of the pictures, baseline, or all.

    `publish` trains nothing: it stores what single stages have made, as `all` does at its end.
    """

    AUTOENCODER = "autoencoder"
    PRIOR = "prior"
    JUDGE = "judge"
    DCGAN = "dcgan"
    PUBLISH = "publish"
    ALL = "all"


class Latent(StrEnum):
    """The grid of the autoencoder's latent: 4x3 places of 32 numbers, or 8x6 places of 8."""

    COARSE = "coarse"
    FINE = "fine"


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("train", train), ("evaluate", evaluate), ("generate", generate)):
        groups[verb].command("product")(command)


def train(
    stage: Annotated[Stage, typer.Option(help="What to train.")] = Stage.ALL,
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")] = 240,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    smoke: Annotated[bool, typer.Option("--smoke", help="A tiny run that shows the code works.")] = False,
    latent: Annotated[Latent, typer.Option(help="Grid of the latent.")] = Latent.COARSE,
    weights: Annotated[
        Path | None, typer.Option(help="Folder of feature networks; default: weights beside the data folder.")
    ] = None,
    devices: Devices = 1,
) -> None:
    """Train the product generator, stage by stage; `all` stores it if it is better than the stored one."""
    from core.product import judge, publish, training

    where, grid = settings(), latent.value
    rest = (1 - AUTOENCODER_SHARE) / 3

    def budget(asked: Stage, share: float) -> float | None:
        """Minutes for a stage, None when it is not asked for."""
        return minutes * share if stage == Stage.ALL else minutes if stage == asked else None

    if spent := budget(Stage.AUTOENCODER, AUTOENCODER_SHARE):
        training.train_autoencoder(
            where, minutes=spent, resume=resume, smoke=smoke, devices=devices, weights=weights, latent=grid
        )
    if spent := budget(Stage.PRIOR, rest):
        training.train_prior(where, minutes=spent, resume=resume, smoke=smoke, devices=devices, latent=grid)
    if spent := budget(Stage.JUDGE, rest):
        judge.train_judge(where, minutes=spent, resume=resume, smoke=smoke, devices=devices)
    if spent := budget(Stage.DCGAN, rest):
        training.train_dcgan(where, minutes=spent, resume=resume, smoke=smoke, devices=devices)
    if stage in (Stage.PUBLISH, Stage.ALL) and not smoke:
        publish.publish(where, latent=grid, weights=weights)


def evaluate(
    data: Annotated[
        Path | None, typer.Option(help="Folder of product photos; those that were trained on are left out.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Folder of feature networks; default: weights beside the data folder.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Store the figures as metrics.json and the card.")] = False,
) -> None:
    """Measure the stored generator on the captions of photos it has not seen: by default the validation photos."""
    from core.product import measuring, publish

    if data is not None and write:
        raise UserError(N_("--write stores figures of the validation photos: leave --data out"))
    result = measuring.evaluate(settings(), data=data, weights=weights)
    if write:
        publish.write_metrics(settings().models / "product", result)
    accuracies = {name: result["attributes"][name] for name in ("type", "colour")}
    said = ", ".join(f"{name} {row['accuracy']:.3f} of {row['ceiling']:.3f}" for name, row in accuracies.items())
    print_result(result, json_, f"{said}, KID {result['distribution']['generated']['kid']:.4f} (n {result['n']})")


def generate(
    text: Annotated[str, typer.Option(help="What the pictures show, in French or English.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures, 000.png and so on.")],
    count: Annotated[int, typer.Option(help="How many pictures.")] = 8,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal pictures.")] = 0,
    truncation: Annotated[float, typer.Option(help="Variety: below 1 more typical, above 1 more unusual.")] = 1.0,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Draw products that do not exist from a description."""
    from core.picture_files import write_pictures
    from core.product.service import ProductGenerator

    service = ProductGenerator.load(settings().models / "product")
    made = service.generate(text, count, seed=seed, truncation=truncation)
    reading = service.read(text)
    names = write_pictures(out, [picture.png() for picture in made])
    files = [{"file": name, **picture.notes} for name, picture in zip(names, made, strict=True)]
    result = {
        "text": reading.text,
        "understood": list(reading.understood),
        "approximated": dict(reading.approximated),
        "ignored": list(reading.ignored),
        "excluded": list(reading.excluded),
        "files": files,
    }
    print_result(result, json_, f"{len(files)} pictures in {out}")
