"""Every page, in both languages and themes, on a desktop and on a phone: WCAG A and AA, nothing scrolls sideways."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.i18n import LANGUAGES
from app.registry import ROOMS, Room
from tests.browser.conftest import Visitor, settled
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


@pytest.mark.parametrize(
    ("room", "language", "scheme"), VISITS, ids=lambda part: part.key if isinstance(part, Room) else part
)
def test_page_is_accessible_and_fits_the_screen(visitor: Visitor, room: Room, language: str, scheme: str) -> None:
    page = visitor(room.url_path, language=language, scheme=scheme)
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
