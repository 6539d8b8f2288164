"""The Expressions page, as visitors with good and bad pictures meet it."""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from app import resources
from app.i18n import Translator
from app.registry import room
from app.widgets import faces, photos
from app.widgets.classroom import room_entry
from app.widgets.photos import MOST_FILES, SAMPLES
from core.emotion.detection import FaceBox
from core.emotion.drawing import label_faces
from core.emotion.service import EmotionRecognizer
from core.images import decode
from core.settings import settings
from tests.app.conftest import Visit

PAGE = room("expressions")
PORTRAIT = (SAMPLES / "astronaut.jpg").read_bytes()
GROUP = (SAMPLES / "group.jpg").read_bytes()


def png(image: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "png")
    return stream.getvalue()


def upload(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    page.segmented_control(key="expressions_source").set_value("upload").run()
    return page.file_uploader(key="expressions_files").set_value([(*file, "") for file in files]).run()


def said(page: AppTest) -> str:
    return "\n".join(text.value for text in (*page.markdown, *page.caption))


def test_the_first_sample_is_read_without_a_click(visit: Visit) -> None:
    page = visit(PAGE, "en")
    assert "**The model sees joy" in said(page)
    assert "1 face ·" in said(page)


def test_an_uploaded_photo_shows_its_faces_and_no_trace_of_the_sample(visit: Visit) -> None:
    page = upload(visit(PAGE, "fr"), ("groupe.jpg", GROUP))
    assert not page.error
    assert "5 visages" in said(page)


def test_several_photos_make_a_table_and_a_bad_one_loses_nothing(visit: Visit) -> None:
    page = upload(visit(PAGE, "en"), ("=one.jpg", PORTRAIT), ("two.jpg", GROUP), ("broken.jpg", PORTRAIT[:2000]))
    table = page.dataframe[0].value
    assert isinstance(table, pd.DataFrame)
    assert table["x"].dtype.kind == "i"  # pixels are whole numbers even beside a row without a face
    assert table["file"].value_counts().to_dict() == {"two.jpg": 5, "=one.jpg": 1, "broken.jpg": 1}
    assert table.loc[table["file"] == "broken.jpg", "remark"].str.contains("damaged").all()
    page.selectbox(key="expressions_shown").set_value(2).run()
    assert "damaged or incomplete" in page.error[0].value


def test_more_photos_than_the_page_reads_are_announced(visit: Visit) -> None:
    page = upload(visit(PAGE, "en"), *((f"{number}.jpg", b"") for number in range(MOST_FILES + 1)))
    assert [warning.value for warning in page.warning] == [f"Only the first {MOST_FILES} photos are read."]


@pytest.mark.security
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("data", [b"", b"plain text", PORTRAIT[:400], b"II*\x00" + bytes(100)])
def test_a_file_that_is_no_picture_is_explained(visit: Visit, language: str, data: bytes) -> None:
    page = upload(visit(PAGE, language), ("holiday.jpg", data))
    assert not page.exception
    assert len(page.error) == 1
    assert "{" not in page.error[0].value


def test_no_face_found_offers_the_whole_picture(visit: Visit) -> None:
    _ = Translator("fr")
    page = upload(visit(PAGE, "fr"), ("mur.png", png(np.full((300, 400, 3), 140, np.uint8))))
    assert page.warning[0].value.startswith("Aucun visage trouvé")
    whole = next(button for button in page.button if button.label == _("Use the whole picture"))
    whole.click().run()
    assert not page.warning
    assert "1 visage ·" in said(page)


def test_taking_one_picture_whole_leaves_the_others_alone(visit: Visit) -> None:
    wall = png(np.full((300, 400, 3), 140, np.uint8))
    page = upload(visit(PAGE, "en"), ("image.jpg", wall), ("image.jpg", GROUP))
    next(button for button in page.button if button.label == "Use the whole picture").click().run()
    assert "1 face ·" in said(page)
    page.selectbox(key="expressions_shown").set_value(1).run()
    assert "5 faces ·" in said(page)


def test_boxes_in_the_table_are_in_the_files_own_pixels(visit: Visit) -> None:
    with Image.open(io.BytesIO(PORTRAIT)) as portrait:
        large = portrait.resize((portrait.width * 5, portrait.height * 5))
    stream = io.BytesIO()
    large.save(stream, "jpeg")
    small = upload(visit(PAGE, "en"), ("portrait.jpg", PORTRAIT)).dataframe[0].value.iloc[0]
    enlarged = upload(visit(PAGE, "en"), ("portrait.jpg", stream.getvalue())).dataframe[0].value.iloc[0]
    for side in ("x", "y", "width", "height"):
        assert enlarged[side] == pytest.approx(5 * small[side], rel=0.1), side


def test_the_picture_with_its_boxes_can_be_taken_along(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    labels: list[str] = []

    def label(image: np.ndarray, boxes: Sequence[FaceBox], said: Sequence[str]) -> np.ndarray:
        labels.extend(said)
        return label_faces(image, boxes, said)

    _ = Translator("fr")
    monkeypatch.setattr(faces, "label_faces", label)
    shown = visit(PAGE, "fr").get("download_button")
    assert _("Download the picture with its boxes (PNG)") in [button.proto.label for button in shown]
    image, recognizer = decode(GROUP), resources.emotion_recognizer()
    read = faces.Read(photos.Photo("group.jpg", GROUP), image, 1.0, recognizer.read(image))
    taken = decode(faces.as_png(_, read))
    assert taken.shape == image.shape
    assert (taken != image).any()
    assert [text.split()[0] for text in labels] == list("12345")
    assert any("joie" in text for text in labels)


def test_where_the_model_looked_is_shown_on_demand(visit: Visit) -> None:
    page = visit(PAGE, "en")
    page.toggle(key="expressions_explained").set_value(True).run()
    pictures = [image.alt for element in page.get("image") for image in element.proto.imgs]
    assert any("bright where the model found the signs of joy" in alt for alt in pictures)


def test_every_tab_about_the_model_can_be_opened(visit: Visit) -> None:
    page = visit(PAGE, "fr")
    drawn = set()
    for tab in [tab.label for tab in page.tabs]:
        page.session_state["expressions_tab_fr"] = tab
        page.run()
        assert not page.exception, tab
        assert not page.error, tab
        drawn.add((said(page), len(page.get("plotly_chart")), len(page.dataframe)))
    assert len(drawn) == len(page.tabs)  # each tab shows something of its own


def test_a_photo_from_the_camera_stays_the_same_in_another_language(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "_may_use_camera", lambda: True)
    monkeypatch.setattr(photos.st, "camera_input", lambda label, key: io.BytesIO(PORTRAIT))
    page = visit(PAGE, "en")
    page.segmented_control(key="expressions_source").set_value("camera").run()
    assert page.dataframe[0].value["file"].tolist() == ["camera"]
    monkeypatch.setattr(EmotionRecognizer, "read", lambda *_: pytest.fail("it was read again"))
    page.segmented_control(key="language").set_value("fr").run()
    assert not page.exception
    assert page.dataframe[0].value["fichier"].tolist() == [Translator("fr")("camera")] != ["camera"]


@pytest.mark.security
def test_pictures_are_forgotten_when_the_visitor_leaves_the_page(visit: Visit) -> None:
    page = upload(visit(PAGE, "en"), ("group.jpg", GROUP))
    assert page.session_state["page_memory"]["seen"]
    page.switch_page("../pages/home.py").run()
    assert page.session_state["page_memory"] == {}


@pytest.mark.security
def test_a_picture_that_is_taken_off_the_page_is_forgotten(visit: Visit) -> None:
    wall = png(np.full((300, 400, 3), 140, np.uint8))
    page = upload(visit(PAGE, "en"), ("portrait.jpg", PORTRAIT), ("wall.png", wall))
    page.toggle(key="expressions_explained").set_value(True).run()
    page.selectbox(key="expressions_shown").set_value(1).run()
    next(button for button in page.button if button.label == "Use the whole picture").click().run()
    memory = page.session_state["page_memory"]
    assert memory["seen"]
    assert memory["whole"]
    assert memory["expressions_heat"]
    page.file_uploader(key="expressions_files").set_value([]).run()
    assert not page.exception
    left = [what for what in page.session_state["page_memory"].values() if what]
    assert left == []
    assert "The model sees" not in said(page)


def test_an_operator_can_keep_visitors_to_the_samples(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFIGIES_UPLOADS", "0")
    settings.cache_clear()
    try:
        page = visit(PAGE, "en")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert not page.get("file_uploader")
    assert not page.get("camera_input")
    assert "samples only" in page.info[0].value
    assert "**The model sees joy" in said(page)


@pytest.fixture
def open_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """A class goes on in this studio; the function sets a setting for the pages that follow."""

    def choose(name: str, value: str) -> None:
        monkeypatch.setenv(name, value)
        settings.cache_clear()
        room_entry.classroom.clear()

    choose("EFFIGIES_STATE", str(tmp_path))
    room_entry.classroom().create_room("192.0.2.1")
    yield choose
    monkeypatch.undo()
    settings.cache_clear()
    room_entry.classroom.clear()


def test_while_a_class_is_open_pupils_bring_no_faces(visit: Visit, open_class: Callable[[str, str], None]) -> None:
    page = visit(PAGE, "en")
    assert "5(1)(f)" in page.info[0].value
    assert not page.get("segmented_control")[1:]  # the language switch only: neither upload nor camera
    assert "**The model sees joy" in said(page)
    open_class("EFFIGIES_CLASS_UPLOADS", "1")  # an operator where that law does not hold
    assert upload(visit(PAGE, "en"), ("group.jpg", GROUP)).dataframe


def test_when_the_class_cannot_be_looked_up_the_page_is_cautious(
    visit: Visit, open_class: Callable[[str, str], None]
) -> None:
    open_class("EFFIGIES_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    page = visit(PAGE, "en")
    assert "cannot be found out" in page.info[0].value
    assert "**The model sees joy" in said(page)


def test_looking_for_a_class_makes_no_database(
    visit: Visit, tmp_path: Path, open_class: Callable[[str, str], None]
) -> None:
    open_class("EFFIGIES_STATE", str(tmp_path / "new"))
    assert not visit(PAGE, "en").info
    assert not (tmp_path / "new").exists()
