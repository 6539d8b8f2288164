"""The page of campaign emoji, as visitors who write, correct, vary, collect and change language meet it.

The generator is tiny and untrained: what is tested of it holds for any model. Messages are read by the stored reader.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import records, resources
from app.i18n import Translator
from app.registry import ROOT, room
from app.widgets.emoji import campaign, names, talk
from app.widgets.emoji.view import COUNT, PARAMETERS, View, read_address
from app.widgets.emoji.visit import HANDED, Visit
from core.datasets.emoji import AXES, classes
from core.datasets.emoji.styles import STYLES
from core.emoji.campaigns import AUDIENCES, OCCASIONS, SET, TONES, Brief
from core.emoji.message_campaigns import campaigns
from core.emoji.messages import MessageReader
from core.emoji.service import Emoji, EmojiGenerator
from core.emoji.stickers import sticker_pack
from core.gan.recipe import MAX_SEED
from core.settings import settings
from core.text.words import MAX_CHARACTERS
from tests.app import tiny_emoji

PAGE = room("campaign-emoji")
KNOWN = {**{axis: classes(axis) for axis in AXES}, "style": tiny_emoji.STYLES}
LOADERS = (
    resources.emoji_generator, resources.emoji_judge, records.emoji_record, resources.message_reader,
    resources.restyler,
)  # fmt: skip


def _forget() -> None:
    settings.cache_clear()
    for loader in LOADERS:
        loader.clear()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tiny_emoji.build(tmp_path_factory.mktemp("tiny") / "models")
    tiny_emoji.measure(models, tmp_path_factory.mktemp("scratch"))
    return models


@pytest.fixture(scope="module")
def service(tiny: Path) -> EmojiGenerator:
    service = EmojiGenerator.load(tiny / "emoji")
    service.warm_up()
    return service


@pytest.fixture(scope="module")
def reader(tiny: Path) -> MessageReader:
    return MessageReader.load(tiny / "messages", tiny / "text")


@pytest.fixture(autouse=True)
def _tiny_models(
    tiny: Path, service: EmojiGenerator, reader: MessageReader, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The page meets the tiny models."""
    monkeypatch.setenv("EFFIGIES_MODELS", str(tiny))
    _forget()
    monkeypatch.setattr("core.emoji.service.EmojiGenerator.load", lambda folder: service)
    monkeypatch.setattr("core.emoji.messages.MessageReader.load", lambda folder, text: reader)
    yield
    monkeypatch.undo()
    _forget()


def open_link(language: str = "en", *, handed: str = "", **parameters: str) -> AppTest:
    studio = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in {"lang": language, **parameters}.items():
        studio.query_params[name] = value
    if handed:
        studio.session_state[HANDED] = handed
    studio._page_hash = calc_hash(PAGE.url_path)
    return studio.run()


def look_at(service: EmojiGenerator, visit: Visit, emoji: Emoji) -> AppTest:
    """The close-up by itself; AppTest closes dialogs at every step."""
    dialog = AppTest.from_function(
        _closeup, kwargs={"service": service, "visit": visit, "emoji": emoji}, default_timeout=120
    )
    dialog.session_state["language"] = "en"
    return dialog.run()


def _closeup(service: "EmojiGenerator", visit: "Visit", emoji: "Emoji") -> None:
    from app.i18n import Translator
    from app.widgets.emoji import closeup

    closeup.content(Translator("en"), service, visit, emoji)


def said(page: AppTest) -> str:
    parts = (*page.markdown, *page.caption, *page.subheader, *page.info, *page.warning, *page.error)
    return "\n".join(part.value for part in parts)


def alternatives(page: AppTest) -> list[str]:
    return [image.alt for element in page.get("image") for image in element.proto.imgs]


def given(page: AppTest) -> dict[str, str]:
    """The parameters of the page's address, without the language."""
    values = {name: page.query_params[name] for name in PARAMETERS if name in page.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in values.items()}


def click(page: AppTest, start: str) -> AppTest:
    """Press the first button whose key starts like this."""
    return next(button for button in page.button if (button.key or "").startswith(start)).click().run()


def choose(page: AppTest, start: str, value: object) -> AppTest:
    return next(box for box in page.selectbox if (box.key or "").startswith(start)).set_value(value).run()


