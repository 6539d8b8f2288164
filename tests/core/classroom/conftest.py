"""Every test that asks for `classroom` runs on SQLite and on a real PostgreSQL server."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.classroom.quiz import choose, draft_bundled
from core.classroom.rooms import Host, Live, Seat
from core.classroom.rounds import now_ms
from core.classroom.service import MIGRATIONS, Classroom
from core.database import Database

# the server is started by the ledger's fixture
from tests.core.ledger.conftest import new_postgres_database  # noqa: F401

VISITOR = "192.0.2.7"


@dataclass
class Clock:
    """Now, until it is moved."""

    ahead_ms: int = 0

    def __call__(self) -> int:
        return now_ms() + self.ahead_ms


@dataclass
class School:
    """A classroom with one room, its host, and the clock that rules it."""

    classroom: Classroom
    clock: Clock
    url: str
    host: Host
    host_key: str

    @property
    def live(self) -> Live:
        live = self.classroom.look(self.host.room_id)
        assert live is not None
        return live

    def join(self, nickname: str = "Ana") -> Seat:
        return self.classroom.join(self.live.code, nickname, VISITOR)[0]

    def ask(self, count: int = 3, seconds: int = 20) -> int:
        """Start a quiz; the id of its first round."""
        assert self.classroom.start(self.host, self.live.version, draft_bundled(choose(count, seed=1), seconds))
        round_id = self.live.round_id
        assert round_id is not None
        return round_id


@pytest.fixture(scope="session")
def empty_class_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "class.sqlite3"
    database = Database(f"sqlite:///{file.as_posix()}")
    database.upgrade(MIGRATIONS)
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the class's tables and nothing in them."""
    if request.param == "sqlite":
        file = tmp_path / "class.sqlite3"
        shutil.copyfile(request.getfixturevalue("empty_class_sqlite"), file)
        return f"sqlite:///{file.as_posix()}"
    copy: Callable[[str], str] = request.getfixturevalue("new_postgres_database")
    url = copy("migrated")  # with the ledger's tables, as in a studio that has both
    database = Database(url)
    database.upgrade(MIGRATIONS)
    database.close()
    return url


@pytest.fixture
def school(database_url: str) -> Iterator[School]:
    clock = Clock()
    classroom = Classroom(Database(database_url), clock=clock)
    yield School(classroom, clock, database_url, *classroom.create_room(VISITOR))
    classroom.database.close()
