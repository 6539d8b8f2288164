"""Many laboratories on one thread: playing, pausing, slow motion, room for others. The clock is the test's."""

import pytest

from core.classroom.lab.config import LabConfig
from core.classroom.lab.pool import LabPool, LabView, Limits, PoolFullError
from core.classroom.lab.simulation import Lab, Who

SMALL = LabConfig(batch_size=8, critic_layers=0, generator_layers=0)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


class Pool(LabPool):
    def __init__(self, **limits: float) -> None:
        self.clock = Clock()
        super().__init__(Limits(**limits), self.clock, threaded=False)  # type: ignore[arg-type]

    def seen(self, visitor: str) -> LabView:
        view = self.view(visitor)
        assert view is not None
        return view


def test_plays_and_pauses() -> None:
    pool = Pool()
    pool.open("a", SMALL)
    assert not pool.turn()
    pool.play("a")
    assert pool.turn()
    pool.pause("a")
    held = pool.seen("a")
    assert held.snapshot.step > 0
    assert not held.playing
    assert not pool.turn()
    assert pool.seen("a").snapshot.step == held.snapshot.step


def test_all_who_play_get_the_same_share() -> None:
    pool = Pool()
    for visitor in "abc":
        pool.open(visitor, SMALL)
        pool.play(visitor)
    for _ in range(5):
        pool.turn()
    for visitor in "abc":
        pool.pause(visitor)
    steps = [pool.seen(visitor).snapshot.step for visitor in "abc"]
    assert max(steps) <= 1.5 * min(steps)


def test_a_run_with_slow_steps_does_not_keep_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(slice_seconds=0.02)
    for visitor in ("slow", "quick"):
        pool.open(visitor, SMALL)
        pool.play(visitor)
    lab, step = pool._places["slow"].lab, Lab.step

    def timed(self: Lab, count: int = 1, who: Who = "both") -> None:
        pool.clock.now += count * (0.6 if self is lab else 0.002)
        step(self, count, who)

    monkeypatch.setattr(Lab, "step", timed)
    began = pool.clock.now
    pool.turn()
    assert pool.clock.now - began < 0.7  # one slow step, and the other's slice
    pool.pause("quick")
    assert pool.seen("quick").snapshot.step > 1


def test_stops_at_the_step_it_was_told() -> None:
    pool = Pool()
    pool.open("a", SMALL)
    pool.play("a", until=37)
    while pool.turn():
        pass
    assert pool.seen("a").snapshot.step == 37
    assert not pool.seen("a").playing


def test_slow_motion_moves_one_network_a_second() -> None:
    pool = Pool(slow_seconds=1.0)
    pool.open("a", SMALL)
    pool.play("a", slow=True)
    moves = []
    for _ in range(3):
        pool.clock.now += 1.01
        pool.turn()
        pool.turn()  # too soon for another
        seen = pool.seen("a").snapshot
        moves.append((seen.critic_updates, seen.generator_updates))
    assert moves == [(1, 0), (1, 1), (2, 1)]


def test_a_run_nobody_looks_at_pauses() -> None:
    pool = Pool(patience=8)
    pool.open("a", SMALL)
    pool.play("a")
    pool.turn()
    pool.clock.now += 9
    pool.turn()
    assert not pool.turn()
    assert not pool.seen("a").playing


def test_when_all_places_are_taken_the_one_who_left_makes_room() -> None:
    pool = Pool(places=2, keep=100)
    pool.open("gone", SMALL)
    pool.open("here", SMALL)
    with pytest.raises(PoolFullError, match="2 laboratories"):
        pool.open("new", SMALL)
    pool.clock.now += 101
    pool.seen("here")
    pool.open("new", SMALL)
    assert pool.view("gone") is None
    pool.open("here", LabConfig(seed=5))
    assert pool.config("here") == LabConfig(seed=5)


def test_a_thread_of_its_own_plays_and_ends() -> None:
    pool = LabPool()
    pool.open("a", SMALL)
    pool.play("a", until=50)
    thread = pool._thread
    assert thread is not None
    thread.join(timeout=60)
    assert not thread.is_alive()
    view = pool.view("a")
    assert view is not None
    assert view.snapshot.step == 50
