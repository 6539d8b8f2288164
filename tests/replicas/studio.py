"""One of several studios on one database, as a process of its own: `studio.py FOLDER DATABASE`.

Reads one JSON array a line, a deed and its arguments, and answers each with one JSON value.
"""

import base64
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.classroom.quiz import choose, draft_bundled
from core.classroom.rooms import Rules
from core.classroom.service import Classroom
from core.errors import UserError
from core.images import encode_png
from core.ledger.limits import Allowance
from core.ledger.service import Ledger
from core.limits import Limit
from core.settings import Settings
from tests.core.ledger.conftest import offer, picture

FEW = Allowance(checks=Limit("check", 40, 10**9), verifications=Limit("verify", 3, 10**9))
STRICT = Rules(guesses=Limit("class:guess", 4, 10**9))


class Studio:
    """What its pages would call, by names and keys that travel between processes."""

    def __init__(self, folder: str, database: str) -> None:
        settings = Settings.model_validate({"state": Path(folder), "database_url": database})
        self.ledger = replace(Ledger.open(settings), allowance=FEW)
        self.classroom = Classroom.open(settings)
        self.classroom.rules = STRICT

    def new_wallet(self) -> str:
        return self.ledger.create_wallet("visitor")[1].code

    def top_up(self, code: str) -> int:
        wallet = self.ledger.open_wallet(code, "visitor")
        checkout = self.ledger.start_payment(wallet, "ten", "demo", "http://localhost")
        self.ledger.settle(checkout.reference)
        return self.balance(code)

    def balance(self, code: str) -> int:
        return self.ledger.balance_cents(self.ledger.open_wallet(code, "visitor"))

    def claim(self, code: str, seed: int, key: str) -> int:
        return self.ledger.claim(self.ledger.open_wallet(code, "visitor"), offer(seed), key).serial

    def certificate(self, code: str, serial: int) -> str:
        file = self.ledger.certificate(self.ledger.open_wallet(code, "visitor"), serial)
        return base64.b64encode(file).decode()

    def verify(self, file: str) -> list[Any]:
        found = self.ledger.verify(base64.b64decode(file), "verifier")
        return [found.claim.serial if found.claim else None, found.credentials.name]

    def checks(self, visitor: str) -> int:
        """How many checks a visitor is allowed here."""
        for allowed in range(1000):
            try:
                self.ledger.check(picture(1), "saga", visitor)
            except UserError:
                return allowed
        raise AssertionError("never refused")

    def verify_any(self) -> bool:
        self.ledger.verify(encode_png(picture(3)), "verifier")
        return True

    def open_room(self) -> list[str]:
        host, key = self.classroom.create_room("teacher")
        live = self.classroom.look(host.room_id)
        return [key, live.code if live else ""]

    def join(self, code: str, nickname: str, visitor: str) -> str:
        return self.classroom.join(code, nickname, visitor)[1]

    def room(self, key: str) -> dict[str, Any]:
        """Where a host's or a player's class is, and who is in it."""
        someone = self.classroom.host(key) or self.classroom.seat(key)
        live = self.classroom.look(someone.room_id) if someone else None
        if live is None:
            return {}
        round_ = self.classroom.round(live)
        return {
            "players": [player.nickname for player in live.players], "phase": live.phase, "round": live.round_id,
            "tally": self.classroom.tally(round_) if round_ else [],
        }  # fmt: skip

    def ask(self, key: str) -> bool:
        host = self.classroom.host(key)
        live = self.classroom.look(host.room_id) if host else None
        assert host is not None
        assert live is not None
        return self.classroom.start(host, live.version, draft_bundled(choose(2, seed=1), 300))

    def answer(self, key: str, round_id: int, choice: int) -> bool:
        seat = self.classroom.seat(key)
        assert seat is not None
        self.classroom.answer(seat, round_id, choice)
        return True

    def close(self, key: str) -> bool:
        host = self.classroom.host(key)
        assert host is not None
        self.classroom.close(host)
        return True


if __name__ == "__main__":
    studio = Studio(*sys.argv[1:])
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        deed, *arguments = json.loads(line)
        try:
            answer = getattr(studio, deed)(*arguments)
        except UserError as error:
            answer = {"refused": type(error).__name__}
        print(json.dumps(answer), flush=True)
