"""Files are made one order at a time; what fails is said; what is fresh is kept, what is old makes room."""

import threading
from pathlib import Path

import pytest

from core.errors import UserError
from core.limits import TooManyAttemptsError
from core.reporting import builds
from core.reporting.builds import ORDERS, Order, Workshop
from core.reporting.document import Step


def finished(order: Order) -> Order:
    for thread in threading.enumerate():
        if thread.name == "workshop":
            thread.join(10)
    assert order.done
    return order


def write(folder: Path, step: Step) -> list[Path]:
    step(0.5, "half")
    (folder / "a.txt").write_text("a", encoding="utf-8")
    return [folder / "a.txt"]


def test_one_order_at_a_time_and_the_same_order_is_shared() -> None:
    workshop, go_on = Workshop(), threading.Event()

    def slow(folder: Path, step: Step) -> list[Path]:
        go_on.wait(10)
        return write(folder, step)

    first = workshop.start(slow, "report_fr", visitor="a")
    assert workshop.start(slow, "report_fr", visitor="a") is first
    with pytest.raises(UserError, match="made already"):
        workshop.start(slow, visitor="b")
    go_on.set()
    assert [path.read_text(encoding="utf-8") for path in finished(first).files] == ["a"]
    assert workshop.find(first.key) is first


@pytest.mark.parametrize("error", [UserError("no data"), RuntimeError("unforeseen")])
def test_a_failure_is_told_and_can_be_tried_again(error: Exception) -> None:
    workshop = Workshop()

    def fail(_folder: Path, _step: Step) -> list[Path]:
        raise error

    failed = finished(workshop.start(fail, "report_fr", visitor="a"))
    assert isinstance(failed.error, UserError)
    assert failed.files == {}
    again = finished(workshop.start(write, "report_fr", visitor="a"))
    assert again.error is None
    assert not failed.folder.exists()


def test_what_was_finished_minutes_ago_is_kept_for_everybody_of_a_class() -> None:
    workshop = Workshop()
    orders = [finished(workshop.start(write, visitor="school")) for _ in range(8)]
    assert [workshop.find(order.key) is order and order.folder.exists() for order in orders] == [True] * 8


def test_what_is_old_makes_room_and_what_is_fresh_is_not_thrown_away_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workshop, now = Workshop(), [0.0]
    monkeypatch.setattr(builds.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(builds, "KEPT_BYTES", 2)  # each order takes one
    monkeypatch.setattr(builds, "_free_bytes", lambda: 2)
    first, second = (finished(workshop.start(write, visitor="a")) for _ in range(2))
    now[0] = builds.FRESH_SECONDS
    with pytest.raises(UserError, match="no room"):
        workshop.start(write, visitor="b")
    now[0] += 1
    third = finished(workshop.start(write, visitor="b"))
    assert [workshop.find(order.key) is order for order in (first, second, third)] == [False, True, True]
    assert [order.folder.exists() for order in (first, second, third)] == [False, True, True]
    now[0] += builds.KEPT_SECONDS + 1
    finished(workshop.start(write, visitor="b"))
    assert not second.folder.exists()
    assert not third.folder.exists()
    monkeypatch.setattr(builds, "_free_bytes", lambda: 20)  # a larger disk
    fresh = [finished(workshop.start(write, visitor="b")) for _ in range(3)]
    assert all(order.folder.exists() for order in fresh)


@pytest.mark.security
def test_a_visitor_cannot_have_files_made_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = Workshop()
    monkeypatch.setattr("core.limits.time.time", lambda: 0.0)  # one window
    for _ in range(ORDERS.most):
        finished(workshop.start(write, visitor="a"))
    finished(workshop.start(write, "report_fr", visitor="b"))
    workshop.start(write, "report_fr", visitor="a")  # what is there already is nothing to make
    with pytest.raises(TooManyAttemptsError):
        workshop.start(write, visitor="a")
