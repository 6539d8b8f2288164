"""The laboratories as a visitor meets them: buttons, questions, settings, links, the line; without training threads."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.i18n import Translator
from app.widgets.classroom import lab_2d, lab_images, lab_questions, lab_settings, lab_visit
from core.classroom import trainer
from core.classroom.imagelab.config import ImageLabConfig
from core.classroom.imagelab.pictures import SIDES
from core.classroom.imagelab.view import SHOWN, ImageSnapshot
from core.classroom.lab.config import LabConfig
from core.classroom.lab.pool import LabPool
from core.classroom.lab.presets import PRESETS
from core.classroom.trainer import ImageTrainer


class Still:
    """A training that only counts."""

    def __init__(self, config: ImageLabConfig) -> None:
        self.step_number, self.side = 0, SIDES[config.data]

    def step(self, count: int = 1) -> None:
        self.step_number += count

    def snapshot(self) -> ImageSnapshot:
        pictures = np.zeros((SHOWN, self.side, self.side, 3), np.uint8)
        return ImageSnapshot(self.step_number, pictures, np.ones(20) / 20, np.ones(20) / 20, 1.0, 2.0, 0.75)


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[LabPool]:
    pool = LabPool(threaded=False)
    for module in (lab_2d, lab_questions, lab_visit):
        monkeypatch.setattr(module, "POOL", pool)
    return pool


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> ImageTrainer:
    painter = ImageTrainer(Still, threaded=False)
    monkeypatch.setattr(lab_images, "TRAINER", painter)
    monkeypatch.setattr(trainer, "SHARED", painter)
    return painter


def plane() -> None:
    import streamlit as st

    from app.i18n import Translator
    from app.widgets.classroom import lab_2d

    st.session_state.setdefault("page_memory", {})
    st.session_state.setdefault("language", "en")  # of errors, which are said in the visitor's language
    lab_2d.show(Translator(st.query_params.get("said", "en")))


def pictures() -> None:
    import streamlit as st

    from app.i18n import Translator
    from app.widgets.classroom import lab_images

    st.session_state.setdefault("page_memory", {})
    st.session_state.setdefault("language", "en")  # of errors, which are said in the visitor's language
    lab_images.show(Translator(st.query_params.get("said", "en")))


def opened(page: object, **query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=120)  # type: ignore[arg-type]
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def visit(app: AppTest) -> lab_visit.LabVisit:
    return app.session_state["page_memory"]["lab"]


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_each_network_steps_alone_and_both_together() -> None:
    app = opened(plane)
    assert not app.exception
    for who in ("critic", "generator", "both"):
        app.button(f"lab_step_{who}").click().run()
    assert metrics(app)["Step"] == "3"
    app.button("lab_again").click().run()
    assert metrics(app)["Step"] == "0"


def test_points_that_fly_off_are_said_to_have_done_so() -> None:
    config = LabConfig(loss="relativistic", optimiser="sgd", critic_rate=1.0, generator_rate=1.0,
                       activation="leaky_relu", batch_size=16)  # fmt: skip
    app = opened(plane, **config.to_query())
    for _ in range(2):
        app.button("lab_step_both").click().run()
        assert not app.exception
    assert "beyond all bounds" in app.warning[0].value


def test_playing_goes_on_until_paused(pool: LabPool) -> None:
    app = opened(plane)
    app.button("lab_play").click().run()
    pool.turn()
    app.run()
    app.button("lab_pause").click().run()
    step = metrics(app)["Step"]
    assert int(step.replace(",", "")) > 0
    pool.turn()
    app.run()
    assert metrics(app)["Step"] == step


def test_an_address_opens_its_run_and_follows_the_presets() -> None:
    app = opened(plane, lab_seed="5", lab_data="moons", other="kept")
    assert visit(app).config == LabConfig(seed=5, data="moons")
    assert visit(app).preset is None
    app.button("lab_preset_collapse").click().run()
    wanted = next(each.config for each in PRESETS if each.key == "collapse")
    assert dict(app.query_params.items()) == wanted.to_query() | {"other": "kept"}
    assert any(f"lab_generator_steps={wanted.generator_steps}" in code.value for code in app.code)


@pytest.mark.security
def test_an_address_that_makes_no_sense_says_so_and_opens_the_usual_run() -> None:
    app = opened(plane, lab_seed="<b>5</b>")
    assert "seed" in app.warning[0].value
    assert visit(app).config == LabConfig()
    assert not app.exception


def test_a_guess_is_answered_by_what_the_run_did(pool: LabPool, monkeypatch: pytest.MonkeyPatch) -> None:
    sooner = tuple(replace(preset, steps=40) for preset in PRESETS)
    for module in (lab_2d, lab_visit):
        monkeypatch.setattr(module, "PRESETS", sooner)
    app = opened(plane)
    app.button("lab_preset_collapse").click().run()
    assert app.button("lab_see").disabled
    app.radio[0].set_value(0).run()
    app.button("lab_see").click().run()
    assert not app.success
    assert not app.info
    while pool.turn():
        pool.view(visit(app).visitor)
    app.run()
    assert "One or two, or none" in app.info[0].value


def test_settings_open_another_run_only_when_sent() -> None:
    app = opened(plane)
    loss = next(box for box in app.selectbox if box.label == "Loss")
    loss.set_value("relativistic")
    next(button for button in app.button if button.label == "Start with these settings").click().run()
    assert visit(app).config.loss == "relativistic"
    assert app.query_params["lab_loss"] == "relativistic"


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [("en", 0.004, "0.004"), ("fr", 0.004, "0,004"), ("fr", 1e-5, "0,00001"), ("fr", 128, "128"), ("fr", 1.0, "1")],
)
def test_a_setting_is_written_as_the_language_writes_numbers(language: str, value: float, written: str) -> None:
    assert lab_settings.figure(Translator(language), value) == written


@pytest.mark.usefixtures("painter")
def test_sliders_speak_the_language() -> None:
    for page, key, written in ((plane, "lab_critic_rate", "0,004"), (pictures, "image_lab_rate", "0,0005")):
        app = opened(page, said="fr")
        slider = next(each for each in app.select_slider if str(each.key).startswith(key))
        assert written in slider.options
        assert not any("." in option for option in slider.options)


@pytest.mark.usefixtures("painter")
def test_a_rate_that_was_chosen_stays_when_the_language_changes() -> None:
    app = opened(pictures, said="en")
    next(each for each in app.select_slider if each.label == "Learning rate").set_value(0.002).run()
    app.query_params["said"] = "fr"
    for _run in range(2):  # the second one comes with what the browser shows then
        app.run()
        (rate,) = (each for each in app.select_slider if str(each.key).startswith("image_lab_rate"))
        assert rate.value == 0.002


def test_own_points_need_to_be_drawn_first() -> None:
    app = opened(plane)
    next(box for box in app.selectbox if box.label == "Real points").set_value("points")
    next(button for button in app.button if button.label == "Start with these settings").click().run()
    assert "points are needed" in app.warning[0].value


def test_a_file_of_points_is_learned_from() -> None:
    app = opened(plane)
    rows = "\n".join(f"{x},{x * x}" for x in range(-10, 11))
    app.file_uploader[0].upload("points.csv", rows.encode()).run()
    app.button("lab_take").click().run()
    app.button("lab_learn").click().run()
    assert visit(app).config.data == "points"
    assert len(visit(app).config.points) == 21
    app.file_uploader[0].upload("points.csv", b"x,y\n1,two").run()
    app.button("lab_take").click().run()
    assert "Line 2" in app.error[0].value


def test_pictures_train_pause_go_on_and_end(painter: ImageTrainer) -> None:
    app = opened(pictures)
    app.button("image_lab_start").click().run()
    for _ in range(3):
        painter.turn()
    app.run()
    assert not app.exception
    assert metrics(app)["State"] == "Training"
    shown = [image.alt for element in app.get("image") for image in element.proto.imgs]
    assert "The originals that are nearest to the 20 pictures, each at the same place" in shown
    for verb, state in (("pause", "Paused"), ("resume", "Training"), ("stop", "Ended")):
        app.button(f"image_lab_{verb}").click().run()
        painter.turn()
        app.run()
        assert metrics(app)["State"] == state
        (download,) = app.get("download_button")  # what moves would be gone before it is fetched
        assert download.proto.disabled == (state == "Training")
    assert app.button("image_lab_start")


def test_looking_back_ends_when_the_run_goes_on(painter: ImageTrainer) -> None:
    def shown() -> str:
        return next(caption.value for caption in app.caption if "step" in caption.value)

    def train(until: int) -> None:
        while painter.view("").running.step < until:  # type: ignore[union-attr]
            painter.turn()

    app = opened(pictures)
    app.button("image_lab_start").click().run()
    painter.turn()
    train(100)
    app.run()
    app.button("image_lab_pause").click().run()
    painter.turn()
    app.run()
    newest = shown()
    back = next(slider for slider in app.select_slider if slider.label == "Look back")
    back.set_value(0).run()
    assert "step 0" in shown() != newest
    app.button("image_lab_resume").click().run()
    for _ in range(2):
        painter.turn()
    app.run()
    assert metrics(app)["State"] == "Training"
    assert "step 0" not in shown()


def test_a_second_visitor_watches_and_waits(painter: ImageTrainer) -> None:
    painter.start("somebody else", ImageLabConfig("digits"))
    painter.turn()
    app = opened(pictures)
    assert any("another visitor" in caption.value for caption in app.caption)
    assert metrics(app)["State"] == "Training"
    assert app.button("image_lab_start").label == "Get in line"
    app.button("image_lab_start").click().run()
    painter.turn()
    app.run()
    assert "number 1 in the line" in app.info[0].value
    app.button("image_lab_stop").click().run()
    painter.turn()
    app.run()
    assert not any("in the line" in info.value for info in app.info)


def recordings() -> None:
    from app.i18n import Translator
    from app.widgets.classroom import recorded
    from core.classroom.imagelab.pictures import FOLDER

    picture = str(FOLDER.parents[1] / "app" / "assets" / "samples" / "astronaut.jpg")
    sheets = [{"stage": "prior", "step": step, "path": picture} for step in (300, 20, 1500)]
    recorded.show(Translator("en"), {"Model": sheets, "Empty": []})


def test_recorded_runs_slide_from_first_to_last() -> None:
    app = opened(recordings)
    assert app.selectbox[0].options == ["Model · Generator of latents"]
    assert app.select_slider[0].options == ["20", "300", "1,500"]
    assert any("Step 1,500" in caption.value for caption in app.caption)
    app.select_slider[0].set_value(0).run()
    assert any("Step 20." in caption.value for caption in app.caption)
