"""The stream of events as the pages and the command line use it."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from core.events.files import FileSink, day_of, purge
from core.events.popularity import Popular
from core.events.recorder import Pace, Recorder
from core.events.sinks import Sink
from core.events.types import Event, Recorded
from core.settings import Settings

log = logging.getLogger(__name__)
_PURGE_SECONDS = timedelta(hours=1).total_seconds()


def folder_of(settings: Settings) -> Path:
    """Where the events lie."""
    return settings.state / "events"


class EventStream:
    """Records events for good, and says what is popular by those that all processes recorded in `folder`.

    Each sink has a queue and a thread of its own: one that does not answer holds up no other. Times are UTC.
    """

    def __init__(
        self, folder: Path, sinks: Sequence[Sink] = (), *, keep_days: int = 90, pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.folder, self.keep_days, self._clock = folder, keep_days, clock
        self.popular = Popular(folder, clock)
        self._purged = float("-inf")
        self.recorders = (
            Recorder(FileSink(folder), pace, self._look_after), *(Recorder(sink, pace) for sink in sinks),
        )  # fmt: skip

    @classmethod
    def open(cls, settings: Settings) -> "EventStream":
        """The stream that the settings name.

        Raises:
            core.events.redis_streams.BrokerError: the broker's address cannot be used.
        """
        sinks: list[Sink] = []
        if settings.events_redis:
            from core.events.redis_streams import RedisSink

            sinks.append(RedisSink.open(settings.events_redis.get_secret_value(), settings.events_days))
        return cls(folder_of(settings), sinks, keep_days=settings.events_days)

    def start(self) -> None:
        """Begin to read what others record."""
        self.recorders[0].start()

    def record(self, event: Event, *, first: bool = True) -> None:
        """Take an event and return at once; `first`: the first in its visit about its subject."""
        recorded = Recorded.now(event, self._clock(), first=first)
        for recorder in self.recorders:
            recorder.put(recorded)

    def close(self, seconds: float) -> bool:
        """Write what waits, for at most so long; whether everything was written."""
        until = time.monotonic() + seconds
        done = [recorder.close(max(0.0, until - time.monotonic())) for recorder in self.recorders]
        if not all(done):
            log.warning("Some events could not be written before the end.")
        return all(done)

    def _look_after(self) -> None:
        if time.monotonic() - self._purged >= _PURGE_SECONDS:
            self._purged = time.monotonic()
            purge(self.folder, self.keep_days, day_of(self._clock()))
        self.popular.refresh()
