"""The database: SQLite by default, PostgreSQL by setting; transactions that retry, and errors people can act on.

SQLite follows https://www.sqlite.org/wal.html: a write-ahead log lets readers go on while one writer writes, and every
writing transaction starts with BEGIN IMMEDIATE, so that it waits at its start instead of failing in its middle.
PostgreSQL runs at READ COMMITTED; whoever decides on what others may be writing takes `exclusive` first.
"""

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import N_, UserError

T = TypeVar("T")

_READING = "effigies_reading"
_WAIT_SECONDS = 15
_ATTEMPTS = 6
_MIGRATION_LOCK = 0x0EFF1

# primary result codes of SQLite (https://www.sqlite.org/rescode.html)
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_GONE = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# states of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html); two characters are a class
_POSTGRES_BUSY = ("40001", "40P01", "55P03", "53300")
_POSTGRES_GONE = ("08", "57P01", "57P02", "57P03", "58", "XX001", "XX002", "3D000")


class DatabaseError(UserError):
    """The database cannot do what was asked; what was being done is undone."""


class DatabaseGoneError(DatabaseError):
    """The database cannot be reached, or its file is missing or damaged."""


class DatabaseReadOnlyError(DatabaseError):
    """The database can be read but not written."""


class DatabaseFullError(DatabaseError):
    """There is no room left for the database."""


class OutdatedError(DatabaseError):
    """The tables are of another version than this program: a studio beside it was updated."""


class DatabaseBusyError(DatabaseError):
    """Others kept the database busy for longer than anyone should wait."""


class Database:
    """One database for all threads of a process.

    `url` is SQLAlchemy's: `sqlite:////folder/file.sqlite3` (a file, not memory) or `postgresql://user@host/name`.

    Raises:
        DatabaseError: the address cannot be used.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            self.file = _sqlite_file(self.url)
            self.engine = _sqlite_engine(self.file) if self.file else _postgres_engine(self.url)
        except (ArgumentError, NoSuchModuleError, ValueError, TypeError) as error:
            raise DatabaseError(
                N_("The database address must look like sqlite:////folder/file.sqlite3 or postgresql://user@host/name.")
            ) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one state of the database throughout on SQLite."""
        with reported():
            connection = self.engine.connect().execution_options(**{_READING: True})
            with connection, connection.begin():
                yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction and commit; run it again when others were in the way.

        `work` may therefore run several times and must change nothing but the database.

        Raises:
            DatabaseError: nothing that `work` did is kept.
        """
        for attempt in range(_ATTEMPTS):
            try:
                with reported(), self.engine.begin() as connection:
                    return work(connection)
            except DatabaseBusyError:
                if attempt == _ATTEMPTS - 1:
                    raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - spreads the waiters, guards nothing
        raise AssertionError("unreachable: the last attempt returns or raises")

    def upgrade(self, migrations: Path) -> None:
        """Bring the tables up to date by the Alembic scripts in `migrations`; safe in several processes at once.

        A database that is up to date is only read. Migrations that share a database with others name a table of
        their own in their `alembic.ini`, which is noted there.

        Raises:
            DatabaseError: the database is of a newer version, or cannot be used.
        """
        if self.file:
            _create_file(self.file)
        config = _config(migrations)
        scripts = ScriptDirectory.from_config(config)
        head = _head(migrations)  # noted now, for `check_current`: files may be newer than the running program later
        with self.read() as connection:
            current = _revision(connection, config)
        if current == head:
            return
        if current and current not in {script.revision for script in scripts.walk_revisions()}:
            raise DatabaseError(
                N_("This database was last used by a newer version of the studio. Update the studio, then try again.")
            )

        def work(connection: Connection) -> None:
            exclusive(connection, _MIGRATION_LOCK)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

        self.write(work)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def exclusive(connection: Connection, lock: int) -> None:
    """Wait until no other transaction holds `lock`, and hold it to the end of this one.

    On SQLite every writing transaction is alone anyway. On PostgreSQL call it before reading what it guards.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def check_current(connection: Connection, migrations: Path) -> None:
    """Look whether the tables are still as the scripts in `migrations` leave them.

    Raises:
        OutdatedError: they are not; studios that share a database are updated one after another.
    """
    config = _config(migrations)
    if _revision(connection, config) != _head(migrations):
        raise OutdatedError(
            N_(
                "This studio was updated elsewhere, and this part of it was not restarted. Nothing was charged. Tell "
                "whoever runs it to restart it."
            )
        )


