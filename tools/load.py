"""`make load`: visitors walk through every room at once; prints how long pages took, errors and the server's memory.

The visitors speak Streamlit's own protocol over websockets, as browsers do, and wait between pages as people do. The
server is started for the test, on a database of its own, and warmed up before the first visitor comes. With --minutes
each crowd walks for so long, and the memory's trend says whether it stays flat.
"""

import argparse
import asyncio
import contextlib
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import numpy as np
import psutil
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.registry import ROOMS, ROOT
from app.streamlit_client import GONE, PATIENCE, Visitor, problem, visiting

START_SECONDS = 600  # models open in half a minute, on a machine with nothing else to do
STOP_SECONDS = 60
_LOOK = 2.0  # seconds between two looks at the server's memory
_SHOWN = 12  # of these looks are printed
_REFUSED = "effigies_turns_refused_total"

Row = dict[str, float | str | None]


@dataclass(frozen=True)
class Walk:
    """How a visitor walks: `rounds` through all rooms or, if `minutes` is not 0, for so long.

    They stay `pause` seconds on a page on average, and wait `patience` seconds for one.
    """

    rounds: int = 2
    minutes: float = 0.0
    pause: float = 4.0
    patience: float = PATIENCE


@dataclass
class Tally:
    """Of each room: seconds per page, what went wrong there, the server's memory when a page came (MB)."""

    server: int = 0  # its process
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    memory: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    over_time: list[tuple[float, float]] = field(default_factory=list)  # seconds since the start, MB

    def drawn(self, room: str, seconds: float) -> None:
        """A page came."""
        self.seconds[room].append(seconds)
        self.memory[room].append(memory(self.server))

    def rows(self) -> list[Row]:
        """One row per room and one for all: pages, median and 95th percentile in milliseconds, errors, most memory.

        What cannot be said where no page came is None.
        """
        rows = [self._row(room, [room]) for room in sorted({*self.seconds, *self.errors})]
        return [*rows, self._row("all", list({*self.seconds, *self.errors}))]

    def _row(self, name: str, rooms: list[str]) -> Row:
        kept = self.seconds, self.memory
        seconds, held = ([value for room in rooms for value in each.get(room, [])] for each in kept)
        return {
            "room": name,
            "pages": len(seconds),
            "p50": percentile(seconds, 50),
            "p95": percentile(seconds, 95),
            "errors": sum(len(self.errors.get(room, [])) for room in rooms),
            "memory": max(held, default=None),
        }


def percentile(seconds: list[float], share: float) -> float | None:
    """In milliseconds; None of nothing."""
    return 1000 * float(np.percentile(seconds, share)) if seconds else None


def trend(samples: list[tuple[float, float]]) -> float | None:
    """MB per hour by which memory grows over the second half of (seconds, MB), by least squares; None of too few."""
    late = [sample for sample in samples if sample[0] >= samples[-1][0] / 2]
    if len(late) < 3:
        return None
    seconds, megabytes = np.array(late).T
    return 3600 * float(np.polyfit(seconds, megabytes, 1)[0])


def memory(process: int) -> float:
    """Resident memory of a process and of those it started, in MB; 0 when it is gone."""
    try:
        own = psutil.Process(process)
        return sum(each.memory_info().rss for each in (own, *own.children(recursive=True))) / 2**20
    except psutil.NoSuchProcess:  # one of them ended a moment ago
        return 0.0


async def visit(host: str, number: int, walk: Walk, tally: Tally) -> None:
    """One visitor: every room, in an order of their own.

    Whoever waits for a page in vain, or loses the connection, leaves; that is an error of the room they were in.
    """
    until = time.monotonic() + 60 * walk.minutes if walk.minutes else math.inf
    chance = np.random.default_rng(number)
    await asyncio.sleep(chance.uniform(0, walk.pause))
    pages: dict[str, str] = {}
    path, walked = "", 0
    try:
        async with visiting(host, number, walk.patience) as visitor:
            await _page(visitor, "", "", tally, pages)
            if not pages:
                raise ConnectionError("the navigation names no page")
            while walk.minutes or walked < walk.rounds:
                for place in chance.permutation(len(pages)):
                    await asyncio.sleep(chance.uniform(0.5, 1.5) * walk.pause)
                    if time.monotonic() >= until:
                        return
                    path = sorted(pages)[place]
                    await _page(visitor, path, pages[path], tally, {})
                walked += 1
    except GONE as error:
        tally.errors[_room(path)].append(f"the visitor left: {str(error) or type(error).__name__}")


def _room(path: str) -> str:
    return path or "home"


async def _page(visitor: Visitor, path: str, script: str, tally: Tally, found: dict[str, str]) -> None:
    """Ask for a page; `found` gets the pages that the navigation names."""

    def see(kind: str, answer: ForwardMsg) -> None:
        if kind == "navigation":
            found.update({page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages})
        if wrong := problem(kind, answer):
            tally.errors[_room(path)].append(wrong)

    tally.drawn(_room(path), await visitor.run(see, page=script))


