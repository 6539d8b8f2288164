"""What many ask alike is worked out once, whoever asks; errors are not kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from threading import Barrier, Lock

import pytest

from app.widgets.remembered import once
from core.errors import UserError


def test_of_many_who_ask_at_once_one_has_it_worked_out() -> None:
    together, line, turns, done = Barrier(6), Lock(), [], []

    @contextmanager
    def turn() -> Iterator[None]:
        together.wait(10)  # all have missed it before the first begins
        with line:
            turns.append(1)
            yield

    def ask(_: int) -> list[int]:
        return once("eight avatars", turn(), lambda: done.append(1) or [7])  # type: ignore[func-returns-value]

    with ThreadPoolExecutor(6) as visitors:
        answers = list(visitors.map(ask, range(6)))
    assert answers == [[7]] * 6
    assert len(done) == 1
    assert once("eight avatars", turn(), lambda: [8]) == [7]  # at hand: without a turn
    assert len(turns) == 6
    assert once("eight others", nullcontext(), lambda: [8]) == [8]


def test_who_needs_no_turn_is_counted_all_the_same() -> None:
    counted: list[str] = []
    for visitor in ("first", "second"):
        once("key", nullcontext(), lambda: "drawn", lambda visitor=visitor: counted.append(visitor))  # type: ignore[misc]
    assert counted == ["second"]  # the first one's turn counts them


def test_what_went_wrong_is_tried_again() -> None:
    def refuse() -> str:
        raise UserError("not now")

    with pytest.raises(UserError):
        once("key", nullcontext(), refuse)
    assert once("key", nullcontext(), lambda: "fine") == "fine"


def test_the_oldest_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.widgets.remembered._MOST", 2)
    for key in ("first", "second", "first", "third"):
        once(key, nullcontext(), lambda key=key: key)  # type: ignore[misc]
    assert once("first", nullcontext(), lambda: "again") == "first"  # asked for lately
    assert once("second", nullcontext(), lambda: "again") == "again"
