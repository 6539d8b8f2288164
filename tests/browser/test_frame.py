"""What surrounds every page, as a visitor meets it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from app.i18n import Translator
from app.registry import HOME, ROOMS, room
from tests.browser.conftest import SETTLE_MS, Visitor, settled, walk_to

EXPRESSIONS = room("expressions")
LOCAL = {"127.0.0.1", "localhost"}


def expect_language(page: Page, language: str) -> None:
    """The address asks for it, and the document declares it."""
    expect(page).to_have_url(re.compile(rf"[?&]lang={language}\b"), timeout=SETTLE_MS)
    expect(page.locator("html")).to_have_attribute("lang", language, timeout=SETTLE_MS)


def expect_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title, timeout=SETTLE_MS)


def test_nothing_is_asked_of_other_machines(studio: str, browser: Browser) -> None:
    asked: dict[str | None, str] = {}
    here, context = HOME, browser.new_context(locale="en-GB")
    context.on("request", lambda request: asked.setdefault(urlsplit(request.url).hostname, here.key))
    page = context.new_page()
    page.on("websocket", lambda link: asked.setdefault(urlsplit(link.url).hostname, here.key))
    page.goto(studio)
    settled(page)
    for here in ROOMS:
        walk_to(page, here, Translator("en"))
    context.close()
    assert not {host: place for host, place in asked.items() if host not in LOCAL | {None}}  # data: has no host


def test_the_browsers_language_comes_first(visitor: Visitor) -> None:
    page = visitor(EXPRESSIONS.url_path, language="en")
    expect_title(page, EXPRESSIONS.title)
    expect_language(page, "en")
    expect_language(visitor(HOME.url_path, language="fr"), "fr")


def test_the_switch_holds_across_pages_and_reloads(visitor: Visitor) -> None:
    page = visitor(language="en")
    page.get_by_text("Français", exact=True).click()
    french = Translator("fr")
    card = page.get_by_test_id("stMain").get_by_text(french(EXPRESSIONS.summary))
    expect(card).to_be_visible(timeout=SETTLE_MS)
    page.get_by_role("link", name=french(EXPRESSIONS.title)).first.click()
    expect_title(page, french(EXPRESSIONS.title))
    settled(page)
    expect_language(page, "fr")
    page.reload()
    settled(page)
    expect_language(page, "fr")


def test_a_shared_link_opens_in_its_language(visitor: Visitor) -> None:
    page = visitor("gan-class?lang=en", language="fr")
    expect_title(page, "GAN class")
    expect_language(page, "en")


def test_a_card_leads_to_its_room_and_the_tab_says_so(visitor: Visitor) -> None:
    page = visitor(language="fr", width=360)
    _ = Translator("fr")
    page.get_by_role("link", name=_("Open {room}").format(room=_(EXPRESSIONS.title))).click()
    expect_title(page, _(EXPRESSIONS.title))
    expect(page).to_have_title(f"{_(EXPRESSIONS.title)} · Effigies")
    assert re.search(rf"/{EXPRESSIONS.url_path}\?", page.url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_visitors_system(visitor: Visitor, scheme: str) -> None:
    page = visitor(scheme=scheme)
    red, green, blue = page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor.match(/\\d+/g).map(Number)"
    )[:3]
    assert (red + green + blue > 3 * 128) == (scheme == "light")
