"""The page of product images, as visitors who type, pick, try nonsense and come back with files meet it.

The generator is tiny and untrained: what is tested holds for any model.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import records, resources
from app.i18n import LANGUAGES, Translator
from app.registry import ROOT, room
from app.widgets.generators.address import SHEET, pack, unpack
from app.widgets.generators.visit import COUNT, MOST_FAVOURITES, MOST_SHEETS, Sheet
from app.widgets.products import closeup, gallery, own_picture, saved, wording
from app.widgets.products.visit import PARAMETERS, View, Visit, Wish, clean, read_address, read_order
from core.artifacts import METRICS, ArtifactError
from core.enlarging.upscaler import STYLES
from core.errors import UserError
from core.gan.baseline import Baseline
from core.gan.recipe import MAX_SEED, Recipe
from core.images import encode_png
from core.picture_notes import notes_of, png_with_notes
from core.product.service import Order, ProductGenerator, ProductPicture
from core.settings import settings
from core.text.words import MAX_CHARACTERS
from tests.app import tiny_products

PAGE = room("product-images")
HOSTILE = (
    "<script>alert(1)</script> shoes",
    "[free](https://example.org) **bold** $x$ :red[y] ![z](https://example.org/z.png)",
    "\u202eshoes\u0000 {text} {0} {{ %s",
)
UNKNOWN = ("😀👠👜", "红色运动鞋", "красные туфли", "-" * 10_000)


def _forget() -> None:
    settings.cache_clear()
    loaders = (resources.product_generator, resources.baseline, records.product_record, resources.upscaler)
    for loader in loaders:
        loader.clear()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The page meets the tiny generator instead of the stored one, and keeps it from visit to visit."""
    models = tiny_products.build(tmp_path_factory.mktemp("tiny") / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFFIGIES_MODELS", str(models))
        _forget()
        yield models
    _forget()


@pytest.fixture(autouse=True)
def models(tiny: Path) -> Path:
    if settings().models != tiny:  # the test before had others
        _forget()
    return tiny


@pytest.fixture
def service(models: Path) -> ProductGenerator:
    return resources.product_generator()


def open_link(language: str = "en", **parameters: str) -> AppTest:
    studio = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in {"lang": language, **parameters}.items():
        studio.query_params[name] = value
    studio._page_hash = calc_hash(PAGE.url_path)
    return studio.run()


def enter(page: AppTest, text: str) -> AppTest:
    """Type a text and press Enter."""
    page.text_input(key="products_text").set_value(text)
    button = next(button for button in page.button if button.proto.is_form_submitter)
    return button.click().run()


def pictures(page: AppTest) -> list[str]:
    """Alternative texts of the cards' pictures, in order."""
    alternatives = [image.alt for element in page.get("image") for image in element.proto.imgs]
    return [text for text in alternatives if text.startswith(("Generated", "Image générée"))][:COUNT]


def said(page: AppTest) -> str:
    parts = (*page.markdown, *page.caption, *page.subheader, *page.info, *page.warning, *page.error)
    return "\n".join(part.value for part in parts)


def given(page: AppTest) -> dict[str, str]:
    """The parameters of the page's address, without the language."""
    values = {name: page.query_params[name] for name in PARAMETERS if name in page.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in values.items()}


def memory(page: AppTest) -> Visit:
    visit = page.session_state["products"]
    assert isinstance(visit, Visit)
    return visit


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_visitor_sees_an_example_and_no_address_is_made_of_it(language: str) -> None:
    page = open_link(language)
    assert not page.exception
    assert page.info[0].value == Translator(language)(
        "This is an example. Write what you would like to see, or take one of the examples."
    )
    assert len(pictures(page)) == COUNT
    assert wording.example(0, language) in pictures(page)[0]
    assert given(page) == {}
    assert memory(page).past == []


def test_enter_draws_eight_of_the_text_and_once_more_draws_others() -> None:
    page = enter(open_link(), "red sports shoes")
    first = pictures(page)
    assert len(set(first)) == COUNT
    assert all("red sports shoes" in text for text in first)
    assert given(page) == {"text": "red sports shoes"}
    enter(page, "red sports shoes")
    assert not set(pictures(page)) & set(first)
    assert len(memory(page).past) == 2


def test_another_text_keeps_the_seeds() -> None:
    page = open_link(text="red sports shoes", seed="41")
    before = pictures(page)
    enter(page, "chemise bleue")
    assert [text.replace("chemise bleue", "red sports shoes") for text in pictures(page)] == before


def test_a_link_draws_the_same_pictures_again() -> None:
    page = open_link(text="blue shirt")
    page.number_input(key="products_seed").set_value(12345).run()
    page.select_slider(key="products_variety").set_value(60).run()
    assert given(page) == {"text": "blue shirt", "seed": "12345", "variety": "60"}
    again = open_link("fr", **given(page))
    assert given(again) == given(page)
    for one, other in zip(memory(page).sheet.pictures, memory(again).sheet.pictures, strict=True):  # type: ignore[union-attr]
        np.testing.assert_array_equal(one.image, other.image)


@pytest.mark.security
@pytest.mark.parametrize(
    "parameters",
    [
        {"seed": "-1"}, {"seed": str(MAX_SEED + 1)}, {"seed": "٣"}, {"seed": "1e3"},
        {"variety": "55"}, {"variety": "no"}, {"sheet": "%00"},
        {"sheet": pack({"kind": "text", "text": "red", "seed": 1})},
        {"sheet": pack({"kind": "near", "text": "red", "seed": 1})},
        {"sheet": pack({"kind": "near", "text": "red", "seed": 1, "order": {"kind": "avatar", "seed": 1}})},
    ],
)  # fmt: skip
def test_what_a_link_gets_wrong_is_left_out_and_said(parameters: dict[str, str]) -> None:
    page = open_link("fr", **parameters)
    assert not page.exception
    notice = Translator("fr")("Part of this link makes no sense here and was left out.")
    assert notice in [warning.value for warning in page.warning]
    assert given(page) == {}
    assert len(pictures(page)) == COUNT


def test_a_view_is_what_its_address_says() -> None:
    view = View("robe à fleurs", 5, 30)
    assert read_address(view.address()) == (view, None, False)
    assert View().address() == {}


@pytest.mark.security
@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_text_is_shown_as_it_is_written(text: str) -> None:
    page = enter(open_link(), text)
    assert not page.exception
    assert len(pictures(page)) == COUNT
    assert "<script>" not in said(page)
    assert "](https" not in said(page)
    assert ":red[" not in said(page)
    assert not any(element.proto.allow_html for element in page.markdown)


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_text_of_nothing_known_gets_a_clear_answer_and_no_picture(text: str) -> None:
    page = enter(open_link(), text)
    assert not page.exception
    assert "so nothing is drawn" in said(page)
    assert pictures(page) == []
    enter(page, "red shoes")
    assert len(pictures(page)) == COUNT


def test_a_long_text_is_read_as_far_as_is_said() -> None:
    page = enter(open_link(), "red shoes " * 1000)
    assert f"first {MAX_CHARACTERS} characters" in said(page)
    assert len(pictures(page)) == COUNT
    assert len(memory(page).view.text) <= MAX_CHARACTERS


def test_an_empty_text_brings_the_example_back() -> None:
    page = enter(open_link(text="blue shirt"), "   ")
    assert "This is an example" in said(page)
    assert given(page) == {}


def test_what_was_made_of_the_text_is_told_word_by_word() -> None:
    page = enter(open_link(), "red shoess zzzzqqq without laces")
    told = said(page)
    assert "**Understood**: “red”" in told
    assert "“shoess” as “shoes”" in told
    assert "**Not known, so left out**: “zzzzqqq”" in told
    assert "**Cannot be obeyed**" in told
    assert "laces" in told.split("**Cannot be obeyed**")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_understood_in_full(language: str, service: ProductGenerator) -> None:
    for place, asked in enumerate(wording.EXAMPLES):
        reading = service.read(wording.example(place, language))
        assert reading.ignored + reading.approximated + reading.excluded == ()
        assert wording.heard(reading).items() >= asked.items()


def test_an_example_is_one_click_away() -> None:
    page = open_link("fr")
    page.pills(key="products_example").set_value(3).run()
    assert given(page) == {"text": wording.example(3, "fr")}
    assert wording.example(3, "fr") in pictures(page)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pickers_write_the_text_and_follow_it(language: str) -> None:
    page = open_link(language)
    page.selectbox(key="products_type").set_value("Watches").run()
    page.selectbox(key="products_colour").set_value("Black").run()
    page.selectbox(key="products_gender").set_value("Women").run()
    expected = {"en": "black watches for women", "fr": "montres noires pour femme"}[language]
    assert page.text_input(key="products_text").value == expected
    assert given(page)["text"] == expected
    page.selectbox(key="products_colour").set_value(None).run()
    assert "black" not in given(page)["text"]
    assert "noir" not in given(page)["text"]
    enter(page, "green jeans")
    assert page.selectbox(key="products_type").value == "Jeans"
    assert page.selectbox(key="products_colour").value == "Green"
    assert page.selectbox(key="products_gender").value is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_picker_offers_is_read_as_what_it_says(language: str, service: ProductGenerator) -> None:
    for kind in wording.PICKED:
        names = wording.choices(kind, None, language)
        right = [wording.heard(service.read(wording.write({kind: name}, language))).get(kind) == name for name in names]
        assert np.mean(right) > 0.9, kind  # some of the catalogue's names share their usual word
        labels = [wording.label(kind, name, language) for name in names]
        assert len(set(labels)) == len(labels)


def test_the_language_switch_keeps_everything() -> None:
    page = open_link(text="blue shirt", seed="3", variety="80")
    before = memory(page).sheet
    page.segmented_control(key="language").set_value("fr").run()
    assert not page.exception
    assert memory(page).sheet is before
    assert given(page) == {"text": "blue shirt", "seed": "3", "variety": "80"}
    assert page.selectbox(key="products_type").value == "Shirts"
    page.select_slider(key="products_variety").set_value(50).run()
    assert given(page) == {"text": "blue shirt", "seed": "3", "variety": "50"}


def test_similar_pictures_are_near_and_new_seeds_are_others() -> None:
    page = open_link(text="blue shirt")
    parent = memory(page).sheet.pictures[2]  # type: ignore[union-attr]
    page.button(key="products_near_2").click().run()
    sheet = memory(page).sheet
    assert sheet is not None
    assert {picture.order.recipe.seed for picture in sheet.pictures} == {parent.order.recipe.seed}
    assert given(page)["seed"] == str(parent.order.recipe.seed)
    page.button(key="products_again").click().run()
    other = memory(page).sheet
    assert other is not None
    assert other.wish.order == sheet.wish.order
    assert other.wish.seed != sheet.wish.seed
    page.button(key="products_undo").click().run()
    assert memory(page).sheet == sheet


def test_links_to_similar_pictures_and_to_the_way_to_another_text_draw_the_same(service: ProductGenerator) -> None:
    page = open_link(text="blue shirt")
    page.button(key="products_near_2").click().run()
    again = open_link("fr", **given(page))
    assert SHEET in given(page)
    assert given(again) == given(page)
    assert [drawn.order for drawn in memory(page).sheet.pictures] == [  # type: ignore[union-attr]
        drawn.order
        for drawn in memory(again).sheet.pictures  # type: ignore[union-attr]
    ]
    start = service.generate("blue shirt", 1, seed=9)[0].order
    way = Wish("between", "red dress", order=start)
    assert Wish.from_dict(unpack(pack(way.as_dict()))) == way
    page = open_link(text="blue shirt", seed="9", sheet=pack(way.as_dict()))
    assert "From “blue shirt” to “red dress”" in said(page)
    enter(page, "green jeans")  # what is typed counts more than what the link asked for
    assert given(page) == {"text": "green jeans", "seed": "9"}


def test_a_link_with_a_hostile_text_is_as_clean_as_what_is_typed() -> None:
    order = {"kind": "product", "text": HOSTILE[0] * 40, "seed": 1}
    page = open_link(sheet=pack({"kind": "between", "text": HOSTILE[1], "seed": 1, "order": order}))
    assert not page.exception
    assert "<script>" not in said(page)
    assert "](https" not in said(page)


def look_at(visit: Visit, picture: ProductPicture) -> AppTest:
    """The dialog's content by itself; AppTest closes dialogs at every step."""
    return AppTest.from_function(_closeup, kwargs={"visit": visit, "picture": picture}, default_timeout=120).run()


def _closeup(visit: "Visit", picture: "ProductPicture") -> None:
    from app.i18n import Translator
    from app.resources import product_generator
    from app.widgets.products import closeup

    closeup.content(Translator("en"), product_generator(), visit, picture)


def test_a_picture_opens_over_the_page() -> None:
    page = open_link(text="blue shirt", seed="9")
    page.button(key="products_open_0").click().run()
    assert not page.exception
    assert "- Seed: 9" in said(page)


def test_a_picture_goes_to_another_text_in_eight_steps_or_at_once(service: ProductGenerator) -> None:
    visit, picture = Visit(), service.generate("blue shirt", 1, seed=9)[0]
    dialog = look_at(visit, picture)
    dialog.text_input(key="products_other_text").set_value("zzzzqqq")
    dialog.button(key="products_towards").click().run()
    assert "so nothing is drawn" in said(dialog)
    assert visit.wish is None
    dialog.text_input(key="products_other_text").set_value("red dress")
    dialog.button(key="products_towards").click().run()
    made = visit.wanted("").fulfil(service)
    assert [step.order.share for step in made] == pytest.approx(np.linspace(0, 1, COUNT))
    np.testing.assert_array_equal(made[0].image, picture.image)
    dialog.text_input(key="products_other_text").set_value("red dress")
    dialog.button(key="products_same_seed").click().run()
    assert visit.view == View("red dress", 9)
    assert visit.wanted("").fulfil(service)[0].order == Order("red dress", picture.order.recipe)


def test_favourites_come_and_go_and_are_bounded(service: ProductGenerator) -> None:
    visit, picture = Visit(), service.generate("blue shirt", 1)[0]
    dialog = look_at(visit, picture)
    dialog.button(key="products_favour").click().run()
    assert [kept.order for kept in visit.favourites] == [picture.order]
    assert dialog.button(key="products_favour").label == "Remove from favourites"
    dialog.button(key="products_favour").click().run()
    assert visit.favourites == []
    for seed in range(MOST_FAVOURITES + 3):
        visit.favour(service.make([Order("red", Recipe(seed))])[0])
    assert len(visit.favourites) == MOST_FAVOURITES


def test_earlier_sheets_can_be_shown_again_and_are_bounded(service: ProductGenerator) -> None:
    page = open_link(text="blue shirt")
    enter(page, "red dress")
    page.button(key="products_past_1").click().run()
    assert given(page) == {"text": "blue shirt"}
    assert "blue shirt" in pictures(page)[0]
    visit = Visit(View("red"))
    picture = service.make([Order("red", Recipe(0))])[0]
    for seed in range(MOST_SHEETS + 5):
        visit.keep(Sheet(Wish("text", "red", seed), (picture,)))
    assert [sheet.wish.seed for sheet in visit.past] == list(range(5, MOST_SHEETS + 5))


def test_a_picture_is_enlarged_in_both_styles_beside_plain_enlargement(service: ProductGenerator) -> None:
    visit = Visit()
    dialog = look_at(visit, service.generate("blue shirt", 1)[0])
    dialog.button(key="products_enlarge").click().run()
    assert not dialog.exception
    assert {image.shape for image in visit.enlarged.values()} == {(256, 256, 3)}
    assert len(dialog.get("image")) == 2 + len(visit.enlarged)


def test_without_the_enlarging_networks_a_sentence_stands_in_for_the_button(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ArtifactError("The model is missing.")

    monkeypatch.setattr(closeup, "upscaler", missing)
    page = open_link(text="blue shirt")
    page.button(key="products_open_0").click().run()
    assert not page.exception
    assert "Enlarging is not possible here: The model is missing." in said(page)
    assert "products_enlarge" not in [button.key for button in page.button]


def test_files_say_what_they_were_made_from_and_make_it_again(service: ProductGenerator) -> None:
    made = service.generate("bague dorée", COUNT, seed=77, truncation=0.5)
    with zipfile.ZipFile(io.BytesIO(gallery.as_zip(made))) as archive:
        files = [archive.read(name) for name in archive.namelist()]
    assert len(files) == COUNT
    assert gallery.as_zip(made) == gallery.as_zip(list(made))
    for file, picture in zip(files, made, strict=True):
        notes = notes_of(file)
        assert notes is not None
        assert notes["model"] == service.model
        order = read_order(notes)
        assert order == picture.order
        np.testing.assert_array_equal(service.make([order])[0].image, picture.image)


def test_an_uploaded_picture_fills_the_page_again(service: ProductGenerator) -> None:
    picture = service.generate("bague dorée", 3, seed=77, truncation=0.5)[2]
    page = open_link()
    page.file_uploader(key="products_file").upload("ring.png", picture.png(), "image/png").run()
    assert not page.exception
    assert "bague dorée" in said(page)
    page.button(key="products_redraw").click().run()
    assert [drawn.order for drawn in memory(page).sheet.pictures] == [picture.order]  # type: ignore[union-attr]
    shown = given(page)
    assert Wish.from_dict(unpack(shown.pop(SHEET))) == Wish("one", "bague dorée", order=picture.order)
    assert shown == {"text": "bague dorée", "seed": str(picture.order.recipe.seed), "variety": "50"}


def test_an_upload_is_read_once_however_often_the_page_is_drawn(
    service: ProductGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []

    def counted(data: bytes, limits: object) -> dict[str, object] | None:
        read.append(data)
        return notes_of(data)

    monkeypatch.setattr(saved, "notes_of", counted)
    files = [picture.png() for picture in service.generate("bague dorée", 2, seed=77)]
    page = open_link()
    for file in files:
        page.file_uploader(key="products_file").upload("ring.png", file, "image/png").run()
        page.run()
        assert "bague dorée" in said(page)
    assert read == files


@pytest.mark.security
@pytest.mark.parametrize(
    "notes",
    [
        {},
        {"kind": "avatar", "text": "red", "seed": 1},
        {"kind": "product", "text": 5, "seed": 1},
        {"kind": "product", "text": "red", "seed": -1},
        {"kind": "product", "text": "red", "seed": "x"},
        {"kind": "product", "text": "red", "seed": 1, "truncation": 9},
        {"kind": "product", "text": "red", "seed": 1, "steps": [[1, 2, 3]]},
        {"kind": "product", "text": "red", "seed": 1, "towards": "blue", "share": 3},
    ],
)
def test_made_up_notes_are_refused_in_a_sentence(notes: dict[str, object]) -> None:
    with pytest.raises(UserError):
        read_order(notes)
    page = open_link()
    file = png_with_notes(np.zeros((64, 64, 3), np.uint8), notes)
    page.file_uploader(key="products_file").upload("odd.png", file, "image/png").run()
    assert not page.exception
    assert len(page.error) == 1


@pytest.mark.parametrize("text", ["", "\ud800\udfff", "zzzzqqq", "<b>x</b>" * 900])
def test_notes_with_a_text_of_nothing_known_are_answered(text: str) -> None:
    page = open_link()
    notes = json.dumps({"kind": "product", "text": text, "seed": 1})
    page.file_uploader(key="products_file").upload("odd.png", _png_with(notes), "image/png").run()
    assert not page.exception
    assert "so nothing is drawn" in said(page)


def _png_with(text: str) -> bytes:
    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_itxt("effigies", text)
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def test_french_compounds_have_their_mark_where_it_belongs() -> None:
    shown = [wording.label("type", name, "fr") for name in ("Kurta Sets", "Bra", "Handbags")]
    assert shown == ["Ensembles kurta", "Soutiens-gorge", "Sacs à main"]


@pytest.mark.security
def test_an_uploaded_file_is_read_in_turn_and_a_large_one_not_at_all(
    service: ProductGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[str] = []

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append("begins")
        yield
        turns.append("ends")

    monkeypatch.setattr(saved, "turn", turn)
    monkeypatch.setattr(saved, "notes_of", lambda data, limits: turns.append("reads") or notes_of(data, limits))
    page = open_link()
    page.file_uploader(key="products_file").upload("ring.png", service.generate("ring", 1)[0].png(), "image/png").run()
    assert not page.error
    assert turns == ["begins", "reads", "ends"]
    notes = {"kind": "product", "text": "ring", "seed": 1}
    large = png_with_notes(np.zeros((1500, 1500, 3), np.uint8), notes)
    monkeypatch.setattr("core.images.decode", lambda *_: pytest.fail("it was decoded"))
    page.file_uploader(key="products_file").upload("large.png", large, "image/png").run()
    assert "more than 2 million pixels was not drawn here" in page.error[0].value


def test_what_is_no_picture_is_said() -> None:
    page = open_link()
    page.file_uploader(key="products_file").upload("odd.png", b"not a picture", "image/png").run()
    assert not page.exception
    assert len(page.error) == 1


def test_the_taught_baseline_draws_the_same_texts_and_seeds_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_link(text="red shoes", seed="5", variety="60")
    assert not taught(page)
    page.toggle(key="products_taught").set_value(True).run()
    assert not page.exception
    ours = [image.split("seed ")[1] for image in pictures(page)]
    assert [image.split("seed ")[1] for image in taught(page)] == ours
    assert "The taught baseline" in said(page)
    with monkeypatch.context() as patch:
        patch.setattr(Baseline, "pictures", lambda *_: pytest.fail("drawn again"))
        assert not page.run().exception
    made = page.session_state["page_memory"]["products_taught_drawn"][1]
    assert made.shape == (COUNT, 64, 64, 3)
    page = open_link(text="blue dress", seed="5", variety="60")
    page.toggle(key="products_taught").set_value(True).run()
    assert (page.session_state["page_memory"]["products_taught_drawn"][1] != made).any(), "the text counts"


def test_a_model_without_the_taught_baseline_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.gan.baseline.DCGAN", "none.keras")
    resources.baseline.clear()
    page = open_link()
    page.toggle(key="products_taught").set_value(True).run()
    assert not page.exception
    assert "--stage dcgan" in said(page)
    assert pictures(page)


def taught(page: AppTest) -> list[str]:
    """Alternative texts of what the baseline drew."""
    alternatives = [image.alt for element in page.get("image") for image in element.proto.imgs]
    return [text for text in alternatives if text.startswith("Drawn by the DCGAN")]


def own(page: AppTest, data: bytes) -> AppTest:
    return page.file_uploader(key="products_own_file").upload("own.png", data, "image/png").run()


def test_a_picture_of_ones_own_is_enlarged_by_both_networks_and_forgotten_with_its_upload() -> None:
    page = own(open_link(), encode_png(np.random.default_rng(0).integers(0, 255, (24, 32, 4), np.uint8)))
    before = len(page.get("image"))
    page.button(key="products_own_enlarge").click().run()
    assert not page.exception
    made = page.session_state["page_memory"]["products_own_enlarged"][1]
    assert {style: image.shape for style, image in made.items()} == dict.fromkeys(STYLES, (96, 128, 4))
    assert len(page.get("image")) == before + 1 + len(STYLES)
    assert len([b for b in page.get("download_button") if b.proto.id.endswith(tuple(f"_own_{s}" for s in STYLES))]) == 2
    own(page, encode_png(np.zeros((24, 32, 3), np.uint8)))  # another one instead
    assert "products_own_enlarged" not in page.session_state["page_memory"]
    page.file_uploader(key="products_own_file").set_value([]).run()
    assert len(page.get("image")) == before
    assert not {"products_own_opened", "products_own_enlarged"} & set(page.session_state["page_memory"])


def test_of_a_large_picture_a_smaller_copy_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_picture, "LONGEST_SIDE", 32)
    page = own(open_link(), encode_png(np.zeros((100, 64, 3), np.uint8)))
    assert "64 × 100 pixels" in said(page)
    assert "20 × 32 pixels" in said(page)
    page.button(key="products_own_enlarge").click().run()
    made = page.session_state["page_memory"]["products_own_enlarged"][1]
    assert {image.shape for image in made.values()} == {(128, 80, 3)}


@pytest.mark.security
def test_of_ones_own_only_a_picture_is_taken_and_nothing_where_no_files_are(monkeypatch: pytest.MonkeyPatch) -> None:
    page = own(open_link("fr"), b"MZ nothing")
    assert not page.exception
    assert len(page.error) == 1
    assert "products_own_enlarge" not in [button.key for button in page.button]
    monkeypatch.setenv("EFFIGIES_UPLOADS", "false")
    settings.cache_clear()
    assert not open_link().get("file_uploader")
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.security
def test_texts_are_cleaned_of_what_cannot_be_printed() -> None:
    assert clean(" red\tshoes\n\u202e\u0000\ud800 ") == "red shoes"
    assert clean("é" * 10_000) == "é" * MAX_CHARACTERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab_about_the_model_can_be_opened(language: str) -> None:
    page = open_link(language)
    labels, drawn = [tab.label for tab in page.tabs], set()
    for label in labels:
        page.session_state[f"products_tab_{language}"] = label
        page.run()
        assert not page.exception, label
        assert not page.error, label
        kinds = ("plotly_chart", "image", "arrow_data_frame", "metric")
        drawn.add((said(page), *(len(page.get(kind)) for kind in kinds)))
    assert len(drawn) == len(labels)


def test_figures_that_were_not_measured_are_passed_over(models: Path, tmp_path: Path) -> None:
    record = {"metrics": {"n": 3}, "history": {}, "samples": []}
    records.product_record.clear()
    page = AppTest.from_function(_panel_of, kwargs={"record": record}, default_timeout=120)
    page.run()
    assert not page.exception
    for label in [tab.label for tab in page.tabs]:
        page.session_state["products_tab_en"] = label
        page.run()
        assert not page.exception, label


def _panel_of(record: dict[str, object]) -> None:
    from app.i18n import Translator
    from app.resources import product_generator
    from app.widgets.products import model_panel

    model_panel.show(Translator("en"), record, product_generator())


@pytest.mark.parametrize(("missing", "works"), [(METRICS, True), ("decoder.keras", False)])
def test_a_model_without_its_figures_works_and_one_without_a_file_says_so(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, works: bool
) -> None:
    for folder in models.iterdir():
        if folder.name != "product":
            (tmp_path / folder.name).symlink_to(folder.resolve())
    (tmp_path / "product").mkdir()
    for file in (models / "product").iterdir():
        if file.name != missing:
            (tmp_path / "product" / file.name).symlink_to(file)
    monkeypatch.setenv("EFFIGIES_MODELS", str(tmp_path))
    _forget()
    page = open_link()
    assert not page.exception
    notices = [notice.value for notice in (*page.warning, *page.error)]
    assert any("python -m core" in notice for notice in notices)
    assert bool(pictures(page)) == works
