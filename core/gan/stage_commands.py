"""What the commands of every generator have in common: the stages of its training, and handing out what it draws."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.output import print_result
from core.targets import check_folder

if TYPE_CHECKING:
    from core.gan.picture import Picture
    from core.settings import Settings


class Stage(StrEnum):
    """What is trained: autoencoder, generator of its latents (prior), judge of the pictures, baseline, or all.

    `finish` goes on from the stored generator: its decoder learns from what it makes. Two train nothing: `publish`
    stores what single stages have made, as `all` does before `finish`; `baseline` puts a baseline that was trained
    alone beside the stored generator.
    """

    AUTOENCODER = "autoencoder"
    PRIOR = "prior"
    JUDGE = "judge"
    DCGAN = "dcgan"
    FINISH = "finish"
    PUBLISH = "publish"
    BASELINE = "baseline"
    ALL = "all"


# of the minutes when all are trained: the generator of latents learns in minutes
SHARES = {Stage.AUTOENCODER: 0.6, Stage.PRIOR: 0.1, Stage.JUDGE: 0.1, Stage.DCGAN: 0.1, Stage.FINISH: 0.1}

StageOption = Annotated[Stage, typer.Option(help="What to train.")]
Minutes = Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")]
Out = Annotated[Path, typer.Option(help="Folder for the pictures, 000.png and so on.", callback=check_folder)]
Count = Annotated[int, typer.Option(help="How many pictures.")]
Seed = Annotated[int, typer.Option(help="Equal seeds give equal pictures.")]
Truncation = Annotated[float, typer.Option(help="Variety: below 1 more typical, above 1 more unusual.")]


def stage_trainings(
    training: Any, judge: Any, finishing: Any, where: "Settings", weights: Path | None, **common: Any
) -> dict[Stage, Callable[[float], object]]:
    """The stages of a generator, whose first three modules have a function for each; for `train_stages`."""
    return {
        Stage.AUTOENCODER: lambda spent: training.train_autoencoder(where, minutes=spent, weights=weights, **common),
        Stage.PRIOR: lambda spent: training.train_prior(where, minutes=spent, **common),
        Stage.JUDGE: lambda spent: judge.train_judge(where, minutes=spent, **common),
        Stage.DCGAN: lambda spent: training.train_dcgan(where, minutes=spent, **common),
        Stage.FINISH: lambda spent: finishing.train_finish(where, minutes=spent, weights=weights, **common),
    }


def train_stages(
    stage: Stage,
    minutes: float,
    trainings: Mapping[Stage, Callable[[float], object]],
    storing: Mapping[Stage, Callable[[], object]],
    shares: Mapping[Stage, float] = SHARES,
) -> None:
    """Train a stage for so many minutes, or all of them for their `shares`, and store what `storing` knows how to.

    `trainings` take minutes; `storing` is empty in a smoke run. The last of all goes on from what the others stored.
    """
    chosen: dict[Stage, float] = {stage: 1.0}
    if stage == Stage.ALL:
        chosen = {each: share for each, share in shares.items() if each != Stage.FINISH}
        chosen |= {Stage.PUBLISH: 0.0, Stage.FINISH: shares[Stage.FINISH]}
    for each, share in chosen.items():
        if each in trainings:
            trainings[each](minutes * share)
        if each in storing:
            storing[each]()


def stage_storing(
    name: str,
    where: "Settings",
    publish: Callable[[], object],
    publish_finished: Callable[[], object],
    run: Path,
    *,
    smoke: bool,
) -> dict[Stage, Callable[[], object]]:
    """For `train_stages`: what stores the model `name`, the same with its decoder finished, or a baseline's `run`.

    In a smoke run nothing is stored.
    """

    def baseline() -> None:
        from core.gan.publishing import replace_baseline

        replace_baseline(where.models / name, run, name)

    if smoke:
        return {}
    return {Stage.PUBLISH: publish, Stage.FINISH: publish_finished, Stage.BASELINE: baseline}


def hand_out(out: Path, made: "Sequence[Picture[Any]]", about: Mapping[str, Any], json_: bool) -> None:
    """Write generated pictures into the folder `out` and say so: `about` them all, and what each was made from."""
    from core.picture_files import write_pictures

    names = write_pictures(out, [picture.png() for picture in made])
    files = [{"file": name, **picture.notes} for name, picture in zip(names, made, strict=True)]
    print_result({**about, "files": files}, json_, f"{len(files)} pictures in {out}")
