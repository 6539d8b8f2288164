"""A server without models, for the test of how the studio stops: `streamlit run tiny_server.py`.

/work has somebody begin a generation, which lasts until the file `finish` is in the folder EFFIGIES_STATE.
"""

import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app import events, operations, stopping
from app.widgets import turns
from core.events.types import Claimed
from core.settings import settings


def generate() -> None:
    ticket = turns.line().enter("somebody")
    while not (settings().state / "finish").exists():
        time.sleep(0.02)
    (settings().state / "drawn").touch()
    ticket.leave()


async def work(_request: Request) -> PlainTextResponse:
    stream = events.stream()
    assert stream is not None
    stream.record(Claimed("saga"))
    threading.Thread(target=generate, daemon=True).start()
    while not turns.line().working:
        time.sleep(0.01)
    return PlainTextResponse("begun")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    with stopping.graceful():
        operations.models_open()
        yield


if __name__ == "__main__":
    st.write("a page")
else:
    app = st.App(__file__, lifespan=lifespan, routes=[*operations.routes(), Route("/work", work)])
