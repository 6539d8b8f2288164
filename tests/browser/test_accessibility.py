"""Every page, in both languages and themes, on a desktop and on a phone: WCAG A and AA, nothing scrolls sideways."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app.i18n import LANGUAGES, Translator
from app.registry import ROOMS, Room
from tests.browser.conftest import settled, walk_to
from tools.accessibility import PLACE, leave

WIDTHS = (1280, 360)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# each language and each theme once for every room
VISITS = [(room, *look) for room in ROOMS for look in zip(LANGUAGES, ("light", "dark"), strict=True)]


def look(page: Page) -> dict[str, Any]:
    """What axe-core says of a page."""
    return dict(Axe().run(page, options=RULES).response)


def violations(page: Page, found: dict[str, Any] | None = None) -> list[str]:
    """What axe-core finds (or has `found`) wrong: rule, its explanation, and the elements."""
    rules = (found or look(page))["violations"]
    return [f"{rule['id']}: {rule['help']}: {[node['html'][:160] for node in rule['nodes']]}" for rule in rules]


def show_all(page: Page, width: int) -> None:
    """Make the screen as tall as the page: axe-core judges no colours of what is scrolled out of sight."""
    page.set_viewport_size({"width": width, "height": 900})
    settled(page)
    tall = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": tall + 100})
    settled(page)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the screen."""
    return int(
        page.evaluate(
            "() => Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".map(box => box.scrollWidth - box.clientWidth))"
        )
    )


@pytest.fixture(scope="module")
def tabs(studio: str, browser: Browser) -> Callable[[str, str], Page]:
    """A visitor's tab for each look, opened once: opening the studio takes longer than walking through it."""

    @cache
    def tab(language: str, scheme: str) -> Page:
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        page = browser.new_context(locale=locale, color_scheme=scheme).new_page()
        page.goto(studio)
        settled(page)
        return page

    return tab


@pytest.mark.parametrize(
    ("room", "language", "scheme"), VISITS, ids=lambda part: part.key if isinstance(part, Room) else part
)
def test_page_is_accessible_and_fits_the_screen(
    tabs: Callable[[str, str], Page], room: Room, language: str, scheme: str
) -> None:
    page = tabs(language, scheme)
    walk_to(page, room, Translator(language))
    for width in WIDTHS:
        show_all(page, width)
        found = look(page)
        if folder := os.environ.get(PLACE):  # `make accessibility` stores what is found
            browser = page.context.browser
            version = f"Chromium {browser.version}" if browser else "Chromium"
            where = {"room": room.key, "language": language, "theme": scheme, "width": width, "browser": version}
            leave(Path(folder), found, **where)
        assert not violations(page, found), f"{width} px"
        assert overflow(page) <= 0, f"{width} px"
