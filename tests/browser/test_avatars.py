"""A visitor tops up, draws, claims, takes the avatar home and has it verified; on a desktop and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.i18n import Translator
from app.registry import room
from app.widgets.avatars import wording
from app.widgets.generators.visit import COUNT
from core.images import decode
from core.ledger.tills import PACKS, PRICE_CENTS
from tests.browser.conftest import SETTLE_MS, Visitor, settled
from tests.browser.test_accessibility import overflow, show_all, violations

PAGE = room("avatars").url_path


def cards(page: Page) -> Locator:
    return page.locator("[class*=st-key-avatars_card_] img")


def press(place: Page | Locator, page: Page, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).first.click(timeout=SETTLE_MS)
    settled(page)


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("fr", 390, "dark")])
def test_from_an_empty_wallet_to_a_verified_avatar(
    visitor: Visitor, tmp_path: Path, language: str, width: int, scheme: str
) -> None:
    _ = Translator(language)
    # a seed of its own for each: what one claims, the other cannot
    page = visitor(f"{PAGE}?seed={width}", language=language, width=width, scheme=scheme)
    expect(cards(page)).to_have_count(COUNT, timeout=SETTLE_MS)
    show_all(page, width)
    assert not violations(page)
    assert overflow(page) <= 0

    page.locator("[class*=st-key-avatars_open_0] button").click()
    dialog = page.get_by_role("dialog")
    press(dialog, page, _("Create a wallet"))
    code = dialog.locator("[data-testid=stCode]").first.inner_text().strip()
    assert len(code.replace("-", "")) == 20
    assert not violations(page)
    press(dialog, page, _("I have written it down"))
    ten = PACKS["ten"]
    pack = _("{count} avatars for {price}").format(count=ten.claims, price=wording.euros(_, ten.cents))
    press(dialog, page, _("{pack} (demonstration)").format(pack=pack))
    press(dialog, page, _("Claim it for {price}").format(price=wording.euros(_, PRICE_CENTS)))
    yours = _("It is yours: avatar no. {serial}, claimed on {when}.").partition("{")[0]
    expect(dialog.get_by_text(yours)).to_be_visible(timeout=SETTLE_MS)
    assert not violations(page)
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name=_("Round"), exact=True).click()
    file = tmp_path / "avatar.png"
    waiting.value.save_as(file)
    assert decode(file.read_bytes()).shape == (512, 512, 3)
    dialog.get_by_role("button", name="Close").click()
    settled(page)
    badge = page.locator("[class*=st-key-avatars_card_0]").get_by_text(_("Yours, no. {serial}").partition("{")[0])
    expect(badge).to_be_visible(timeout=SETTLE_MS)

    page.get_by_role("tab", name=_("My avatars and wallet")).click()
    expect(page.get_by_text(wording.euros(_, ten.cents - PRICE_CENTS))).to_be_visible(timeout=SETTLE_MS)
    page.get_by_role("tab", name=_("Verify")).click()
    settled(page)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text(_("- Compared within the circle of a round crop")[2:])).to_be_visible(timeout=SETTLE_MS)
    settled(page)
    assert not violations(page)
    assert overflow(page) <= 0
