"""Two studios on one PostgreSQL server are one studio: claims, wallets, classes and limits hold across them."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# the server is started by the ledger's fixture
from tests.core.ledger.conftest import new_postgres_database  # noqa: F401

STUDIO = Path(__file__).parent / "studio.py"
PATIENCE = 60


class Replica:
    """A studio in a process of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        command = [sys.executable, str(STUDIO), str(folder), url]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(self, deed: str, *arguments: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([deed, *arguments]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def do(self, deed: str, *arguments: object) -> Any:
        self.send(deed, *arguments)
        return self.answer()


@pytest.fixture(scope="module")
def studios(
    new_postgres_database: Callable[[str], str],  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Replica, Replica]]:
    """Two that start at once on an empty database, with the folder of signing keys that they share."""
    url, folder = new_postgres_database("template1"), tmp_path_factory.mktemp("state")
    pair = (Replica(folder, url), Replica(folder, url))
    assert [one.answer() for one in pair] == ["ready", "ready"]
    yield pair
    for one in pair:
        one.process.kill()
        one.process.wait()


def test_a_wallet_topped_up_here_is_full_there(studios: tuple[Replica, Replica]) -> None:
    here, there = studios
    code = here.do("new_wallet")
    assert there.do("balance", code) == 0
    assert here.do("top_up", code) == there.do("balance", code) == 100
    assert there.do("top_up", code) == here.do("balance", code) == 200


def test_of_two_claims_of_one_picture_at_once_one_wins_and_only_its_wallet_pays(
    studios: tuple[Replica, Replica],
) -> None:
    codes = [one.do("new_wallet") for one in studios]
    for one, code in zip(reversed(studios), codes, strict=True):
        one.do("top_up", code)
    for seed in range(10, 15):
        for one, code in zip(studios, codes, strict=True):
            one.send("claim", code, seed, f"wish {seed}")
        answers = [one.answer() for one in studios]
        assert sorted(isinstance(answer, int) for answer in answers) == [False, True]
        assert {"refused": "AlreadyClaimedError"} in answers
    assert sum(studios[0].do("balance", code) for code in codes) == 2 * 100 - 5 * 10


def test_a_wish_repeated_at_the_other_studio_pays_once(studios: tuple[Replica, Replica]) -> None:
    here, there = studios
    code = here.do("new_wallet")
    here.do("top_up", code)
    serial = here.do("claim", code, 20, "wish")
    assert there.do("claim", code, 20, "wish") == serial
    assert there.do("balance", code) == 90
    certificate = here.do("certificate", code, serial)
    assert there.do("verify", certificate) == [serial, "INTACT"]


def test_a_class_opened_here_is_joined_and_answered_there(studios: tuple[Replica, Replica]) -> None:
    here, there = studios
    key, letters = here.do("open_room")
    seats = [one.do("join", letters, name, "pupil") for one, name in ((here, "Ana"), (there, "Ben"))]
    eventually(lambda: [one.do("room", key).get("players") for one in studios] == [["Ana", "Ben"]] * 2)
    assert there.do("ask", key) is True
    eventually(lambda: here.do("room", seats[1])["phase"] == "open")
    round_id = here.do("room", key)["round"]
    assert here.do("answer", seats[1], round_id, 1) is True
    assert there.do("answer", seats[1], round_id, 0) == {"refused": "AnswerRefusedError"}
    assert there.do("answer", seats[0], round_id, 1) is True
    assert [sum(one.do("room", key)["tally"]) for one in studios] == [2, 2]
    here.do("close", key)
    assert there.do("join", letters, "Late", "pupil") == {"refused": "UnknownRoomError"}


def test_limits_are_not_multiplied_by_the_number_of_studios(studios: tuple[Replica, Replica]) -> None:
    here, there = studios
    assert here.do("checks", "curious") + there.do("checks", "curious") == 40
    guesses = [one.do("join", "QQQQ", "Eve", "guesser") for _ in range(3) for one in studios]
    assert [guess["refused"] for guess in guesses] == ["UnknownRoomError"] * 4 + ["TooManyAttemptsError"] * 2
    verified = [one.do("verify_any") for _ in range(2) for one in studios]  # one was verified by its certificate before
    assert sum(answer is True for answer in verified) in (2, 3)
    assert verified[-1] == {"refused": "TooManyAttemptsError"}


def eventually(true: Callable[[], bool]) -> None:
    """Studios read a class a few times a second."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
