"""The keys of the claimed avatars, cut from their hashes anew: bands now mix all columns of frequencies."""

import numpy as np
import sqlalchemy as sa
from alembic import op

from core.ledger.register import DISC
from core.uniqueness.search import band_keys

revision = "0002"
down_revision = "0001"

_BATCH = 1000
_CLAIMS = sa.table("claims", sa.column("serial"), sa.column("hash"), sa.column("disc_hash"))
_BANDS = sa.table("claim_bands", sa.column("key", sa.BigInteger), sa.column("serial", sa.Integer))


def upgrade() -> None:
    """Apply."""
    connection, last = op.get_bind(), 0
    connection.execute(sa.delete(_BANDS))
    while True:
        asked = sa.select(_CLAIMS).where(_CLAIMS.c.serial > last).order_by(_CLAIMS.c.serial).limit(_BATCH)
        rows = connection.execute(asked).all()
        if not rows:
            return
        connection.execute(
            sa.insert(_BANDS),
            [{"key": key, "serial": row.serial} for row in rows for key in _keys(row.hash, row.disc_hash)],
        )
        last = rows[-1].serial


def downgrade() -> None:
    """Revert: the keys of before cannot be made by this version."""
    raise NotImplementedError


def _keys(whole: bytes, disc: bytes) -> list[int]:
    bits, of_disc = (np.frombuffer(bytes(one), "<u8").astype(np.uint64) for one in (whole, disc))
    return [*band_keys(bits).tolist(), *(DISC + band_keys(of_disc)).tolist()]
