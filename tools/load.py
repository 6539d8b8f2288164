"""`make load`: visitors walk through every room at once; prints how long pages took, errors and the server's memory.

The visitors speak Streamlit's own protocol over websockets, as browsers do, and wait between pages as people do. The
server is started for the test, on a database of its own, and warmed up before the first visitor comes.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.registry import ROOMS, ROOT

START_SECONDS = 180
_PATIENCE = 60.0  # seconds for one page

Row = dict[str, float | str | None]


@dataclass
class Tally:
    """Seconds per page of each room, and what went wrong there."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def rows(self) -> list[Row]:
        """One row per room and one for all: pages, median and 95th percentile in milliseconds, errors.

        Percentiles are None where no page came.
        """
        found = {**self.seconds, "all": [each for room in self.seconds.values() for each in room]}
        wrong = {**self.errors, "all": [each for room in self.errors.values() for each in room]}
        return [
            {
                "room": room, "pages": len(found.get(room, [])), "p50": _percentile(found.get(room), 50),
                "p95": _percentile(found.get(room), 95), "errors": len(wrong.get(room, [])),
            }
            for room in sorted({*found, *wrong}, key=lambda room: (room == "all", room))
        ]  # fmt: skip


def _percentile(seconds: list[float] | None, share: int) -> float | None:
    return 1000 * float(np.percentile(seconds, share)) if seconds else None


async def visit(address: str, number: int, rounds: int, pause: float, tally: Tally) -> None:
    """One visitor: every room, `rounds` times, in an order of their own, `pause` seconds on each page on average.

    Whoever waits for a page in vain, or loses the connection, leaves; that is an error of the room they were in.
    """
    chance = np.random.default_rng(number)
    await asyncio.sleep(chance.uniform(0, pause))
    pages: dict[str, str] = {}
    path = ""
    try:
        async with websockets.connect(
            f"ws://{address}/_stcore/stream", max_size=None, subprotocols=[websockets.Subprotocol("streamlit")],
            open_timeout=_PATIENCE, ping_timeout=None,
        ) as line:  # fmt: skip
            await _page(line, "", "", tally, pages)
            for _round in range(rounds):
                for place in chance.permutation(len(pages)):
                    await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
                    path = sorted(pages)[place]
                    await _page(line, path, pages[path], tally, {})
    except (OSError, websockets.WebSocketException) as error:  # a TimeoutError is an OSError
        tally.errors[_room(path)].append(f"the visitor left: {str(error) or type(error).__name__}")


def _room(path: str) -> str:
    return path or "home"


async def _page(line: websockets.ClientConnection, path: str, script: str, tally: Tally, found: dict[str, str]) -> None:
    """Ask for a page and read what comes until it is drawn; `found` gets the pages that the navigation names.

    Raises:
        TimeoutError: it is not drawn in time.
        websockets.WebSocketException: the connection is lost.
    """
    room = _room(path)
    request = BackMsg()
    request.rerun_script.query_string = ""
    request.rerun_script.page_script_hash = script
    start = time.perf_counter()
    await line.send(request.SerializeToString())
    while True:
        answer = ForwardMsg()
        try:
            answer.ParseFromString(await asyncio.wait_for(line.recv(decode=False), _PATIENCE))
        except TimeoutError as error:
            raise TimeoutError(f"not drawn within {_PATIENCE:.0f} s") from error
        kind = answer.WhichOneof("type")
        if kind == "navigation":
            found.update({page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages})
        elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
            tally.errors[room].append(answer.delta.new_element.exception.message)
        elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            break
    tally.seconds[room].append(time.perf_counter() - start)


async def crowd(address: str, visitors: int, rounds: int, pause: float) -> Tally:
    """All visitors at once."""
    tally = Tally()
    await asyncio.gather(*(visit(address, number, rounds, pause, tally) for number in range(visitors)))
    return tally


def memory(process: int) -> float:
    """Resident memory in MB; 0 where the system does not say."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def serve(state: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the studio and wait until its models are open."""
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port)]
    options = ["--server.address", "127.0.0.1", "--server.headless", "true"]
    environment = {**os.environ, "EFFIGIES_STATE": str(state)}
    server = subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stdout=sys.stderr)  # noqa: S603
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5):
                return server
        except (URLError, TimeoutError, ConnectionError):  # not listening, or not ready yet
            time.sleep(0.5)
    server.kill()
    raise SystemExit("error: the studio did not become ready")


def main() -> None:
    """Run the crowds that the command line asks for, one after the other, on one server."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, nargs="+", default=[30, 100], help="how many at once")
    parser.add_argument("--rounds", type=int, default=2, help="how often each walks through all rooms")
    parser.add_argument("--pause", type=float, default=4.0, help="seconds on a page")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    report: dict[str, object] = {"rooms": [place.key for place in ROOMS]}
    failed = False
    with tempfile.TemporaryDirectory() as state:
        server = serve(Path(state), port)
        try:
            for visitors in chosen.visitors:
                before = memory(server.pid)
                tally = asyncio.run(crowd(f"127.0.0.1:{port}", visitors, chosen.rounds, chosen.pause))
                rows, after = tally.rows(), memory(server.pid)
                failed |= any(tally.errors.values())
                report[str(visitors)] = {"rows": rows, "memory_before": before, "memory_after": after}
                for message in sorted({each for room in tally.errors.values() for each in room}):
                    sys.stderr.write(f"error on a page: {message}\n")
                if not chosen.json:
                    _show(visitors, rows, before, after)
        finally:
            server.terminate()
            server.wait(timeout=30)
    if chosen.json:
        sys.stdout.write(f"{json.dumps(report)}\n")
    raise SystemExit(1 if failed else 0)


def _show(visitors: int, rows: list[Row], before: float, after: float) -> None:
    sys.stdout.write(f"{visitors} visitors; server's memory {before:.0f} MB before, {after:.0f} MB after\n")
    sys.stdout.write(f"  {'room':<18}{'pages':>7}{'p50 ms':>9}{'p95 ms':>9}{'errors':>8}\n")
    for row in rows:
        middle, slow = (_rounded(row[name]) for name in ("p50", "p95"))
        sys.stdout.write(f"  {row['room']:<18}{row['pages']:>7}{middle:>9}{slow:>9}{row['errors']:>8}\n")


def _rounded(value: float | str | None) -> str:
    return "–" if value is None else f"{value:.0f}"


if __name__ == "__main__":
    main()
