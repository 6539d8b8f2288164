"""How fast claimed avatars are found, as ratios within one run: `python -m benchmarks.claims [--largest 1000000]`.

Simulated claims: hashes with the unequal odds of real ones (some bits nearly always set), a tenth of them near copies
of another. Each look-up searches within 15 bits, both ways round, as a claim does; beside it, the linear scan of all
hashes in memory that it replaces, and the same scan through the database. Then storage, and what it means for 10^8.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, text

from core.database import Database
from core.ledger.register import DISC, neighbours
from core.ledger.schema import accounts, claim_bands, claims, transactions, wallets
from core.ledger.service import MIGRATIONS
from core.uniqueness.fingerprint import Fingerprint, Thresholds, hamming
from core.uniqueness.search import band_keys

SIZES = (10_000, 100_000, 1_000_000)
WITHIN = Thresholds().bits
BATCH = 10_000
QUERIES = 30


def hashes(count: int, rng: np.random.Generator, odds: NDArray[np.float64]) -> NDArray[np.uint64]:
    """So many hashes, uint64 (count, 4), whose bits are set with `odds` (256,)."""
    flags = rng.random((count, 256), np.float32) < odds
    copied = rng.integers(0, count, count // 10)
    flags[: len(copied)] = flags[copied] ^ (rng.random((len(copied), 256), np.float32) < 0.03)
    return np.packbits(flags, axis=1).view("<u8").astype(np.uint64)


def fill(database: Database, made: NDArray[np.uint64], first: int) -> None:
    """Add claims with these hashes, serial numbers from `first`; no pictures, whose storage is their files' size."""
    for start in range(0, len(made), BATCH):
        part = made[start : start + BATCH]
        serials = range(first + start, first + start + len(part))
        database.write(partial(_fill, part=part, serials=serials))


def _fill(connection: Connection, part: NDArray[np.uint64], serials: range) -> None:
    execute = connection.execute
    moved = {"kind": "claim", "debit_account_id": 1, "credit_account_id": 2, "cents": 10, "created_at": 0}
    execute(insert(transactions), [{**moved, "id": one, "idempotency_key": f"claim:1:{one:064x}"} for one in serials])
    common = {"wallet_id": 1, "theme": "saga", "recipe": {}, "credits": [], "model_hash": "0" * 64}
    distances = {"training_bits": 40, "training_rgb": 0.1, "searched_bits": WITHIN, "claimed_at": 0}
    execute(
        insert(claims),
        [
            {
                **common,
                **distances,
                "serial": serial,
                "transaction_id": serial,
                "seed": str(serial),
                "pixels_sha256": serial.to_bytes(32),
                "hash": one.astype("<u8").tobytes(),
                "rgb": one.tobytes() * 24,
                "disc_hash": one[::-1].astype("<u8").tobytes(),
            }
            for serial, one in zip(serials, part, strict=True)
        ],
    )
    execute(
        insert(claim_bands),
        [
            {"key": int(key), "serial": serial}
            for serial, one in zip(serials, part, strict=True)
            for key in (*band_keys(one), *(DISC + band_keys(one[::-1])))
        ],
    )


def median_ms(run: Callable[[Fingerprint], object], asked: list[Fingerprint]) -> float:
    """Median duration of `run` over the pictures asked for, in milliseconds, after one unmeasured call."""
    run(asked[0])
    times = []
    for one in asked:
        start = time.perf_counter()
        run(one)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def questions(rng: np.random.Generator, odds: NDArray[np.float64]) -> list[Fingerprint]:
    """Fingerprints to look for."""
    made = hashes(2 * QUERIES, rng, odds)
    rgb = np.zeros((16, 16, 3), np.uint8)
    return [Fingerprint(made[place], made[QUERIES + place], rgb) for place in range(QUERIES)]


def report(database: Database, known: NDArray[np.uint64], asked: list[Fingerprint]) -> Iterator[str]:
    """One size's lines."""

    def look_up(one: Fingerprint) -> None:
        with database.read() as connection:
            neighbours(connection, one, WITHIN)

    def scan(one: Fingerprint) -> None:
        for bits, _, _ in one.orientations:
            np.flatnonzero(hamming(bits, known) <= WITHIN)

    def scan_rows(one: Fingerprint) -> None:
        with database.read() as connection:
            rows = connection.execute(text("SELECT hash FROM claims")).scalars().all()
        stored = np.frombuffer(b"".join(rows), "<u8").reshape(-1, 4)
        for bits, _, _ in one.orientations:
            np.flatnonzero(hamming(bits, stored) <= WITHIN)

    found, memory, rows = median_ms(look_up, asked), median_ms(scan, asked[:5]), median_ms(scan_rows, asked[:2])
    yield (
        f"{len(known):>9,} claims: look-up {found:8.2f} ms; scan in memory {memory:9.2f} ms ({memory / found:7.2f} x); "
        f"scan of the table {rows:10.1f} ms ({rows / found:8.1f} x)"
    )


def main() -> None:
    """Print look-up times, ratios, storage and the estimate for 10^8 claims."""
    parser = argparse.ArgumentParser(description="Time and space of finding claimed avatars.")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="most claims to simulate")
    largest = parser.parse_args().largest
    rng = np.random.default_rng(0)
    odds = rng.beta(1.2, 1.2, 256)
    asked = questions(rng, odds)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{(Path(folder) / 'claims.sqlite3').as_posix()}")
        database.upgrade(MIGRATIONS)
        with database.engine.begin() as connection:
            connection.execute(insert(accounts), [{"id": 1000, "balance_cents": 0}])
            connection.execute(
                insert(wallets),
                [{"id": 1, "account_id": 1000, "code_hash": b"c", "recovery_hash": b"r", "created_at": 0}],
            )
        known = np.empty((0, 4), np.uint64)
        size = 0
        for count in (one for one in SIZES if one <= largest):
            started = time.perf_counter()
            added = hashes(count - len(known), rng, odds)
            fill(database, added, len(known) + 1)
            known = np.concatenate([known, added])
            for line in report(database, known, asked):
                print(line, flush=True)
            with database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            size = sum(part.stat().st_size for part in Path(folder).iterdir())
            print(f"          filled in {time.perf_counter() - started:.0f} s, {size / count:,.0f} bytes a claim")
        database.close()
    each = size / max(1, len(known))
    print(
        f"on paper, 10^8 claims: {each * 1e8 / 2**30:,.0f} GiB of register without pictures; {8 * 33 * 2} keys a "
        f"look-up, each holding {1e8 / 2**32:.3f} claims on average if bits were even"
    )


if __name__ == "__main__":
    main()
