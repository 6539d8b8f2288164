"""Many visitors' laboratories on one thread: each gets short slices of it while somebody watches.

Pages call `play`, `pause`, `step` and read `view`; none of them waits for training. A laboratory nobody has looked at
for a while pauses by itself, and makes room when another visitor needs it.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from core.classroom.lab.config import LabConfig
from core.classroom.lab.simulation import Lab, Snapshot, Who
from core.errors import N_, UserError
from core.threads import ended

log = logging.getLogger(__name__)
Clock = Callable[[], float]


class PoolFullError(UserError):
    """All places are taken by visitors who are watching."""


@dataclass(frozen=True)
class Limits:
    """Places; seconds without a look after which a run pauses, and after which it may be given up.

    `slice_seconds` is what one run gets at a time, and `share` how much of a processor all runs together take.
    """

    places: int = 40
    patience: float = 8.0
    keep: float = 120.0
    slice_seconds: float = 0.02
    share: float = 0.85
    fresh: float = 0.25  # seconds between two snapshots of a run that plays
    slow_seconds: float = 1.0  # between two moves in slow motion


@dataclass(frozen=True)
class LabView:
    """What a page shows: the run's snapshot, whether it plays, and steps per second lately (0 when it does not)."""

    snapshot: Snapshot
    playing: bool
    slow: bool
    speed: float
    mover: Who  # who moves next, in slow motion


@dataclass
class _Place:
    lab: Lab
    seen: float
    snapshot: Snapshot
    playing: bool = False
    slow: bool = False
    until: int | None = None
    moved: float = 0.0
    shot: float = 0.0
    mover: Who = "critic"
    speed: float = 0.0
    measured: tuple[float, int] = (0.0, 0)
    lock: threading.Lock = field(default_factory=threading.Lock)


class LabPool:
    """Laboratories by visitor. `turn` does one round of slices; a thread that ends when nothing plays calls it."""

    def __init__(self, limits: Limits | None = None, clock: Clock = time.monotonic, *, threaded: bool = True) -> None:
        self.limits, self._clock, self._threaded = limits or Limits(), clock, threaded
        self._places: dict[Hashable, _Place] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()

    def open(self, visitor: Hashable, config: LabConfig) -> None:
        """Give the visitor a new run with these settings, in place of an earlier one.

        Raises:
            PoolFullError: there is no place, and none that can be given up.
        """
        now = self._clock()
        lab = Lab(config)
        place = _Place(lab, now, lab.snapshot())
        with self._lock:
            if visitor not in self._places and len(self._places) >= self.limits.places:
                oldest = min(self._places, key=lambda key: self._places[key].seen)
                if now - self._places[oldest].seen < self.limits.keep:
                    raise PoolFullError(
                        N_("{places} laboratories are open already. Wait a moment, then try again."),
                        places=self.limits.places,
                    )
                del self._places[oldest]
            self._places[visitor] = place

    def config(self, visitor: Hashable) -> LabConfig | None:
        """The settings of the visitor's run; None when there is none (any more)."""
        place = self._places.get(visitor)
        return place.lab.config if place else None

    def play(self, visitor: Hashable, *, slow: bool = False, until: int | None = None) -> None:
        """Let the run go on, in slow motion one network's move at a time, to step `until` or without end."""
        place = self._places.get(visitor)
        if place is None:  # given up meanwhile: `view` says so
            return
        place.seen = place.moved = self._clock()
        place.measured = (place.seen, place.lab.step_number)
        place.slow, place.until, place.playing = slow, until, True
        self._wake()

    def pause(self, visitor: Hashable) -> None:
        """Hold the run where it is."""
        place = self._places.get(visitor)
        if place is None:
            return
        with place.lock:
            place.playing, place.speed = False, 0.0
            place.snapshot = place.lab.snapshot()

    def step(self, visitor: Hashable, who: Who = "both", count: int = 1) -> None:
        """Hold the run and take so many steps of both networks or of one."""
        place = self._places.get(visitor)
        if place is None:
            return
        with place.lock:
            place.playing, place.speed, place.seen = False, 0.0, self._clock()
            place.lab.step(count, who)
            place.snapshot = place.lab.snapshot()

    def view(self, visitor: Hashable) -> LabView | None:
        """What is to be seen; None when the visitor has no run (any more). Looking keeps a run going."""
        place = self._places.get(visitor)
        if place is None:
            return None
        place.seen = self._clock()
        return LabView(place.snapshot, place.playing, place.slow, place.speed, place.mover)

    def close(self, visitor: Hashable) -> None:
        """Give up the visitor's run."""
        with self._lock:
            self._places.pop(visitor, None)

    def shut_down(self, seconds: float) -> bool:
        """End the thread after the round it is at; whether it ended within so many seconds."""
        self._ending.set()
        return ended(self._thread, seconds)

    def turn(self) -> bool:
        """One slice for every run that plays; False when none does."""
        now, busy = self._clock(), False
        for place in list(self._places.values()):
            if place.playing:
                busy = True
                with place.lock:
                    if place.playing:
                        self._slice(place, now)
        return busy

    def _slice(self, place: _Place, now: float) -> None:
        lab, limits = place.lab, self.limits
        if now - place.seen > limits.patience:
            place.playing, place.speed = False, 0.0
        elif place.slow:
            if now - place.moved >= limits.slow_seconds:
                lab.step(1, place.mover)
                place.mover = "generator" if place.mover == "critic" else "critic"
                place.moved, place.snapshot = now, lab.snapshot()
        else:
            began = self._clock()
            while place.playing:
                if place.until is None or lab.step_number < place.until:
                    lab.step()
                place.playing = not lab.broken and (place.until is None or lab.step_number < place.until)
                if self._clock() - began >= limits.slice_seconds:  # after each step: the largest take most of a second
                    break
            if now - place.measured[0] >= 1:
                place.speed = (lab.step_number - place.measured[1]) / (now - place.measured[0])
                place.measured = (now, lab.step_number)
        if not place.playing or (not place.slow and now - place.shot >= limits.fresh):
            place.shot, place.snapshot = now, lab.snapshot()

    def _wake(self) -> None:
        if not self._threaded or self._ending.is_set():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="lab-pool", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._ending.is_set():
            began = time.monotonic()
            busy = self.turn()
            if not busy:
                with self._lock:  # `play` sees either a thread that goes on, or none
                    if not any(place.playing for place in self._places.values()):
                        self._thread = None
                        return
            spent = time.monotonic() - began
            # pages answer in between; in slow motion, and between them, there is nothing to do
            time.sleep(max(0.005, spent * (1 / self.limits.share - 1)))


SHARED = LabPool()
