"""`python -m core prepare avatar`."""

from typing import Annotated

import typer

from core.output import print_result
from core.settings import settings


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["prepare"].command("avatar")(prepare)


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
