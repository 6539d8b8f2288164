"""The tables of the class, as `migrations/` builds them. Times are milliseconds since 1970 (UTC), `expires_at` seconds.

A room's row is all that a phone asks for: where the class is, and two counters. `version` grows when the class moves,
`roster` when somebody comes or goes. Deleting a room deletes all that belongs to it.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite

from core.limits import attempts_table

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

rooms = Table(
    "class_rooms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(4), nullable=False, unique=True),
    Column("host_hash", LargeBinary(32), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("roster", Integer, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("step", String(16), nullable=False),
    Column("place", String(64), nullable=False),
    Column("phase", String(8), nullable=False),
    Column("round_id", Integer),
    Column("expires_at", BigInteger, nullable=False, index=True),
    sqlite_autoincrement=True,  # no room, seat or round ever takes the number of one that was forgotten
)

# more keys of a room's host, for other devices; those with `expires_at` are codes that are exchanged for a key once
host_keys = Table(
    "class_host_keys",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("room_id", ForeignKey(rooms.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", BigInteger),
)

seats = Table(
    "class_seats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room_id", ForeignKey(rooms.c.id, ondelete="CASCADE"), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("nickname", String(32), nullable=False),
    Column("name_key", String(96), nullable=False),
    UniqueConstraint("room_id", "name_key"),
    sqlite_autoincrement=True,
)

# one question or one picture; `opened_ms` to `closes_ms` is when answers count
rounds = Table(
    "class_rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room_id", ForeignKey(rooms.c.id, ondelete="CASCADE"), nullable=False),
    Column("batch", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("content", JSON, nullable=False),
    Column("picture", LargeBinary),
    Column("choices", SmallInteger, nullable=False),
    Column("answer", SmallInteger, nullable=False),
    Column("seconds", SmallInteger, nullable=False),
    Column("opened_ms", BigInteger),
    Column("closes_ms", BigInteger),
    UniqueConstraint("room_id", "batch", "number"),
    sqlite_autoincrement=True,
)

answers = Table(
    "class_answers",
    metadata,
    Column("round_id", ForeignKey(rounds.c.id, ondelete="CASCADE"), primary_key=True),
    Column("seat_id", ForeignKey(seats.c.id, ondelete="CASCADE"), primary_key=True),
    Column("choice", SmallInteger, nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("elapsed_ms", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Index(None, "seat_id"),
)

attempts = attempts_table("class_attempts", metadata)


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless one with the same key is there; whether it was inserted."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    key = next(iter(table.primary_key))
    inserted = dialect.insert(table).values(values).on_conflict_do_nothing().returning(key)
    return connection.execute(inserted).first() is not None
