"""A visitor writes a message, opens an emoji that was drawn for it and takes it home; on a desktop and on a phone."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.i18n import Translator
from app.registry import room
from app.widgets.emoji.view import COUNT
from core.picture_notes import notes_of
from tests.browser.conftest import SETTLE_MS, Visitor, settled
from tests.browser.test_accessibility import overflow, show_all, violations

PAGE = room("campaign-emoji").url_path
MESSAGES = {"en": "Thank you so much for the pizza!", "fr": "Merci beaucoup pour la pizza !"}


def cards(page: Page) -> Locator:
    return page.locator("[class*=st-key-emoji_card_] img")


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("fr", 360, "dark")])
def test_from_a_message_to_a_sticker(visitor: Visitor, tmp_path: Path, language: str, width: int, scheme: str) -> None:
    _ = Translator(language)
    page = visitor(PAGE, language=language, width=width, scheme=scheme)
    expect(cards(page)).to_have_count(COUNT, timeout=SETTLE_MS)
    field = page.get_by_placeholder(_("Write or paste messages, one per line"))
    field.fill(MESSAGES[language])
    field.press("Enter")
    message = page.locator("[class*=st-key-emoji_message_0]")
    expect(message.get_by_text(MESSAGES[language])).to_be_visible(timeout=SETTLE_MS)
    expect(page.locator("[class*=st-key-emoji_message_1]")).to_have_count(0, timeout=SETTLE_MS)
    settled(page)
    message.get_by_role("button", name=_("Vary and correct")).click()
    expect(message.get_by_role("button", name=_("Chosen"))).to_be_visible(timeout=SETTLE_MS)
    expect(cards(page)).to_have_count(COUNT, timeout=SETTLE_MS)
    settled(page)
    assert "interaction=thanks" in page.url
    show_all(page, width)
    assert not violations(page)
    assert overflow(page) <= 0

    page.locator("[class*=st-key-emoji_open_1] button").click()
    dialog = page.get_by_role("dialog")
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name=_("PNG, {side} pixels").format(side=512)).click(timeout=SETTLE_MS)
    file = tmp_path / "sticker.png"
    waiting.value.save_as(file)
    assert (notes_of(file.read_bytes()) or {})["context"]["interaction"] == {"thanks": 1.0}
    with Image.open(io.BytesIO(file.read_bytes())) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (512, 512))
    settled(page)
    assert not violations(page)
