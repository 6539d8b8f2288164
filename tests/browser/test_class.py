"""A host on a projector and two phones: a round of quiz and game, a refresh, a killed server; pictures trained live."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.i18n import Translator
from app.registry import ROOT, room
from tests.browser.conftest import SETTLE_MS, Visitor, settled, wait_until_healthy
from tests.browser.test_accessibility import overflow

PAGE = room("gan-class").url_path
SMALL = ROOT / "tests" / "app" / "class_page.py"  # the same class without the rest of the studio
Serve = Callable[[], "subprocess.Popen[bytes]"]


def said(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=SETTLE_MS)


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").click(timeout=SETTLE_MS)


def open_class(page: Page) -> str:
    """The letters on the wall; the address tells nothing more."""
    press(page, "class_open")
    said(page, "0 players")
    code = str(page.evaluate("() => new URL(location.href).searchParams.get('host')"))
    assert re.fullmatch("[A-Z]{4}", code)
    expect(page.get_by_text(code, exact=True)).to_be_visible()
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == f"effigies_host_{code}")
    assert key
    assert key not in page.url
    return code


def join(page: Page, _: Translator, nickname: str) -> None:
    page.get_by_role("textbox", name=_("Nickname")).fill(nickname)
    page.get_by_role("button", name=_("Join"), exact=True).click()
    said(page, _("You are in. Look at the screen: it starts soon."))


def choices(page: Page) -> Locator:
    return page.locator("[class*=st-key-class_choice_] button")


def answer(phone: Page, _: Translator, place: int) -> None:
    choices(phone).nth(place).click(timeout=SETTLE_MS)
    said(phone, re.compile(re.escape(_("Your answer is in: {answer}. Look at the screen.").partition("{")[0])))


def number(page: Page, key: str, value: int) -> None:
    field = page.locator(f".st-key-{key} input")
    field.fill(str(value))
    field.press("Enter")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=SETTLE_MS)


def test_a_host_and_two_phones_play_a_whole_round(visitor: Visitor) -> None:
    english, french = Translator("en"), Translator("fr")
    host = visitor(f"{PAGE}?part=class", width=1920)
    code = open_class(host)
    try:
        phones = [visitor(f"{PAGE}?room={code}", language=language, width=360) for language in ("en", "fr")]
        words = (english, french)
        for phone, _, nickname in zip(phones, words, ("Ana", "Bob"), strict=True):
            join(phone, _, nickname)
            assert overflow(phone) <= 0
        said(host, "2 players")
        host.reload()
        settled(host)
        said(host, "2 players")  # still the host

        host.get_by_role("tab", name="Quiz").click()
        number(host, "class_quiz_count", 1)
        press(host, "class_quiz_start")
        for phone, _, place in zip(phones, words, (0, 1), strict=True):
            answer(phone, _, place)
        said(host, re.compile("2 of 2 have answered"))
        press(host, "class_show")
        verdicts = ("Right! {points} points", "Not this time. Right was: {answer}")
        shown = "|".join(re.escape(_(text).partition("{")[0]) for _ in words for text in verdicts)
        for phone in phones:
            said(phone, re.compile(shown))
        press(host, "class_board")
        said(phones[0], english("Your place of {count}").format(count=2))
        press(host, "class_stop")

        host.get_by_role("tab", name="Forger or detective").click()
        number(host, "class_game_count", 2)
        press(host, "class_game_start")
        for phone, _ in zip(phones, words, strict=True):
            expect(phone.get_by_alt_text(_("The picture to judge: is it real or forged?"))).to_be_visible(
                timeout=SETTLE_MS
            )
            answer(phone, _, 0)
        press(host, "class_show")
        said(host, re.compile("The network says"))
        expect(host.get_by_text("Network · Accuracy")).to_be_visible()
        assert overflow(host) <= 0
    finally:
        forget(host)
    said(phones[0], english("This class is over, or you are not in it any more."))
    assert not [cookie for cookie in host.context.cookies() if cookie["name"].startswith("effigies_host")]


def forget(host: Page) -> None:
    """Forget the class, or the page of expressions stays limited for the tests that follow."""
    manage = host.get_by_text("Manage the class", exact=True)
    expect(manage).to_have_count(1, timeout=SETTLE_MS)  # while the page is drawn anew the old one is there as well
    manage.click(timeout=SETTLE_MS)
    host.get_by_role("button", name="Forget this class").click()
    press(host, "class_forget")
    said(host, "This class is over, or you are not in it any more.")


def test_pictures_are_trained_in_sight(visitor: Visitor) -> None:
    page = visitor(f"{PAGE}?part=images")
    press(page, "image_lab_start")
    sheet = page.locator("img[alt*='generated pictures at step']")
    expect(sheet).to_be_visible(timeout=SETTLE_MS)
    steps: list[int] = []

    def moved() -> bool:
        found = re.search(r"at step ([\d,]+)", sheet.get_attribute("alt") or "")
        steps.append(int(found[1].replace(",", "")) if found else 0)
        return steps[-1] > steps[0]

    while not moved():
        page.wait_for_timeout(500)
    shown = "document.querySelector(\"img[alt*='generated pictures at step']\")"
    page.wait_for_function(f"() => {shown}?.naturalWidth > 300", timeout=SETTLE_MS)  # the next one may be on its way
    press(page, "image_lab_pause")
    said(page, "Paused")
    press(page, "image_lab_stop")
    said(page, "Ended")


@pytest.fixture
def small(chromium: str, tmp_path: Path) -> Iterator[tuple[str, Serve]]:
    """Address of a small server, and what starts it, on one database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started: list[subprocess.Popen[bytes]] = []
    environment = {**os.environ, "EFFIGIES_STATE": str(tmp_path)}
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]

    def serve() -> "subprocess.Popen[bytes]":
        log = tmp_path / f"{len(started)}.txt"
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(SMALL), *options, "--browser.gatherUsageStats", "false"],
                cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        started.append(server)
        wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        return server

    yield f"http://127.0.0.1:{port}", serve
    for server in started:
        server.kill()
        server.wait()


