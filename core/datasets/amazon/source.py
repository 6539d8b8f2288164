"""Opening files nobody vouches for, within limits: lines of text (plain or gzip) and Parquet; losses are counted."""

import gzip
import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.errors import N_, DataError

log = logging.getLogger(__name__)

MAX_LINE = 2**20  # bytes; the longest metadata line of the public editions has a few hundred thousand
MAX_UNPACKED = 64 * 2**30  # bytes of one file
_RATIO, _RATIO_FROM = 200, 64 * 2**20  # text packs 3 to 20 times; a bomb 1,000 times
CHUNK = 100_000  # lines that are parsed together
LINES_SHOWN = 5
PART = 32 * 2**20  # bytes of a file that are read as one part
_GZIP, PARQUET = b"\x1f\x8b", b"PAR1"

Item = TypeVar("Item")


@dataclass
class FileReport:
    """What was read from one file: lines (or rows) read, rows kept, lines refused by reason, fields left empty.

    `refused` holds, per reason, how many lines and the numbers of the first few. `emptied` counts fields of kept rows
    whose content made no sense. `skipped` counts what was not meant to be read: blank lines and the header.
    """

    file: str
    format: str
    read: int = 0
    kept: int = 0
    skipped: int = 0
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    emptied: dict[str, int] = field(default_factory=dict)

    def refuse(self, reason: str, lines: NDArray[np.int64] | list[int]) -> None:
        """Count `lines` (numbers from 1) as lost for `reason`."""
        if len(lines):
            entry = self.refused.setdefault(reason, {"count": 0, "lines": []})
            entry["count"] += len(lines)
            entry["lines"] += [int(line) for line in lines[: LINES_SHOWN - len(entry["lines"])]]

    def empty(self, name: str, count: int = 1) -> None:
        """Count a field of a kept row that was left empty because its content made no sense."""
        if count:
            self.emptied[name] = self.emptied.get(name, 0) + count

    def check(self) -> None:
        """Raise when lines were read and none could be kept.

        Raises:
            DataError: names the file, the first line that was refused and why.
        """
        if self.kept or not self.refused:
            return
        reason, entry = min(self.refused.items(), key=lambda item: item[1]["lines"][0])
        raise DataError(
            N_("{file}: nothing could be read as {format}; line {line}: {reason}"),
            file=self.file,
            format=self.format,
            line=entry["lines"][0],
            reason=reason,
        )


def merged(reports: Sequence[FileReport]) -> FileReport:
    """The report of a whole file from those of its parts in their order, whose line numbers start at 1 in each."""
    whole = FileReport(reports[0].file, reports[0].format)
    for report in reports:
        before = whole.read + whole.skipped
        for reason, entry in report.refused.items():
            whole.refuse(reason, [before + line for line in entry["lines"]])
            whole.refused[reason]["count"] += entry["count"] - len(entry["lines"])
        for name, count in report.emptied.items():
            whole.empty(name, count)
        whole.read += report.read
        whole.kept += report.kept
        whole.skipped += report.skipped
    return whole


@dataclass(frozen=True)
class Part:
    """A stretch of a file that can be read by itself: bytes `start` to `stop` of text, row groups of Parquet.

    A line belongs to the part in which it begins.
    """

    start: int
    stop: int


def parts(path: Path, size: int = PART) -> list[Part | None]:
    """The parts of about `size` bytes that a file falls into; a packed file is one, None, for it has to be read whole.

    Raises:
        DataError: a Parquet file is damaged.
    """
    start = head(path, len(PARQUET))
    if start.startswith(_GZIP):
        return [None]
    if start == PARQUET:
        try:
            groups = pq.read_metadata(path).num_row_groups
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path, error) from error
        return [Part(group, group + 1) for group in range(groups)]
    whole = path.stat().st_size
    return [Part(place, min(place + size, whole)) for place in range(0, whole, size)]


def head(path: Path, count: int) -> bytes:
    """The first bytes of a file as it lies on the disk."""
    with path.open("rb") as stream:
        return stream.read(count)


def lines(path: Path, report: FileReport, part: Part | None = None) -> Iterator[tuple[int, bytes]]:
    """Number (from 1) and content of each line that is not blank; gzip is recognised by its first bytes.

    Of a `part` the lines that begin in it are read, and counted from its first one. Lines that are too long and what
    lies behind the damage in an archive are refused in `report`.

    Raises:
        DataError: the archive unpacks to an absurd size.
    """
    packed = head(path, 2) == _GZIP
    limit = min(MAX_UNPACKED, max(_RATIO_FROM, _RATIO * path.stat().st_size)) if packed else MAX_UNPACKED
    number, size = 0, 0
    with path.open("rb") as raw:
        stream: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        place = _line_at(stream, part.start) if part else 0
        while part is None or place + size < part.stop:
            number += 1
            try:
                line = stream.readline(MAX_LINE + 1)
                size += len(line)
                too_long = len(line) > MAX_LINE
                while len(line) > MAX_LINE and not line.endswith(b"\n") and size <= limit:
                    line = stream.readline(MAX_LINE + 1)  # the rest of it, a piece at a time
                    size += len(line)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                report.read += 1
                report.refuse("archive damaged from here on", [number])
                return
            if size > limit:
                raise DataError(
                    N_("{file}: unpacks to more than {limit} MiB; refused"), file=path.name, limit=limit // 2**20
                )
            if not line and not too_long:
                return
            if too_long:
                report.read += 1
                report.refuse("line too long", [number])
            elif line.isspace():
                report.skipped += 1
            else:
                report.read += 1
                first = number == 1 and place == 0
                yield number, line.removeprefix(b"\xef\xbb\xbf") if first else line


def _line_at(stream: IO[bytes], place: int) -> int:
    """Move to the first line that begins at `place` or behind it; where that is."""
    if place:
        stream.seek(place - 1)
        while (line := stream.readline(MAX_LINE)) and not line.endswith(b"\n"):
            pass
    return stream.tell()


def chunks(items: Iterator[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    while chunk := list(islice(items, size)):
        yield chunk


def parquet_columns(path: Path) -> list[str]:
    """The column names of a Parquet file.

    Raises:
        DataError: the file is damaged.
    """
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from error


def parquet_rows(
    path: Path, columns: list[str], report: FileReport, part: Part | None = None
) -> Iterator[tuple[NDArray[np.int64], pa.Table]]:
    """Row numbers (from 1) and content of a Parquet file or its part, CHUNK rows at a time.

    Raises:
        DataError: the file is damaged or unpacks to an absurd size.
    """
    try:
        with pq.ParquetFile(path) as file:
            groups = range(file.metadata.num_row_groups)
            if sum(file.metadata.row_group(group).total_byte_size for group in groups) > MAX_UNPACKED:
                raise DataError(
                    N_("{file}: unpacks to more than {limit} MiB; refused"),
                    file=path.name,
                    limit=MAX_UNPACKED // 2**20,
                )
            chosen = groups[part.start : part.stop] if part else groups
            for batch in file.iter_batches(CHUNK, row_groups=list(chosen), columns=columns):
                numbers = np.arange(report.read + 1, report.read + 1 + batch.num_rows)
                report.read += batch.num_rows
                yield numbers, pa.Table.from_batches([batch])
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(N_("{file}: not a readable Parquet file ({error})"), file=path.name, error=error)
