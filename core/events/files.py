"""Events as files: JSON lines, one folder a day, in it one file for each process that writes.

`day=2026-11-21/4c1f09aa….jsonl`: no process ever writes to another's file, so none needs a lock; DuckDB, Spark and
pandas read the whole folder as one table partitioned by day.
"""

import logging
import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from core.events.sinks import SinkError
from core.events.types import EventFormatError, Recorded

log = logging.getLogger(__name__)
_DAY = "day="
_ENDING = ".jsonl"


def day_of(at: float) -> date:
    """The day of a time, UTC."""
    return datetime.fromtimestamp(at, UTC).date()


class FileSink:
    """Appends to the files of this process below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._name = f"{secrets.token_hex(8)}{_ENDING}"

    def write(self, events: Sequence[Recorded]) -> None:
        """See `Sink.write`. What a full disk cut off is taken back."""
        by_day: dict[date, list[str]] = defaultdict(list)
        for each in events:
            by_day[day_of(each.at)].append(each.line())
        written: list[tuple[Path, int]] = []
        try:
            for day, lines in by_day.items():
                file = self.folder / f"{_DAY}{day.isoformat()}" / self._name
                file.parent.mkdir(parents=True, exist_ok=True)
                written.append((file, file.stat().st_size if file.exists() else 0))
                _append(file, "".join(f"{line}\n" for line in lines).encode())
        except OSError as error:
            for file, length in written:
                with suppress(OSError):  # a disk that is gone; by its number, an event that is there twice counts once
                    os.truncate(file, length)
            raise SinkError(f"{error.filename or self.folder}: {error.strerror or error}") from error

    def close(self) -> None:
        """Nothing is held open between two writes."""


def _append(file: Path, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    finally:
        os.close(descriptor)


def days(folder: Path) -> dict[date, Path]:
    """The folders of days, in order; others are left alone."""
    found: dict[date, Path] = {}
    for path in sorted(folder.glob(f"{_DAY}*")):
        try:
            found[date.fromisoformat(path.name.removeprefix(_DAY))] = path
        except ValueError:  # not one of ours
            continue
    return found


def purge(folder: Path, keep_days: int, today: date) -> int:
    """Delete the days that are older than `keep_days`; how many. Several processes may do so at once."""
    old = [path for day, path in days(folder).items() if day <= today - timedelta(days=keep_days)]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)  # another process is at it as well; what stays goes next time
    return len(old)


class Tail:
    """Reads what all processes appended since the last time; lines that are no events are skipped and counted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.skipped = folder, 0
        self._read: dict[Path, int] = {}  # bytes of each file that were read

    def new(self, since: date) -> Iterator[Recorded]:
        """The events of `since` and later days that were not returned yet, file by file."""
        kept = {day: path for day, path in days(self.folder).items() if day >= since}
        files = [file for path in kept.values() for file in sorted(path.glob(f"*{_ENDING}"))]
        self._read = {file: self._read.get(file, 0) for file in files}
        for file in files:
            yield from self._of(file)

    def _of(self, file: Path) -> Iterator[Recorded]:
        try:
            with file.open("rb") as stream:
                stream.seek(self._read[file])
                for line in stream:
                    if not line.endswith(b"\n"):  # somebody is writing it now
                        return
                    self._read[file] += len(line)
                    try:
                        yield Recorded.parse(line)
                    except EventFormatError:
                        self.skipped += 1
        except FileNotFoundError:  # purged meanwhile
            return
        except OSError as error:  # the other files are read; this one again, when it can be
            log.warning("events in %s cannot be read now: %s", file.name, error)
