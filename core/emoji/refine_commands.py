"""`python -m core evaluate refined`."""

from typing import Annotated

import typer

from core.errors import N_, UserError
from core.options import Json, Write
from core.output import print_result
from core.settings import settings


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["evaluate"].command("refined")(evaluate)


def evaluate(
    seeds: Annotated[int, typer.Option(min=1, help="Classifiers of each kind.")] = 3,
    steps: Annotated[int, typer.Option(min=1, help="Steps that each of them learns.")] = 300,
    per_cell: Annotated[int, typer.Option(help="Generated emoji per mood and topic.")] = 4,
    json_: Json = False,
    write: Write = False,
) -> None:
    """Measure what `refine emoji` is worth: mood classifiers with generated emoji and without, on held-out emoji."""
    from core.emoji import publish, refine_worth

    if write and seeds < refine_worth.FEWEST_SEEDS:
        raise UserError(N_("--write needs at least {count} seeds"), count=refine_worth.FEWEST_SEEDS)
    found = refine_worth.prove(settings(), refine_worth.Effort(seeds=seeds, steps=steps, per_cell=per_cell))
    if write:
        publish.write_worth(settings().models / "emoji", found)
    said = ", ".join(
        f"{arm}: accuracy {row['accuracy']['mean']:.3f}, macro F1 {row['macro_f1']['mean']:.3f}"
        for arm, row in found["arms"].items()
    )
    print_result(found, json_, f"{said} (n {found['n']}, chance {found['chance']['accuracy']:.3f})")
