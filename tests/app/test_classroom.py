"""The class page as a whole: every part and every screen in every language, what an address opens, and its secrets."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import records, resources
from app.i18n import LANGUAGES, Translator
from app.registry import HOME, ROOMS, ROOT
from app.widgets.classroom import room_entry
from core.artifacts import ArtifactError
from core.classroom.course import screens
from core.classroom.lab.presets import PRESETS
from core.enlarging.upscaler import STYLES
from core.settings import settings
from tests.app.class_page import Toy
from tests.app.conftest import Jar, take_cookies

CLASS = next(room for room in ROOMS if room.key == "classroom")
PICTURE = np.full((16, 12, 3), 200, np.uint8)
SHADES = {"faithful": 10, "sharp": 240}  # by which a picture tells the network that enlarged it
every_language = pytest.mark.parametrize("language", LANGUAGES)


def _experiment(low: float = -0.1, high: float = 0.1, ranked: float = 0.25) -> dict[str, Any]:
    """What an experiment found; `low` to `high` is how much made faces changed F1, `ranked` their average precision."""
    row = dict.fromkeys(("precision", "recall", "f1", "average_precision", "macro_f1", "accuracy"), 0.25)
    gap = {"mean": (low + high) / 2, "low": low, "high": high}
    arms = {name: {"seeds": [row, row], "mean": row, "deviation": row} for name in ("real", "made", "repeated")}
    arms["made"] |= {"mean": row | {"average_precision": ranked}}
    return {
        "protocol": {"seeds": [1, 2]},
        "n": {"learned": 24564, "rarest": 340, "added": 3140, "held_out": 2731, "test": 3589, "test_rarest": 56},
        "arms": arms,
        "distinct": {"n": 3214, "rarest": 38, "f1": {"real": 0.01, "made": 0.02, "repeated": 0.03}},
        "floor": row,
        "differences": {"made_real": gap, "made_repeated": gap},
        "copies": {
            "made": 1000, "near": 0, "limit": 0.98, "made_median": 0.8, "held_out": 38, "held_out_median": 0.83,
        },
        "sheet": str(ROOT / "app" / "assets" / "samples" / "astronaut.jpg"),
    }  # fmt: skip


def _enlarged(_image: np.ndarray, factor: int, style: str) -> np.ndarray:
    return np.full((16 * factor, 12 * factor, 3), SHADES[style], np.uint8)


def _no_record() -> dict[str, object]:
    raise ArtifactError("There are no figures of {name}.", name="avatars")


@pytest.fixture(autouse=True)
def _light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database of its own, and stand-ins for the large models; the recorded avatars are missing."""
    monkeypatch.setenv("EFFIGIES_STATE", str(tmp_path))
    settings.cache_clear()
    room_entry.classroom.clear()
    makers = SimpleNamespace(generate=lambda _text, count, seed: [SimpleNamespace(image=PICTURE)] * count)
    enlargers = SimpleNamespace(styles=STYLES, upscale=_enlarged)
    monkeypatch.setattr(resources, "product_generator", lambda: makers)
    monkeypatch.setattr(resources, "upscaler", lambda: enlargers)
    monkeypatch.setattr(records, "product_record", lambda: {"samples": []})
    monkeypatch.setattr(records, "avatar_record", _no_record)
    monkeypatch.setattr(records, "classroom_experiment", _experiment)
    emoji = SimpleNamespace(image=PICTURE, order=SimpleNamespace(main=SimpleNamespace(style="noto")))
    avatars = SimpleNamespace(themes=("monsters", "cats"), generate=makers.generate)
    monkeypatch.setattr(resources, "avatar_generator", lambda: avatars)
    monkeypatch.setattr(resources, "emoji_generator", lambda: SimpleNamespace(generate=lambda *_, **__: [emoji]))
    network = SimpleNamespace(styles=("noto", "twemoji"), restyle=lambda image, _to: image)
    monkeypatch.setattr(resources, "restyler", lambda: network)
    monkeypatch.setattr(resources, "class_game", Toy)
    yield
    room_entry.classroom().database.close()
    monkeypatch.undo()
    settings.cache_clear()
    room_entry.classroom.clear()


