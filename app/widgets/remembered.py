"""What many visitors ask alike, above all what a newcomer meets: worked out once, and then at hand without a turn."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

_MOST = 200  # eight emoji take 0.13 MB; what was read in a sample photo takes a few, and there are few samples
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()
Result = TypeVar("Result")


def once(
    key: Hashable,
    turn: AbstractContextManager[None],
    work: Callable[[], Result],
    at_hand: Callable[[], None] | None = None,
) -> Result:
    """What `work` gives, done within the visitor's `turn`, unless it was done before under this `key`.

    A key names the model and holds nothing that a visitor wrote or brought along. What is handed out is shared: it must
    not be changed. Errors are not remembered. `at_hand` is called where no turn was needed.
    """
    with _lock:
        found = key in _kept
        if found:
            _kept.move_to_end(key)
            result: Result = _kept[key]
    if found:
        if at_hand:
            at_hand()
        return result
    with turn:
        with _lock:
            if key in _kept:  # somebody else asked the same and was before us in the line
                return _kept[key]
        result = work()
    with _lock:
        _kept[key] = result
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return result


def forget() -> None:
    """Begin anew, as a process does that was just started."""
    with _lock:
        _kept.clear()
