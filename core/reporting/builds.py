"""Report and archive made beside the app: one at a time, in a thread of its own, the last few kept in a folder."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from core.errors import N_, UserError
from core.reporting.document import Step

log = logging.getLogger(__name__)

MOST_KEPT = 4  # finished orders; older ones are thrown away
_BUSY = N_("Files are being made already. Try again in a few minutes.")
_FAILED = N_("The files could not be made. The server’s log says why.")

Work = Callable[[Path, Step], list[Path]]  # makes files in a folder, telling how far it is


@dataclass
class Order:
    """Something that is being made or was made. `error` is set when it failed."""

    key: str
    place: TemporaryDirectory[str]  # removed with the order, or when the program ends
    share: float = 0.0
    message: str = ""
    files: list[Path] = field(default_factory=list)
    error: UserError | None = None
    done: bool = False

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(self.place.name)


class Workshop:
    """Makes files for visitors, one order at a time. An order is known by its `key` to whoever may fetch it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[str, Order] = {}

    def find(self, key: str | None) -> Order | None:
        """The order of this key, None when it was never given or is thrown away."""
        return self._orders.get(key or "")

    def start(self, work: Work, key: str | None = None) -> Order:
        """Begin an order; with a `key` that is known already, the order there is (unless it failed).

        Raises:
            UserError: another one is being made.
        """
        with self._lock:
            known = self.find(key)
            if known is not None and known.error is None:
                return known
            if any(not order.done for order in self._orders.values()):
                raise UserError(_BUSY)
            order = Order(key or uuid4().hex, TemporaryDirectory(prefix="effigies-", ignore_cleanup_errors=True))
            self._forget(order.key)
            self._orders[order.key] = order
            while len(self._orders) > MOST_KEPT:
                self._forget(next(iter(self._orders)))
        threading.Thread(target=self._run, args=(order, work), name="workshop", daemon=True).start()
        return order

    def _run(self, order: Order, work: Work) -> None:
        def tell(share: float, message: str) -> None:
            order.share, order.message = min(max(share, 0.0), 1.0), message

        try:
            order.files = work(order.folder, tell)
        except UserError as error:
            order.error = error
        except Exception:
            log.exception("Report or archive could not be made")
            order.error = UserError(_FAILED)
        finally:
            order.done = True

    def _forget(self, key: str) -> None:
        order = self._orders.pop(key, None)
        if order is not None:
            order.place.cleanup()
