"""A visitor without a browser: speaks Streamlit's protocol over a websocket, as its own front end does.

The studio's first visitor is one (`app.newcomers`), and both load tests (`tools.load`, `tests.load.phones`) send such.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 60.0  # seconds for one answer
GONE = (OSError, websockets.WebSocketException)  # no connection, or none any more; a TimeoutError is an OSError
See = Callable[[str, ForwardMsg], None]  # kind of a message, and the message


class Visitor:
    """One open tab."""

    def __init__(self, line: websockets.ClientConnection, patience: float = PATIENCE) -> None:
        self._line, self.patience = line, patience

    async def run(
        self,
        see: See,
        *,
        page: str = "",
        query: str = "",
        fragment: str = "",
        by_itself: bool = False,
        press: str = "",
    ) -> float:
        """Ask for a run and read what comes until it has ended; the seconds that took.

        `page` is the hash of the page's script (the first page without one). With a `fragment` only that part of it
        runs, `by_itself` as a timer does; `press` is the id of a button that is pressed.

        Raises:
            TimeoutError: the run does not end in time.
            websockets.WebSocketException: the connection is lost.
        """
        request = BackMsg()
        asked = request.rerun_script
        asked.query_string, asked.page_script_hash = query, page
        if fragment:
            asked.fragment_id, asked.is_auto_rerun = fragment, by_itself
        if press:
            state = asked.widget_states.widgets.add()
            state.id, state.trigger_value = press, True
        began = time.perf_counter()
        await self._line.send(request.SerializeToString())
        while True:
            answer = ForwardMsg()
            left = began + self.patience - time.perf_counter()
            try:
                answer.ParseFromString(await asyncio.wait_for(self._line.recv(decode=False), max(left, 0)))
            except TimeoutError as error:
                raise TimeoutError(f"not drawn within {self.patience:.0f} s") from error
            kind = answer.WhichOneof("type") or ""
            see(kind, answer)
            if kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return time.perf_counter() - began


def problem(kind: str, answer: ForwardMsg) -> str:
    """The message of an exception that a page shows; empty for everything else."""
    if kind != "delta" or answer.delta.new_element.WhichOneof("type") != "exception":
        return ""
    return answer.delta.new_element.exception.message or answer.delta.new_element.exception.type


@asynccontextmanager
async def visiting(host: str, number: int = 0, patience: float = PATIENCE) -> AsyncIterator[Visitor]:
    """Open a tab at `host` ("127.0.0.1:8501").

    On Linux every `number` has an address of its own in 127.0.0.0/8, for a studio on this machine tells its visitors
    apart by their addresses, as any other does.

    Raises:
        OSError, websockets.WebSocketException: the studio is not there.
    """
    options: dict[str, Any] = {}
    if sys.platform == "linux" and host.startswith("127."):
        options["local_addr"] = (f"127.{1 + number // 250 % 250}.0.{1 + number % 250}", 0)
    async with websockets.connect(
        f"ws://{host}/_stcore/stream", max_size=None, subprotocols=[websockets.Subprotocol("streamlit")],
        open_timeout=patience, ping_timeout=None, close_timeout=5, proxy=None, **options,
    ) as line:  # fmt: skip
        yield Visitor(line, patience)
