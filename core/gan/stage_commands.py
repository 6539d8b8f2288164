"""What the commands of every generator have in common: the stages of its training, and handing out what it draws."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.output import print_result

if TYPE_CHECKING:
    from core.gan.picture import Picture
    from core.settings import Settings


class Stage(StrEnum):
    """What is trained: autoencoder, generator of its latents (prior), judge of the pictures, baseline, or all.

    Two train nothing: `publish` stores what single stages have made, as `all` does at its end; `baseline` puts a
    baseline that was trained alone beside the stored generator.
    """

    AUTOENCODER = "autoencoder"
    PRIOR = "prior"
    JUDGE = "judge"
    DCGAN = "dcgan"
    PUBLISH = "publish"
    BASELINE = "baseline"
    ALL = "all"


# of the minutes when all are trained: the generator of latents learns in minutes
SHARES = {Stage.AUTOENCODER: 0.7, Stage.PRIOR: 0.1, Stage.JUDGE: 0.1, Stage.DCGAN: 0.1}

StageOption = Annotated[Stage, typer.Option(help="What to train.")]
Minutes = Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")]
Out = Annotated[Path, typer.Option(help="Folder for the pictures, 000.png and so on.")]
Count = Annotated[int, typer.Option(help="How many pictures.")]
Seed = Annotated[int, typer.Option(help="Equal seeds give equal pictures.")]
Truncation = Annotated[float, typer.Option(help="Variety: below 1 more typical, above 1 more unusual.")]


def stage_trainings(
    training: Any, judge: Any, where: "Settings", weights: Path | None, **common: Any
) -> dict[Stage, Callable[[float], object]]:
    """The stages of a generator, whose modules `training` and `judge` have a function for each; for `train_stages`."""
    return {
        Stage.AUTOENCODER: lambda spent: training.train_autoencoder(where, minutes=spent, weights=weights, **common),
        Stage.PRIOR: lambda spent: training.train_prior(where, minutes=spent, **common),
        Stage.JUDGE: lambda spent: judge.train_judge(where, minutes=spent, **common),
        Stage.DCGAN: lambda spent: training.train_dcgan(where, minutes=spent, **common),
    }


def train_stages(
    stage: Stage,
    minutes: float,
    trainings: Mapping[Stage, Callable[[float], object]],
    storing: Mapping[Stage, Callable[[], object]],
    shares: Mapping[Stage, float] = SHARES,
) -> None:
    """Train a stage for so many minutes, or all of them for their `shares`; then store, if that was asked for.

    `trainings` take minutes; `storing` is empty in a smoke run.
    """
    chosen = shares if stage == Stage.ALL else {stage: 1.0}
    for each, share in chosen.items():
        if each in trainings:
            trainings[each](minutes * share)
    store = storing.get(Stage.PUBLISH if stage == Stage.ALL else stage)
    if store:
        store()


def stage_storing(
    name: str, where: "Settings", publish: Callable[[], object], run: Path, *, smoke: bool
) -> dict[Stage, Callable[[], object]]:
    """For `train_stages`: what stores the model `name`, or a baseline's `run` beside it; nothing in a smoke run."""

    def baseline() -> None:
        from core.gan.publishing import replace_baseline

        replace_baseline(where.models / name, run, name)

    return {} if smoke else {Stage.PUBLISH: publish, Stage.BASELINE: baseline}


def hand_out(out: Path, made: "Sequence[Picture[Any]]", about: Mapping[str, Any], json_: bool) -> None:
    """Write generated pictures into the folder `out` and say so: `about` them all, and what each was made from."""
    from core.picture_files import write_pictures

    names = write_pictures(out, [picture.png() for picture in made])
    files = [{"file": name, **picture.notes} for name, picture in zip(names, made, strict=True)]
    print_result({**about, "files": files}, json_, f"{len(files)} pictures in {out}")
