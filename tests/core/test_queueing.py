"""The line is fair, bounded, tells the place, and loses nobody when visitors leave or the program stops."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.queueing import FairLine, LineClosedError, LineFullError, Ticket


def test_visitors_take_turns_however_much_one_asks_for() -> None:
    line = FairLine(most=1, waiting=20)
    first = line.enter("greedy")
    waiting = {name: line.enter(name[0]) for name in ("g1", "g2", "g3", "m1", "m2", "n1")}
    line.leave(first)
    served = []
    while waiting:
        [name] = [name for name, ticket in waiting.items() if ticket.place == 0]
        served.append(name)
        waiting.pop(name).leave()
    assert served == ["g1", "m1", "n1", "g2", "m2", "g3"]


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=40), st.integers(1, 3))
@settings(deadline=None)
def test_the_place_shown_is_the_number_of_turns_until_ones_own(moves: list[tuple[int, bool]], most: int) -> None:
    line, waiting, working = FairLine(most, waiting=100), list[Ticket](), list[Ticket]()

    def sort() -> None:
        for ticket in [ticket for ticket in waiting if ticket.place == 0]:
            waiting.remove(ticket)
            working.append(ticket)

    for visitor, leaves in moves:
        if leaves and waiting:
            waiting.pop(visitor % len(waiting)).leave()
        else:
            waiting.append(line.enter(visitor))
        sort()
    places = sorted(ticket.place for ticket in waiting)
    assert places == list(range(1, len(waiting) + 1))
    assert line.working == len(working) <= most
    by_place = sorted(waiting, key=lambda ticket: ticket.place)
    for expected in by_place:
        working.pop(0).leave()
        sort()
        assert working[-1] is expected


def test_never_more_at_once_than_allowed_and_everybody_has_a_turn() -> None:
    line, inside, peak, turns = FairLine(most=3, waiting=100), Counter[str](), list[int](), Counter[int]()
    lock = threading.Lock()

    def work(visitor: int) -> None:
        for _ in range(20):
            ticket = line.enter(visitor)
            place = ticket.place
            while place:
                place = ticket.wait(place, 60)
            with lock:
                inside["now"] += 1
                peak.append(inside["now"])
            with lock:
                inside["now"] -= 1
                turns[visitor] += 1
            ticket.leave()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(12)))
    assert max(peak) <= 3
    assert turns == dict.fromkeys(range(12), 20)
    assert (line.working, line.waiting) == (0, 0)


def test_a_turn_that_came_before_the_wait_is_not_waited_for() -> None:
    line = FairLine(most=1, waiting=1)
    works, waits = line.enter("works"), line.enter("waits")
    known = waits.place
    works.leave()  # between the look and the wait
    began = time.monotonic()
    assert waits.wait(known, 60) == 0
    assert time.monotonic() - began < 30


def test_a_full_line_refuses_and_whoever_leaves_makes_room() -> None:
    line = FairLine(most=1, waiting=2)
    line.enter("works")
    line.enter("waits")
    last = line.enter("waits too")
    with pytest.raises(LineFullError, match="2 people wait"):
        line.enter("late")
    last.leave()
    last.leave()
    assert line.enter("late").place == 2


@pytest.mark.security
def test_no_address_fills_the_line_however_many_sessions_it_opens() -> None:
    line = FairLine(most=1, waiting=5)
    line.enter("first session", "flooder")
    waiting = [line.enter(f"session {number}", "flooder") for number in range(3)]
    with pytest.raises(LineFullError, match="3 people at your address wait"):
        line.enter("another session", "flooder")
    others = [line.enter(name, "school") for name in ("ana", "ben")]
    assert [ticket.place for ticket in others] == [4, 5]
    others[0].leave()
    waiting[0].leave()
    assert line.enter("another session", "flooder").place == 4


def test_without_a_line_whoever_comes_while_others_work_is_refused() -> None:
    line = FairLine(most=1, waiting=0)
    ticket = line.enter("works")
    with pytest.raises(LineFullError):
        line.enter("late")
    ticket.leave()
    assert line.enter("late").place == 0


def test_closing_tells_those_who_wait_and_lets_work_end() -> None:
    line = FairLine(most=1, waiting=5)
    works, waits = line.enter("works"), line.enter("waits")
    told = threading.Event()

    def wait() -> None:
        with pytest.raises(LineClosedError):
            waits.wait(1, 60)
        told.set()

    thread = threading.Thread(target=wait)
    thread.start()
    line.close()
    assert told.wait(30)
    with pytest.raises(LineClosedError):
        line.enter("late")
    assert works.place == 0
    assert not line.drain(0)
    waits.leave()
    works.leave()
    assert line.drain(0)
    thread.join()
