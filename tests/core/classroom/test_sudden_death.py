"""The program is killed in the middle of a quiz and started again: no answer is lost, seats hold, the class goes on."""

import signal
import subprocess
import sys
from pathlib import Path

from core.classroom.rounds import OPEN
from core.classroom.service import Classroom
from core.database import Database
from tests.core.classroom.conftest import VISITOR, School
from tests.core.classroom.phones import choice

SCRIPT = Path(__file__).with_name("phones.py")
PHONES = 60
SEEN = 8  # confirmed answers after which the program is killed


def phones(url: str, round_id: int, keys: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, str(SCRIPT), url, str(round_id), *keys], stdout=subprocess.PIPE, text=True)


def test_a_program_killed_in_the_middle_of_a_quiz_loses_nothing(school: School) -> None:
    joined = [school.classroom.join(school.live.code, f"Player {place}", VISITOR) for place in range(PHONES)]
    keys, round_id = [key for _seat, key in joined], school.ask(count=2, seconds=180)
    before = school.live
    killed = phones(school.url, round_id, keys)
    assert killed.stdout is not None
    confirmed = [int(killed.stdout.readline()) for _ in range(SEEN)]
    killed.kill()
    confirmed += [int(line) for line in killed.stdout if line.endswith("\n")]
    killed.stdout.close()
    assert killed.wait() == -signal.SIGKILL
    again = Classroom(Database(school.url))  # what a program that starts anew finds
    asked = again.round(before)
    assert asked is not None
    kept = {place: again.answer_of(seat, round_id) for place, (seat, _key) in enumerate(joined)}
    for place in confirmed:
        answer = kept[place]
        assert answer is not None
        assert answer.choice == choice(place)
    said = phones(school.url, round_id, keys).communicate(timeout=300)[0]
    assert sorted(map(int, said.split())) == list(range(PHONES))  # whoever was cut off answers now, and only once
    assert sum(again.tally(asked)) == PHONES
    assert all(again.answer_of(joined[place][0], round_id) == answer for place, answer in kept.items() if answer)
    host = again.host(school.host_key)
    here = again.look(before.room_id)
    assert host == school.host
    assert here is not None
    assert (here.version, here.phase, here.round_id, len(here.players)) == (before.version, OPEN, round_id, PHONES)
    assert again.show_answer(host, here.version)
    moved = again.look(before.room_id)
    assert moved is not None
    assert again.turn(host, moved.version)
    again.database.close()
