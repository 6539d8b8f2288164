"""Another process in which phones answer, for tests of sudden death: `phones.py URL ROUND KEY…`.

Opens each seat by its key and answers in turn; prints the seat's place once its answer is confirmed, now or before.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from core.classroom.rounds import AnswerRefusedError
from core.classroom.service import Classroom
from core.database import Database

CHOICES = 4


def choice(place: int) -> int:
    """What the phone of a seat answers."""
    return place % CHOICES


def main(url: str, round_id: int, keys: list[str]) -> None:
    classroom = Classroom(Database(url))

    def press(place: int) -> None:
        seat = classroom.seat(keys[place])
        assert seat is not None
        try:
            classroom.answer(seat, round_id, choice(place))
        except AnswerRefusedError:  # in already, though the process died before it could say so
            assert classroom.answer_of(seat, round_id) is not None
        sys.stdout.write(f"{place}\n")  # in one piece: others write too
        sys.stdout.flush()
        time.sleep(0.005)  # phones, not a benchmark: somebody is always in the middle of it

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(press, range(len(keys))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
