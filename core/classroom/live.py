"""What phones ask for again and again, read from the database at most a few times a second, however many ask."""

import threading
import time
from dataclasses import dataclass, field

from core.classroom import rooms
from core.classroom.rooms import Live
from core.database import Database

FRESH_SECONDS = 0.3
_FORGOTTEN_SECONDS = 60.0


@dataclass
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    until: float = field(default_factory=time.monotonic)  # what is held is shown till then
    live: Live | None = None


class LiveRooms:
    """The state of each room, at most `FRESH_SECONDS` old; what this process changes is seen by it at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._slots: dict[int, _Slot] = {}
        self._lock = threading.Lock()

    def get(self, room_id: int) -> Live | None:
        """Where the class is; None once its room has expired or was forgotten."""
        with self._lock:
            slot = self._slots.get(room_id)
            if slot is None:
                self._forget(time.monotonic() - _FORGOTTEN_SECONDS)
                slot = self._slots[room_id] = _Slot()
        with slot.lock:  # of those who come at once one reads, the others wait for that
            if time.monotonic() >= slot.until:
                slot.live = self._read(room_id, slot.live)
                slot.until = time.monotonic() + FRESH_SECONDS
            live = slot.live
        if live is None:
            with self._lock:
                self._slots.pop(room_id, None)
        return live

    def _forget(self, before: float) -> None:
        """Lose the classes that nobody has asked about since."""
        for room_id in [room_id for room_id, slot in self._slots.items() if slot.until < before]:
            del self._slots[room_id]

    def changed(self, room_id: int) -> None:
        """Read it again for whoever asks next."""
        with self._lock:
            slot = self._slots.get(room_id)
        if slot:
            with slot.lock:
                slot.until = time.monotonic()

    def _read(self, room_id: int, known: Live | None) -> Live | None:
        with self._database.read() as connection:
            row = rooms.read(connection, room_id)
            if row is None:
                return None
            if known and (known.version, known.roster) == (row.version, row.roster):
                return known
            same = known is not None and known.roster == row.roster
            players = known.players if known and same else rooms.read_players(connection, room_id)
        return Live(
            row.id, row.code, row.version, row.roster, row.locked, row.closed,
            row.step, row.place, row.phase, row.round_id, players,
        )  # fmt: skip
