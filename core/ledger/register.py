"""The fingerprints of claimed avatars in the database, found by multi-index hashing (core.uniqueness.search).

Each claim has 8 keys for the whole picture and 8, numbered from `DISC`, for what its round crop leaves of it.
"""

import json
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, insert, text

from core.ledger.schema import claim_bands
from core.uniqueness.fingerprint import Distance, Fingerprint, colour_distance, hamming, thumbnail_within_disc
from core.uniqueness.search import BANDS, band_keys, probe_keys

DISC = BANDS << 32

# CROSS JOIN tells SQLite to walk the short list and look each key up
_CANDIDATES = {
    "sqlite": "SELECT b.serial FROM json_each(:keys) k CROSS JOIN claim_bands b ON b.key = k.value",
    "postgresql": "SELECT serial FROM claim_bands WHERE key = ANY(CAST(:keys AS bigint[]))",
}


@dataclass(frozen=True)
class Neighbour:
    """A claimed avatar near a picture, and its distances: of the picture, of its mirror image, or of both."""

    serial: int
    theme: str
    distances: tuple[Distance, ...]

    @property
    def nearest(self) -> Distance:
        """The smaller distance, in bits."""
        return min(self.distances, key=lambda one: one.bits)


def keep(connection: Connection, serial: int, whole: Fingerprint, disc: Fingerprint) -> None:
    """Make a claim's fingerprints findable."""
    keys = [*band_keys(whole.bits).tolist(), *(DISC + band_keys(disc.bits)).tolist()]
    connection.execute(insert(claim_bands), [{"key": key, "serial": serial} for key in keys])


def neighbours(connection: Connection, fingerprint: Fingerprint, within: int, *, disc: bool = False) -> list[Neighbour]:
    """Every claimed avatar whose hash differs from the picture's, or its mirror image's, in at most `within` bits.

    The nearest first. None is missed. With `disc`, `fingerprint` is one within the disc and so are those compared.

    Raises:
        ValueError: `within` is beyond what the look-up reaches.
    """
    first, hash_column = (DISC, "disc_hash") if disc else (0, "hash")
    keys = np.unique([first + probe_keys(bits, within) for bits, _, _ in fingerprint.orientations]).tolist()
    dialect = connection.dialect.name
    # no visitor's text: constants
    sql = f"SELECT serial, theme, {hash_column} AS hash, rgb FROM claims WHERE serial IN ({_CANDIDATES[dialect]})"  # noqa: S608
    rows = connection.execute(text(sql), {"keys": json.dumps(keys) if dialect == "sqlite" else keys}).all()
    if not rows:
        return []
    hashes = np.frombuffer(b"".join(bytes(row.hash) for row in rows), "<u8").reshape(-1, 4)
    thumbnails = np.frombuffer(b"".join(bytes(row.rgb) for row in rows), np.uint8).reshape(-1, 16, 16, 3)
    if disc:
        thumbnails = thumbnail_within_disc(thumbnails)
    apart = [
        (hamming(bits, hashes), colour_distance(rgb, thumbnails), mirrored)
        for bits, rgb, mirrored in fingerprint.orientations
    ]
    found = (
        Neighbour(
            row.serial,
            row.theme,
            tuple(
                Distance(int(bits[place]), float(rgb[place]), mirrored)
                for bits, rgb, mirrored in apart
                if bits[place] <= within
            ),
        )
        for place, row in enumerate(rows)
    )
    return sorted((one for one in found if one.distances), key=lambda one: one.nearest.bits)