def pull(page: AppTest, *drawers: str) -> AppTest:
    """Open drawers."""
    for drawer in drawers:
        page.session_state[drawer] = True
    return page.run()


def write(page: AppTest, text: str) -> AppTest:
    return page.chat_input[0].set_value(text).run()


def visit_of(page: AppTest) -> Visit:
    visit = page.session_state["emoji"]
    assert isinstance(visit, Visit)
    return visit


def row(page: AppTest) -> tuple[Emoji, ...]:
    sheet = visit_of(page).sheet
    assert sheet is not None
    return sheet.emoji


def test_a_new_visitor_meets_a_sample_campaign_with_emoji_and_eight_variations() -> None:
    page = open_link("fr")
    assert not page.exception
    sample = campaigns("fr")[0]
    assert [message.text for message in visit_of(page).messages] == list(sample.messages)
    assert len(row(page)) == COUNT
    assert given(page) == {}
    drawn = [text for text in alternatives(page) if text.startswith("Émoji généré")]
    assert len(drawn) > COUNT + 6
    english = [message for message in ("Vary and correct", "Mix several moods") if message in said(page)]
    assert not english


def test_a_message_is_understood_chosen_corrected_and_varied() -> None:
    page = write(open_link(), "Thanks for the pizza!\nI am so angry about the rain")
    assert not page.exception
    first, second = visit_of(page).messages
    assert (first.text, second.text) == ("Thanks for the pizza!", "I am so angry about the rain")
    assert "Interaction: **thanks**" in said(page)
    assert "Topic: **food**" in said(page)
    assert "(Thanks" in said(page)  # the words that said so
    click(page, "emoji_choose_0")
    assert (visit_of(page).view.topic, visit_of(page).view.interaction) == ("food", "thanks")
    assert all(emoji.order.context["topic"] == {"food": 1.0} for emoji in row(page))
    choose(page, "emoji_mood_", "playful")
    assert "Mood: **mischief**, set by you" in said(page)
    assert all(emoji.order.context["mood"] == {"playful": 1.0} for emoji in row(page))
    offered = [order for view, several in visit_of(page).offers.items() for order in several if view.mood == "playful"]
    assert offered
    assert given(page) == {"mood": "playful", "topic": "food", "interaction": "thanks"}


def test_the_talk_tints_the_mood_of_later_messages(reader: MessageReader) -> None:
    angry = "I am furious, this is outrageous!"
    messages = [talk.Message(angry), talk.Message(angry), talk.Message("I am so happy, what a joy!")]
    *_, last = talk.understand(reader, messages)
    alone = talk.understand(reader, messages[-1:])[0]
    assert last.mood == alone.mood == "joy"
    assert dict(last.moods).get("joy", 0) < dict(alone.moods)["joy"]
    assert dict(last.moods).get("anger", 0) > dict(alone.moods).get("anger", 0)
    assert all(weight % talk.STEP == 0 for _name, weight in last.moods)


@pytest.mark.parametrize(
    ("text", "count", "cut"),
    [
        ("", 0, False), ("  \n\t\n", 0, False), ("a\n\nb\r\nc", 3, False), ("\n".join("x" * 30), 20, True),
        ("y" * 10**6, 1, True), ("\u200b\u202e\x00", 0, False),
    ],
)  # fmt: skip
def test_lines_become_messages_within_limits(text: str, count: int, cut: bool) -> None:
    messages, shortened = talk.split(text)
    assert (len(messages), shortened) == (count, cut)
    assert all(0 < len(message.text) <= MAX_CHARACTERS for message in messages)


def test_hostile_text_is_shown_as_it_is_written_and_empty_text_is_answered() -> None:
    page = write(open_link(), "<script>alert(1)</script> **bold** $x^2$ :smile: [a](http://b)")
    assert not page.exception
    shown = next(text.value for text in page.markdown if "script" in text.value)
    assert "\\<script\\>" in shown
    assert "\\*\\*bold" in shown
    assert "\\:smile" in shown
    write(page, " \n ")
    assert "There was no text in it" in said(page)
    write(page, "z" * 3000)
    assert "more than is read" in said(page)
    assert not page.exception


