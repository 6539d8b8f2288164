"""Rooms and seats: opening one, joining by code and nickname, moving the class, forgetting it.

A room's code is read off a wall and guessed by strangers, so wrong guesses are counted, and it opens nothing but a
seat. Hosts and seats hold random keys of 128 bits; only their SHA-256 is stored, and nobody finds one by trying.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from core import limits
from core.classroom import nicknames
from core.classroom.schema import attempts, host_keys, insert_new, rooms, seats
from core.errors import N_, UserError
from core.limits import Limit

# consonants that nobody takes for a digit or for each other, and that form no words
LETTERS = "CDFHJKLMNPRTVWX"
CODE_LENGTH = 4
LOBBY, COURSE, ROUND, END = "lobby", "course", "round", "end"


class ClassroomError(UserError):
    """Something about a room that does not work out."""


class UnknownRoomError(ClassroomError):
    """No open room has this code, or this key opens none."""


@dataclass(frozen=True)
class Rules:
    """What a class may grow to. A room ends `hours` after its host last moved it; a visitor is an address.

    A school often shows one address to the world: what is counted per visitor leaves room for a whole class. Without
    `classes` nobody may open one, with a `class_code` only who knows it.
    """

    classes: bool = True
    class_code: str = field(default="", repr=False)

    hours: float = 4
    players: int = 200
    rooms: Limit = field(default_factory=lambda: Limit("class:room", 12, 3600))
    guesses: Limit = field(default_factory=lambda: Limit("class:guess", 40, 60))
    joins: Limit = field(default_factory=lambda: Limit("class:join", 400, 600))
    presses: Limit = field(default_factory=lambda: Limit("class:answer", 20, 10))
    openings: Limit = field(default_factory=lambda: Limit("class:code", 10, 600))
    exchanges: Limit = field(default_factory=lambda: Limit("class:host", 10, 60))


@dataclass(frozen=True)
class Host:
    """Somebody who may drive a room."""

    room_id: int


@dataclass(frozen=True)
class Seat:
    """Somebody's place in a room."""

    id: int
    room_id: int


@dataclass(frozen=True)
class Player:
    """A seat as the class sees it."""

    id: int
    nickname: str


@dataclass(frozen=True)
class Live:
    """Where a class is. `place` names what a `COURSE` step shows; a `ROUND` step has a round and its phase."""

    room_id: int
    code: str
    version: int
    roster: int
    locked: bool
    closed: bool
    step: str
    place: str
    phase: str
    round_id: int | None
    players: tuple[Player, ...]

    def player(self, seat: Seat) -> Player | None:
        """The player of a seat; None after the host has removed it."""
        return next((player for player in self.players if player.id == seat.id), None)


def new_key() -> str:
    """A key of 128 bits that fits an address."""
    return secrets.token_urlsafe(16)


def digest(key: str) -> bytes:
    """What is stored of a key."""
    return hashlib.sha256(key.encode()).digest()


def tidy_code(text: str) -> str:
    """A code as it was meant: capitals without what stands between them."""
    return "".join(character for character in text.upper() if character.isalnum())[: CODE_LENGTH + 1]


def alive() -> ColumnElement[bool]:
    """Which rooms have not expired."""
    return rooms.c.expires_at > int(time.time())


def create(connection: Connection, rules: Rules, visitor: str) -> tuple[Host, str]:
    """A new room; its host's key is returned once and kept nowhere.

    Raises:
        core.limits.TooManyAttemptsError: this visitor made too many.
    """
    limits.count(connection, attempts, rules.rooms, visitor)
    purge(connection)
    key = new_key()
    values: dict[str, Any] = {
        "host_hash": digest(key), "version": 1, "roster": 1, "locked": False, "closed": False,
        "step": LOBBY, "place": "", "phase": "", "expires_at": _end(rules),
    }  # fmt: skip
    while not insert_new(connection, rooms, values | {"code": _new_code()}):
        pass  # another room has this code
    return Host(connection.execute(select(rooms.c.id).where(rooms.c.host_hash == digest(key))).scalar_one()), key


def find_host(connection: Connection, key: str) -> Host | None:
    """Whom a host's key belongs to."""
    more = select(host_keys.c.room_id).where(host_keys.c.token_hash == digest(key), host_keys.c.expires_at.is_(None))
    mine = (rooms.c.host_hash == digest(key)) | rooms.c.id.in_(more)
    found = connection.execute(select(rooms.c.id).where(mine, alive())).scalar()
    return None if found is None else Host(found)


def find_seat(connection: Connection, key: str) -> Seat | None:
    """Whose key this is."""
    found = connection.execute(
        select(seats.c.id, seats.c.room_id).join(rooms).where(seats.c.token_hash == digest(key), alive())
    ).first()
    return None if found is None else Seat(*found)


