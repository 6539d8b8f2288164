"""What is tried too often is refused, however many processes it is tried at; looking never waits for a database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import MetaData, event

from core.database import Database, DatabaseReadOnlyError
from core.limits import Limit, SharedThrottle, Throttle, TooManyAttemptsError, attempts_table, visitor_of

METADATA = MetaData()
ATTEMPTS = attempts_table("attempts", METADATA)
FOREVER = 10**9


@pytest.fixture
def url(tmp_path: Path) -> str:
    file = tmp_path / "attempts.sqlite3"
    file.touch()
    address = f"sqlite:///{file.as_posix()}"
    database = Database(address)
    database.write(METADATA.create_all)
    database.close()
    return address


def tries(count: Callable[[Limit, str], None], limit: Limit, subject: str = "somebody") -> int:
    """How often it may be tried before it is refused."""
    for allowed in range(10_000):
        try:
            count(limit, subject)
        except TooManyAttemptsError:
            return allowed
    raise AssertionError("never refused")


@pytest.mark.security
@pytest.mark.parametrize("most", [1, 3, 20, 205])
def test_processes_together_allow_what_one_does(url: str, most: int) -> None:
    limit = Limit("look", most, FOREVER)
    processes = [SharedThrottle(Database(url), ATTEMPTS) for _ in range(3)]
    assert sum(tries(one.count, limit) for one in processes) == most
    assert tries(processes[0].count, limit, "somebody else") == most
    assert tries(Throttle().count, limit) == most


def test_most_attempts_write_nothing(url: str) -> None:
    database = Database(url)
    written: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: written.append(said[2]))
    throttle = SharedThrottle(database, ATTEMPTS)
    for _ in range(100):
        throttle.count(Limit("look", 600, FOREVER), "somebody")
    assert sum(statement.startswith("INSERT") for statement in written) == 4


def test_without_a_database_that_can_be_written_each_process_counts_alone(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(url)
    asked: list[object] = []

    def refuse(work: object) -> None:
        asked.append(work)
        raise DatabaseReadOnlyError("read only")

    monkeypatch.setattr(database, "write", refuse)
    assert tries(SharedThrottle(database, ATTEMPTS).count, Limit("look", 40, FOREVER)) == 40
    assert len(asked) == 1  # a database that hangs is not waited for at every look


@pytest.mark.security
@pytest.mark.parametrize(
    ("address", "visitor"),
    [("192.0.2.1", "192.0.2.1"), (None, "127.0.0.1"), ("2001:db8::1:2", "2001:db8::/64"),
     ("::ffff:192.0.2.1", "192.0.2.1"), ("no address", "unknown")],
)  # fmt: skip
def test_who_counts_as_one_visitor(address: str | None, visitor: str) -> None:
    assert visitor_of(address) == visitor
