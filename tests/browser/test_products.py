"""A visitor describes a product, opens a picture, takes it home and brings it back; on a desktop and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.i18n import Translator
from app.registry import room
from app.widgets.generators.visit import COUNT
from app.widgets.products import wording
from core.picture_notes import notes_of
from tests.browser.conftest import SETTLE_MS, Visitor, settled
from tests.browser.test_accessibility import overflow, show_all, violations

PAGE = room("product-images").url_path
TEXTS = {"en": "red sports shoes", "fr": "chaussures de sport rouges"}


def described(page: Page, _: Translator, text: str) -> Locator:
    """The cards' pictures of a text."""
    start = _("Generated picture: “{text}”, seed {seed}").format(text=text, seed="")
    return page.locator("[class*=st-key-products_card_]").get_by_alt_text(start)


def generate(page: Page, _: Translator, text: str) -> None:
    """Type a text, press Enter and wait for its pictures."""
    field = page.get_by_label(_("What the pictures show, in French or English"))
    expect(field).to_be_visible(timeout=SETTLE_MS)
    field.fill(text)
    field.press("Enter")
    expect(described(page, _, text)).to_have_count(COUNT, timeout=SETTLE_MS)
    settled(page)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("fr", 360)])
def test_enter_draws_eight_and_a_download_brings_one_back(
    visitor: Visitor, tmp_path: Path, language: str, width: int
) -> None:
    _ = Translator(language)
    page = visitor(PAGE, language=language, width=width)
    generate(page, _, TEXTS[language])
    boxes = [box for box in (card.bounding_box() for card in described(page, _, TEXTS[language]).all()) if box]
    in_first_row = sum(abs(box["y"] - boxes[0]["y"]) < 2 for box in boxes)
    assert in_first_row == (4 if width > 1000 else 2)

    page.get_by_role("button", name=_("Open"), exact=True).nth(1).click()
    with page.expect_download() as waiting:
        page.get_by_role("dialog").get_by_role("button", name=_("Download (PNG)")).first.click()
    file = tmp_path / "picture.png"
    waiting.value.save_as(file)
    notes = notes_of(file.read_bytes())
    assert notes is not None
    assert notes["text"] == TEXTS[language]
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    settled(page)

    generate(page, _, wording.example(3, language))
    page.get_by_text(_("Read a picture back"), exact=True).click()
    page.locator("input[type=file]").first.set_input_files(file)  # the second takes pictures to enlarge
    page.get_by_role("button", name=_("Draw it again")).click(timeout=SETTLE_MS)
    expect(described(page, _, TEXTS[language])).to_have_count(1, timeout=SETTLE_MS)
    expect(page.get_by_label(_("Seed"), exact=True)).to_have_value(str(notes["seed"]))


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1280)])
def test_an_open_picture_and_open_drawers_are_accessible(visitor: Visitor, scheme: str, width: int) -> None:
    _ = Translator("fr")
    page = visitor(PAGE, language="fr", scheme=scheme, width=width)
    generate(page, _, "montre noir sans bracelet zzzzqqq")
    drawers = ("Compose the description from lists", "Drawn before", "Read a picture back")
    for drawer in (*drawers, "Enlarge a picture of your own", "The same by a DCGAN"):
        page.get_by_text(_(drawer), exact=True).click()
    expect(page.locator(".st-key-products_taught_grid")).to_be_visible(timeout=SETTLE_MS)  # the model opens first
    settled(page)
    show_all(page, width)
    assert not violations(page)
    assert overflow(page) <= 0
    page.get_by_role("button", name=_("Open"), exact=True).first.click()
    expect(page.get_by_role("dialog")).to_be_visible(timeout=SETTLE_MS)
    settled(page)
    assert not violations(page)