async def crowd(host: str, server: int, visitors: int, walk: Walk) -> Tally:
    """All visitors at once; `server` is the process whose memory is watched."""
    tally, began = Tally(server), time.monotonic()

    async def look() -> None:
        while True:
            tally.over_time.append((time.monotonic() - began, memory(server)))
            await asyncio.sleep(_LOOK)

    looking = asyncio.create_task(look())
    await asyncio.gather(*(visit(host, number, walk, tally) for number in range(visitors)))
    looking.cancel()
    tally.over_time.append((time.monotonic() - began, memory(server)))
    return tally


def refused(host: str) -> float:
    """How often the server has sent somebody away because too many wait, or one asks too often."""
    with urllib.request.urlopen(f"http://{host}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(_REFUSED))


@contextlib.contextmanager
def serving(state: Path) -> Iterator[tuple[str, int]]:
    """A studio whose models are open: its host and its process; it is stopped at the end, whatever happened."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", host.partition(":")[2]]
    options = ["--server.address", "127.0.0.1", "--server.headless", "true"]
    environment = {**os.environ, "EFFIGIES_STATE": str(state), "EFFIGIES_METRICS": "true"}
    server = subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stdout=sys.stderr)  # noqa: S603
    try:
        _wait_until_ready(host, server)
        yield host, server.pid
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            sys.stderr.write(f"the studio did not stop within {STOP_SECONDS} s of being told to; it was killed\n")
            server.kill()
            server.wait()


def _wait_until_ready(host: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{host}/health/ready", timeout=5):
                return
        except (URLError, TimeoutError, ConnectionError):  # not listening, or not ready yet
            time.sleep(0.5)
    raise SystemExit("error: the studio did not become ready")


def main() -> None:
    """Run the crowds that the command line asks for, one after the other, on one server."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, nargs="+", default=[30, 100], help="how many at once")
    parser.add_argument("--rounds", type=int, default=Walk.rounds, help="how often each walks through all rooms")
    parser.add_argument("--minutes", type=float, default=Walk.minutes, help="walk for so long instead")
    parser.add_argument("--pause", type=float, default=Walk.pause, help="seconds on a page")
    parser.add_argument("--patience", type=float, default=Walk.patience, help="seconds to wait for a page")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    report: dict[str, object] = {"rooms": [place.key for place in ROOMS], "cores": os.cpu_count()}
    walk, failed = Walk(chosen.rounds, chosen.minutes, chosen.pause, chosen.patience), False
    with tempfile.TemporaryDirectory() as state, serving(Path(state)) as (host, server):
        for visitors in chosen.visitors:
            load, before = os.getloadavg()[0], refused(host)
            tally = asyncio.run(crowd(host, server, visitors, walk))
            sent_away = refused(host) - before
            failed |= any(tally.errors.values())
            report[str(visitors)] = {
                "rows": tally.rows(), "memory": tally.over_time, "megabytes_per_hour": trend(tally.over_time),
                "refused": sent_away, "load_before": load,
            }  # fmt: skip
            for message in sorted({each for room in tally.errors.values() for each in room}):
                sys.stderr.write(f"error on a page: {message}\n")
            if not chosen.json:
                title = f"{visitors} visitors; load before {load:.1f} on {os.cpu_count()} cores"
                sys.stdout.write("\n".join([title, *told(tally), f"  turns refused: {sent_away:.0f}"]) + "\n")
                sys.stdout.flush()
    if chosen.json:
        sys.stdout.write(f"{json.dumps(report)}\n")
    raise SystemExit(1 if failed else 0)


def told(tally: Tally) -> list[str]:
    """What was found, for people: a line per room, then the memory from beginning to end."""
    lines = [f"  {'room':<18}{'pages':>7}{'p50 ms':>9}{'p95 ms':>9}{'errors':>8}{'memory MB':>11}"]
    for row in tally.rows():
        middle, slow, held = (_rounded(row[name]) for name in ("p50", "p95", "memory"))
        lines.append(f"  {row['room']:<18}{row['pages']:>7}{middle:>9}{slow:>9}{row['errors']:>8}{held:>11}")
    places = np.unique(np.linspace(0, len(tally.over_time) - 1, _SHOWN).round().astype(int))
    samples = [tally.over_time[place] for place in places]
    lines.append("  memory: " + ", ".join(f"{megabytes:.0f} MB at {seconds:.0f} s" for seconds, megabytes in samples))
    growth = trend(tally.over_time)
    return [*lines, f"  trend over the second half: {'–' if growth is None else f'{growth:+.0f}'} MB an hour"]


def _rounded(value: float | str | None) -> str:
    return "–" if value is None else f"{float(value):.0f}"


if __name__ == "__main__":
    main()
