"""Files are made one order at a time; what fails is said; old ones are thrown away."""

import threading
from pathlib import Path

import pytest

from core.errors import UserError
from core.reporting.builds import MOST_KEPT, Order, Workshop
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

    first = workshop.start(slow, "report_fr")
    assert workshop.start(slow, "report_fr") is first
    with pytest.raises(UserError, match="made already"):
        workshop.start(slow)
    go_on.set()
    assert [path.read_text(encoding="utf-8") for path in finished(first).files] == ["a"]
    assert workshop.find(first.key) is first


@pytest.mark.parametrize("error", [UserError("no data"), RuntimeError("unforeseen")])
def test_a_failure_is_told_and_can_be_tried_again(error: Exception) -> None:
    workshop = Workshop()

    def fail(_folder: Path, _step: Step) -> list[Path]:
        raise error

    failed = finished(workshop.start(fail, "report_fr"))
    assert isinstance(failed.error, UserError)
    assert failed.files == []
    again = finished(workshop.start(write, "report_fr"))
    assert again.error is None
    assert not failed.folder.exists()


def test_only_the_last_few_are_kept() -> None:
    workshop = Workshop()
    orders = [finished(workshop.start(write)) for _ in range(MOST_KEPT + 2)]
    kept = [workshop.find(order.key) is order for order in orders]
    assert kept == [False, False] + [True] * MOST_KEPT
    assert [order.folder.exists() for order in orders] == kept
