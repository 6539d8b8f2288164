"""Another process that claims, for tests of several at once and of sudden death.

`claimer.py race`: claims one picture with every code at once when a line comes in, and prints the serial numbers.
`claimer.py crash`: starts claimers and kills them in the middle of it; prints the serial numbers they were told of.
The arguments come as one JSON object.
"""

import json
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from core.database import Database
from core.errors import UserError
from core.ledger.certificates import Certifier
from core.ledger.service import Ledger
from core.ledger.signing import SigningKeys
from tests.core.ledger.conftest import PLENTY, offer

NO_KEYS = Certifier(SigningKeys("-----BEGIN CERTIFICATE-----", ""))  # nothing is signed here


def open_ledger(url: str) -> Ledger:
    return Ledger(Database(url), NO_KEYS, allowance=PLENTY)


def race(url: str, codes: list[str], seed: int) -> list[int | None]:
    ledger = open_ledger(url)
    owners = [ledger.open_wallet(code, "race") for code in codes]
    print("ready", flush=True)
    sys.stdin.readline()

    def one(place: int) -> int | None:
        try:
            return ledger.claim(owners[place], offer(seed), f"race {place}").serial
        except UserError as error:
            return None if type(error).__name__ == "AlreadyClaimedError" else 1 / 0

    with ThreadPoolExecutor(len(owners)) as pool:
        return list(pool.map(one, range(len(owners))))


def crash(url: str, code: str, kills: int) -> list[int]:
    told: list[int] = []
    rng = random.Random(kills)  # noqa: S311
    length = 0.03  # seconds a claim takes here, measured on the way
    for turn in range(kills):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            claim_for_ever(open_ledger(url), code, turn, writing)
        os.close(writing)
        news = os.fdopen(reading)
        news.readline()  # it is about to claim
        if turn % 4 == 0:  # let one claim pass, so that some are confirmed however slow the machine is
            began = time.monotonic()
            told.append(int(news.readline()))
            length = time.monotonic() - began
        time.sleep(rng.uniform(0, 1.5 * length))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL  # it had not failed before
        told += [int(line) for line in news if line.endswith("\n")]
        news.close()
    return told


def claim_for_ever(ledger: Ledger, code: str, turn: int, writing: int) -> None:
    wallet = ledger.open_wallet(code, "crash")
    offers = [offer(1000 * turn + count) for count in range(3)]
    os.write(writing, b"\n")
    for count in range(1000):
        claim = ledger.claim(wallet, offers[count] if count < 3 else offer(1000 * turn + count), f"{turn} {count}")
        os.write(writing, b"%d\n" % claim.serial)


if __name__ == "__main__":
    deeds: dict[str, Any] = {"race": race, "crash": crash}
    print(json.dumps(deeds[sys.argv[1]](**json.loads(sys.argv[2]))), flush=True)
