"""What is popular just now: counts that halve as time passes, so that what is new soon outweighs what was."""

import threading
from collections.abc import Callable
from pathlib import Path

from core.events.files import Tail, day_of

HALF_LIFE = 6 * 3600.0  # seconds
SMALLEST = 2.5  # of a count that is told: at least three visits, so that nobody's choice shows through
_FORGOTTEN = 12  # half-lives after which an event counts for nothing (1/4096)


class Decayed:
    """Exponentially decayed counts, by pairs such as ("product", "B000…").

    A count of n at time t is n · 2^(−(now − t) / half-life) later. Events may come late and in any order: the result is
    the same. Each pair keeps one number and the time it holds for.
    """

    def __init__(self, half_life: float = HALF_LIFE) -> None:
        self.half_life = half_life
        self._counts: dict[tuple[str, str], tuple[float, float]] = {}

    def add(self, subject: tuple[str, str], at: float, weight: float = 1.0) -> None:
        """Count something that happened at a time."""
        count, held = self._counts.get(subject, (0.0, at))
        latest = max(held, at)
        self._counts[subject] = (count * self._left(latest - held) + weight * self._left(latest - at), latest)

    def top(self, what: str, most: int, now: float, smallest: float = 0.0) -> list[tuple[str, float]]:
        """The largest counts of a kind of subject, as they are `now`; equal ones in the order of their names."""
        counts = [
            (name, count * self._left(now - at)) for (kind, name), (count, at) in self._counts.items() if kind == what
        ]
        told = [(name, count) for name, count in counts if count >= smallest]
        return sorted(told, key=lambda pair: (-pair[1], pair[0]))[:most]

    def forget(self, now: float) -> None:
        """Drop what counts for nothing any more."""
        least = self._left(_FORGOTTEN * self.half_life)
        self._counts = {
            subject: (count, at)
            for subject, (count, at) in self._counts.items()
            if count * self._left(now - at) > least
        }

    def _left(self, seconds: float) -> float:
        return float(2.0 ** (-max(0.0, seconds) / self.half_life))


class Popular:
    """What is popular by the files of all processes; `refresh` reads what is new in them, and answers wait for none."""

    def __init__(self, folder: Path, clock: Callable[[], float], half_life: float = HALF_LIFE) -> None:
        self._tail, self._clock, self._counts = Tail(folder), clock, Decayed(half_life)
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Count the events that were written since the last time; call it from one thread."""
        now = self._clock()
        since = day_of(now - _FORGOTTEN * self._counts.half_life)
        fresh = [each for each in self._tail.new(since) if each.first]
        with self._lock:
            for each in fresh:
                for subject in each.event.subjects:
                    self._counts.add(subject, each.at)
            self._counts.forget(now)

    def top(self, what: str, most: int, smallest: float = SMALLEST) -> list[tuple[str, float]]:
        """The most popular names of a kind ("product", "theme" …) with their decayed counts, the first the most."""
        with self._lock:
            return self._counts.top(what, most, self._clock(), smallest)