def _config(migrations: Path) -> Config:
    config = Config(migrations / "alembic.ini")  # need not exist
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


@cache
def _head(migrations: Path) -> str | None:
    return ScriptDirectory.from_config(_config(migrations)).get_current_head()


def _revision(connection: Connection, config: Config) -> str | None:
    applied = {"version_table": config.get_main_option("version_table", "alembic_version")}
    return MigrationContext.configure(connection, opts=applied).get_current_revision()


def _sqlite_file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite needs a file")
    return Path(url.database).expanduser().absolute()


def _sqlite_engine(file: Path) -> Engine:
    # mode=rw: a file that has vanished is an error, never a new and empty database
    address = URL.create("sqlite+pysqlite", database=file.as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(address, connect_args={"timeout": _WAIT_SECONDS}, pool_timeout=_WAIT_SECONDS)

    @event.listens_for(engine, "connect")
    def prepare(dbapi: sqlite3.Connection, record: Any) -> None:
        dbapi.isolation_level = None  # the driver must begin nothing by itself
        _use_write_ahead_log(dbapi)
        dbapi.execute("PRAGMA synchronous = FULL")  # what was confirmed outlives a power cut
        dbapi.execute("PRAGMA foreign_keys = ON")
        record.info["inode"] = _inode(file)

    @event.listens_for(engine, "checkout")
    def same_file(dbapi: sqlite3.Connection, record: Any, proxy: Any) -> None:
        if _inode(file) != record.info["inode"]:  # a deleted file would go on taking writes that nobody can find
            raise DisconnectionError("the database file was removed or replaced")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _use_write_ahead_log(dbapi: sqlite3.Connection) -> None:
    # changing the mode does not wait for a writer as all else does: where several open a new file, one fails at once
    waiting_until = time.monotonic() + _WAIT_SECONDS
    while dbapi.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            if dbapi.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                return  # the file system has no shared memory: with a rollback journal all is slower, and right
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in _SQLITE_BUSY or time.monotonic() > waiting_until:
                raise
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - spreads the waiters, guards nothing


def _postgres_engine(url: URL) -> Engine:
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError(f"no support for {url.drivername}")
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 5, "options": f"-c lock_timeout={_WAIT_SECONDS}s"},
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_timeout=_WAIT_SECONDS,
    )


def _inode(file: Path) -> int | None:
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return None


def _create_file(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))  # an empty file is an empty database
    except OSError as error:
        raise DatabaseGoneError(
            N_("The database cannot be created in {folder}: {reason}."),
            folder=str(file.parent),
            reason=error.strerror or str(error),
        ) from error


@contextmanager
def reported() -> Iterator[None]:
    """Turn what the driver says about the database's condition into a `DatabaseError`; let all else pass."""
    try:
        yield
    except PoolTimeoutError as error:
        raise _busy() from error
    except DisconnectionError as error:
        raise _gone() from error
    except DBAPIError as error:
        translated = _translate(error)
        if translated is None:
            raise
        raise translated from error


def _translate(error: DBAPIError) -> DatabaseError | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF
        if primary in _SQLITE_BUSY:
            return _busy()
        if primary == sqlite3.SQLITE_READONLY:
            return _read_only()
        if primary == sqlite3.SQLITE_FULL:
            return _full()
        return _gone() if primary in _SQLITE_GONE else None
    state = getattr(error.orig, "sqlstate", None)
    if state in _POSTGRES_BUSY:
        return _busy()
    if state == "25006":
        return _read_only()
    if state == "53100":
        return _full()
    no_answer = state is None and type(error).__name__ == "OperationalError"
    return _gone() if no_answer or error.connection_invalidated or str(state).startswith(_POSTGRES_GONE) else None


def _busy() -> DatabaseError:
    return DatabaseBusyError(N_("Too many people are doing this at once. Nothing was charged. Try again in a moment."))


def _gone() -> DatabaseError:
    # the connection may break while the answer to COMMIT travels: only "not twice" can be promised
    return DatabaseGoneError(
        N_("The register cannot be reached just now. Try again in a moment: nothing is charged twice.")
    )


def _read_only() -> DatabaseError:
    return DatabaseReadOnlyError(N_("The register can only be read just now. Nothing was charged. Try again later."))


def _full() -> DatabaseError:
    return DatabaseFullError(N_("The register has no room left. Nothing was charged. Tell whoever runs this studio."))