def test_a_message_of_which_nothing_is_understood_can_be_given_a_context() -> None:
    page = write(open_link(), "1234 5678")
    assert "Nothing was recognised in it" in said(page)
    click(page, "emoji_choose_0")
    choose(page, "emoji_topic_", "music")
    assert "Topic: **music**, set by you" in said(page)


def test_a_sample_campaign_is_played_and_ones_own_messages_replace_it() -> None:
    page = open_link()
    page.button_group(key="emoji_sample_en").set_value(3).run()
    assert [message.text for message in visit_of(page).messages] == list(campaigns("en")[3].messages)
    write(page, "Hello")
    assert [message.text for message in visit_of(page).messages] == ["Hello"]
    write(page, "Bye")
    assert [message.text for message in visit_of(page).messages] == ["Hello", "Bye"]


def test_knobs_and_mixes_reach_the_model_and_a_picker_ends_a_mix() -> None:
    page = pull(open_link(mood="joy", style="noto"), "emoji_moods")
    next(slider for slider in page.slider if (slider.key or "").startswith("emoji_mood_anger_")).set_value(50).run()
    assert dict(row(page)[0].order.context["mood"]) == {"joy": pytest.approx(2 / 3), "anger": pytest.approx(1 / 3)}
    next(knob for knob in page.select_slider if (knob.key or "").startswith("emoji_intensity_")).set_value(150).run()
    assert row(page)[0].order.intensity == 1.5
    choose(page, "emoji_mood_", "fear")
    assert dict(row(page)[0].order.context["mood"]) == {"fear": 1.0}
    assert given(page) == {"mood": "fear", "style": "noto"}


def test_again_similar_undo_and_history() -> None:
    page = open_link(mood="joy", seed="5")
    first = visit_of(page).sheet
    assert first is not None
    click(page, "emoji_again")
    assert row(page)[0].order != first.emoji[0].order
    click(page, "emoji_near_2")
    assert all(len(emoji.order.recipe.steps) == 1 for emoji in row(page))
    click(page, "emoji_undo")
    click(page, "emoji_undo")
    assert visit_of(page).sheet == first
    assert given(page) == {"mood": "joy", "seed": "5"}
    visit = visit_of(page)
    visit.favour(first.emoji[0])
    visit.favour(first.emoji[1])
    pull(page, "emoji_favourites", "emoji_history")
    click(page, "emoji_morph")
    assert row(page)[0].image.tobytes() == first.emoji[0].image.tobytes()
    click(page, "emoji_past_1")
    assert visit_of(page).sheet == first


