"""`python -m core prepare|train|evaluate|generate avatar`."""

from pathlib import Path
from typing import Annotated

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
    stage_trainings,
    train_stages,
)
from core.options import Devices, Json, Resume, Smoke, Weights, Write
from core.output import print_result
from core.settings import settings

# of the minutes when all are trained: six themes keep the autoencoder busy longest
SHARES = {Stage.AUTOENCODER: 0.54, Stage.PRIOR: 0.14, Stage.JUDGE: 0.02, Stage.DCGAN: 0.15, Stage.FINISH: 0.15}


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("prepare", prepare), ("train", train), ("evaluate", evaluate), ("generate", generate)):
        groups[verb].command("avatar")(command)


def prepare(
    themes: Annotated[str, typer.Option(help="Which themes: keys with commas between; default: all.")] = "",
    count: Annotated[int, typer.Option(min=20, help="Pictures per theme.")] = 12_000,
    cc0: Annotated[bool, typer.Option("--cc0", help="Draw the saga from parts without conditions (CC0) only.")] = False,
    source: Annotated[
        Path | None, typer.Option(help="Folder that `pip install --target` put the artists' packages into.")
    ] = None,
    json_: Json = False,
) -> None:
    """Draw different pictures of every theme, 64x64, with their credits, into the prepared folder."""
    from core.datasets.avatars.preparation import prepare as draw

    keys = [key.strip() for key in themes.split(",") if key.strip()] or None
    report = draw(settings().prepared / "avatar", keys, count=count, cc0=cc0, source=source)
    made = ", ".join(f"{key} {theme['pictures']}" for key, theme in report["themes"].items())
    print_result(report, json_, f"pictures per theme: {made}")


def train(
    stage: StageOption = Stage.ALL,
    minutes: Minutes = 240,
    resume: Resume = False,
    smoke: Smoke = False,
    weights: Weights = None,
    devices: Devices = 1,
) -> None:
    """Train the avatar generator, stage by stage; `all` stores it if it is better than the stored one."""
    from core.avatar import finishing, judge, publish, training

    where = settings()
    train_stages(
        stage,
        minutes,
        stage_trainings(training, judge, finishing, where, weights, resume=resume, smoke=smoke, devices=devices),
        stage_storing(
            "avatar",
            where,
            lambda: publish.publish(where, weights=weights),
            lambda: publish.publish_finished(where, weights=weights),
            training.run_folder(where, "dcgan"),
            smoke=smoke,
        ),
        SHARES,
    )


def evaluate(
    data: Annotated[
        Path | None, typer.Option(help="Folder of prepared avatars; those that were trained on are left out.")
    ] = None,
    weights: Weights = None,
    json_: Json = False,
    write: Write = False,
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
    out: Out,
    count: Count = 8,
    seed: Seed = 0,
    truncation: Truncation = 1.0,
    json_: Json = False,
) -> None:
    """Draw avatars that do not exist."""
    from core.avatar.service import AvatarGenerator

    service = AvatarGenerator.load(settings().models / "avatar")
    hand_out(out, service.generate(theme, count, seed=seed, truncation=truncation), {"theme": theme}, json_)
