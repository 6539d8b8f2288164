"""`python -m core report`, `python -m core deliver` and `python -m core prepare cards`."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.output import print_result
from core.settings import settings
from core.targets import check_folder


class Language(StrEnum):
    """The languages of a report."""

    FR = "fr"
    EN = "en"
    BOTH = "both"


_ADDRESS = "http://localhost:8501"


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups[""].command("report")(report)
    groups[""].command("deliver")(deliver)
    groups["prepare"].command("cards")(cards)


def report(
    out: Annotated[Path, typer.Option(help="Folder for the files.", callback=check_folder)] = Path("report"),
    language: Annotated[Language, typer.Option(help="Which language, or both.")] = Language.BOTH,
    address: Annotated[str, typer.Option(help="Where the studio is served, for the demos' links.")] = _ADDRESS,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write report (HTML, PDF), slides (PPTX, PDF) and data model (SVG, Mermaid) from stored figures and code."""
    from core.reporting.publish import data_model, publish
    from core.reporting.words import LANGUAGES

    wanted = LANGUAGES if language == Language.BOTH else (language.value,)
    written = [*publish(settings().models, out, wanted, address=address, step=_told), *data_model(out)]
    print_result({"files": [str(path) for path in written]}, json_, "\n".join(map(str, written)))


def deliver(
    name: Annotated[str, typer.Option(help="Who hands it in.")],
    group: Annotated[str, typer.Option("--class", help="Their class.")],
    out: Annotated[Path, typer.Option(help="Folder for the archive.", callback=check_folder)] = Path("deliverable"),
    address: Annotated[str, typer.Option(help="Where the studio is served, for the demos' links.")] = _ADDRESS,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Pack data tables, scripts, figures, generated pictures, report, slides and history into one checked archive."""
    from core.reporting.archive import deliver as pack

    made = pack(settings(), name, group, out, address=address, step=_told)
    result = {
        "file": str(made.path),
        "bytes": made.path.stat().st_size,
        "files": len(made.files),
        "missing": made.missing,
    }
    lines = [
        f"{made.path}: {len(made.files)} files",
        *(f"missing: {what} ({why})" for what, why in made.missing.items()),
    ]
    print_result(result, json_, "\n".join(lines))


def cards(json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Store how many rows and pictures each prepared data set had before and after, as data/cards/*.json."""
    from core.reporting.cards import write

    made = write(settings())
    print_result({"cards": made}, json_, f"cards stored: {', '.join(made) or 'none'}")


def _told(share: float, message: str) -> None:
    sys.stderr.write(f"{100 * share:3.0f} % {message}\n")
