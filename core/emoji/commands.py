"""`python -m core prepare emoji`."""

from typing import Annotated

import typer

from core.output import print_result
from core.settings import settings


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["prepare"].command("emoji")(prepare)


def prepare(
    styles: Annotated[str, typer.Option(help="Which styles: keys with commas between; default: all.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fetch emoji with open licences, label and draw them, 64x64, with composites, into the prepared folder."""
    from core.datasets.emoji.preparation import prepare as draw

    keys = [key.strip() for key in styles.split(",") if key.strip()] or None
    report = draw(settings().prepared / "emoji", keys)
    made = ", ".join(
        f"{key} {sum(sum(splits.values()) for splits in each['pictures'].values())}"
        for key, each in report["styles"].items()
    )
    print_result(report, json_, f"pictures per style: {made}")