@contextmanager
def tab(browser: Browser, address: str, width: int) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address, timeout=SETTLE_MS)
    yield page
    context.close()


def test_a_server_killed_in_the_middle_of_a_quiz_goes_on_where_it_was(
    small: tuple[str, Serve], browser: Browser
) -> None:
    address, serve = small
    server, _ = serve(), Translator("en")
    with tab(browser, address, 1920) as host:
        code = open_class(host)
        with tab(browser, f"{address}?room={code}", 360) as one, tab(browser, f"{address}?room={code}", 360) as two:
            for phone, nickname in ((one, "Ana"), (two, "Bob")):
                join(phone, _, nickname)
            host.get_by_role("tab", name="Quiz").click()
            number(host, "class_quiz_count", 2)
            number(host, "class_quiz_seconds", 180)
            press(host, "class_quiz_start")
            answer(one, _, 0)
            expect(choices(two).first).to_be_visible(timeout=SETTLE_MS)

            server.send_signal(signal.SIGKILL)
            assert server.wait() == -signal.SIGKILL
            app = "[data-testid=stApp]"
            for page in (host, one, two):
                expect(page.locator(app)).not_to_have_attribute("data-test-connection-state", "CONNECTED")
            left = two.get_by_text(re.compile(r"\d+ seconds left"))
            stood = left.inner_text()
            serve()
            for page in (host, one, two):  # browsers try again by themselves
                expect(page.locator(app)).to_have_attribute(
                    "data-test-connection-state", "CONNECTED", timeout=SETTLE_MS
                )
            expect(left).not_to_have_text(stood, timeout=SETTLE_MS)  # the new server draws the page
            answer(two, _, 1)
            said(one, re.compile("Your answer is in"))
            said(host, re.compile("2 of 2 have answered"))
            press(host, "class_show")
            for phone in (one, two):
                said(phone, re.compile(r"Right! |Not this time"))
            host.keyboard.press("ArrowRight")
            said(host, "Question 2 of 2")