@pytest.mark.parametrize(
    "parameters",
    [
        {"mood": "<script>"}, {"topic": "joy"}, {"style": "nobody"}, {"seed": "-1"}, {"seed": str(MAX_SEED + 1)},
        {"seed": "1e9"}, {"variety": "55"}, {"variety": "٣٠"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_an_address_is_left_out(parameters: dict[str, str]) -> None:
    view, strange = read_address(parameters, KNOWN)
    assert strange
    assert view.address() == {}


def test_an_address_says_all_that_it_can() -> None:
    view = View("joy", "food", "thanks", "noto", 9, 120)
    assert read_address(view.address(), KNOWN) == (view, False)
    page = open_link(**view.address())
    assert row(page)[0].order.main.topic == "food"
    assert (row(page)[0].order.recipe.seed, row(page)[0].order.recipe.truncation) == (9, 1.2)
    assert given(page) == view.address()
    assert "Part of this link" in said(open_link(mood="nobody"))


def test_a_mood_from_a_photo_is_taken_up_and_its_origin_said() -> None:
    page = open_link(handed="sadness")
    assert visit_of(page).view.mood == "sadness"
    assert "comes from the photo on the Expressions page" in said(page)
    assert open_link(handed="<b>").session_state["emoji"].handed == ""


def test_the_close_up_offers_files_an_animation_and_another_style(service: EmojiGenerator) -> None:
    visit = Visit(View(style="noto"))
    emoji = visit.view.draw(service)[0]
    dialog = look_at(service, visit, emoji)
    assert not dialog.exception
    assert [text.rpartition(", ")[2] for text in alternatives(dialog)] == ["on light", "on dark"]
    click(dialog, "emoji_favour")
    assert visit.is_favourite(emoji)
    dialog.toggle(key="emoji_animate").set_value(True).run()
    assert any("moving" in text for text in alternatives(dialog))
    box = dialog.selectbox[0]
    assert box.options == ["EmojiTwo"]
    box.set_value("emojitwo").run()
    assert not dialog.exception
    assert any("redrawn in the style EmojiTwo" in text for text in alternatives(dialog))
    labels = [button.proto.label for button in dialog.get("download_button")]
    assert labels == [
        "PNG, 64 pixels", "PNG, 128 pixels", "PNG, 512 pixels", "Animation (WebP)", "Animation (GIF)", "Download (PNG)",
    ]  # fmt: skip


def test_a_campaign_set_is_of_one_style_and_carries_credits(service: EmojiGenerator) -> None:
    made = campaign.drawn(service, Brief("everyone", "season", "warm"), "emojitwo", 3)
    assert len({emoji.image.tobytes() for emoji in made}) == SET
    assert {emoji.order.main.style for emoji in made} == {"emojitwo"}
    with zipfile.ZipFile(io.BytesIO(sticker_pack(made, service.manifest.credits))) as pack:
        assert len(pack.namelist()) == SET + 1
        assert "EmojiTwo by its community" in pack.read("CREDITS.txt").decode()
    page = click(open_link(), "emoji_brief_draw")
    assert not page.exception
    assert len([button for button in page.button if (button.key or "").startswith("emoji_set_open_")]) == SET


def test_a_refined_data_set_says_what_there_was_before() -> None:
    page = click(open_link(), "emoji_refine")
    assert not page.exception
    refined = visit_of(page).refined
    assert refined is not None
    assert f"of {sum(one.drawn for one in refined.rows)} drawn" in said(page)
    tables = [table.value for table in page.dataframe]
    assert any("4 → " in str(table.to_numpy()) for table in tables)
    page.multiselect(key="emoji_refine_moods_en").set_value([]).run()
    page.multiselect(key="emoji_refine_topics_en").set_value([]).run()
    assert "python -m core refine emoji" in said(page)
    assert page.button(key="emoji_refine").disabled


@pytest.mark.parametrize("tab", range(7))
def test_the_panel_shows_figures_and_artists(tab: int) -> None:
    page = AppTest.from_function(_panel, kwargs={"tab": tab}, default_timeout=120)
    page.session_state["language"] = "fr"
    page.run()
    assert not page.exception
    assert said(page) or page.get("plotly_chart")
    if tab == 6:
        assert "EmojiTwo by its community" in said(page)


def _panel(tab: int) -> None:
    from app.i18n import Translator
    from app.records import emoji_record
    from app.resources import emoji_generator
    from app.widgets.emoji import model_panel

    list(model_panel._TABS.values())[tab](Translator("fr"), emoji_record(), emoji_generator())


@pytest.mark.parametrize(("gone", "kept"), [("emoji", "Thank"), ("messages", "Generated emoji")])
def test_what_is_missing_is_said_and_the_rest_goes_on(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str, kept: str
) -> None:
    monkeypatch.undo()
    models = tmp_path / "models"
    models.mkdir()
    for stored in tiny.iterdir():
        if stored.name != gone:
            (models / stored.name).symlink_to(stored.resolve())
    monkeypatch.setenv("EFFIGIES_MODELS", str(models))
    _forget()
    page = write(open_link(), "Thank you so much")
    assert not page.exception
    assert len(page.error) == 1
    assert kept in said(page) + "".join(alternatives(page))
    if gone == "emoji":
        assert "Interaction: **thanks**" in said(page)


def test_every_class_and_every_part_of_a_brief_has_a_name_in_both_languages() -> None:
    for axis in AXES:
        assert set(names.CLASSES[axis]) == set(classes(axis))
    assert set(names.CLASSES["style"]) == {style.key for style in STYLES}
    assert set(names.AUDIENCES) == set(AUDIENCES)
    assert set(names.OCCASIONS) == set(OCCASIONS)
    assert set(names.TONES) == set(TONES)
    french, english = Translator("fr"), Translator("en")
    assert names.name(english, "topic", "money_shopping") == "money and shopping"
    for axis in (*AXES, "style"):
        assert len({names.name(french, axis, key) for key in names.CLASSES[axis]}) == len(names.CLASSES[axis])
