"""Draw pages without a browser."""

import json
import re
from collections.abc import Callable

import pytest
from streamlit import config
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app.registry import ROOT, Room
from app.server import leave_keras_alone
from app.widgets import remembered

Visit = Callable[[Room, str], AppTest]
Jar = dict[str, str]

# as in app/.streamlit/config.toml, which only a server reads: no full collection after every run of a page
config.set_option("runner.postScriptGC", False)
leave_keras_alone()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test begins as a process does that was just started."""
    remembered.forget()


@pytest.fixture
def visit() -> Visit:
    """Open a room in a language, as a new visitor who typed its address."""

    def open_room(room: Room, language: str) -> AppTest:
        studio = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
        studio.query_params["lang"] = language
        # a browser asks for the address's hash
        studio._page_hash = calc_hash(room.url_path)
        return studio.run()

    return open_room


@pytest.fixture
def jar(monkeypatch: pytest.MonkeyPatch) -> Jar:
    """The cookies of the browser that opens the next page."""
    kept: Jar = {}
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _context: kept))
    return kept


def take_cookies(page: AppTest, jar: Jar) -> None:
    """Do what a browser does with the cookies that a page writes."""
    for element in page.get("html"):
        for written in re.findall(r"document\.cookie = (\".*\")</script>", element.proto.body):
            pair, *options = (part.strip() for part in json.loads(written).split(";"))
            name, _equals, value = pair.partition("=")
            assert "samesite=strict" in options
            if "max-age=0" in options:
                jar.pop(name, None)
            else:
                jar[name] = value
