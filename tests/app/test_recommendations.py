"""The Recommendations page, as shoppers with full, empty and odd baskets meet it."""

import ast
import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import records, resources
from app.i18n import Translator
from app.registry import ROOT, room
from app.widgets import lenses, product_names, recommended_list
from app.widgets.product_names import plain, shortened
from app.widgets.product_search import MORE, SHOWN
from app.widgets.shopper import MOST_PRODUCTS, PARAMETERS, View, read_address
from core.recommender.search import ProductSearch
from core.recommender.service import Recommender
from core.settings import settings
from tests.app.conftest import Visit

PAGE = room("recommendations")


@pytest.fixture(scope="module")
def service() -> Recommender:
    return resources.recommender()


@pytest.fixture
def basket(service: Recommender) -> list[str]:
    liked: list[str] = service.record["shoppers"][0]["liked"]
    return liked


def open_link(language: str, **parameters: str) -> AppTest:
    studio = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in {"lang": language, **parameters}.items():
        studio.query_params[name] = value
    studio._page_hash = calc_hash(PAGE.url_path)
    return studio.run()


def said(page: AppTest) -> str:
    return "\n".join(text.value for text in (*page.markdown, *page.caption, *page.subheader))


def cards(page: AppTest) -> list[str]:
    """Ids of the recommended products, in order."""
    return [str(button.key).removeprefix("hide-") for button in page.button if str(button.key).startswith("hide-")]


def given(page: AppTest) -> dict[str, str]:
    """The parameters of the page's address, without the language."""
    values = {name: page.query_params[name] for name in PARAMETERS if name in page.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in values.items()}


def offered(page: AppTest) -> list[str]:
    """Ids of the products found, in order."""
    return [str(button.key).removeprefix("add-") for button in page.button if str(button.key).startswith("add-")]


def title(service: Recommender, item: str) -> str:
    return plain(shortened(service.product(item).title))


def test_a_new_visitor_is_told_that_this_is_what_sells(visit: Visit) -> None:
    page = visit(PAGE, "en")
    assert not page.exception
    assert "you have picked nothing yet" in page.info[0].value.lower()
    assert len(cards(page)) == View().count
    assert given(page) == {}


def test_a_sample_shopper_comes_in_one_click_and_gets_reasons(visit: Visit, service: Recommender) -> None:
    page = visit(PAGE, "fr")
    page.button(key="sample-1").click().run()
    liked = given(page)["likes"].split(",")
    assert liked in [row["liked"] for row in service.record["shoppers"] if row["segment"] == 1]
    assert "parce que vous aimez" in said(page)
    assert not set(cards(page)) & set(liked)
    page.button(key="sample-1").click().run()
    assert given(page)["likes"].split(",") != liked


def test_what_is_typed_finds_products_to_add(visit: Visit, service: Recommender) -> None:
    page = visit(PAGE, "en")
    page.session_state["recommendations_search"] = {"text": "shampo"}
    page.run()
    offered = [button for button in page.button if str(button.key).startswith("add-")]
    assert offered
    item = str(offered[0].key).removeprefix("add-")
    assert "shampoo" in service.product(item).title.lower()
    offered[0].click().run()
    assert given(page)["likes"] == item
    assert page.button(key=f"added-{item}").disabled
    assert "because you liked" in said(page)


def test_more_is_found_on_demand_and_in_the_chosen_department(visit: Visit, service: Recommender) -> None:
    page = visit(PAGE, "en")
    page.session_state["recommendations_search"] = {"text": "brush"}
    page.run()
    assert len(offered(page)) == SHOWN
    page.button(key="search-more").click().run()
    assert len(offered(page)) == SHOWN + MORE
    page.selectbox(key="recommendations_department").set_value("Hair Care").run()
    found = offered(page)
    assert len(found) == SHOWN + MORE
    assert {service.product(item).department for item in found} == {"Hair Care"}
    page.session_state["recommendations_search"] = {"text": "cream"}
    page.run()
    assert len(offered(page)) == SHOWN


