"""A page never waits for where events go, and nothing that was taken is lost while there is time to write it."""

import threading
from collections.abc import Sequence
from pathlib import Path

from core.events.recorder import Pace, Recorder
from core.events.service import EventStream
from core.events.sinks import SinkError
from core.events.types import Claimed, Recorded, Viewed

FAST = Pace(waiting=50, batch=10, every=0.02, again=0.01, longest=0.02)


def event(theme: str = "saga") -> Recorded:
    return Recorded.now(Claimed(theme), 0, first=True)


class Memory:
    """Keeps events, after `refusing` refusals; takes none while `open` is not set."""

    def __init__(self, refusing: int = 0) -> None:
        self.kept: list[Recorded] = []
        self.batches: list[int] = []
        self.refusing, self.closed = refusing, False
        self.open, self.asked = threading.Event(), threading.Event()
        self.open.set()

    def write(self, events: Sequence[Recorded]) -> None:
        self.asked.set()
        self.open.wait(60)
        if self.refusing:
            self.refusing -= 1
            raise SinkError("not now")
        self.kept += events
        self.batches.append(len(events))

    def close(self) -> None:
        self.closed = True


def test_everything_is_written_in_order_in_batches_before_the_end() -> None:
    sink = Memory()
    recorder = Recorder(sink, FAST)
    events = [event(f"t{number}") for number in range(45)]
    assert all(recorder.put(each) for each in events)
    assert recorder.close(30)
    assert sink.kept == events
    assert max(sink.batches) <= 10
    assert sink.closed
    assert (recorder.kept, recorder.dropped) == (45, 0)


def test_a_sink_that_hangs_keeps_nobody_waiting_and_what_is_too_much_is_counted() -> None:
    sink = Memory()
    sink.open.clear()
    recorder = Recorder(sink, FAST)
    recorder.put(event())
    assert sink.asked.wait(30)
    taken = sum(recorder.put(event()) for _ in range(80))
    assert taken == 50
    assert recorder.dropped == 30
    assert not recorder.close(0)
    sink.open.set()
    assert recorder.close(30)
    assert recorder.kept == len(sink.kept) == 51


def test_a_sink_that_fails_is_asked_again_and_gets_everything_once() -> None:
    sink = Memory(refusing=3)
    recorder = Recorder(sink, FAST)
    events = [event(f"t{number}") for number in range(20)]
    for each in events:
        recorder.put(each)
    assert recorder.close(30)
    assert sink.kept == events


def test_after_the_end_nothing_is_taken() -> None:
    recorder = Recorder(Memory(), FAST)
    assert recorder.close(0)
    assert not recorder.put(event())
    assert recorder.dropped == 1


def test_one_sink_that_is_down_does_not_hold_up_the_files(tmp_path: Path) -> None:
    down = Memory(refusing=10**9)
    stream = EventStream(tmp_path, [down], pace=FAST)
    stream.record(Claimed("saga"))
    stream.record(Viewed("home"))
    assert down.asked.wait(30)
    assert not stream.close(0.5)
    assert stream.recorders[0].kept == 2
    assert down.kept == []
    down.refusing = 0  # its thread ends
