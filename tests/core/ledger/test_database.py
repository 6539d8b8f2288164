"""The database comes up in any order of starts, matches its description and says what is wrong with it."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from core.database import (
    Database,
    DatabaseBusyError,
    DatabaseError,
    DatabaseGoneError,
    OutdatedError,
    _use_write_ahead_log,
    check_current,
    exclusive,
)
from core.ledger.schema import DECISION_LOCK, MIGRATIONS, metadata
from core.ledger.service import Ledger
from core.settings import Settings
from tests.core.ledger.conftest import fund, offer, picture


def test_several_can_start_at_once_on_a_new_database(new_database_url: str) -> None:
    def start(_: int) -> int:
        database = Database(new_database_url)
        database.upgrade(MIGRATIONS)
        with database.read() as connection:
            found = connection.execute(text("SELECT COUNT(*) FROM accounts")).scalar_one()
        database.close()
        return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [3, 3, 3, 3]  # the studio's own accounts, once


def test_a_file_without_a_write_ahead_log_is_opened_once_its_writer_is_done(tmp_path: Path) -> None:
    file = tmp_path / "studio.db"
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("CREATE TABLE kept (id INTEGER)")
    writer.execute("BEGIN IMMEDIATE")
    database = Database(f"sqlite:///{file}")

    def look(_: int) -> tuple[str, int]:
        with database.read() as connection:
            mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
            return mode, connection.execute(text("SELECT COUNT(*) FROM kept")).scalar_one()

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(look, range(4))
        time.sleep(0.3)  # they are waiting by now
        writer.execute("INSERT INTO kept VALUES (1)")
        writer.execute("COMMIT")
        assert list(found) == [("wal", 1)] * 4
    database.close()
    writer.close()


def test_where_no_write_ahead_log_can_be_had_the_database_does_without() -> None:
    _use_write_ahead_log(sqlite3.connect(":memory:"))  # as on a file system without shared memory: no error, no WAL


def test_the_migrations_build_what_the_schema_describes(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_claims_whose_keys_were_cut_otherwise_are_found_after_the_update(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    for seed in (1, 2):
        ledger.claim(owner.wallet, offer(seed), f"wish {seed}")

    def as_before(connection: Connection) -> None:
        connection.execute(text("UPDATE claim_bands SET key = key + 1000003"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    ledger.database.write(as_before)
    assert ledger.check(picture(1), "saga", "visitor").available  # nobody finds it
    ledger.database.upgrade(MIGRATIONS)
    assert not ledger.check(picture(1), "saga", "visitor").available
    assert not ledger.check(picture(2), "saga", "visitor").available
    assert ledger.audit().sound


def test_a_studio_that_was_left_behind_by_an_update_claims_nothing(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    ledger.database.write(lambda one: one.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(OutdatedError, match="restart it"):
        ledger.claim(owner.wallet, offer(1), "wish")
    assert (ledger.balance_cents(owner.wallet), ledger.claims_of(owner.wallet)) == (100, [])


def test_scripts_that_came_after_the_program_was_started_do_not_make_it_current(tmp_path: Path) -> None:
    scripts = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    database = Database(f"sqlite:///{tmp_path}/ledger.sqlite3")
    database.upgrade(scripts)
    database.write(lambda connection: check_current(connection, scripts))
    last = max(script.name for script in (scripts / "versions").glob("0*.py"))[:4]
    (scripts / "versions" / "9999_newer.py").write_text(f'revision, down_revision = "9999", "{last}"\n')
    database.write(lambda one: one.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(OutdatedError):
        database.write(lambda connection: check_current(connection, scripts))
    database.close()


def test_no_claim_is_decided_while_the_tables_are_brought_up_to_date(
    new_postgres_database: Callable[[str], str],
) -> None:
    database, held, up = Database(new_postgres_database("template1")), Event(), Event()

    def decide(connection: Connection) -> None:
        exclusive(connection, DECISION_LOCK)
        held.set()
        assert not up.wait(0.5)

    def upgrade() -> None:
        held.wait()
        database.upgrade(MIGRATIONS)
        up.set()

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(database.write, decide), pool.submit(upgrade)]
        for one in done:
            one.result()
    database.close()


def test_a_database_of_a_newer_studio_is_left_alone(ledger: Ledger) -> None:
    ledger.database.write(lambda one: one.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(DatabaseError, match="newer version of the studio"):
        ledger.database.upgrade(MIGRATIONS)


def test_a_write_that_meets_others_is_tried_again(ledger: Ledger) -> None:
    tries = 0

    def work(connection: Connection) -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise DatabaseBusyError("busy")
        return connection.execute(text("SELECT 7")).scalar_one()

    assert ledger.database.write(work) == 7
    assert tries == 3


def test_nothing_of_a_failed_write_is_kept(ledger: Ledger) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("UPDATE accounts SET balance_cents = 5"))
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        ledger.database.write(work)
    with ledger.database.read() as connection:
        assert connection.execute(text("SELECT SUM(balance_cents) FROM accounts")).scalar_one() == 0


def test_sqlite_settings_that_money_depends_on(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{(tmp_path / 'a b%20' / 'ledger.sqlite3').as_posix()}")
    database.upgrade(MIGRATIONS)
    with database.read() as connection:
        asked = [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "foreign_keys")]
        assert asked == ["wal", 1]
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2  # full
    assert database.file is not None
    assert database.file.exists()


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://host/name", "postgresql+x://h/n"]
)
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(DatabaseError, match="must look like sqlite:"):
        Database(url)


def test_a_server_that_is_not_there() -> None:
    database = Database("postgresql://nobody:secret@127.0.0.1:9/none")
    with pytest.raises(DatabaseGoneError, match="cannot be reached") as caught:
        database.write(lambda connection: None)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"this is no database" * 1000)
    with pytest.raises(DatabaseGoneError):
        Database(f"sqlite:///{(tmp_path / 'ledger.sqlite3').as_posix()}").upgrade(MIGRATIONS)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseGoneError, match="cannot be created in"):
        Database(f"sqlite:///{(tmp_path / 'file' / 'ledger.sqlite3').as_posix()}").upgrade(MIGRATIONS)


def test_settings_name_the_database(tmp_path: Path) -> None:
    assert Settings(state=tmp_path).database_address == f"sqlite:///{(tmp_path / 'effigies.sqlite3').as_posix()}"
    assert Settings(database_url="postgresql://u:p@h/n").database_address == "postgresql://u:p@h/n"
    assert "p@h" not in repr(Settings(database_url="postgresql://u:p@h/n"))
