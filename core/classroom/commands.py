"""`python -m core train|evaluate classroom`: the networks of the game, and the experiment with made faces."""

from typing import Annotated

import typer

from core.output import print_result
from core.settings import settings

_EXPERIMENT = "classroom-experiment"  # the folder of its runs
Experiment = Annotated[
    bool, typer.Option("--experiment", help="The experiment instead: do made faces of the rarest expression help?")
]


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("train", train), ("evaluate", evaluate)):
        groups[verb].command("classroom")(command)


def train(
    experiment: Experiment = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="With --experiment: go on with the runs that are not finished.")
    ] = False,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="A few steps that show the code works; stores nothing in models.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train the forgers and detectives of the game on the drawings that are shipped, and store them."""
    where = settings()
    if experiment:
        from core.classroom.experiment.protocol import SMOKE, Protocol
        from core.classroom.experiment.training import train as train_arms

        runs = where.runs / (f"{_EXPERIMENT}-smoke" if smoke else _EXPERIMENT)
        figures = train_arms(where.data / "fer2013", runs, SMOKE if smoke else Protocol(), resume=resume)
    else:
        from core.classroom.training import STEPS, train

        folder = where.runs / "classroom-smoke" if smoke else where.models / "classroom"
        figures = train(folder, (1, 2, 3) if smoke else STEPS)
    print_result(figures, json_, "\n".join(f"{name}: {value:.3f}" for name, value in figures.items()))


def evaluate(
    experiment: Experiment = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Store the figures beside the model, and the model card.")
    ] = False,
) -> None:
    """Measure the stored forgers and detectives on forgeries and on drawings that no network saw."""
    where = settings()
    folder = where.models / "classroom"
    if experiment:
        from core.classroom.experiment.evaluation import evaluate as evaluate_arms
        from core.classroom.experiment.protocol import Protocol
        from core.classroom.experiment.record import store

        result, shown = evaluate_arms(where.data / "fer2013", where.runs / _EXPERIMENT, Protocol())
        if write:
            store(folder, result, shown)
        rows = [
            f"{name}: F1 {found['mean']['f1']:.3f} ± {found['deviation']['f1']:.3f}, precision "
            f"{found['mean']['precision']:.3f}, recall {found['mean']['recall']:.3f}, accuracy "
            f"{found['mean']['accuracy']:.3f}"
            for name, found in result["arms"].items()
        ]
    else:
        from core.classroom.evaluation import evaluate
        from core.classroom.experiment.record import describe

        result = evaluate(folder)
        if write:
            describe(folder, result)
        rows = [
            f"forger {number}: sensitivity {row['sensitivity']:.3f}, specificity {row['specificity']:.3f}"
            for number, row in enumerate(result["stages"], start=1)
        ]
    print_result(result, json_, "\n".join(rows))
