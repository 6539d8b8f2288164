"""`python -m core prepare|train|evaluate|generate product`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import N_, UserError
from core.gan.stage_commands import (
    Count,
    Minutes,
    Out,
    Seed,
    Stage,
    StageOption,
    Truncation,
    hand_out,
    stage_storing,
    train_stages,
)
from core.options import Devices, Json, Resume, Smoke, Weights, Write
from core.output import print_result
from core.settings import settings


class Latent(StrEnum):
    """The grid of the autoencoder's latent: 4x3 places of 32 numbers, or 8x6 places of 8."""

    COARSE = "coarse"
    FINE = "fine"


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("prepare", prepare), ("train", train), ("evaluate", evaluate), ("generate", generate)):
        groups[verb].command("product")(command)


def prepare(
    source: Annotated[
        Path | None, typer.Option(help="Folder with the product photos (images_native.parquet, metadata_64.parquet).")
    ] = None,
    json_: Json = False,
) -> None:
    """Frame the product photos as training reads them; write them (npz), their table (CSV) and a report."""
    from core.product.data import prepare_folder

    target = settings().prepared / "product"
    report = prepare_folder(source or settings().data / "products", target)
    print_result(report, json_, f"{report['kept']} training and {report['held_out']} validation photos in {target}")


def train(
    stage: StageOption = Stage.ALL,
    minutes: Minutes = 240,
    resume: Resume = False,
    smoke: Smoke = False,
    latent: Annotated[Latent, typer.Option(help="Grid of the latent.")] = Latent.COARSE,
    weights: Weights = None,
    devices: Devices = 1,
) -> None:
    """Train the product generator, stage by stage; `all` stores it if it is better than the stored one."""
    from core.product import finishing, judge, publish, training

    where, grid = settings(), latent.value
    common: dict[str, Any] = {"resume": resume, "smoke": smoke, "devices": devices}
    train_stages(
        stage,
        minutes,
        {
            Stage.AUTOENCODER: lambda spent: training.train_autoencoder(
                where, minutes=spent, weights=weights, latent=grid, **common
            ),
            Stage.PRIOR: lambda spent: training.train_prior(where, minutes=spent, latent=grid, **common),
            Stage.JUDGE: lambda spent: judge.train_judge(where, minutes=spent, **common),
            Stage.DCGAN: lambda spent: training.train_dcgan(where, minutes=spent, **common),
            Stage.FINISH: lambda spent: finishing.train_finish(
                where, minutes=spent, weights=weights, latent=grid, **common
            ),
        },
        stage_storing(
            "product",
            where,
            lambda: publish.publish(where, latent=grid, weights=weights),
            lambda: publish.publish_finished(where, latent=grid, weights=weights),
            training.run_folder(where, "dcgan", "pixels"),
            smoke=smoke,
        ),
    )


def evaluate(
    data: Annotated[
        Path | None, typer.Option(help="Folder of product photos; those that were trained on are left out.")
    ] = None,
    weights: Weights = None,
    json_: Json = False,
    write: Write = False,
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
    out: Out,
    count: Count = 8,
    seed: Seed = 0,
    truncation: Truncation = 1.0,
    json_: Json = False,
) -> None:
    """Draw products that do not exist from a description."""
    from core.product.service import ProductGenerator

    service = ProductGenerator.load(settings().models / "product")
    made = service.generate(text, count, seed=seed, truncation=truncation)
    reading = service.read(text)
    about = {
        "text": reading.text,
        "understood": list(reading.understood),
        "approximated": dict(reading.approximated),
        "ignored": list(reading.ignored),
        "excluded": list(reading.excluded),
    }
    hand_out(out, made, about, json_)
