"""`python -m core prepare|train|evaluate|generate avatar`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, UserError
from core.options import Devices
from core.output import print_result
from core.settings import settings


class Stage(StrEnum):
    """What is trained: autoencoder, generator of its latents (prior), judge of the themes, baseline, or all.

    `publish` trains nothing: it stores what single stages have made, as `all` does at its end.
    """

    AUTOENCODER = "autoencoder"
    PRIOR = "prior"
    JUDGE = "judge"
    DCGAN = "dcgan"
    PUBLISH = "publish"
    ALL = "all"


# of the minutes when all are trained
SHARES = {Stage.AUTOENCODER: 0.68, Stage.PRIOR: 0.15, Stage.JUDGE: 0.02, Stage.DCGAN: 0.15}


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("prepare", prepare), ("train", train), ("evaluate", evaluate), ("generate", generate)):
        groups[verb].command("avatar")(command)


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
    devices: Devices = 1,
) -> None:
    """Train the avatar generator, stage by stage; `all` stores it if it is better than the stored one."""
    from core.avatar import judge, publish, training

    where = settings()
    chosen = SHARES if stage == Stage.ALL else {stage: 1.0}
    if share := chosen.get(Stage.AUTOENCODER):
        training.train_autoencoder(
            where, minutes=minutes * share, resume=resume, smoke=smoke, devices=devices, weights=weights
        )
    if share := chosen.get(Stage.PRIOR):
        training.train_prior(where, minutes=minutes * share, resume=resume, smoke=smoke, devices=devices)
    if share := chosen.get(Stage.JUDGE):
        judge.train_judge(where, minutes=minutes * share, resume=resume, smoke=smoke, devices=devices)
    if share := chosen.get(Stage.DCGAN):
        training.train_dcgan(where, minutes=minutes * share, resume=resume, smoke=smoke, devices=devices)
    if stage in (Stage.PUBLISH, Stage.ALL) and not smoke:
        publish.publish(where, weights=weights)


def evaluate(
    data: Annotated[
        Path | None, typer.Option(help="Folder of prepared avatars; those that were trained on are left out.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Folder of feature networks; default: weights beside the data folder.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Store the figures as metrics.json and the card.")] = False,
) -> None:
    """Measure the stored generator beside avatars it has not seen: by default the validation pictures."""
    from core.avatar import measuring, publish

    if data is not None and write:
        raise UserError(N_("--write stores figures of the validation pictures: leave --data out"))
    result = measuring.evaluate(settings(), data=data, weights=weights)
    if write:
        publish.write_metrics(settings().models / "avatar", result)
    theme, kid = result["theme"], result["distribution"]["generated"]["kid"]
    print_result(
        result, json_,
        f"theme {theme['accuracy']:.3f} of {theme['ceiling']:.3f}, KID {kid:.4f} (n {result['n']})",
    )  # fmt: skip


def generate(
    theme: Annotated[str, typer.Option(help="Which world the avatars come from, such as saga.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures, 000.png and so on.")],
    count: Annotated[int, typer.Option(help="How many pictures.")] = 8,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal pictures.")] = 0,
    truncation: Annotated[float, typer.Option(help="Variety: below 1 more typical, above 1 more unusual.")] = 1.0,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Draw avatars that do not exist."""
    from core.avatar.service import AvatarGenerator
    from core.picture_files import write_pictures

    service = AvatarGenerator.load(settings().models / "avatar")
    made = service.generate(theme, count, seed=seed, truncation=truncation)
    names = write_pictures(out, [avatar.png() for avatar in made])
    files = [{"file": name, **avatar.notes} for name, avatar in zip(names, made, strict=True)]
    print_result({"theme": theme, "files": files}, json_, f"{len(files)} pictures in {out}")
