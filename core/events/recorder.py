"""Takes events from pages without keeping them waiting, and hands them to a sink in batches, from a thread of its own.

The queue is bounded: where a sink does not keep up or does not answer, the newest events are dropped and counted.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from core.events.sinks import Sink, SinkError
from core.events.types import Recorded
from core.threads import ended

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How many events wait at most, how many go at once, and how long the first of them waits (seconds).

    A sink that failed is tried again after `again` seconds, then after twice as long, up to `longest`.
    """

    waiting: int = 10_000
    batch: int = 500
    every: float = 2.0
    again: float = 0.5
    longest: float = 30.0


class Recorder:
    """One sink's queue and thread, which starts with the first event; `beside` runs on it between batches."""

    def __init__(self, sink: Sink, pace: Pace | None = None, beside: Callable[[], None] | None = None) -> None:
        self._sink, self.pace, self._beside = sink, pace or Pace(), beside
        self._queue: queue.Queue[Recorded | None] = queue.Queue(self.pace.waiting)
        self._closing, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self.kept, self.dropped = 0, 0

    def put(self, event: Recorded) -> bool:
        """Take an event, at once; whether there was room for it."""
        if self._closing.is_set():
            self.dropped += 1
            return False
        self.start()
        try:
            self._queue.put_nowait(event)
        except queue.Full:
            self.dropped += 1
            return False
        return True

    def start(self) -> None:
        """Start the thread, where it does not run yet."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="events", daemon=True)
                    self._thread.start()

    def close(self, seconds: float) -> bool:
        """Take no more, and write what waits, for at most so long; whether everything was written."""
        self._closing.set()
        with suppress(queue.Full):  # the thread sleeps on an empty queue only
            self._queue.put_nowait(None)
        return ended(self._thread, seconds)

    def _run(self) -> None:
        last = False
        while not last:
            last = self._closing.is_set()  # what came before is in the queue by now
            batch = self._collect()
            if batch:
                self._write(batch)
            last &= self._queue.empty()
            if self._beside and not last:
                self._look_beside(self._beside)
        self._sink.close()

    def _collect(self) -> list[Recorded]:
        batch: list[Recorded] = []
        until = time.monotonic() + self.pace.every
        while len(batch) < self.pace.batch:
            left = 0.0 if self._closing.is_set() else max(0.0, until - time.monotonic())
            try:
                event = self._queue.get(block=left > 0, timeout=left or None)
            except queue.Empty:
                break
            if event is not None:
                batch.append(event)
        return batch

    def _look_beside(self, beside: Callable[[], None]) -> None:
        try:
            beside()
        except OSError as error:  # recording goes on
            log.warning("Events cannot be read: %s", error)

    def _write(self, batch: list[Recorded]) -> None:
        wait = self.pace.again
        while True:
            try:
                self._sink.write(batch)
            except SinkError as error:
                log.warning("%d events wait, tried again in %.1f s: %s", len(batch), wait, error)
                if self._closing.wait(wait):
                    time.sleep(self.pace.again)  # whoever closes decides how long is waited
                wait = min(2 * wait, self.pace.longest)
            else:
                self.kept += len(batch)
                return
