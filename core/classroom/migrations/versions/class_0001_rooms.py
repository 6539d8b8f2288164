"""The first tables: rooms, seats, rounds, answers, attempts."""

import sqlalchemy as sa
from alembic import op

revision = "class_0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "class_rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("host_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("roster", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_rooms")),
        sa.UniqueConstraint("code", name=op.f("uq_class_rooms_code")),
        sa.UniqueConstraint("host_hash", name=op.f("uq_class_rooms_host_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_class_rooms_expires_at"), "class_rooms", ["expires_at"])
    op.create_table(
        "class_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nickname", sa.String(length=32), nullable=False),
        sa.Column("name_key", sa.String(length=96), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["class_rooms.id"], name=op.f("fk_class_seats_room_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_seats")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_class_seats_token_hash")),
        sa.UniqueConstraint("room_id", "name_key", name=op.f("uq_class_seats_room_id_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "class_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("choices", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.SmallInteger(), nullable=False),
        sa.Column("seconds", sa.SmallInteger(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=True),
        sa.Column("closes_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["class_rooms.id"], name=op.f("fk_class_rounds_room_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_rounds")),
        sa.UniqueConstraint("room_id", "batch", "number", name=op.f("uq_class_rounds_room_id_batch_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "class_answers",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["class_rounds.id"], name=op.f("fk_class_answers_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["class_seats.id"], name=op.f("fk_class_answers_seat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "seat_id", name=op.f("pk_class_answers")),
    )
    op.create_index(op.f("ix_class_answers_seat_id"), "class_answers", ["seat_id"])
    op.create_table(
        "class_attempts",
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", "until", name=op.f("pk_class_attempts")),
    )
    op.create_index(op.f("ix_class_attempts_until"), "class_attempts", ["until"])


def downgrade() -> None:
    """Undo."""
    for table in ("class_attempts", "class_answers", "class_rounds", "class_seats", "class_rooms"):
        op.drop_table(table)
