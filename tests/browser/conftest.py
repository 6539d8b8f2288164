"""The real app in a real browser: Chromium, driven by Playwright, on this machine only."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.i18n import Translator
from app.registry import HOME, ROOT, Room

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_SECONDS = 60
SETTLE_MS = 120_000
OPTIONS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")

Visitor = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium: `CHROMIUM`, or the first one on the path."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path:
        return path
    reason = "no Chromium is installed (Debian: apt install chromium), and CHROMIUM names none"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def studio(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, started as a user starts it; `chromium` comes first so that nothing starts in vain."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("studio") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    with log.open("w") as output:
        server = subprocess.Popen([*command, *options], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers there; fail with its log when it does not."""
    for _attempt in range(START_SECONDS * 5):
        if server.poll() is None:
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own address)
                    if answer.read() == b"ok":
                        return
            except (URLError, TimeoutError):  # not listening yet
                pass
            time.sleep(0.2)
    pytest.fail(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")  # while it is open, Playwright keeps an event loop running: none after it could run
def browser(chromium: str) -> Iterator[Browser]:
    """One headless browser for a file's tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def visitor(studio: str, browser: Browser) -> Iterator[Visitor]:
    """Open a path as a new visitor: `visitor("results", language="fr", scheme="dark", width=360)`."""
    contexts: list[BrowserContext] = []

    def open_page(path: str = "", *, language: str = "en", scheme: str = "light", width: int = 1280) -> Page:
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        context = browser.new_context(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{studio}/{path}")
        settled(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def settled(page: Page) -> None:
    """Wait until the page's script has run to its end and its heading is there."""
    page.wait_for_selector("h1", timeout=SETTLE_MS)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=SETTLE_MS)
    page.wait_for_load_state("networkidle")


def walk_to(page: Page, place: Room, _: Translator) -> None:
    """Go to a room by the navigation, as a visitor on a desktop does."""
    page.set_viewport_size({"width": 1920, "height": 900})  # narrower ones put the last rooms into a menu
    page.get_by_role("link", name=_(place.title), exact=True).first.click(timeout=SETTLE_MS)
    page.wait_for_url(f"**/{place.url_path}*", timeout=SETTLE_MS)
    title = "Effigies" if place is HOME else f"{_(place.title)} · Effigies"
    expect(page).to_have_title(title, timeout=SETTLE_MS)
    settled(page)
