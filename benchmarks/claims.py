"""How fast claimed avatars are found, as ratios within one run: `python -m benchmarks.claims [--largest 1000000]`.

Simulated claims: hashes whose bits have the odds and correlations of those of the pictures that the stored generator
learned from, or without a model unequal odds only; a tenth of them near copies of another. Each look-up searches within
15 bits, both ways round, as a claim does; beside it, the linear scan of all hashes in memory that it replaces, and the
same scan through the database. Then storage, and what it means for 10^8.

`--model` measures the stored generator's own avatars instead: how many claims one look-up compares, how large pictures
are. docs/claims-at-scale.md says what follows from both.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, text

from core.avatar.originality import REFERENCE, load_originality
from core.database import Database
from core.images import encode_png
from core.ledger.claims import Rule
from core.ledger.register import DISC, neighbours
from core.ledger.schema import MIGRATIONS, accounts, claim_bands, claims, transactions, wallets
from core.settings import settings
from core.uniqueness.fingerprint import Fingerprint, Thresholds, hamming
from core.uniqueness.search import band_keys, candidate_share, keys_of_look_up

SIZES = (10_000, 100_000, 1_000_000)
WITHIN = Thresholds().bits
BATCH = 10_000
QUERIES = 30
SAMPLE = 2000  # claims among which the share that a look-up compares is counted
PARTS = 6  # themes of the stored generator
PAPER = 10**8  # claims that cannot be simulated here
AVATARS = 500  # of each theme
_FRESH = 5_000_000  # seeds that nothing else is measured on


class Hashes:
    """Draws hashes like those of the pictures in a file of fingerprints: normal numbers, correlated as their bits are.

    The file's pictures stand theme by theme, so parts of it are imitated apart. Without the file, bits are independent.
    """

    def __init__(self, file: Path, rng: np.random.Generator) -> None:
        self._rng = rng
        self.like = file if file.exists() else None
        if self.like is None:
            self._kinds = [(rng.beta(1.2, 1.2, 256), np.eye(256))]
            return
        flags = np.unpackbits(np.load(file)["bits"].astype("<u8").view(np.uint8).reshape(-1, 32), axis=1)
        self._kinds = [self._kind(part.astype(np.float64)) for part in np.array_split(flags, PARTS)]

    @staticmethod
    def _kind(flags: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How often each bit is set, and what turns independent normal numbers into correlated ones."""
        odds = flags.mean(axis=0).clip(1e-4, 1 - 1e-4)
        away = (flags - odds) / np.sqrt(odds * (1 - odds))
        return odds, np.linalg.cholesky(away.T @ away / len(away) + 1e-3 * np.eye(256))

    def draw(self, count: int) -> NDArray[np.uint64]:
        """So many hashes, uint64 (count, 4)."""
        parts = []
        for number, (odds, mixing) in enumerate(self._kinds):
            size = count // len(self._kinds) + (number < count % len(self._kinds))
            limits = np.array([NormalDist().inv_cdf(1 - one) for one in odds])
            parts.append(self._rng.standard_normal((size, 256)) @ mixing.T > limits)
        flags = np.concatenate(parts)[self._rng.permutation(count)]
        copied = self._rng.integers(0, count, count // 10)
        flags[: len(copied)] = flags[copied] ^ (self._rng.random((len(copied), 256), np.float32) < 0.03)
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


def questions(source: Hashes) -> list[Fingerprint]:
    """Fingerprints to look for."""
    made = source.draw(2 * QUERIES)
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
    some = known[:SAMPLE]
    share = 2 * candidate_share(some, some, WITHIN)  # both ways round
    yield (
        f"{len(known):>9,} claims: look-up {found:8.2f} ms; scan in memory {memory:9.2f} ms ({memory / found:7.2f} x); "
        f"scan of the table {rows:10.1f} ms ({rows / found:8.1f} x); compares {share:.1e} of the claims"
    )


def of_model(folder: Path, count: int) -> Iterator[str]:
    """What a look-up costs among `count` avatars of each theme of the stored generator."""
    from core.avatar.service import AvatarGenerator  # here: the rest needs no TensorFlow

    service = AvatarGenerator.load(folder)
    within = Rule(by_theme=load_originality(folder)[0]).within
    yield f"within {within} bits: {2 * keys_of_look_up(within)} keys a look-up"
    everything, sizes = [], []
    for number, theme in enumerate(service.themes):
        pictures = service.pictures(np.full(count, number), range(_FRESH, _FRESH + count))
        prints = [Fingerprint.of(picture) for picture in pictures]
        everything.append(prints)
        sizes.append(statistics.mean(len(encode_png(picture)) for picture in pictures[:100]))
        share = compared(prints, within)
        yield f"{theme:>12}: compares {share:.2e} of its theme's claims; {sizes[-1]:,.0f} bytes a PNG"
    share = compared([one for prints in everything for one in prints], within)
    yield (
        f"all themes alike: compares {share:.2e} of all claims, {share * PAPER:,.0f} at 10^8; pictures "
        f"{statistics.mean(sizes) * PAPER / 2**30:,.0f} GiB"
    )


def compared(prints: list[Fingerprint], within: int) -> float:
    """Share of the others that a look-up for one of these fingerprints compares it with, either way round."""
    bits = np.stack([one.bits for one in prints])
    ways = [np.stack(part) for part in zip(*([way for way, _, _ in one.orientations] for one in prints), strict=True)]
    return sum(candidate_share(bits, way, within) for way in ways)


def main() -> None:
    """Print look-up times, ratios, storage and the estimate for 10^8 claims."""
    parser = argparse.ArgumentParser(description="Time and space of finding claimed avatars.")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="most claims to simulate")
    parser.add_argument("--model", action="store_true", help="measure the stored generator's own avatars instead")
    asked_for = parser.parse_args()
    if asked_for.model:
        for line in of_model(settings().models / "avatar", AVATARS):
            print(line, flush=True)
        return
    largest = asked_for.largest
    source = Hashes(settings().models / "avatar" / REFERENCE, np.random.default_rng(0))
    asked = questions(source)
    print(f"hashes like those of {source.like or 'no model: independent bits'}")
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
            added = source.draw(count - len(known))
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
        f"on paper, 10^8 claims: {each * PAPER / 2**30:,.0f} GiB of register without pictures; "
        f"{2 * keys_of_look_up(WITHIN)} keys a look-up, each holding {PAPER / 2**32:.3f} claims if bits were even"
    )


if __name__ == "__main__":
    main()