def browse(language: str = "en", **query: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in {"lang": language, **query}.items():
        page.query_params[name] = value
    page._page_hash = calc_hash(CLASS.url_path)
    return drawn(page.run())


def drawn(page: AppTest) -> AppTest:
    assert not page.exception
    assert not page.error
    return page


def asked(page: AppTest, name: str) -> str:
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def headings(page: AppTest) -> list[str]:
    return [heading.value for heading in page.header]


@every_language
def test_every_screen_is_drawn_with_what_runs_beside_it(language: str) -> None:
    page = browse(language)
    for screen in screens(language):
        page.query_params["screen"] = screen.key
        drawn(page.run())
        assert headings(page) == [screen.title]
        if screen.live.startswith("lab:"):
            preset = next(each for each in PRESETS if each.key == screen.live.partition(":")[2])
            assert Translator(language)(preset.options[0]) in page.radio[0].options
        if screen.live == "recorded":  # a missing record is named, and the course goes on
            assert any(Translator(language)("Avatars") in caption.value for caption in page.caption)


def test_an_enlarged_picture_is_told_by_the_network_that_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: dict[str, int] = {}
    image = DeltaGenerator.image

    def drawing(column: DeltaGenerator, picture: Any, **more: Any) -> DeltaGenerator:
        if isinstance(picture, np.ndarray) and "caption" in more:
            shown[str(more["caption"])] = int(picture[0, 0, 0])
        return image(column, picture, **more)

    monkeypatch.setattr(DeltaGenerator, "image", drawing)
    browse(screen="superresolution")
    assert shown["trained for a small error"] == SHADES["faithful"]
    assert shown["trained against a critic"] == SHADES["sharp"]


@pytest.mark.parametrize(
    ("low", "high", "ranked", "answer"),
    [
        (0.1, 0.2, 0.3, "faces helped"),
        (0.1, 0.2, 0.04, "tells it from the rest worse: average precision 0.250 → 0.040"),
        (-0.2, -0.1, 0.3, "did harm"),
        (-0.1, 0.2, 0.3, "cannot be told"),
    ],
)
def test_the_experiments_answer_follows_its_interval(
    monkeypatch: pytest.MonkeyPatch, low: float, high: float, ranked: float, answer: str
) -> None:
    monkeypatch.setattr(records, "classroom_experiment", lambda: _experiment(low, high, ranked))
    page = browse(screen="synthetic")
    said = next(text.value for text in page.markdown if "disgust" in text.value)
    assert answer in said
    assert f"{low:+.3f}" in said
    assert ("faces helped" in said) == (answer == "faces helped")
    near = next(caption.value for caption in page.caption if "near copy among" in caption.value)
    assert "Of the test faces 375, 18 of them" in near
    assert "0.020 with made ones" in near
    assert any("| **With made faces** | 0.250 ± 0.250 |" in text.value for text in page.markdown)


@every_language
def test_the_game_is_played_alone_against_the_network(language: str) -> None:
    page, words = browse(language, screen="game"), Translator(language)
    drawn(page.button(key="game_alone_start").click().run())
    told = words("The network says: **{verdict}** (probability of being real: {share})").partition("{")[0]
    for number in range(8):
        assert not any(told in text.value for text in page.markdown)
        page.button(key=f"game_alone_{number}_1").click().run()  # forged, says whoever always says so
        assert bool(page.success) != bool(page.error)
        assert any(told in text.value for text in page.markdown)
        page.button(key="game_alone_next").click().run()
    accuracy, *others = [metric.value for metric in drawn(page).metric]
    assert accuracy not in (words.percent(0, 0), words.percent(1, 0))  # some of each kind
    assert others == [words.percent(share, 0) for share in (1, 0, 1, 1, 1)]  # the toy's network is always right
    page.button(key="game_alone_again").click().run()
    assert drawn(page).button(key="game_alone_start")


@every_language
@pytest.mark.parametrize("part", ["lab", "images", "quiz", "class"])
def test_every_part_is_drawn(language: str, part: str) -> None:
    opener = {"lab": "lab_play", "images": "image_lab_start", "quiz": "class_alone_start", "class": "class_open"}
    assert browse(language, part=part).button(key=opener[part])


def test_the_link_behind_the_qr_code_opens_the_form() -> None:
    page = browse("fr", room="ch kp")
    assert page.text_input(key="class_code").value == "CHKP"
    assert page.text_input(key="class_nickname").value == ""
    assert "seat" not in page.query_params


def test_the_presenter_sees_notes_and_what_comes_next() -> None:
    first, second = screens("en")[:2]
    page = browse()
    sentence = first.notes.strip().splitlines()[0]
    assert not any(sentence in text.value for text in page.markdown)
    page.toggle(key="course_presenting").set_value(True).run()
    assert any(sentence in text.value for text in drawn(page).markdown)
    assert any(second.title in caption.value for caption in page.caption)
    pressed = {str(button.key): button.proto.shortcut for button in page.button if button.proto.shortcut}
    assert pressed == {"course_arrow_back": "left", "course_arrow_forward": "right"}
    page.button(key="course_arrow_forward").click().run()
    assert headings(page) == [second.title]
    started = page.session_state["course_started"]
    del page.query_params["screen"]  # as the navigation does
    for place in (HOME, CLASS):
        page._page_hash = calc_hash(place.url_path)
        page.run()
    assert headings(page) == [second.title]
    assert any(second.notes.strip().splitlines()[0] in text.value for text in drawn(page).markdown)
    assert page.session_state["course_started"] == started


def test_a_run_goes_on_when_the_language_changes() -> None:
    page = browse(part="lab")
    page.button(key="lab_step_both").click().run()
    page.segmented_control(key="language").set_value("fr").run()
    steps = {metric.label: metric.value for metric in drawn(page).metric}
    assert steps[Translator("fr")("Step")] == "1"


def test_a_screen_opens_with_its_own_settings_after_the_laboratory_was_used() -> None:
    page = browse(screen="collapse")
    page.segmented_control(key="class_part_en").set_value("lab").run()
    page.button(key="lab_preset_strong").click().run()
    page.segmented_control(key="class_part_en").set_value("course").run()
    wanted = next(each for each in PRESETS if each.key == "collapse")
    assert drawn(page).session_state["page_memory"]["lab"].preset is wanted


def test_a_host_shows_a_laboratory_and_shares_it_without_the_key() -> None:
    page = browse(part="class")
    page.button(key="class_open").click().run()
    key = page.session_state["class_driven"][asked(page, "host")]
    chapter = next(box for box in page.selectbox if str(box.key).startswith("class_chapter_"))
    chapter.set_value("collapse").run()
    page.button(key="class_course_show").click().run()
    assert drawn(page).button(key="lab_play")
    phone = browse(room=asked(page, "host"))
    phone.text_input(key="class_nickname").set_value("Ana")
    next(button for button in phone.button if button.proto.is_form_submitter).click().run()
    assert headings(drawn(phone)) == headings(page)
    assert not [button for button in phone.button if str(button.key).startswith("lab_")]
    link = next(code.value for code in page.code if "lab_" in code.value)
    assert key not in link
    shared = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert not {"room", "seat", "host"} & set(shared)
    visitor = browse(shared.pop("lang"), **shared)
    collapse = next(each for each in PRESETS if each.key == "collapse")
    assert visitor.session_state["page_memory"]["lab"].config == collapse.config


def test_a_host_who_refreshed_and_looked_at_another_page_still_drives(jar: Jar) -> None:
    page = browse(part="class")
    page.button(key="class_open").click().run()
    take_cookies(page, jar)
    again = browse(host=asked(page, "host"))
    again.query_params.clear()  # as the navigation does
    assert drawn(again.run()).button(key="class_course_show")
    assert asked(again, "host") == asked(page, "host")
