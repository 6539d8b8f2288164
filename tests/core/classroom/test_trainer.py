"""The trainer of pictures: turns, spectators, closing the page, bounds. The clock is the test's."""

from typing import Any

import numpy as np
import pytest

from core.classroom.imagelab.config import ImageLabConfig
from core.classroom.imagelab.turns import TrainerBusyError, TrainerLimits
from core.classroom.imagelab.view import SHOWN, Checkpoint, ImageSnapshot, thinned
from core.classroom.trainer import ImageTrainer
from core.errors import DataError

FACES, DIGITS = ImageLabConfig("faces"), ImageLabConfig("digits")


def picture(step: int) -> ImageSnapshot:
    return ImageSnapshot(step, np.zeros((SHOWN, 2, 2, 3), np.uint8), np.ones(20), np.ones(20), 1.0, 1.0, 0.5)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Run:
    """Counts steps, each of which takes a tenth of a second of the test's clock."""

    def __init__(self, clock: Clock) -> None:
        self.step_number, self._clock = 0, clock

    def step(self, count: int = 1) -> None:
        self.step_number += count
        self._clock.now += 0.1 * count

    def snapshot(self) -> ImageSnapshot:
        return picture(self.step_number)


class Stage:
    """A trainer without a thread, and visitors who look."""

    def __init__(self, **limits: float) -> None:
        self.clock = Clock()
        self.opened: list[ImageLabConfig] = []
        self.trainer = ImageTrainer(self.make, TrainerLimits(**limits), self.clock, threaded=False)  # type: ignore[arg-type]

    def make(self, config: ImageLabConfig) -> Run:
        if config.critic_steps == 5:
            raise DataError("no pictures")
        if config.critic_steps == 4:
            raise RuntimeError("a bug")
        self.opened.append(config)
        return Run(self.clock)

    def go(self, seconds: float, *watching: str) -> None:
        until = self.clock.now + seconds
        while self.clock.now < until:
            for visitor in watching:
                self.trainer.view(visitor)
            if not self.trainer.turn():
                self.clock.now += 0.1

    def state(self, visitor: str) -> str:
        own = self.trainer.view(visitor).own
        return own.state if own else ""


def test_trains_pauses_resumes_and_stops_as_told() -> None:
    stage = Stage()
    stage.trainer.start("a", FACES)
    stage.go(5, "a")
    view = stage.trainer.view("a")
    assert view.mine
    assert view.own is not None
    assert view.own.state == "training"
    assert view.own.step == pytest.approx(50, abs=2)
    assert view.own.speed == pytest.approx(10, rel=0.2)
    stage.trainer.pause("a")
    stage.go(3, "a")
    held = stage.trainer.view("a").own
    assert held is not None
    assert (held.state, held.step) == ("paused", view.own.step)
    stage.trainer.resume("a")
    stage.go(2, "a")
    stage.trainer.stop("a")
    stage.go(1, "a")
    ended = stage.trainer.view("a")
    assert ended.own is not None
    assert ended.own.state == "ended"
    assert ended.own.step > held.step
    assert ended.own.checkpoints[-1].snapshot.step == ended.own.step
    assert ended.running is None


def test_a_second_visitor_watches_waits_and_then_has_a_turn() -> None:
    stage = Stage(turn=10)
    stage.trainer.start("a", FACES)
    stage.go(20, "a")  # nobody waits: a turn has no end
    assert stage.state("a") == "training"
    stage.trainer.start("b", DIGITS)
    stage.trainer.start("c", FACES)
    assert stage.trainer.view("b").own is None
    stage.go(0.2, "a", "b", "c")
    assert stage.state("a") == "ended"
    assert stage.state("b") == "training"
    seen = stage.trainer.view("c")
    assert (seen.place, seen.waiting, seen.mine) == (1, 1, False)
    assert seen.running is not None
    assert seen.running.config == DIGITS
    assert seen.left == pytest.approx(10, abs=0.5)
    stage.go(10.5, "a", "b", "c")
    assert (stage.state("b"), stage.state("c")) == ("ended", "training")
    assert stage.state("a") == "ended"  # what it drew is still to be seen


def test_who_asks_again_goes_to_the_end_of_the_line() -> None:
    stage = Stage()
    stage.trainer.start("a", FACES)
    stage.go(1, "a")
    stage.trainer.start("b", DIGITS)
    stage.trainer.start("a", FACES)
    stage.go(1, "a", "b")
    assert stage.state("b") == "training"
    assert stage.trainer.view("a").place == 1


def test_who_asks_for_another_run_gets_it_at_once_and_keeps_it() -> None:
    stage = Stage(turn=10)
    stage.trainer.start("a", FACES)
    stage.go(20, "a")  # longer than a turn
    stage.trainer.start("a", DIGITS)
    stage.go(2, "a")
    assert stage.state("a") == "training"
    assert stage.opened == [FACES, DIGITS]


