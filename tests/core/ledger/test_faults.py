"""What the ledger survives: everybody at once, sudden death, a database that fails. Nobody pays for nothing."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from sqlalchemy import Connection, event, func, select, text

from core.database import DatabaseError, DatabaseFullError, DatabaseGoneError, DatabaseReadOnlyError
from core.ledger.claims import AlreadyClaimedError
from core.ledger.schema import MIGRATIONS, claims
from core.ledger.service import Ledger
from tests.core.ledger.conftest import Funded, fund, offer

CLAIMER = Path(__file__).parent / "claimer.py"
CLAIMERS = 50
BULKY = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
KILLS = {"sqlite": 100, "postgresql": 25}


def start_claimer(deed: str, **arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CLAIMER), deed, json.dumps(arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def balances(ledger: Ledger, funded: list[Funded]) -> list[int]:
    return sorted(ledger.balance_cents(one.wallet) for one in funded)


def test_of_fifty_threads_one_wins_and_nobody_else_pays(ledger: Ledger) -> None:
    everyone = fund(ledger, wallets_wanted=CLAIMERS)
    wanted = offer(1)
    mirrored = replace(wanted, image=wanted.image[:, ::-1].copy(), theme="robots")  # another's name for the same
    gate = Barrier(CLAIMERS)

    def one(place: int) -> bool:
        gate.wait()
        try:
            ledger.claim(everyone[place].wallet, mirrored if place % 2 else wanted, "wish")
        except AlreadyClaimedError:
            return False
        return True

    with ThreadPoolExecutor(CLAIMERS) as pool:
        won = list(pool.map(one, range(CLAIMERS)))
    assert won.count(True) == 1
    assert balances(ledger, everyone) == [90] + [100] * (CLAIMERS - 1)
    assert ledger.audit().sound


def test_of_fifty_in_two_processes_one_wins_and_nobody_else_pays(ledger: Ledger, database_url: str) -> None:
    everyone = fund(ledger, wallets_wanted=CLAIMERS)
    codes = [one.keys.code for one in everyone]
    racers = [start_claimer("race", url=database_url, codes=codes[part::2], seed=1) for part in range(2)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    won = [serial for racer in racers for serial in json.loads(racer.communicate(timeout=60)[0]) if serial]
    assert len(won) == 1
    assert balances(ledger, everyone) == [90] + [100] * (CLAIMERS - 1)
    assert ledger.audit().sound


@pytest.mark.skipif(not hasattr(os, "fork"), reason="claimers are forked")
def test_killing_claimers_loses_and_makes_nothing(ledger: Ledger, database_url: str) -> None:
    (owner,) = fund(ledger, cents=1_000_000)
    kills = KILLS[ledger.database.engine.dialect.name]
    claimer = start_claimer("crash", url=database_url, code=owner.keys.code, kills=kills)
    told = json.loads(claimer.communicate(timeout=300)[0])
    assert len(told) >= kills // 4  # some got through before they were killed
    last = ledger.claim(owner.wallet, offer(-1 % 2**31), "after all")  # waits for what is still being undone
    kept = {claim.serial for claim in ledger.claims_of(owner.wallet)}
    assert ledger.audit().sound
    assert ledger.balance_cents(owner.wallet) == 1_000_000 - 10 * len(kept)
    assert {*told, last.serial} <= kept  # what was confirmed is there
    assert len(kept) - len(told) - 1 <= kills  # at most the claim that was under way


def break_after_the_debit(ledger: Ledger, deed: str) -> None:
    """On PostgreSQL, make the server fail when the claimed picture is stored, which is after the wallet has paid."""
    with ledger.database.engine.begin() as connection:
        connection.execute(
            text(f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {deed}; RETURN NEW; END $$")
        )
        connection.execute(
            text("CREATE TRIGGER fail BEFORE INSERT ON claim_pictures FOR EACH ROW EXECUTE FUNCTION fail()")
        )


def pragma(ledger: Ledger, statement: str) -> None:
    """On SQLite, run a pragma on every new connection."""
    ledger.database.close()
    event.listen(ledger.database.engine, "connect", lambda dbapi, record: dbapi.execute(statement))


def read_only(ledger: Ledger, state: str) -> None:
    """Make the database one that can be read and not written, with "on", or writable again, with "off"."""
    if on_sqlite(ledger):
        pragma(ledger, f"PRAGMA query_only = {state}")
        return
    with ledger.database.engine.begin() as connection:
        connection.execute(text("SET TRANSACTION READ WRITE"))
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {state}"))
    ledger.database.close()


def on_sqlite(ledger: Ledger) -> bool:
    return ledger.database.engine.dialect.name == "sqlite"


def assert_refused(ledger: Ledger, owner: Funded, error: type[DatabaseError], told: str) -> None:
    with pytest.raises(error, match=told):
        ledger.claim(owner.wallet, replace(offer(2), image=BULKY), "wish")


def test_full_disk(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    if on_sqlite(ledger):
        with ledger.database.read() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        pragma(ledger, f"PRAGMA max_page_count = {pages + 1}")
    else:
        break_after_the_debit(ledger, "RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'")
    assert_refused(ledger, owner, DatabaseFullError, "no room left. Nothing was charged")
    assert ledger.balance_cents(owner.wallet) == 100
    assert ledger.audit().sound
    assert ledger.claims_of(owner.wallet) == []


def test_read_only_database_still_answers_and_charges_nothing(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    claim = ledger.claim(owner.wallet, offer(1), "before")
    certificate = ledger.certificate(owner.wallet, claim.serial)
    read_only(ledger, "on")
    ledger.database.upgrade(MIGRATIONS)
    assert_refused(ledger, owner, DatabaseReadOnlyError, "only be read")
    assert ledger.balance_cents(owner.wallet) == 90
    assert ledger.verify(certificate, "visitor").claim == claim
    assert ledger.open_wallet(owner.keys.code, "visitor") == owner.wallet
    with pytest.raises(DatabaseReadOnlyError, match="Nothing was charged"):
        ledger.create_wallet("visitor")


def test_a_payment_that_could_not_be_noted_is_credited_once_it_can(ledger: Ledger) -> None:
    (owner,) = fund(ledger, cents=0)
    paid = ledger.start_payment(owner.wallet, "ten", "demo", "http://studio").reference
    read_only(ledger, "on")
    with pytest.raises(DatabaseReadOnlyError, match="only be read"):
        ledger.settle(paid)
    with pytest.raises(DatabaseReadOnlyError):
        ledger.start_payment(owner.wallet, "ten", "demo", "http://studio")
    assert ledger.balance_cents(owner.wallet) == 0
    read_only(ledger, "off")
    assert [ledger.settle(paid) for _ in range(2)] == [True, True]
    assert ledger.balance_cents(owner.wallet) == 100
    assert ledger.audit().sound


def test_database_gone_in_the_middle(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    file = ledger.database.file
    if file:
        with ledger.database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        aside = file.parent.rename(file.parent.with_name("aside"))
    else:
        break_after_the_debit(ledger, "PERFORM pg_terminate_backend(pg_backend_pid())")
    assert_refused(ledger, owner, DatabaseGoneError, "cannot be reached.*nothing is charged twice")
    if file:
        assert not file.exists()  # no empty database took its place
        shutil.move(aside, file.parent)
    assert ledger.balance_cents(owner.wallet) == 100
    assert ledger.audit().sound


def test_an_unfinished_claim_leaves_nothing(ledger: Ledger) -> None:
    (owner,) = fund(ledger)

    @event.listens_for(ledger.database.engine, "before_cursor_execute")
    def fail(_: Connection, cursor: object, statement: str, *rest: object) -> None:
        if "INSERT INTO claim_pictures" in statement:
            raise RuntimeError("the program broke here")

    with pytest.raises(RuntimeError, match="broke here"):
        ledger.claim(owner.wallet, offer(1), "wish")
    event.remove(ledger.database.engine, "before_cursor_execute", fail)
    assert ledger.balance_cents(owner.wallet) == 100
    with ledger.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(claims)).scalar_one() == 0
    ledger.claim(owner.wallet, offer(1), "wish")
    assert ledger.audit().sound
