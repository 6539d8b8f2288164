"""The class as pages use it: rooms that phones join, a quiz, and the game of forgers and detectives."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from core import limits
from core.classroom import game, hosting, results, rooms, rounds
from core.classroom.live import LiveRooms
from core.classroom.rooms import ROUND, Host, Live, Rules, Seat, UnknownRoomError
from core.classroom.rounds import BOARD, OPEN, SHOWN, Answer, Clock, Draft, Round
from core.classroom.schema import attempts
from core.classroom.scoring import Place
from core.database import Database, exclusive
from core.errors import N_
from core.limits import Throttle
from core.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
_MOST_ROUNDS_KEPT = 256
_ADMISSION_LOCK, _GUESSING_LOCK = 0x0EFF7, 0x0EFF8  # of PostgreSQL

T = TypeVar("T")


class Classroom:
    """All rooms of one database. Who holds a `Host` or a `Seat` has shown its key."""

    def __init__(self, database: Database, rules: Rules | None = None, clock: Clock = rounds.now_ms) -> None:
        self.database = database
        self.rules = rules or Rules()
        self.now_ms = clock
        self._live = LiveRooms(database)
        self._presses = Throttle()
        self._rounds: dict[int, Round] = {}  # a round never changes once it was opened

    @classmethod
    def open(cls, settings: Settings) -> "Classroom":
        """The rooms in the database that the settings name, its tables brought up to date, expired rooms deleted.

        Raises:
            core.database.DatabaseError: the database cannot be used.
        """
        database = Database(settings.database_address)
        database.upgrade(MIGRATIONS)
        database.write(rooms.purge)
        code = settings.class_code.get_secret_value() if settings.class_code else ""
        return cls(database, Rules(classes=settings.classes, class_code=code))

    @staticmethod
    def exists(settings: Settings) -> bool:
        """Whether there is a database to look for rooms in; asking makes none."""
        file = Database(settings.database_address).file
        return file is None or file.exists()

    def create_room(self, visitor: str, code: str = "") -> tuple[Host, str]:
        """A new room and its host's key, which is returned once and kept nowhere; `code` where the studio asks for one.

        Raises:
            core.classroom.rooms.ClassroomError: nobody may open one here, or not without the right code.
            core.limits.TooManyAttemptsError: this visitor made too many, or tried too many codes.
        """

        def work(connection: Connection) -> tuple[Host, str] | hosting.WrongCodeError:
            exclusive(connection, _ADMISSION_LOCK)  # else all who try at once would be let through before one counts
            try:
                hosting.admit(connection, self.rules, code, visitor)
            except hosting.WrongCodeError as error:
                limits.count(connection, attempts, self.rules.openings, visitor)
                return error  # raised outside, so that the count stays
            return rooms.create(connection, self.rules, visitor)

        found = self.database.write(work)
        if isinstance(found, hosting.WrongCodeError):
            raise found
        return found

    def host_code(self, host: Host) -> str:
        """A code with which another device may drive the class too, see `core.classroom.hosting`."""
        return self.database.write(lambda connection: hosting.issue(connection, host))

    def exchange(self, code: str, visitor: str) -> tuple[Host, str]:
        """The class of such a code, and a host's key for this device, which is returned once and kept nowhere.

        Raises:
            core.classroom.rooms.UnknownRoomError: the code is wrong, used up or too old.
            core.limits.TooManyAttemptsError: this visitor tried too many.
        """
        self.database.write(lambda connection: limits.count(connection, attempts, self.rules.exchanges, visitor))
        return self.database.write(lambda connection: hosting.exchange(connection, code))

    def join(self, code: str, nickname: str, visitor: str) -> tuple[Seat, str]:
        """A seat in the room of a code, and the seat's key, which is shown once and kept nowhere.

        Raises:
            core.classroom.rooms.ClassroomError: no room has this code, or it takes nobody more.
            core.classroom.nicknames.NicknameError: the nickname shows nothing.
            core.limits.TooManyAttemptsError: too many wrong codes, or too many seats, for one visitor.
        """
        room_id = self._find_room(code, visitor)
        joined = self.database.write(lambda connection: rooms.join(connection, self.rules, room_id, nickname, visitor))
        self._live.changed(room_id)
        return joined

    def _find_room(self, code: str, visitor: str) -> int:
        def work(connection: Connection) -> int | None:
            exclusive(connection, _GUESSING_LOCK)  # else many guesses at once would be let through before one counts
            limits.check(connection, attempts, self.rules.guesses, visitor)
            room_id = rooms.find_room(connection, code)
            if room_id is None:
                limits.count(connection, attempts, self.rules.guesses, visitor)
            return room_id

        found = self.database.write(work)
        if found is None:
            raise rooms.no_such_room()
        return found

    def host(self, key: str) -> Host | None:
        """Whom a host's key belongs to; None if its room is gone."""
        return self._read(lambda connection: rooms.find_host(connection, key))

    def seat(self, key: str) -> Seat | None:
        """Whose key this is; None if the seat is gone."""
        return self._read(lambda connection: rooms.find_seat(connection, key))

    def look(self, room_id: int) -> Live | None:
        """Where a class is, at most `live.FRESH_SECONDS` old; None once it is gone."""
        return self._live.get(room_id)

    def poll(self, seat: Seat, since: int = 0) -> Live | None:
        """Where the class is if it moved since version `since`, else None.

        Raises:
            core.classroom.rooms.UnknownRoomError: the room or the seat is gone.
        """
        live = self._live.get(seat.room_id)
        if live is None or live.player(seat) is None:
            raise UnknownRoomError(N_("You are not in this class any more."))
        return live if live.version != since else None

    def any_open_room(self) -> bool:
        """Whether some class goes on now."""
        return self._read(rooms.any_open)

    def remove(self, host: Host, player_id: int) -> None:
        """Take a player's seat and answers."""
        self._write(host, lambda connection: rooms.remove(connection, host, player_id))

    def lock(self, host: Host, locked: bool) -> None:
        """Whether newcomers wait outside."""
        self._write(host, lambda connection: rooms.lock(connection, host, locked))

    def show(self, host: Host, since: int, step: str, place: str = "") -> bool:
        """Take the class to a step without a round; whether it moved, see `rooms.move`."""
        return self._write(
            host, lambda connection: rooms.move(connection, self.rules, host, since, step=step, place=place[:64])
        )

    def start(self, host: Host, since: int, drafts: Sequence[Draft]) -> bool:
        """Store rounds, and open the first; whether the class moved.

        Raises:
            ValueError: no rounds.
        """
        if not drafts:
            raise ValueError("a batch needs a round")

        def work(connection: Connection) -> bool:
            live = rooms.read(connection, host.room_id)
            if live is None or live.version != since or live.closed:
                return False
            return self._open(connection, host, since, rounds.plan(connection, host, drafts))

        return self._write(host, work)

    def show_answer(self, host: Host, since: int) -> bool:
        """Show the answer of the open round: from then on no answers count."""
        return self._phase(host, since, SHOWN)

    def show_board(self, host: Host, since: int) -> bool:
        """Show who leads."""
        return self._phase(host, since, BOARD)

    def turn(self, host: Host, since: int, step: int = 1) -> bool:
        """Go to the next round, or with -1 back to one before, whose answer is then shown; whether the class moved."""

        def work(connection: Connection) -> bool:
            live = rooms.read(connection, host.room_id)
            here = rounds.read(connection, live.round_id) if live and live.round_id else None
            wanted = rounds.following(connection, here, step) if here else None
            return wanted is not None and self._open(connection, host, since, wanted)

        return self._write(host, work)

    def round(self, live: Live) -> Round | None:
        """The round a class is at."""
        if live.round_id is None:
            return None
        wanted, known = live.round_id, self._rounds.get(live.round_id)
        if known is None:
            known = self._read(lambda connection: rounds.read(connection, wanted))
            if known is None:
                return None
            if len(self._rounds) >= _MOST_ROUNDS_KEPT:
                self._rounds.clear()
            self._rounds[wanted] = known
        return known

    def answer(self, seat: Seat, round_id: int, choice: int) -> Answer:
        """Take a seat's answer; the first counts.

        Raises:
            core.classroom.rounds.AnswerRefusedError: it does not count; the sentence says why.
            core.limits.TooManyAttemptsError: this seat sends answers faster than anybody presses.
        """
        now = self.now_ms()  # before waiting for the database
        self._presses.count(self.rules.presses, str(seat.id))
        return self.database.write(lambda connection: rounds.answer(connection, seat, round_id, choice, now))

    def answer_of(self, seat: Seat, round_id: int) -> Answer | None:
        """What a seat answered to a round, if it has."""
        return self._read(lambda connection: rounds.answer_of(connection, seat, round_id))

    def tally(self, round_: Round) -> list[int]:
        """How often each choice of a round was taken."""
        return self._read(lambda connection: rounds.tally(connection, round_))

    def leaders(self, round_: Round) -> list[Place]:
        """Who leads in the batch that a round belongs to."""
        return self._read(lambda connection: rounds.leaders(connection, round_))

    def missed(self, round_: Round, most: int) -> list[results.Missed]:
        """What the quiz that a round belongs to leaves to go over again, see `core.classroom.results`."""
        return self._read(lambda connection: results.missed(connection, round_, most))

    def real_dealt(self, host: Host) -> int:
        """How many real pictures the games of a room have used."""
        return self._read(lambda connection: game.real_dealt(connection, host.room_id))

    def scores(self, live: Live) -> list[game.Score]:
        """How the class and the network tell real from forged, by stage; the open round does not count yet."""
        unshown = live.round_id if live.phase == OPEN and live.round_id else 0
        return self._read(lambda connection: game.scores(connection, live.room_id, unshown))

    def results_csv(self, host: Host, language: str) -> bytes:
        """Every answer without names, see `core.classroom.results`."""
        return self._read(lambda connection: results.as_csv(connection, host.room_id, language))

    def close(self, host: Host) -> None:
        """End the class; its results stay until the room expires or is forgotten."""
        self._write(host, lambda connection: rooms.close(connection, host))

    def forget(self, host: Host) -> None:
        """Delete the room and everything that belongs to it, at once."""
        self._write(host, lambda connection: rooms.forget(connection, host.room_id))
        self._rounds.clear()

    def _phase(self, host: Host, since: int, phase: str) -> bool:
        def work(connection: Connection) -> bool:
            live = rooms.read(connection, host.room_id)
            if live is None or live.step != ROUND:
                return False
            here = {"step": ROUND, "phase": phase, "round_id": live.round_id}
            return rooms.move(connection, self.rules, host, since, **here)

        return self._write(host, work)

    def _open(self, connection: Connection, host: Host, since: int, round_id: int) -> bool:
        asked = rounds.read(connection, round_id)
        phase = OPEN if asked and asked.opened_ms is None else SHOWN
        moved = rooms.move(connection, self.rules, host, since, step=ROUND, phase=phase, round_id=round_id)
        if moved:
            rounds.open_round(connection, round_id, self.now_ms())
        return moved

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.database.read() as connection:
            return work(connection)

    def _write(self, host: Host, work: Callable[[Connection], T]) -> T:
        result = self.database.write(work)
        self._live.changed(host.room_id)
        return result
