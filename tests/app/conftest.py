"""Draw pages without a browser."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app.registry import ROOT, Room

Visit = Callable[[Room, str], AppTest]


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
