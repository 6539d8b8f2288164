"""Who may open a class, and how a second device comes to drive it.

A host's key is shown to nobody. A device that shall drive too is given a code of eight letters, which works once and
for minutes only; typed there, it is exchanged for a key of that device's own.
"""

import secrets
import time

from sqlalchemy import Connection, delete, insert, select

from core import limits
from core.classroom.rooms import LETTERS, ClassroomError, Host, Rules, UnknownRoomError, alive, digest, new_key
from core.classroom.schema import attempts, host_keys, rooms
from core.errors import N_

CODE_LENGTH = 8
MINUTES = 10


def admit(connection: Connection, rules: Rules, code: str, visitor: str) -> None:
    """Let through whoever may open a class here.

    Raises:
        ClassroomError: nobody may, or not without the code of this studio's teachers; a wrong one was counted.
        core.limits.TooManyAttemptsError: this visitor tried too many codes.
    """
    if not rules.classes:
        raise ClassroomError(N_("No classes are opened in this studio: whoever runs it decided so."))
    if not rules.class_code:
        return
    limits.check(connection, attempts, rules.openings, visitor)
    if not secrets.compare_digest(code.strip().encode(), rules.class_code.encode()):
        raise WrongCodeError(N_("This is not the code of this studio's teachers. Ask whoever runs the studio."))


class WrongCodeError(ClassroomError):
    """A code that opens nothing; it is counted."""


def issue(connection: Connection, host: Host) -> str:
    """A new code for another device; one that was issued before and not used works no more."""
    unused = host_keys.c.expires_at.is_not(None)
    connection.execute(delete(host_keys).where(host_keys.c.room_id == host.room_id, unused))
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    expires = int(time.time()) + 60 * MINUTES
    connection.execute(insert(host_keys).values(token_hash=digest(code), room_id=host.room_id, expires_at=expires))
    return code


def exchange(connection: Connection, code: str) -> tuple[Host, str]:
    """The class of a code, and a host's key of one's own, which is returned once and kept nowhere.

    Raises:
        UnknownRoomError: the code is wrong, used up or too old.
    """
    letters = "".join(character for character in code.upper() if character.isalnum())
    found = connection.execute(
        delete(host_keys)
        .where(host_keys.c.token_hash == digest(letters), host_keys.c.expires_at > int(time.time()))
        .where(host_keys.c.room_id.in_(select(rooms.c.id).where(alive())))
        .returning(host_keys.c.room_id)
    ).scalar()
    if found is None:
        raise UnknownRoomError(N_("This code is wrong, used up or too old. Ask the host's page for a new one."))
    key = new_key()
    connection.execute(insert(host_keys).values(token_hash=digest(key), room_id=found))
    return Host(found), key
