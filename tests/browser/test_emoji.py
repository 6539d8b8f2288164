"""A visitor writes a message, opens an emoji that was drawn for it and takes it home; on a desktop and on a phone."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.i18n import Translator
from app.registry import room
from app.widgets.copying import DONE, REFUSED
from app.widgets.generators.visit import COUNT
from core.picture_notes import notes_of
from tests.browser.conftest import SETTLE_MS, Visitor, settled
from tests.browser.test_accessibility import overflow, show_all, violations

PAGE = room("campaign-emoji").url_path
_COPIED_CORNER = """async () => {
  const [item] = await navigator.clipboard.read()
  const picture = await createImageBitmap(await item.getType("image/png"))
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  const context = canvas.getContext("2d")
  context.drawImage(picture, 0, 0)
  return [picture.width, picture.height, context.getImageData(0, 0, 1, 1).data[3]]
}"""  # width, height, opacity of the first pixel
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
    expect(message.get_by_role("button", name=_("Chosen"))).to_be_visible(timeout=SETTLE_MS)  # varied without a click
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

    copy = dialog.get_by_role("button", name=_("Copy"), exact=True).first
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy.click()
    expect(dialog.get_by_text(_(DONE))).to_be_visible(timeout=SETTLE_MS)
    assert page.evaluate(_COPIED_CORNER) == [128, 128, 0]  # as wide as chats show it, and transparent
    page.evaluate("delete Navigator.prototype.clipboard")  # as on an address that is not secure
    copy.click()
    expect(dialog.get_by_text(_(REFUSED))).to_be_visible(timeout=SETTLE_MS)


def test_an_expression_becomes_the_mood_of_the_emoji(visitor: Visitor) -> None:
    _ = Translator("en")
    page = visitor(room("expressions").url_path)
    page.get_by_role("button", name=_("Emoji of this mood")).first.click(timeout=SETTLE_MS)
    expect(page.get_by_text(re.compile("From the photo on the Expressions page: joy"))).to_be_visible(timeout=SETTLE_MS)
    expect(cards(page)).to_have_count(COUNT, timeout=SETTLE_MS)
    settled(page)
    assert room("campaign-emoji").url_path in page.url
    assert "mood" not in page.url  # what was read in a photo stays out of histories and links