def test_what_was_found_is_not_searched_again(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(PAGE, "en")
    page.session_state["recommendations_search"] = {"text": "brush"}
    page.run()
    found = offered(page)
    monkeypatch.setattr(ProductSearch, "find", lambda *_arguments: pytest.fail("searched again"))
    page.select_slider(key="recommendations_count").set_value(6).run()
    assert not page.exception
    assert offered(page) == found


def test_a_change_survives_a_run_that_is_cut_short(basket: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever clicks before the page is complete starts another run, with the address of before the change."""
    page = open_link("en", likes=",".join(basket))
    chosen = cards(page)[0]
    with monkeypatch.context() as patch:
        patch.setattr(lenses, "show", lambda *_arguments: st.stop())
        page.button(key=f"like-{chosen}").click().run()
        assert given(page)["likes"].split(",") == basket
    page.run()
    assert given(page)["likes"].split(",") == [*basket, chosen]
    page.button(key="undo-basket").click().run()
    assert given(page)["likes"].split(",") == basket


def test_going_back_reopens_the_view_of_that_address(basket: list[str]) -> None:
    page = open_link("en", likes=",".join(basket))
    page.button(key=f"like-{cards(page)[0]}").click().run()
    page.query_params["likes"] = ",".join(basket)
    page.run()
    assert given(page)["likes"].split(",") == basket
    assert page.button(key=f"remove-{basket[0]}")


def test_the_strip_of_a_change_goes_when_the_list_becomes_another(basket: list[str]) -> None:
    page = open_link("en", likes=",".join(basket))
    page.button(key=f"hide-{cards(page)[2]}").click().run()
    assert [button for button in page.button if button.key == "undo-here"]
    page.selectbox(key="recommendations_department").set_value("Makeup").run()
    assert not [button for button in page.button if button.key == "undo-here"]
    assert page.button(key="undo-basket")


@pytest.mark.parametrize(("kind", "parameter"), [("like", "likes"), ("hide", "not")])
def test_what_has_to_go_to_make_room_is_said(service: Recommender, kind: str, parameter: str) -> None:
    full = [product.id for product in service.shop.products[:MOST_PRODUCTS]]
    page = open_link("en", **{parameter: ",".join(full)})
    assert not page.toast
    chosen = cards(page)[0]
    page.button(key=f"{kind}-{chosen}").click().run()
    assert given(page)[parameter].split(",") == [*full[1:], chosen]
    assert ["the oldest" in toast.value for toast in page.toast] == [True]
    page.select_slider(key="recommendations_count").set_value(6).run()
    assert not page.toast


def test_a_product_without_a_name_is_said_to_be_one(service: Recommender) -> None:
    nameless = next(product for product in service.shop.products if product.title == product.id)
    page = open_link("fr", likes=nameless.id)
    assert plain(product_names.title(Translator("en"), nameless)) == f"Product without a name \\({nameless.id}\\)"
    assert plain(product_names.title(Translator("fr"), nameless)) in said(page)


def test_what_sold_is_dated_as_the_data_are(visit: Visit) -> None:
    ends = json.loads((ROOT / "data" / "cards" / "recommender.json").read_text(encoding="utf-8"))["last"]
    assert ends.startswith("2014-07")
    assert "What sold best when the data end (July 2014)" in said(visit(PAGE, "en"))


def test_the_limits_of_the_data_are_told(visit: Visit) -> None:
    page = visit(PAGE, "en")
    assert "Pictures, prices and links to a shop are not in the data" in said(page)
    for tab, told in {
        "Data and limits": "Ratings are not in these data",
        "Same day or not": "ascending product number",
        "In short": "Its NDCG is 3.9 times the floor’s",
        "PCA and LDA": "what the reduction buys is the search by meaning",
        "Tuning": "those of the test period included",
    }.items():
        page.session_state["recommendations_tab_en"] = tab
        page.run()
        assert told in said(page), tab
        if tab == "PCA and LDA":  # what was timed there, one request or twenty, cannot be compared
            assert not any("ms" in str(column).split() for frame in page.dataframe for column in frame.value.columns)


def test_a_product_set_aside_leaves_and_comes_back(basket: list[str], service: Recommender) -> None:
    page = open_link("en", likes=",".join(basket))
    before = cards(page)
    page.button(key=f"hide-{before[2]}").click().run()
    assert before[2] not in cards(page)
    assert f"Set aside: {title(service, before[2])}" in said(page)
    page.button(key="undo-here").click().run()
    assert cards(page) == before
    assert "not" not in given(page)


def test_liked_products_leave_the_recommendations_and_enter_the_basket(basket: list[str]) -> None:
    page = open_link("en", likes=",".join(basket))
    chosen = cards(page)[0]
    page.button(key=f"like-{chosen}").click().run()
    assert given(page)["likes"].split(",") == [*basket, chosen]
    assert chosen not in cards(page)
    page.button(key=f"remove-{basket[0]}").click().run()
    assert given(page)["likes"].split(",") == [*basket[1:], chosen]
    page.button(key="empty").click().run()
    assert "likes" not in given(page)
    page.button(key="undo-basket").click().run()
    assert given(page)["likes"].split(",") == [*basket[1:], chosen]


def test_a_link_reopens_the_same_view(basket: list[str], service: Recommender) -> None:
    page = open_link("en", likes=",".join(basket))
    page.selectbox(key="recommendations_department").set_value("Hair Care").run()
    page.select_slider(key="recommendations_diversity").set_value(30).run()
    page.select_slider(key="recommendations_count").set_value(6).run()
    page.selectbox(key="recommendations_second").set_value("content").run()
    page.button(key=f"hide-{cards(page)[0]}").click().run()
    again = open_link("fr", **given(page))
    assert cards(again) == cards(page)
    assert len(cards(again)) == 6
    assert {service.product(item).department for item in cards(again)} == {"Hair Care"}
    assert again.selectbox(key="recommendations_second").value == "content"
    assert given(again) == given(page)


def test_the_language_switch_keeps_everything(basket: list[str]) -> None:
    page = open_link("en", likes=",".join(basket), department="Makeup", diversity="20", methods="cosine,lsa", n="8")
    before, address = cards(page), given(page)
    page.segmented_control(key="language").set_value("fr").run()
    assert not page.exception
    assert (cards(page), given(page)) == (before, address)
    assert page.selectbox(key="recommendations_department").value == "Makeup"
    page.select_slider(key="recommendations_count").set_value(4).run()
    assert given(page) == address | {"n": "4"}


@pytest.mark.security
@pytest.mark.parametrize(
    "parameters",
    [
        {"likes": "B000000000"},
        {"likes": "<script>alert(1)</script>,../../etc/passwd"},
        {"likes": "," * 5000 + "x"},
        {"not": "no such product"},
        {"department": "Weapons"},
        {"diversity": "-1"},
        {"diversity": "1e9"},
        {"n": "1000"},
        {"n": "٣"},
        {"methods": "hybrid"},
        {"methods": "hybrid,gradient"},
    ],
)
def test_what_a_link_does_not_know_is_left_out_and_said_once(parameters: dict[str, str]) -> None:
    page = open_link("fr", **parameters)
    assert not page.exception
    notice = Translator("fr")("Part of this link is not known in this shop and was left out.")
    assert [warning.value for warning in page.warning if warning.value == notice] == [notice]
    assert len(cards(page)) == View().count
    assert given(page) == {}


def test_a_link_keeps_what_it_knows(basket: list[str], service: Recommender) -> None:
    view, strange = read_address({"likes": f"{basket[0]},nonsense,{basket[1]},{basket[0]}", "n": "8"}, service)
    assert view == View(liked=(basket[0], basket[1]), count=8)
    assert strange
    every = ",".join(product.id for product in service.shop.products)
    latest = tuple(product.id for product in service.shop.products[-MOST_PRODUCTS:])
    assert read_address({"likes": every}, service)[0].liked == latest


def test_a_view_is_what_its_address_says(basket: list[str], service: Recommender) -> None:
    view = View(tuple(basket[:3]), (basket[4],), "Fragrance", 70, 12, ("weighted", "popular_segment"))
    assert read_address(view.address(), service) == (view, False)
    assert View().address() == {}


@pytest.mark.security
def test_names_of_others_are_shown_as_they_are_written() -> None:
    odd = "[free](https://example.org) *A* $1$ <b>_x_</b> :red[y] `z` # | ~~w~~ !"
    assert re.sub(r"\\(.)", r"\1", plain(odd)) == odd
    assert not re.search(r"(?<!\\)[\[\]()*$<>_:`#|~!]", plain(odd))
    assert shortened("one two three", 8) == "one two…"


def test_the_page_leaves_scikit_learn_to_the_loaders() -> None:
    """Imported by the page while another thread opens a model, it can be met half-imported."""
    page = ast.parse(PAGE.page.read_text(encoding="utf-8"))
    imports = "\n".join(ast.unparse(line) for line in page.body if isinstance(line, ast.Import | ast.ImportFrom))
    code = f"{imports}\nimport sys\nsys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def test_nothing_left_in_a_department_is_explained(basket: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recommender, "recommend", lambda *_arguments, **_settings: [])
    page = open_link("en", likes=basket[0])
    assert not page.exception
    assert any("Nothing is left to recommend" in warning.value for warning in page.warning)


def test_nothing_found_says_what_to_try(visit: Visit) -> None:
    page = visit(PAGE, "en")
    page.session_state["recommendations_search"] = {"text": "zzzzqqqq"}
    page.run()
    assert not page.exception
    assert not [button for button in page.button if str(button.key).startswith("add-")]
    assert "Try fewer or other words" in str(page.get("bidi_component")[0].proto)


def test_every_lens_and_every_tab_about_the_model_can_be_opened(basket: list[str]) -> None:
    page = open_link("fr", likes=",".join(basket))
    drawn = set()
    labels = [tab.label for tab in page.tabs]
    for place, label in enumerate(labels):
        page.session_state["recommendations_lens_fr" if place < 3 else "recommendations_tab_fr"] = label
        page.run()
        assert not page.exception, label
        assert not page.error, label
        drawn.add((said(page), len(page.get("plotly_chart")), len(page.dataframe)))
    assert len(drawn) >= len(labels) - 1  # each shows something of its own


def _models_without(tmp_path: Path, missing: str) -> Path:
    """A copy of the models folder in which the recommender lacks one file."""
    for folder in settings().models.iterdir():
        if folder.is_dir():
            (tmp_path / folder.name).mkdir()
            for file in folder.iterdir():
                if (folder.name, file.name) != ("recommender", missing):
                    (tmp_path / folder.name / file.name).symlink_to(file)
    return tmp_path


def _forget() -> None:
    settings.cache_clear()
    resources.recommender.clear()
    records.recommender_record.clear()


@pytest.mark.parametrize(("missing", "works"), [("metrics.json", True), ("hybrid.npz", False)])
def test_a_model_without_its_figures_works_and_one_without_a_file_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, works: bool
) -> None:
    monkeypatch.setenv("EFFIGIES_MODELS", str(_models_without(tmp_path, missing)))
    _forget()
    try:
        page = open_link("en")
    finally:
        monkeypatch.undo()
        _forget()
    assert not page.exception
    notices = [notice.value for notice in (*page.warning, *page.error)]
    assert any("python -m core" in notice for notice in notices)
    assert bool(cards(page)) == works


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_list_can_be_taken_along_and_holds_no_formula(
    service: Recommender, basket: list[str], language: str
) -> None:
    _ = Translator(language)
    page = open_link(language, likes=",".join(basket))
    assert _("Download the list (CSV)") in [button.proto.label for button in page.get("download_button")]
    found = service.recommend(basket, View().count)
    sly = replace(found[0], product=replace(found[0].product, title='=HYPERLINK("x")', brand="@brand"))
    rows = list(csv.reader(io.StringIO(recommended_list.as_csv(_, [sly, *found[1:]]).decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [[str(place), one.product.id] for place, one in enumerate(found, start=1)]
    assert rows[1][2:4] == ['\'=HYPERLINK("x")', "'@brand"]
    assert all(row[5] for row in rows[1:]), "each with its reason"
    assert ("parce que vous aimez" if language == "fr" else "because you liked") in rows[1][5]
