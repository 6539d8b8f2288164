"""Both ways of starting find the server, and drawing the first page loads no model library."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser
from streamlit.testing.v1 import AppTest
from streamlit.web.server.app_discovery import discover_asgi_app

from app import server
from app.registry import ROOT
from app.server import keep_uploads_in_memory, leave_keras_alone
from core.settings import settings

MAIN = ROOT / "app" / "main.py"


def test_streamlit_run_finds_the_server_in_main() -> None:
    found = discover_asgi_app(MAIN)
    assert (found.is_asgi_app, found.import_string) == (True, "main:app")


def run_elsewhere(code: str, folder: Path) -> str:
    """Run Python code in a folder of its own, as `streamlit run` does: only main.py's folder is on the path."""
    code = f"import sys; sys.path.insert(0, {str(MAIN.parent)!r})\n{code}"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_main_is_found_from_any_folder_and_brings_its_settings(tmp_path: Path) -> None:
    code = "import main, streamlit; print(streamlit.get_option('browser.gatherUsageStats'), main.app.script_path)"
    usage_statistics, script = run_elsewhere(code, tmp_path).split()
    assert usage_statistics == "False"
    assert Path(script) == MAIN


def test_the_server_starts_without_model_libraries(tmp_path: Path) -> None:
    code = "import main, sys; print({'tensorflow', 'keras', 'cv2', 'sklearn'} & set(sys.modules))"
    assert run_elsewhere(code, tmp_path).strip() == "set()"


def test_the_welcome_names_the_address_that_the_studio_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFIGIES_ADDRESS", "http://192.168.1.20:8080")
    monkeypatch.setattr(server, "lan_address", lambda: "172.18.0.2")  # a container's own
    settings.cache_clear()
    try:
        assert server._elsewhere(8501) == "http://192.168.1.20:8080"
        monkeypatch.delenv("EFFIGIES_ADDRESS")
        settings.cache_clear()
        assert server._elsewhere(8501) == "http://172.18.0.2:8501"
    finally:
        settings.cache_clear()


@pytest.mark.security
def test_an_upload_up_to_the_limit_never_touches_the_disk() -> None:
    keep_uploads_in_memory()
    limit = settings().upload_megabytes * 2**20
    edge = "photo"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'
    body = head.encode() + bytes(limit) + f"\r\n--{edge}--\r\n".encode()

    async def stream() -> AsyncIterator[bytes]:
        yield body

    async def received() -> bool:
        headers = Headers({"content-type": f"multipart/form-data; boundary={edge}"})
        form = await MultiPartParser(headers, stream()).parse()
        upload = form["file"]
        assert isinstance(upload, UploadFile)
        assert upload.size == limit
        return upload._in_memory

    assert asyncio.run(received())


def test_a_run_of_a_page_leaves_networks_alone_that_others_are_building() -> None:
    from keras import layers

    leave_keras_alone()
    before = layers.Rescaling(1.0).name
    assert not AppTest.from_string("import streamlit as st; st.write('a page')").run().exception
    assert layers.Rescaling(1.0).name != before
