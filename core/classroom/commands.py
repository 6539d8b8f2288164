"""`python -m core train|evaluate classroom`: the networks of the game."""

from typing import Annotated

import typer

from core.output import print_result
from core.settings import settings


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("train", train), ("evaluate", evaluate)):
        groups[verb].command("classroom")(command)


def train(
    smoke: Annotated[
        bool, typer.Option("--smoke", help="A few steps that show the code works; stores nothing in models.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train the forgers and detectives of the game on the drawings that are shipped, and store them."""
    from core.classroom.training import STEPS, train

    where = settings()
    folder = where.runs / "classroom-smoke" if smoke else where.models / "classroom"
    figures = train(folder, (1, 2, 3) if smoke else STEPS)
    print_result(figures, json_, "\n".join(f"{name}: {value:.3f}" for name, value in figures.items()))


def evaluate(
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Store the figures as metrics.json, and the model card.")
    ] = False,
) -> None:
    """Measure the stored forgers and detectives on forgeries and on drawings that no network saw."""
    from core.artifacts import write_metrics
    from core.classroom.card import model_card
    from core.classroom.evaluation import evaluate

    folder = settings().models / "classroom"
    result = evaluate(folder)
    if write:
        write_metrics(folder, result, model_card)
    rows = (
        f"forger {number}: sensitivity {row['sensitivity']:.3f}, specificity {row['specificity']:.3f}"
        for number, row in enumerate(result["stages"], start=1)
    )
    print_result(result, json_, "\n".join(rows))
