"""How the program ends when it is told to: nobody new is let in, what runs may finish, what waits is written.

From the moment of SIGTERM the studio is no longer ready, so a proxy in front sends visitors elsewhere; it still answers
those who are there until their pictures are drawn, or `stop_seconds` have passed. A second SIGTERM ends it at once.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from app import events, operations
from app.widgets import turns
from core.settings import settings

log = logging.getLogger(__name__)
Deed = Callable[[float], bool]

_deeds: list[Deed] = []
_once = threading.Lock()


def before_the_end(deed: Deed) -> None:
    """Have this done before the program ends: it gets the seconds that are left, and says whether they sufficed."""
    _deeds.append(deed)


@contextmanager
def graceful() -> Iterator[None]:
    """Within this the program ends as described above; entered once, in the main thread, by the server's lifespan."""
    if threading.current_thread() is not threading.main_thread():  # another program holds this server, and the signals
        yield
        return
    server = signal.getsignal(signal.SIGTERM)

    def told(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, server)
        threading.Thread(target=end, name="ending", daemon=True).start()

    def end() -> None:
        try:
            finish()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # now to the server, which closes its connections and ends

    signal.signal(signal.SIGTERM, told)
    try:
        yield
    finally:
        finish()


def finish() -> None:
    """Let nobody in, wait for what runs, end the trainings, write the events; a second time does nothing more."""
    with _once:
        if operations.stopping():
            return
        until = time.monotonic() + settings().stop_seconds
        for deed in (turns.end, *_deeds, events.close):
            if not deed(max(0.0, until - time.monotonic())):
                log.warning("Not everything was finished in %.0f seconds.", settings().stop_seconds)
