"""The page of campaign emoji, as visitors who write, correct, vary, collect and change language meet it.

The generator is tiny and untrained: what is tested of it holds for any model. Messages are read by the stored reader.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck
from hypothesis import given as given_any
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import events, records, resources
from app.i18n import Translator
from app.registry import ROOT, room
from app.widgets import mood_handover
from app.widgets.emoji import campaign, closeup, names, talk
from app.widgets.emoji.brief import PARAMETER, Asked, read_asked
from app.widgets.emoji.conversation import OFFERED
from app.widgets.emoji.view import INTENSITIES, PARAMETERS, VARIETIES, View, read_address
from app.widgets.emoji.visit import Visit, Wish
from app.widgets.generators.address import SHEET, pack, unpack
from app.widgets.generators.visit import COUNT
from core import artifacts
from core.datasets.emoji import AXES, classes
from core.datasets.emoji.styles import STYLES
from core.emoji.campaign_brief import AUDIENCES, OCCASIONS, SET, TONES, Brief
from core.emoji.messages import MessageReader
from core.emoji.orders import Emoji, Order
from core.emoji.sample_talks import sample_talks
from core.emoji.service import EmojiGenerator
from core.emoji.stickers import sticker_pack
from core.gan.recipe import MAX_SEED, Recipe
from core.restyle.service import Restyler
from core.settings import settings
from core.text.words import MAX_CHARACTERS
from tests.app import tiny_emoji
from tests.core.emoji import toy

PAGE = room("campaign-emoji")
TOYS = toy.drawings()
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


def open_link(language: str = "en", *, handed: talk.Weights = (), **parameters: str) -> AppTest:
    studio = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in {"lang": language, **parameters}.items():
        studio.query_params[name] = value
    if handed:
        studio.session_state[mood_handover._HANDED] = handed
    studio._page_hash = calc_hash(PAGE.url_path)
    return studio.run()


def look_at(service: EmojiGenerator, visit: Visit, emoji: Emoji) -> AppTest:
    """The close-up by itself; AppTest closes dialogs at every step."""
    dialog = AppTest.from_function(
        _closeup, kwargs={"service": service, "visit": visit, "emoji": emoji}, default_timeout=120
    )
    dialog.session_state["language"] = "en"
    dialog.session_state["page_memory"] = {}
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
    values = {name: page.query_params[name] for name in (*PARAMETERS, PARAMETER, SHEET) if name in page.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in values.items()}


def click(page: AppTest, start: str) -> AppTest:
    """Press the first button whose key starts like this."""
    return next(button for button in page.button if (button.key or "").startswith(start)).click().run()


def choose(page: AppTest, start: str, value: object) -> AppTest:
    return next(box for box in page.selectbox if (box.key or "").startswith(start)).set_value(value).run()


def pull(page: AppTest, *drawers: str) -> AppTest:
    """Open drawers."""
    for drawer in drawers:
        page.session_state[f"{drawer}_en"] = True
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
    return sheet.pictures


def test_a_new_visitor_meets_a_sample_talk_and_eight_variations_for_its_most_telling_message() -> None:
    page = open_link("fr")
    assert not page.exception
    sample = sample_talks("fr")[0]
    assert [message.text for message in visit_of(page).messages] == list(sample.messages)
    understood, chosen = visit_of(page).understood, visit_of(page).chosen
    assert understood
    assert chosen is not None
    assert understood[1][chosen].says == max(each.says for each in understood[1]) > 1
    assert len(row(page)) == COUNT
    assert "mood" in row(page)[0].order.context
    assert read_address(given(page), KNOWN)[0] == visit_of(page).view
    drawn = [text for text in alternatives(page) if text.startswith("Émoji généré")]
    assert len(drawn) > COUNT + 6
    english = [message for message in ("Vary and correct", "Mix several moods") if message in said(page)]
    assert not english


def test_a_message_is_understood_chosen_corrected_and_varied() -> None:
    page = write(open_link(), "Thanks for the pizza!\nI am so angry about the rain")
    assert not page.exception
    first, second = visit_of(page).messages
    assert (first.text, second.text) == ("Thanks for the pizza!", "I am so angry about the rain")
    assert set(row(page)[0].order.context["mood"]) >= {"anger"}  # of what was written last
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


def test_each_message_of_a_talk_is_read_once(reader: MessageReader, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [talk.Message(f"Thanks for the {dish}!") for dish in ("pizza", "soup", "cake", "tea", "rice")]
    expected = [reader.read_conversation([each.text for each in messages[: place + 1]]) for place in range(5)]
    asked: list[str] = []
    read = reader.read
    monkeypatch.setattr(reader, "read", lambda text: asked.append(text) or read(text))
    found = talk.understand(reader, messages)
    assert asked == [message.text for message in messages]
    for each, so_far in zip(found, expected, strict=True):
        assert each.reading
        assert each.moods == talk.tinted(each.reading, so_far)


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


@pytest.mark.security
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


def test_a_sample_talk_is_played_and_ones_own_messages_replace_it() -> None:
    page = open_link()
    page.button_group(key="emoji_sample_en").set_value(3).run()
    assert [message.text for message in visit_of(page).messages] == list(sample_talks("en")[3].messages)
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
    assert given(page) == {"mood": "fear", "style": "noto", "intensity": "150"}


def test_again_similar_undo_and_history() -> None:
    page = open_link(mood="joy", seed="5")
    first = visit_of(page).sheet
    assert first is not None
    click(page, "emoji_again")
    assert row(page)[0].order != first.pictures[0].order
    click(page, "emoji_near_2")
    assert all(len(emoji.order.recipe.steps) == 1 for emoji in row(page))
    click(page, "emoji_undo")
    click(page, "emoji_undo")
    assert visit_of(page).sheet == first
    assert given(page) == {"mood": "joy", "seed": "5"}
    visit = visit_of(page)
    visit.favour(first.pictures[0])
    visit.favour(first.pictures[1])
    pull(page, "emoji_favourites", "emoji_history")
    click(page, "emoji_morph")
    assert row(page)[0].image.tobytes() == first.pictures[0].image.tobytes()
    click(page, "emoji_past_1")
    assert visit_of(page).sheet == first


def test_a_link_to_variations_or_a_morph_draws_the_same() -> None:
    page = open_link(mood="joy", seed="5")
    click(page, "emoji_near_2")
    again = open_link("fr", **given(page))
    assert set(given(again)) == {"mood", "seed", SHEET}
    assert [emoji.image.tobytes() for emoji in row(again)] == [emoji.image.tobytes() for emoji in row(page)]
    visit = visit_of(page)
    visit.morph(row(page)[0].order, row(page)[3].order)
    assert Wish.from_dict(unpack(visit.address()[SHEET]), visit.view) == visit.wish


@pytest.mark.security
@pytest.mark.parametrize(
    "content",
    [
        {"kind": "view", "seed": 1}, {"kind": "near", "seed": 1}, {"kind": "near", "seed": -1, "order": {}},
        {"kind": "near", "seed": 1, "order": {"kind": "avatar", "seed": 1}},
        {"kind": "near", "seed": 1, "order": {"kind": "emoji", "seed": 1, "context": {"mood": {"joy": 7}}}},
        {"kind": "morph", "seed": 1, "order": {"kind": "emoji", "seed": 1}}, {"kind": ["near"], "seed": 1},
    ],
)  # fmt: skip
def test_a_made_up_wish_in_an_address_is_left_out_and_said(content: dict[str, object]) -> None:
    page = open_link(sheet=pack(content))
    assert not page.exception
    assert visit_of(page).wish is None
    assert visit_of(page).strange


@pytest.mark.security
@pytest.mark.parametrize(
    "parameters",
    [
        {"mood": "<script>"}, {"topic": "joy"}, {"style": "nobody"}, {"seed": "-1"}, {"seed": str(MAX_SEED + 1)},
        {"seed": "1e9"}, {"variety": "55"}, {"variety": "0"}, {"variety": "٣٠"}, {"intensity": "26"},
        {"moods": "joy.50"}, {"moods": "joy.50,joy.50"}, {"moods": "joy.50,food.50"}, {"moods": "joy.50,love.51"},
        {"styles": "noto,blob"}, {"styles": ",".join(["noto.50"] * 10**4)}, {"things": "Q"}, {"things": "<b>,🍕"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_an_address_is_left_out(parameters: dict[str, str]) -> None:
    view, strange = read_address(parameters, KNOWN)
    assert strange
    assert view.address() == {}


def _mixes(axis: str) -> st.SearchStrategy[talk.Weights]:
    parts = st.tuples(st.sampled_from(list(KNOWN[axis])), st.integers(1, 20).map(lambda step: step * talk.STEP))
    several = st.lists(parts, min_size=2, max_size=4, unique_by=lambda part: part[0])
    return st.one_of(st.just(()), several.map(tuple))


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given_any(
    st.tuples(*(st.sampled_from(["", *KNOWN[axis]]) for axis in (*AXES, "style"))), st.integers(0, MAX_SEED),
    st.sampled_from(VARIETIES), st.sampled_from(INTENSITIES), _mixes("mood"), _mixes("style"),
)  # fmt: skip
def test_settings_are_the_same_after_the_way_through_an_address(
    names: tuple[str, str, str, str], seed: int, variety: int, intensity: int, moods: talk.Weights, styles: talk.Weights
) -> None:
    mood, topic, interaction, style = names
    main, drawn = talk.main_of(moods) or mood, talk.main_of(styles) or style
    view = View(main, topic, interaction, drawn, seed, variety, intensity, moods, styles)
    assert read_address(view.address(), KNOWN) == (view, False)


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given_any(st.text() | st.from_regex(r"everyone\.launch\.warm\.noto\.\d+", fullmatch=True))
def test_a_brief_in_an_address_is_one_or_makes_no_sense(text: str) -> None:
    asked, strange = read_asked(text, KNOWN["style"])
    assert (asked is None) == (strange or not text)
    if asked:
        assert read_asked(asked.address(), KNOWN["style"]) == (asked, False)


def test_an_address_says_all_that_it_can() -> None:
    thing = TOYS.props()[2]
    view = View("joy", "food", "thanks", "noto", 9, 120, things=(thing,))
    assert read_address(view.address(), {**KNOWN, "things": TOYS.props()}) == (view, False)
    page = open_link(**view.address())
    assert row(page)[0].order.main.topic == "food"
    assert (row(page)[0].order.recipe.seed, row(page)[0].order.recipe.truncation) == (9, 1.2)
    assert given(page) == view.address()
    assert "Part of this link" in said(open_link(mood="nobody"))


def test_a_thing_that_a_message_names_stands_beside_its_face_until_the_topic_is_corrected(
    reader: MessageReader, service: EmojiGenerator
) -> None:
    thing = TOYS.props()[4]
    named = toy.word(TOYS.characters.index(thing))
    message = talk.Message(f"So happy about my new {named}s!")
    (found,) = talk.understand(reader, [message], service.drawings)
    assert found.things == (thing,)
    (other,) = talk.understand(reader, [replace(message, corrected={"topic": "music"})], service.drawings)
    assert other.things == ()
    page = open_link(things=thing, mood="joy")
    assert service.recipe_of(row(page)[0].order)[1] == [(thing, 1.0)]
    assert thing in page.multiselect(f"emoji_things_en_{visit_of(page).version}").value


def test_a_mood_from_a_photo_is_taken_up_and_its_origin_said() -> None:
    page = open_link(handed=(("sadness", 70), ("fear", 30)))
    assert dict(row(page)[0].order.context["mood"]) == {"sadness": pytest.approx(0.7), "fear": pytest.approx(0.3)}
    assert "From the photo on the Expressions page: sadness 70%, fear 30%" in said(page)
    assert given(page) == {}  # addresses stay in the browser's history
    click(page, "emoji_near_2")
    assert row(page)[0].order.recipe.steps
    assert given(page) == {}
    page.selectbox(f"emoji_mood_en_{visit_of(page).version}").set_value("anger").run()
    assert "From the photo" not in said(page)  # these moods are the visitor's own
    assert visit_of(open_link(handed=(("<b>", 100),))).handed == ()


def test_an_emoji_of_a_photos_mood_is_in_no_address_even_beside_another_mood() -> None:
    page = open_link(handed=(("sadness", 70), ("fear", 30)))
    sad = row(page)[0]
    visit = visit_of(page)
    visit.pick("mood", "anger")
    assert visit.address() == {"mood": "anger"}
    visit.near(sad.order)
    assert visit.address() == {"mood": "anger"}
    page.run()
    assert [emoji.order.context["mood"] for emoji in row(page)] == [sad.order.context["mood"]] * COUNT


def test_what_was_read_in_messages_or_a_photo_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[tuple[int, str]] = []
    monkeypatch.setattr(events, "generated", lambda count, *, context, **_: counted.append((count, context)))
    page = write(open_link(), "Thanks for the pizza!")
    assert visit_of(page).view.topic == "food"
    click(page, "emoji_again")
    assert {count for count, _context in counted} == {OFFERED, COUNT}
    assert {context for _count, context in counted} == {""}
    choose(page, "emoji_topic_", "music")
    assert counted[-1] == (COUNT, "music")  # but not the interaction that was read
    counted.clear()
    page = open_link(handed=(("sadness", 100),))
    choose(page, "emoji_topic_", "music")
    assert visit_of(page).from_photo
    assert counted[-1] == (COUNT, "music")
    choose(page, "emoji_mood_", "joy")
    assert counted[-1] == (COUNT, "joy+music")
    choose(page, "emoji_mood_", "sadness")  # the mood of the photo, but now picked
    assert counted[-1] == (COUNT, "sadness+music")
    assert not visit_of(page).from_photo
    assert visit_of(page).address()["mood"] == "sadness"


def test_a_mixture_from_a_photo_is_in_no_address_in_whatever_shares_an_emoji_shows_it() -> None:
    visit = Visit(View(mood="joy"), handed=((("anger", 55), ("surprise", 30), ("disgust", 20)),))
    order = Order(Recipe(1, 1.0), {"mood": {"anger": 0.52, "surprise": 0.29, "disgust": 0.19}, "style": {"noto": 1.0}})
    visit.near(order)
    assert visit.address() == {"mood": "joy"}
    visit.near(replace(order, context={**order.context, "mood": {"anger": 1.0}}))
    assert SHEET in visit.address()


def test_expressions_become_moods_that_emoji_have() -> None:
    scores = {"happy": 0.6, "surprise": 0.2, "contempt": 0.15, "neutral": 0.05}
    assert mood_handover.moods_of(scores) == (("joy", 75), ("surprise", 25))
    assert mood_handover.moods_of({"contempt": 0.9, "neutral": 0.1}) == ()
    assert set(mood_handover.MOODS.values()) <= set(KNOWN["mood"])


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
    sizes = ["PNG, 64 pixels", "PNG, 128 pixels", "PNG, 512 pixels"]
    assert labels == [*sizes, "Animation (WebP)", "Animation (GIF)", *sizes]
    assert "seldom redraws a shape" in said(dialog)


def test_animation_and_redrawing_are_made_once_however_often_the_close_up_is_drawn(
    service: EmojiGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    loop, restyle = service.loop, Restyler.restyle
    monkeypatch.setattr(service, "loop", lambda *given, **more: made.append("frames") or loop(*given, **more))
    monkeypatch.setattr(Restyler, "restyle", lambda *given: made.append("style") or restyle(*given))
    visit = Visit(View(style="noto"))
    dialog = look_at(service, visit, visit.view.draw(service)[0])
    dialog.toggle(key="emoji_animate").set_value(True).run()
    dialog.selectbox[0].set_value("emojitwo").run()
    click(dialog, "emoji_favour").run()
    assert not dialog.exception
    assert sorted(made) == ["frames", "style"]


def test_the_close_up_tells_the_drawings_that_count(service: EmojiGenerator) -> None:
    order = Order(Recipe(3, 0.0), {"mood": {"joy": 1.0}})
    (part,) = service.recipe_of(order)
    told = closeup.facts(Translator("en"), order, [[*part, ("🦕", 0.002)]])
    line = next(line for line in told.splitlines() if "drawings after" in line)
    assert 1 <= len(part) <= 2  # not all of them, blurred
    assert line.count("%") == len(part)
    assert "🦕" not in line


def test_a_campaign_set_is_of_one_style_and_carries_credits(service: EmojiGenerator) -> None:
    made = campaign.drawn(service, Asked(Brief("everyone", "season", "warm"), "emojitwo", 3))
    assert len({emoji.image.tobytes() for emoji in made}) == SET
    assert {emoji.order.main.style for emoji in made} == {"emojitwo"}
    with zipfile.ZipFile(io.BytesIO(sticker_pack(made, service.manifest.credits))) as pack:
        assert len(pack.namelist()) == SET + 1
        assert "EmojiTwo by its community" in pack.read("CREDITS.txt").decode()
    page = click(open_link(), "emoji_brief_draw")
    assert not page.exception
    assert len([button for button in page.button if (button.key or "").startswith("emoji_set_open_")]) == SET
    again = open_link(campaign=given(page)["campaign"])
    first, second = (visit_of(each).campaign for each in (page, again))
    assert first
    assert second
    assert [emoji.image.tobytes() for emoji in first[1]] == [emoji.image.tobytes() for emoji in second[1]]


def test_a_brief_and_a_refined_set_stay_in_another_language_and_a_link_brings_its_own() -> None:
    page = open_link()
    page.selectbox(key="emoji_brief_occasion_en").set_value("apology").run()
    page.number_input(key="emoji_brief_seed_en").set_value(12).run()
    page.multiselect(key="emoji_refine_moods_en").set_value(["fear"]).run()
    page.slider(key="emoji_refine_each_en").set_value(3).run()
    page.segmented_control(key="language").set_value("fr").run()
    assert not page.exception
    assert page.selectbox(key="emoji_brief_occasion_fr").value == "apology"
    assert page.number_input(key="emoji_brief_seed_fr").value == 12
    assert page.multiselect(key="emoji_refine_moods_fr").value == ["fear"]
    assert page.slider(key="emoji_refine_each_fr").value == 3
    page.selectbox(key="emoji_brief_tone_fr").set_value("funny").run()
    click(page, "emoji_brief_draw")
    assert given(page)["campaign"] == "everyone.apology.funny.noto.12"
    page.query_params["campaign"] = "team.event.sober.emojitwo.3"
    page.run()
    brief = {name: page.selectbox(key=f"emoji_brief_{name}_fr").value for name in ("audience", "occasion", "tone")}
    assert brief == {"audience": "team", "occasion": "event", "tone": "sober"}
    assert page.number_input(key="emoji_brief_seed_fr").value == 3


def test_a_surprise_is_drawn_and_its_settings_are_in_the_address() -> None:
    page = click(open_link(mood="joy"), "emoji_surprise")
    assert not page.exception
    assert {"mood", "topic", "style"} <= row(page)[0].order.context.keys()
    assert read_address(given(page), KNOWN)[0] == visit_of(page).view


def test_a_refined_data_set_says_what_there_was_before() -> None:
    page = click(open_link(), "emoji_refine")
    assert not page.exception
    refined = visit_of(page).refined
    assert refined is not None
    assert f"of {sum(one.drawn for one in refined.rows)} drawn" in said(page)
    tables = [table.value for table in page.dataframe]
    assert any("4 → " in str(table.to_numpy()) for table in tables)
    page.multiselect(key="emoji_refine_interactions_en").set_value(["thanks"]).run()
    click(page, "emoji_refine")
    thanked = visit_of(page).refined
    assert thanked is not None
    assert {row.interaction for row in thanked.rows} == {"thanks"}
    page.multiselect(key="emoji_refine_moods_en").set_value([]).run()
    page.multiselect(key="emoji_refine_topics_en").set_value([]).run()
    assert "python -m core refine emoji" in said(page)
    assert page.button(key="emoji_refine").disabled


@pytest.mark.parametrize("tab", range(10))
def test_the_panel_shows_figures_and_artists(tab: int) -> None:
    page = AppTest.from_function(_panel, kwargs={"tab": tab}, default_timeout=120)
    page.session_state["language"] = "fr"
    page.run()
    assert not page.exception
    assert said(page) or page.get("plotly_chart")
    if tab == 9:
        assert "EmojiTwo by its community" in said(page)


def _spread(mean: float) -> dict[str, object]:
    return {"mean": mean, "deviation": 0.02, "half_width": 0.03, "values": [mean] * 3}


def test_figures_of_companions_are_told_with_floors_and_verdict(tiny: Path) -> None:
    folder = tiny / "emoji"
    both = {"accuracy": _spread(0.5), "macro_f1": _spread(0.4)}
    arms = {"without": both, "with": {**both, "accuracy": _spread(0.6)}, "composites": both}
    gain = {"accuracy": {**_spread(0.1), "verdict": "better"}, "macro_f1": {**_spread(0.0), "verdict": "unclear"}}
    worth = {
        "model": EmojiGenerator.load(folder).model, "seeds": 3, "steps": 9, "batch_size": 4, "n": 40, "real": 90,
        "generated": 90, "moods": 12, "arms": arms, "gain": {"without": gain, "composites": gain},
        "chance": {"accuracy": 0.2, "macro_f1": 0.03},
        "by_mood": [{"name": "joy", "n": 40, "without": 0.5, "with": 0.6, "composites": 0.5}],
    }  # fmt: skip
    better, figures = {"l1": 0.4, "perceptual": 0.5}, {"l1": 0.1, "perceptual": 0.3}
    methods = dict.fromkeys(("model", "identity", "nearest"), figures)
    style = {"n": 9, "methods": methods, "better_than_both": better}
    restyle = {"emoji": 5, **style, "styles": {"noto": style}, "ceiling": figures}
    files = {folder / "refined.json": worth, tiny / "restyle" / "metrics.json": restyle}
    try:
        for path, found in files.items():
            artifacts.write_json(path, found)
        _forget()
        tabs = [AppTest.from_function(_panel, kwargs={"tab": tab, "language": "en"}) for tab in (5, 6)]
        redrawing, refined = (said(tab.run(timeout=120)) for tab in tabs)
    finally:
        for path in files:
            path.unlink()
    assert "beats both floors in **50%**" in redrawing
    assert "**help**: accuracy +10.0 points, 95% interval +7.0 to +13.0" in refined
    table = tabs[1].dataframe[0].value
    assert isinstance(table, pd.DataFrame)
    assert table["Accuracy"].tolist() == ["50.0% ± 2.0", "60.0% ± 2.0", "50.0% ± 2.0", "20.0%"]


def _panel(tab: int, language: str = "fr") -> None:
    from app.i18n import Translator
    from app.records import emoji_record
    from app.resources import emoji_generator
    from app.widgets.emoji import model_panel

    list(model_panel._TABS.values())[tab](Translator(language), emoji_record(), emoji_generator())


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
