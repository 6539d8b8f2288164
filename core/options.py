"""Options that several commands have in common."""

from typing import Annotated

import typer

Devices = Annotated[int, typer.Option(min=1, help="How many devices learn at once (Keras's JAX backend only).")]
