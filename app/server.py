"""What happens once per process, when the server starts: it says where it is, and opens the models.

Models are opened before the first visitor needs them, but the first page does not wait for TensorFlow.
"""

import gc
import importlib
import logging
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.runtime.scriptrunner import script_runner

from app import events, operations, stopping
from app.resources import LOADERS
from core import logs
from core.errors import UserError
from core.settings import settings

log = logging.getLogger(__name__)

# Importing TensorFlow holds the interpreter for seconds. A visitor who is already there gets the first page before
# that; when nobody comes, the models are opened anyway.
WAIT_FOR_FIRST_PAGE = 3.0  # seconds
LET_IT_PAINT = 0.5  # seconds between the end of the first page's script and the import

# Small, and there by the time a browser has loaded its own scripts.
EVERY_PAGE_NEEDS = ("numpy", "PIL.PngImagePlugin", "PIL.JpegImagePlugin")

_first_page_drawn = threading.Event()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start what runs beside the server; Streamlit enters this once, before it answers the first request."""
    try:
        logs.configure(settings().log_format)
    except UserError as error:  # a setting that cannot be used: every page says so as well
        log.error("%s", error)
    keep_uploads_in_memory()
    leave_keras_alone()
    for task in (_welcome, _warm_up, events.stream):
        threading.Thread(target=task, name=task.__name__, daemon=True).start()
    with stopping.graceful():
        yield


def keep_uploads_in_memory() -> None:
    """Photos never touch the disk: Starlette would put uploads above 1 MiB into a temporary file."""
    MultiPartParser.spool_max_size = int(st.get_option("server.maxUploadSize") + 1) * 2**20


def leave_keras_alone() -> None:
    """Keep Streamlit from clearing Keras's session after every run of a page, for all threads at once.

    It would empty TensorFlow's caches, collect garbage, and have the network that another thread is building just then
    give two layers one name. Nothing here needs it: each model is opened once.
    """
    script_runner._clean_problem_modules = _nothing


def _nothing() -> None:
    """Done after a run of a page."""


def page_drawn() -> None:
    """Tell the warm-up that a visitor has a page, so that it need not wait any longer."""
    _first_page_drawn.set()


def lan_address() -> str | None:
    """This machine's address for others on its network, or None when it is on none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which of our addresses would be used
        except OSError:
            return None
        return str(probe.getsockname()[0])


def studio_address() -> str:
    """Where the studio is served, as other devices reach it: no part of a page, no slash at the end."""
    if told := settings().address:
        return str(told).rstrip("/")
    here = urlsplit(st.context.url or "http://localhost:8501/")
    place = here.netloc
    if here.hostname in ("localhost", "127.0.0.1", "::1") and (reachable := lan_address()):
        place = f"{reachable}:{here.port}" if here.port else reachable
    return f"{here.scheme}://{place}{here.path.rstrip('/').rpartition('/')[0]}"


def _elsewhere(port: int) -> str | None:
    """The studio's address on other devices, or None where they cannot reach it."""
    with suppress(UserError):  # every page says which setting it is
        if told := settings().address:
            return str(told).rstrip("/")
    if st.get_option("server.address") not in (None, "", "0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        return None
    found = lan_address()
    return f"http://{found}:{port}" if found else None


def _welcome() -> None:
    port = st.get_option("server.port")
    if address := _elsewhere(port):
        sys.stdout.write(f"  On other devices of this network: {address}\n\n")
        sys.stdout.flush()
    if not st.get_option("server.headless"):
        webbrowser.open(f"http://localhost:{port}")


def _openers() -> Sequence[Callable[[], object]]:
    """What is opened and drawn before anybody asks: everything or, where the settings say so, no more than Keras."""
    from app.newcomers import PREPARED  # here, or the first page would wait for what the rooms import

    everything: Sequence[Callable[[], object]] = (*LOADERS, *PREPARED)
    try:
        return everything if settings().open_models else (lambda: importlib.import_module("keras"),)
    except UserError:  # every page says which setting it is
        return everything


def _warm_up() -> None:
    for name in EVERY_PAGE_NEEDS:
        importlib.import_module(name)
    if _first_page_drawn.wait(WAIT_FOR_FIRST_PAGE):
        time.sleep(LET_IT_PAINT)
    for load in _openers():
        try:
            load()
        except UserError as error:
            log.warning("%s", error)  # its page says so too, and tries again
        except Exception:
            log.exception("A model could not be opened, or what newcomers meet not drawn")
    operations.models_open()
    # Python's garbage collector would walk TensorFlow's 400,000 objects again and again while pages are drawn.
    # Once per process only: freezing again later would pin what dead sessions leave behind.
    gc.collect()
    gc.freeze()
