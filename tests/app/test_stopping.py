"""Told to stop, the studio is no longer ready, finishes what it is drawing, writes the events and ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from core.classroom.imagelab.config import ImageLabConfig
from core.classroom.lab.config import LabConfig
from core.classroom.lab.pool import LabPool
from core.classroom.trainer import ImageTrainer
from core.events.files import Tail

SERVER = Path(__file__).parent / "tiny_server.py"
PATIENCE = 120  # seconds, on a machine that is busy with other things


def until(done: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def status(port: int, path: str) -> int:
    """The answer's code; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextmanager
def working(state: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server in the middle of a generation, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(SERVER), "--server.port", str(port)]
    options = ["--server.address", "127.0.0.1", "--server.headless", "true"]
    environment = {**os.environ, "EFFIGIES_STATE": str(state), "EFFIGIES_EVENTS": "true", **settings}
    server = subprocess.Popen([*command, *options], env=environment, stdout=sys.stderr)
    try:
        until(lambda: status(port, "/health/ready") == 200 or server.poll() is not None)
        assert status(port, "/work") == 200
        yield server, port
    finally:
        server.kill()
        server.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="there, being told to stop is being stopped")
def test_what_is_being_drawn_is_finished_and_the_events_are_written(tmp_path: Path) -> None:
    with working(tmp_path, EFFIGIES_STOP_SECONDS=str(PATIENCE)) as (server, port):
        server.send_signal(signal.SIGTERM)
        until(lambda: status(port, "/health/ready") == 503)
        assert status(port, "/health/live") == 200
        assert server.poll() is None
        (tmp_path / "finish").touch()
        assert server.wait(PATIENCE) == -signal.SIGTERM
    assert (tmp_path / "drawn").exists()
    assert len(list(Tail(tmp_path / "events").new(date(2020, 1, 1)))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there, being told to stop is being stopped")
def test_what_takes_too_long_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with working(tmp_path, EFFIGIES_STOP_SECONDS="0.5") as (server, _):
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == -signal.SIGTERM
    assert not (tmp_path / "drawn").exists()


def test_trainings_end_and_are_not_begun_again() -> None:
    pool = LabPool()
    pool.open("visitor", LabConfig())
    pool.play("visitor")
    trainer = ImageTrainer(lambda config: pytest.fail("nothing is trained here"))
    trainer._wake()
    threads = [pool._thread, trainer._thread]
    assert pool.shut_down(PATIENCE)
    assert trainer.shut_down(PATIENCE)
    pool.play("visitor")
    trainer.start("visitor", ImageLabConfig())
    assert not any(thread and thread.is_alive() for thread in (*threads, pool._thread, trainer._thread))
