"""Rooms: joining, following, hostile nicknames, guessing, forgetting; beside the ledger in one database."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, select, text, update

from core.classroom import hosting, nicknames, rooms
from core.classroom import live as live_module
from core.classroom.nicknames import LONGEST, NicknameError, clean
from core.classroom.rooms import COURSE, ClassroomError, Rules, UnknownRoomError
from core.classroom.schema import metadata
from core.classroom.service import MIGRATIONS, Classroom
from core.database import Database
from core.errors import UserError
from core.ledger.service import MIGRATIONS as LEDGERS
from core.limits import Limit, TooManyAttemptsError
from tests.core.classroom.conftest import VISITOR, School

REVERSED = "a\u202eb\u200bc\u0000d\u2066e"


def test_the_migrations_build_what_the_schema_describes(school: School) -> None:
    options = {
        "version_table": "classroom_version",
        "include_name": lambda name, kind, parents: kind != "table" or str(name).startswith("class_"),
    }
    with school.classroom.database.read() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("order", [(MIGRATIONS, LEDGERS), (LEDGERS, MIGRATIONS)])
def test_the_class_and_the_ledger_share_a_database(tmp_path: Path, order: tuple[Path, Path]) -> None:
    database = Database(f"sqlite:///{(tmp_path / 'both.sqlite3').as_posix()}")
    for migrations in (*order, *order):
        database.upgrade(migrations)
    with database.read() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM accounts")).scalar_one() == 3
        assert connection.execute(text("SELECT COUNT(*) FROM class_rooms")).scalar_one() == 0
    database.close()


def test_a_phone_joins_follows_and_keeps_its_seat(school: School) -> None:
    seat, key = school.classroom.join(f" {school.live.code.lower()}", "Ana", VISITOR)
    first = school.classroom.poll(seat)
    assert first is not None
    assert first.step == "lobby"
    assert school.classroom.poll(seat, first.version) is None
    assert school.classroom.show(school.host, first.version, COURSE, "architecture")
    moved = school.classroom.poll(seat, first.version)
    assert moved is not None
    assert (moved.step, moved.place) == (COURSE, "architecture")
    assert school.classroom.seat(key) == seat  # a refreshed page shows its key again
    late = school.classroom.poll(school.join("Late"))
    assert late is not None
    assert late.place == "architecture"


def test_a_second_press_on_next_does_not_skip_a_step(school: School) -> None:
    since = school.live.version
    assert school.classroom.show(school.host, since, COURSE, "one")
    assert not school.classroom.show(school.host, since, COURSE, "two")
    assert school.live.place == "one"


@pytest.mark.security
def test_keys_are_not_stored_and_open_only_what_they_are_for(school: School) -> None:
    _seat, key = school.classroom.join(school.live.code, "Ana", VISITOR)
    with school.classroom.database.read() as connection:
        stored = repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])
    assert key not in stored
    assert school.host_key not in stored
    assert school.classroom.host(key) is None
    assert school.classroom.seat(school.host_key) is None
    assert school.classroom.host(school.host_key) == school.host


def test_equal_nicknames_get_numbers(school: School) -> None:
    for name in ("Ana", "ANA", "Ána"):
        school.join(name)
    assert [player.nickname for player in school.live.players] == ["Ana", "ANA 2", "Ána 3"]


def test_two_who_join_at_once_are_told_apart_and_the_class_never_overflows(school: School) -> None:
    school.classroom.rules = replace(Rules(), players=5)
    code, gate = school.live.code, Barrier(8)

    def one(_: int) -> bool:
        gate.wait()
        try:
            school.classroom.join(code, "Ana", VISITOR)
        except ClassroomError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 5
    assert len({player.nickname for player in school.live.players}) == 5


@pytest.mark.security
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (REVERSED, "abc de"),
        ("  two\n lines ", "two lines"),
        ("Z" + "\u0301" * 30, "\u0179\u0301\u0301"),
        ("x" * 500, "x" * LONGEST),
        ("<b>**Bob**</b>", "<b>**Bob**</b>"),
        ("名前 😀", "名前 😀"),
    ],
)
def test_nicknames_are_shown_safely(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@pytest.mark.security
@pytest.mark.parametrize("typed", ["", "   ", "\u202e\u200b", "\u3164\u2800", "\u0301", "\ue000"])
def test_nicknames_that_show_nothing_are_refused(school: School, typed: str) -> None:
    with pytest.raises(NicknameError):
        school.join(typed)


@pytest.mark.security
@given(st.text(max_size=60))
def test_whatever_is_typed_a_nickname_is_one_short_visible_line_or_refused(typed: str) -> None:
    try:
        name = clean(typed)
    except NicknameError:
        return
    assert 0 < len(name) <= LONGEST
    assert name == " ".join(name.split())
    assert not [c for c in name if nicknames.unicodedata.category(c)[0] == "C"]
    assert nicknames.key(nicknames.numbered(name, {nicknames.key(name)})) != nicknames.key(name)


def test_a_removed_player_is_out_and_a_locked_room_lets_nobody_in(school: School) -> None:
    seat, key = school.classroom.join(school.live.code, "Troll", VISITOR)
    school.classroom.lock(school.host, True)
    school.classroom.remove(school.host, seat.id)
    with pytest.raises(UnknownRoomError):
        school.classroom.poll(seat)
    assert school.classroom.seat(key) is None
    with pytest.raises(ClassroomError, match="lets nobody else in"):
        school.join("Troll")
    school.classroom.lock(school.host, False)
    assert school.join("Friend")


@pytest.mark.security
def test_a_host_cannot_touch_another_room(school: School) -> None:
    seat = school.join()
    other, _key = school.classroom.create_room(VISITOR)
    school.classroom.remove(other, seat.id)
    school.classroom.forget(other)
    assert school.live.player(seat)


@pytest.mark.security
def test_guessing_codes_is_stopped(school: School) -> None:
    school.classroom.rules = replace(Rules(), guesses=Limit("class:guess", 3, 600))
    wrong = "XXXX" if school.live.code != "XXXX" else "CCCC"
    for _ in range(3):
        with pytest.raises(UnknownRoomError):
            school.classroom.join(wrong, "Eve", "203.0.113.9")
    with pytest.raises(TooManyAttemptsError):
        school.classroom.join(school.live.code, "Eve", "203.0.113.9")  # even the right one, now
    assert school.join("Ana")  # nobody else is held up


@pytest.mark.security
def test_codes_guessed_at_once_are_no_more_than_one_after_another(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.classroom.rules = replace(Rules(), guesses=Limit("class:guess", 3, 3600))
    look_up, looked_up = rooms.find_room, list[str]()

    def slowly(connection: Connection, code: str) -> int | None:
        looked_up.append(code)
        time.sleep(0.02)
        return look_up(connection, code)

    def guess(number: int) -> None:
        with pytest.raises(UserError):
            school.classroom.join(f"X{number}", "Eve", VISITOR)

    monkeypatch.setattr(rooms, "find_room", slowly)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, range(24)))
    assert len(looked_up) == 3  # a right one among the others would not have been seen


@pytest.mark.security
def test_a_visitor_opens_only_so_many_rooms(school: School) -> None:
    school.classroom.rules = replace(Rules(), rooms=Limit("class:room", 2, 600))
    school.classroom.create_room("198.51.100.1")
    school.classroom.create_room("198.51.100.1")
    with pytest.raises(TooManyAttemptsError):
        school.classroom.create_room("198.51.100.1")


def test_thirty_polling_phones_cost_one_reading(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "FRESH_SECONDS", 60.0)
    seats = [school.join(f"Player {number}") for number in range(30)]
    statements: list[str] = []
    engine = school.classroom.database.engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    gate = Barrier(30)

    def poll(seat: rooms.Seat) -> object:
        gate.wait()
        return school.classroom.poll(seat)

    with ThreadPoolExecutor(30) as pool:
        assert all(pool.map(poll, seats))
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(asked) == 2  # the room's row, and the players because some had come
    school.classroom.poll(seats[0])
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2


def test_another_process_sees_a_step_after_the_cache_is_stale(school: School) -> None:
    other = Classroom(Database(school.url))
    seat = school.join()
    assert other.poll(seat)
    school.classroom.show(school.host, school.live.version, COURSE, "training")
    time.sleep(live_module.FRESH_SECONDS)
    seen = other.poll(seat)
    assert seen is not None
    assert seen.place == "training"
    other.database.close()


def test_forgetting_leaves_nothing(school: School) -> None:
    seat = school.join()
    school.classroom.answer(seat, school.ask(), 0)
    school.classroom.forget(school.host)
    with school.classroom.database.read() as connection:
        left = [name for name in metadata.tables if name != "class_attempts"
                and connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one()]  # noqa: S608  # fmt: skip
    assert left == []
    assert school.classroom.look(school.host.room_id) is None
    assert not school.classroom.any_open_room()
    with pytest.raises(UnknownRoomError):
        school.classroom.poll(seat)


def test_a_room_is_open_until_it_is_closed_or_expires(school: School) -> None:
    classroom = school.classroom
    assert classroom.any_open_room()
    code = school.live.code
    classroom.close(school.host)
    assert not classroom.any_open_room()
    with pytest.raises(UnknownRoomError):
        classroom.join(code, "Late", VISITOR)
    second, _key = classroom.create_room(VISITOR)
    classroom.database.write(lambda connection: connection.execute(update(rooms.rooms).values(expires_at=1)))
    assert not classroom.any_open_room()
    assert classroom.look(second.room_id) is None
    classroom.create_room(VISITOR)
    with classroom.database.read() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM class_rooms")).scalar_one() == 1  # the expired are gone


def test_another_device_drives_with_a_code_that_works_once(school: School) -> None:
    first, code = school.classroom.host_code(school.host), school.classroom.host_code(school.host)
    with pytest.raises(UnknownRoomError):
        school.classroom.exchange(first, VISITOR)  # the later one replaced it
    host, key = school.classroom.exchange(f" {code[:4].lower()}-{code[4:]} ", VISITOR)
    assert host == school.host
    assert school.classroom.host(key) == school.classroom.host(school.host_key) == school.host
    with pytest.raises(UnknownRoomError):
        school.classroom.exchange(code, VISITOR)
    assert school.classroom.host(code) is None  # a code is no key
    school.classroom.forget(school.host)
    assert school.classroom.host(key) is None


def test_an_old_code_and_guesses_of_one_drive_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    code, now = school.classroom.host_code(school.host), time.time()
    monkeypatch.setattr(hosting.time, "time", lambda: now + 60 * hosting.MINUTES + 1)
    with pytest.raises(UnknownRoomError):
        school.classroom.exchange(code, VISITOR)
    monkeypatch.undo()
    school.classroom.rules = replace(Rules(), exchanges=Limit("class:host", 3, 3600))
    for _ in range(3):
        with pytest.raises(UnknownRoomError):
            school.classroom.exchange("CCCCCCCC", VISITOR)
    with pytest.raises(TooManyAttemptsError):
        school.classroom.exchange(code, VISITOR)


@pytest.mark.security
def test_those_who_try_codes_at_once_try_no_more_than_one_after_another(school: School) -> None:
    school.classroom.rules = Rules(class_code="chalk and talk", openings=Limit("class:code", 3, 3600))

    def attempt(number: int) -> type[Exception]:
        with pytest.raises(UserError) as refused:
            school.classroom.create_room(VISITOR, f"guess {number}")
        return type(refused.value)

    with ThreadPoolExecutor(12) as pool:
        refusals = Counter(pool.map(attempt, range(24)))
    assert refusals == {hosting.WrongCodeError: 3, TooManyAttemptsError: 21}


def test_whoever_runs_the_studio_decides_who_opens_a_class(school: School) -> None:
    school.classroom.rules = Rules(class_code="chalk and talk", openings=Limit("class:code", 2, 3600))
    assert school.classroom.create_room(VISITOR, " chalk and talk ")
    for wrong in ("", "Chalk and talk"):
        with pytest.raises(ClassroomError, match="not the code"):
            school.classroom.create_room(VISITOR, wrong)
    with pytest.raises(TooManyAttemptsError):
        school.classroom.create_room(VISITOR, "chalk and talk")
    school.classroom.rules = Rules(classes=False)
    with pytest.raises(ClassroomError, match="No classes"):
        school.classroom.create_room(VISITOR)
    assert "chalk" not in repr(Rules(class_code="chalk"))
