"""A shopper searches by typing, adds, sets aside, and shares the link; on a desktop and on a phone."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from app.i18n import Translator
from app.registry import room
from tests.browser.conftest import SETTLE_MS, Visitor, settled
from tests.browser.test_accessibility import overflow, show_all, violations

PAGE = room("recommendations").url_path


def parameter(page: Page, name: str) -> list[str]:
    """Products the address names."""
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0].split(",")


def recommended(page: Page) -> list[str]:
    """Titles on the cards, in order."""
    return page.locator("[class*=st-key-card-]").locator("strong").all_inner_texts()


def test_typing_finds_and_every_step_can_be_undone_and_shared(visitor: Visitor) -> None:
    page = visitor(PAGE)
    box = page.get_by_role("searchbox", name="Search for products you like")
    expect(box).to_be_visible(timeout=SETTLE_MS)
    box.press_sequentially("shampooo", delay=20)  # a typo, and no Enter
    add = page.get_by_role("button", name="Add", exact=True)
    expect(add.first).to_be_visible(timeout=SETTLE_MS)
    add.first.click()
    expect(page.get_by_text("because you liked").first).to_be_visible(timeout=SETTLE_MS)
    expect(box).to_have_value("shampooo")
    settled(page)
    liked = parameter(page, "likes")
    assert len(liked) == 1

    before = recommended(page)
    page.get_by_role("button", name="Not this one").first.click()
    expect(page.get_by_text(re.compile("^Set aside: "))).to_be_visible(timeout=SETTLE_MS)
    settled(page)
    assert len(parameter(page, "not")) == 1
    titles = recommended(page)
    assert len(titles) == len(before)
    assert titles != before

    again = visitor(page.url.split("/")[-1])
    expect(again.locator("[class*=st-key-card-]")).to_have_count(len(titles), timeout=SETTLE_MS)
    settled(again)
    assert recommended(again) == titles

    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text(re.compile("^Set aside: "))).to_have_count(0, timeout=SETTLE_MS)
    settled(page)
    assert (parameter(page, "likes"), parameter(page, "not")) == (liked, [""])
    assert recommended(page) == before


def test_a_filled_page_is_accessible_and_fits_a_phone(visitor: Visitor) -> None:
    _ = Translator("fr")
    page = visitor(PAGE, language="fr", scheme="dark", width=360)
    page.get_by_role("button", name=_("Hair care")).click()
    expect(page.get_by_text(_("Recommended for you"))).to_be_visible(timeout=SETTLE_MS)
    page.get_by_role("searchbox", name=_("Search for products you like")).fill("crème de nuit")
    expect(page.get_by_role("button", name=_("Add"), exact=True).first).to_be_visible(timeout=SETTLE_MS)
    page.get_by_role("tab", name=_("Map of the catalogue")).click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=SETTLE_MS)
    show_all(page, 360)
    assert not violations(page)
    assert overflow(page) <= 0
