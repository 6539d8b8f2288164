"""`python -m core prepare|train|evaluate text`."""

from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, UserError
from core.output import print_result
from core.settings import settings


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("prepare", prepare), ("train", train), ("evaluate", evaluate)):
        groups[verb].command("text")(command)


def prepare(
    source: Annotated[
        Path | None, typer.Option(help="Folder with the teacher's wheel and the emoji names' package.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Collect the texts to learn from and have the teacher read them (about five minutes)."""
    from core.text import publish

    folder = source or settings().data / "text"
    report = publish.prepare(folder, settings().data / "products", settings().prepared / "text")
    print_result(report, json_, f"{report['texts']} texts, {report['targets']} of them read by the teacher")


def train(
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")] = 8,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="A tiny run that shows the code works; stores nothing.")
    ] = False,
) -> None:
    """Train the text encoder and store it if it is better than the one there."""
    from core.text import publish

    publish.train(settings(), minutes=minutes, resume=resume, smoke=smoke)


def evaluate(
    data: Annotated[Path | None, typer.Option(help="Folder that `prepare text` wrote.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Store the figures as metrics.json, and the card.")] = False,
) -> None:
    """Measure the stored encoder."""
    from core.text import publish

    if data and write:  # the stored figures are said to be those of the texts prepared here
        raise UserError(N_("--write stores the figures of the prepared texts: leave out --data"))
    result = publish.measure(settings().models / "text", data or settings().prepared / "text")
    if write:
        publish.write_metrics(settings().models / "text", result)
    french = result["descriptions"]["french"]["recall_at_1"]
    print_result(result, json_, f"recall@1 {french:.4f} from French to English among {result['descriptions']['n']}")