def find_room(connection: Connection, code: str) -> int | None:
    """The open room of a code."""
    wanted = rooms.c.code == tidy_code(code)
    return connection.execute(select(rooms.c.id).where(wanted, ~rooms.c.closed, alive())).scalar()


def join(connection: Connection, rules: Rules, room_id: int, nickname: str, visitor: str) -> tuple[Seat, str]:
    """A seat and its key, which is returned once and kept nowhere.

    Raises:
        UnknownRoomError: the room was closed or forgotten meanwhile.
        ClassroomError: it takes nobody more.
        core.classroom.nicknames.NicknameError: the nickname shows nothing.
        core.limits.TooManyAttemptsError: this visitor joined too often.
    """
    limits.count(connection, attempts, rules.joins, visitor)
    room = connection.execute(select(rooms).where(rooms.c.id == room_id, alive()).with_for_update()).first()
    if room is None or room.closed:
        raise no_such_room()
    taken = set(connection.execute(select(seats.c.name_key).where(seats.c.room_id == room_id)).scalars())
    if room.locked:
        raise ClassroomError(N_("The host lets nobody else in just now."))
    if len(taken) >= rules.players:
        raise ClassroomError(N_("This class is full: it takes {count} players."), count=rules.players)
    name, key = nicknames.numbered(nicknames.clean(nickname), taken), new_key()
    seat = connection.execute(
        insert(seats)
        .values(room_id=room_id, token_hash=digest(key), nickname=name, name_key=nicknames.key(name))
        .returning(seats.c.id)
    ).scalar_one()
    _changed_roster(connection, room_id)
    return Seat(seat, room_id), key


def remove(connection: Connection, host: Host, player_id: int) -> None:
    """Take a player's seat, and all answers from it."""
    connection.execute(delete(seats).where(seats.c.id == player_id, seats.c.room_id == host.room_id))
    _changed_roster(connection, host.room_id)


def lock(connection: Connection, host: Host, locked: bool) -> None:
    """Whether newcomers wait outside."""
    connection.execute(update(rooms).where(rooms.c.id == host.room_id).values(locked=locked, roster=rooms.c.roster + 1))


def move(connection: Connection, rules: Rules, host: Host, since: int, **step: Any) -> bool:
    """Take the class to a step, if nothing moved it since version `since`; whether it moved.

    Raises:
        UnknownRoomError: the room was forgotten.
    """
    values = {"place": "", "phase": "", "round_id": None} | step
    moved = connection.execute(
        update(rooms)
        .where(rooms.c.id == host.room_id, rooms.c.version == since, ~rooms.c.closed, alive())
        .values(**values, version=rooms.c.version + 1, expires_at=_end(rules))
    ).rowcount
    if not moved and read(connection, host.room_id) is None:
        raise no_such_room()
    return moved == 1


def close(connection: Connection, host: Host) -> None:
    """End the class: nobody joins or answers any more, results stay until the room expires."""
    values = {"closed": True, "step": END, "place": "", "phase": "", "round_id": None}
    connection.execute(update(rooms).where(rooms.c.id == host.room_id).values(**values, version=rooms.c.version + 1))


def forget(connection: Connection, room_id: int) -> None:
    """Delete a room and all that belongs to it."""
    connection.execute(delete(rooms).where(rooms.c.id == room_id))


def purge(connection: Connection) -> int:
    """Delete the rooms that have expired; how many there were."""
    return connection.execute(delete(rooms).where(~alive())).rowcount


def read(connection: Connection, room_id: int) -> Row[Any] | None:
    """A room's row, found by its primary key."""
    return connection.execute(select(rooms).where(rooms.c.id == room_id, alive())).first()


def read_players(connection: Connection, room_id: int) -> tuple[Player, ...]:
    """Everybody in a room, in order of coming."""
    rows = connection.execute(select(seats.c.id, seats.c.nickname).where(seats.c.room_id == room_id).order_by("id"))
    return tuple(Player(*row) for row in rows)


def any_open(connection: Connection) -> bool:
    """Whether some class goes on."""
    return connection.execute(select(func.count()).where(~rooms.c.closed, alive())).scalar_one() > 0


def no_such_room() -> UnknownRoomError:
    """The sentence for a code that no room has, or has any more."""
    return UnknownRoomError(N_("No class has this code now. Check the four letters on the screen."))


def _changed_roster(connection: Connection, room_id: int) -> None:
    connection.execute(update(rooms).where(rooms.c.id == room_id).values(roster=rooms.c.roster + 1))


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _end(rules: Rules) -> int:
    return int(time.time() + rules.hours * 3600)
