"""`python -m core events …`: what visitors who agreed to be counted did."""

import time
from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, DataError
from core.output import print_result
from core.settings import settings

_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(groups: dict[str, typer.Typer]) -> None:
    """Add the commands."""
    own = typer.Typer(
        help="Look at what visitors who agreed to be counted did.", no_args_is_help=True, rich_markup_mode=None
    )
    own.command("popular")(popular)
    own.command("load")(load)
    groups[""].add_typer(own, name="events")


def popular(
    what: Annotated[str, typer.Option(help="product, theme, context or room.")] = "product",
    n: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    json_: _JSON = False,
) -> None:
    """What is popular just now; a count halves every six hours, and small ones are not told."""
    from core.events.popularity import Popular
    from core.events.service import folder_of
    from core.events.types import CONTEXT, PRODUCT, ROOM, THEME

    known = (PRODUCT, THEME, CONTEXT, ROOM)
    if what not in known:
        raise DataError(
            N_("Nothing called {name} can be popular; choose from {known}."), name=what, known=", ".join(known)
        )
    found = Popular(folder_of(settings()), time.time)
    found.refresh()
    rows = [{"name": name, "count": round(count, 3)} for name, count in found.top(what, n)]
    told = "\n".join(f"{row['name']}: {row['count']}" for row in rows) or "nothing yet"
    print_result({"what": what, "popular": rows}, json_, told)


def load(
    warehouse: Annotated[
        Path | None, typer.Option(help="DuckDB file; that of `prepare recommender` unless it is given.")
    ] = None,
    json_: _JSON = False,
) -> None:
    """Add the events to the warehouse, as the table fact_event; those that are there are not added again."""
    from core.events import warehouse as star
    from core.events.service import folder_of

    file = warehouse or settings().prepared / "recommender" / "warehouse.duckdb"
    added = star.load(folder_of(settings()), file)
    print_result({"warehouse": str(file), "added": added}, json_, f"{added} events added to {file}")
