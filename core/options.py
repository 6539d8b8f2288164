"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

Devices = Annotated[int, typer.Option(min=1, help="How many devices learn at once (Keras's JAX backend only).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")]
Smoke = Annotated[bool, typer.Option("--smoke", help="A tiny run that shows the code works; stores nothing.")]
Weights = Annotated[
    Path | None, typer.Option(help="Folder of feature networks; default: weights beside the data folder.")
]
Write = Annotated[bool, typer.Option("--write", help="Store the figures as metrics.json and the card.")]
