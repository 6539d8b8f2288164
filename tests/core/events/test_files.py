"""Several processes append to one folder, and nothing is lost or torn: not by each other, a full disk or a kill."""

import errno
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.events.files import FileSink, Tail, days, purge
from core.events.sinks import SinkError
from core.events.types import Claimed, Liked, Recorded, Viewed

WRITER = Path(__file__).parent / "writer.py"
DAY = 24 * 3600


def at(day: int, theme: str = "saga") -> Recorded:
    return Recorded.now(Claimed(theme), day * DAY, first=True)


def start(folder: Path, product: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), str(folder), product, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_write_side_by_side_and_one_is_killed_in_the_middle(tmp_path: Path) -> None:
    steady, doomed = start(tmp_path, "steady", 50), start(tmp_path, "doomed", 10**6)
    assert doomed.stdout is not None
    told = [doomed.stdout.readline() for _ in range(3)]
    doomed.kill()
    told += doomed.stdout.readlines()
    assert steady.wait(timeout=60) == 0
    tail = Tail(tmp_path)
    counts = Counter(each.event for each in tail.new(date(1970, 1, 1)))
    assert counts[Liked("steady")] == 50 * 20
    assert counts[Liked("doomed")] >= 20 * sum(line == "kept\n" for line in told)
    assert tail.skipped == 0


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    tail, sink = Tail(tmp_path), FileSink(tmp_path)
    since = date(1970, 1, 3)
    assert list(tail.new(since)) == []
    sink.write([at(1), at(2, "cats"), at(3)])
    assert [each.event for each in tail.new(since)] == [Claimed("cats"), Claimed("saga")]
    FileSink(tmp_path).write([at(3, "robots")])
    assert [each.event for each in tail.new(since)] == [Claimed("robots")]
    assert list(tail.new(since)) == []


def test_a_file_that_cannot_be_read_now_hides_no_other_and_is_read_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail, since = Tail(tmp_path), date(1970, 1, 1)
    for theme in ("cats", "saga", "robots"):
        FileSink(tmp_path).write([at(0, theme)])
    locked, opened = sorted(tmp_path.glob("*/*.jsonl"))[1], Path.open

    def refuse(path: Path, *how: Any) -> Any:
        if path == locked:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, *how)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        readable = [each.event for each in tail.new(since)]
    assert len(readable) == 2
    assert {*readable, *(each.event for each in tail.new(since))} == {
        Claimed(name) for name in ("cats", "saga", "robots")
    }


def test_a_line_that_is_half_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    sink, tail = FileSink(tmp_path), Tail(tmp_path)
    sink.write([at(0)])
    [file] = tmp_path.glob("*/*.jsonl")
    line = at(0, "cats").line()
    with file.open("a") as stream:
        stream.write(line[:20])
    assert len(list(tail.new(date(1970, 1, 1)))) == 1
    with file.open("a") as stream:
        stream.write(f"{line[20:]}\nno event\n")
    assert [each.event for each in tail.new(date(1970, 1, 1))] == [Claimed("cats")]
    assert tail.skipped == 1


def test_of_a_batch_that_a_full_disk_cut_off_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = FileSink(tmp_path)
    sink.write([at(0)])
    write = os.write

    def fill(descriptor: int, data: bytes) -> int:
        if len(data) < 150:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data[:130])

    with monkeypatch.context() as full:
        full.setattr(os, "write", fill)
        with pytest.raises(SinkError, match="No space"):
            sink.write([at(0), at(0), at(1)])
    sink.write([at(1, "cats")])
    tail = Tail(tmp_path)
    assert [each.event for each in tail.new(date(1970, 1, 1))] == [Claimed("saga"), Claimed("cats")]
    assert tail.skipped == 0


def test_only_old_days_are_deleted(tmp_path: Path) -> None:
    FileSink(tmp_path).write([at(day) for day in range(5)])
    (tmp_path / "day=tomorrow").mkdir()
    assert purge(tmp_path, 2, date(1970, 1, 5)) == 3
    assert list(days(tmp_path)) == [date(1970, 1, 4), date(1970, 1, 5)]
    assert (tmp_path / "day=tomorrow").exists()
    assert purge(tmp_path / "nowhere", 2, date(1970, 1, 5)) == 0


def test_a_day_deleted_while_it_is_read_is_no_error(tmp_path: Path) -> None:
    FileSink(tmp_path).write([at(0), Recorded.now(Viewed("home"), DAY, first=True)])
    reading = Tail(tmp_path).new(date(1970, 1, 1))
    assert next(reading).event == Claimed("saga")
    purge(tmp_path, 1, date(1970, 1, 3))
    assert list(reading) == []