def test_who_leaves_the_line_just_when_the_turn_comes_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(turn=10)
    stage.trainer.start("a", FACES)
    stage.go(1, "a")
    stage.trainer.start("b", DIGITS)
    end = stage.trainer._end

    def end_and_leave(current: Any) -> None:
        end(current)
        stage.trainer.stop("b")

    monkeypatch.setattr(stage.trainer, "_end", end_and_leave)
    stage.go(12, "a", "b")
    assert (stage.state("a"), stage.state("b")) == ("ended", "")


def test_closing_the_page_pauses_the_training_and_coming_back_goes_on() -> None:
    stage = Stage(patience=12)
    stage.trainer.start("a", FACES)
    stage.go(5, "a")
    stage.go(30)
    asleep = stage.trainer.view("a").own
    assert asleep is not None
    assert asleep.state == "asleep"
    assert asleep.step < 200
    stage.go(3, "a")
    assert stage.state("a") == "asleep"
    stage.trainer.resume("a")
    stage.go(1, "a")
    assert stage.state("a") == "training"


def test_a_spectator_keeps_it_going_but_who_waits_gets_the_turn_of_one_who_left() -> None:
    stage = Stage(patience=12)
    stage.trainer.start("a", FACES)
    stage.go(30, "spectator")
    running = stage.trainer.view("spectator").running
    assert running is not None
    assert running.state == "training"
    stage.trainer.start("spectator", DIGITS)
    stage.go(1, "spectator")
    assert stage.state("spectator") == "training"
    assert stage.opened == [FACES, DIGITS]


def test_who_leaves_the_line_loses_the_place() -> None:
    stage = Stage(patience=12)
    stage.trainer.start("a", FACES)
    stage.go(1, "a")
    stage.trainer.start("gone", DIGITS)
    stage.go(13, "a")
    assert stage.trainer.view("a").waiting == 0
    assert stage.trainer.view("a").left is None


def test_a_forgotten_run_is_given_up() -> None:
    stage = Stage(patience=5, keep=60)
    stage.trainer.start("a", FACES)
    stage.go(100)
    assert stage.trainer.view("a").own is None
    assert stage.trainer.view("b").running is None


def test_memory_is_bounded() -> None:
    stage = Stage(turn=50, records=3, checkpoints=10)
    for visitor in "abcdef":
        stage.trainer.start(visitor, FACES)
        stage.go(60, "x", *"abcdef")
        own = stage.trainer.view(visitor).own
        assert own is not None
        assert len(own.checkpoints) <= 10
        assert own.checkpoints[0].snapshot.step == 0
    assert sum(stage.trainer.view(visitor).own is not None for visitor in "abcdef") == 3


@pytest.mark.security
def test_too_many_commands_or_visitors_are_refused() -> None:
    stage = Stage(waiting=2, commands=3)
    stage.trainer.start("a", FACES)
    stage.go(1, "a")
    for visitor in "bc":
        stage.trainer.start(visitor, FACES)
    with pytest.raises(TrainerBusyError, match="2 people"):
        stage.trainer.start("d", FACES)
    for _ in range(3):
        stage.trainer.pause("a")
    with pytest.raises(TrainerBusyError):
        stage.trainer.pause("a")


@pytest.mark.security
def test_others_cannot_steer_a_training() -> None:
    stage = Stage()
    stage.trainer.start("a", FACES)
    stage.go(1, "a")
    stage.trainer.pause("b")
    stage.trainer.stop("b")
    stage.go(1, "a")
    assert stage.state("a") == "training"


def test_a_run_that_cannot_open_says_why_and_lets_the_next_in() -> None:
    stage = Stage()
    stage.trainer.start("a", ImageLabConfig(critic_steps=5))
    stage.trainer.start("b", FACES)
    assert stage.trainer.view("b").place == 2  # at once, although nothing has moved yet
    stage.go(1, "a", "b")
    failed = stage.trainer.view("a").own
    assert failed is not None
    assert str(failed.problem) == "no pictures"
    assert stage.state("b") == "training"


def test_a_bug_in_a_run_ends_that_run_only() -> None:
    stage = Stage()
    trainer = stage.trainer
    trainer.start("a", ImageLabConfig(critic_steps=4))
    with pytest.raises(RuntimeError):
        trainer.turn()
    trainer.give_up()
    trainer.start("b", FACES)
    stage.go(1, "a", "b")
    assert (stage.state("a"), stage.state("b")) == ("failed", "training")


def test_checkpoints_stay_spread_over_the_whole_run() -> None:
    kept: tuple[Checkpoint, ...] = ()
    for step in range(1000):
        kept = thinned((*kept, Checkpoint(step, picture(step))), 20)
        assert len(kept) <= 20
        assert kept[0].snapshot.step == 0
        assert kept[-1].snapshot.step == step
    assert max(np.diff([each.snapshot.step for each in kept])) < 300
