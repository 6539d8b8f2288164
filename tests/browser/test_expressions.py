"""A visitor uploads a real photo, on a desktop and on a phone, in both languages."""

import pytest
from playwright.sync_api import expect

from app.i18n import Translator
from app.registry import room
from app.widgets.photos import SAMPLES
from tests.browser.conftest import SETTLE_MS, Visitor, settled

PAGE = room("expressions").url_path


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("fr", 360)])
def test_an_uploaded_photo_gives_faces_and_scores(visitor: Visitor, language: str, width: int) -> None:
    _ = Translator(language)
    page = visitor(PAGE, language=language, width=width)
    page.get_by_text(_("Your photos"), exact=True).click()
    page.locator("input[type=file]").set_input_files(SAMPLES / "group.jpg")
    title = _("Face {number}").format(number=5)
    expect(page.get_by_text(title, exact=True).first).to_be_visible(timeout=SETTLE_MS)
    settled(page)
    boxes = page.get_by_alt_text(_("The picture with a numbered box around each face: {found}").format(found=""))
    expect(boxes).to_have_count(1)
    assert boxes.evaluate("image => image.naturalWidth") > 300
    scores = page.get_by_label(_("Scores of {face}: {scores}").format(face=title, scores="").rstrip())
    expect(scores.first).to_be_visible()


def test_the_phone_is_offered_its_camera_through_the_upload(visitor: Visitor) -> None:
    page = visitor(PAGE, language="fr", width=360)
    page.get_by_text(Translator("fr")("Your photos"), exact=True).click()
    accepted = page.locator("input[type=file]").get_attribute("accept", timeout=SETTLE_MS)
    assert accepted is not None
    assert "image/*" in accepted.split(",")
    assert ".heic" in accepted
