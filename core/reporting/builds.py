"""Report and archive made beside the app: one at a time, in a thread of its own, kept in a folder for a while."""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from uuid import uuid4

from core.errors import N_, UserError
from core.limits import Limit, Throttle
from core.reporting.document import Step

log = logging.getLogger(__name__)

FRESH_SECONDS = 600.0  # so long a finished order is kept in any case: its visitor may be looking elsewhere
KEPT_SECONDS = 7200.0  # after this it makes room for the next one
KEPT_BYTES = 300 * 2**20  # of all orders together, at least: a container's /tmp also has to hold the one being made
KEPT_SHARE = 0.4  # of what is free, where there is more room than in a container
ORDERS = Limit("orders", 60, 3600)  # of a visitor: an address, a whole class may have one
_BUSY = N_("Files are being made already. Try again in a few minutes.")
_FULL = N_("Others are still fetching their files, and there is no room for more. Try again in a few minutes.")
_FAILED = N_("The files could not be made. The server’s log says why.")

Work = Callable[[Path, Step], list[Path]]  # makes files in a folder, telling how far it is


@dataclass
class Order:
    """Something that is being made or was made. `error` is set when it failed."""

    key: str
    place: TemporaryDirectory[str]  # removed with the order, or when the program ends
    share: float = 0.0
    message: str = ""
    files: dict[Path, int] = field(default_factory=dict)  # with their sizes, to be told when they are gone as well
    error: UserError | None = None
    done: bool = False
    finished: float = 0.0  # by time.monotonic

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(self.place.name)


class Workshop:
    """Makes files for visitors, one order at a time. An order is known by its `key` to whoever may fetch it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[str, Order] = {}
        self._ordered = Throttle()

    def find(self, key: str | None) -> Order | None:
        """The order of this key, None when it was never given or is thrown away."""
        return self._orders.get(key or "")

    def start(self, work: Work, key: str | None = None, *, visitor: str) -> Order:
        """Begin an order; with a `key` that is known already, the order there is (unless it failed).

        Raises:
            UserError: another one is being made, what others have not fetched yet leaves no room, or this visitor
                orders too often.
        """
        with self._lock:
            known = self.find(key)
            if known is not None and known.error is None:
                return known
            if any(not order.done for order in self._orders.values()):
                raise UserError(_BUSY)
            self._make_room()
            self._ordered.count(ORDERS, visitor)
            order = Order(key or uuid4().hex, TemporaryDirectory(prefix="effigies-", ignore_cleanup_errors=True))
            self._forget(order.key)
            self._orders[order.key] = order
        threading.Thread(target=self._run, args=(order, work), name="workshop", daemon=True).start()
        return order

    def _run(self, order: Order, work: Work) -> None:
        def tell(share: float, message: str) -> None:
            order.share, order.message = min(max(share, 0.0), 1.0), message

        try:
            order.files = {path: path.stat().st_size for path in work(order.folder, tell)}
        except UserError as error:
            order.error = error
        except Exception:
            log.exception("Report or archive could not be made")
            order.error = UserError(_FAILED)
        finally:
            if order.error is not None:  # nobody fetches what is half made
                order.place.cleanup()
            order.finished = time.monotonic()
            order.done = True

    def _make_room(self) -> None:
        """Throw away what is old, and of what is not fresh the oldest until the rest takes no more than it may."""
        now = time.monotonic()
        most = max(KEPT_BYTES, KEPT_SHARE * (_free_bytes() + self._kept()))
        for order in list(self._orders.values()):  # as they were finished
            age, full = now - order.finished, self._kept() >= most
            if age > KEPT_SECONDS or (full and age > FRESH_SECONDS):
                self._forget(order.key)
        if self._kept() >= most:
            raise UserError(_FULL)

    def _kept(self) -> int:
        return sum(sum(order.files.values()) for order in self._orders.values())

    def _forget(self, key: str) -> None:
        order = self._orders.pop(key, None)
        if order is not None:
            order.place.cleanup()


def _free_bytes() -> int:
    return shutil.disk_usage(gettempdir()).free
