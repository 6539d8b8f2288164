"""More than one device may drive a class."""

import sqlalchemy as sa
from alembic import op

revision = "class_0002"
down_revision = "class_0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "class_host_keys",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["class_rooms.id"], name=op.f("fk_class_host_keys_room_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_class_host_keys")),
    )
    op.create_index(op.f("ix_class_host_keys_room_id"), "class_host_keys", ["room_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("class_host_keys")
