"""Where events go: anything with `write` and `close`. A broker is one more class beside `files.py` and `redis.py`."""

from collections.abc import Sequence
from typing import Protocol

from core.events.types import Recorded


class SinkError(Exception):
    """Nothing of what was to be written was kept; it can be written again."""


class Sink(Protocol):
    """Takes events in order, from one thread."""

    def write(self, events: Sequence[Recorded]) -> None:
        """Keep them all.

        Raises:
            SinkError: none of them was kept.
        """

    def close(self) -> None:
        """Let go of connections and files; called once, after the last `write`."""
