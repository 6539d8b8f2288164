"""What the panels say of the stored models is what was measured of them, the unflattering figures too."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import records
from core.artifacts import open_artifact, read_metrics
from core.settings import settings

Draw = Callable[..., AppTest]
Figures = dict[str, Any]


@pytest.fixture
def draw() -> Draw:
    """Draw one tab about the stored model of that name."""

    def drawn(module: str, tab: str, model: str, **service: object) -> AppTest:
        manifest = open_artifact(settings().models / model)
        kwargs = {
            "module": module,
            "tab": tab,
            "model": model,
            "service": SimpleNamespace(manifest=manifest, **service),
        }
        page = AppTest.from_function(_tab, kwargs=kwargs, default_timeout=60)
        page.session_state["language"] = "en"
        page.run()
        assert not page.exception
        return page

    return drawn


def _tab(module: str, tab: str, model: str, service: object) -> None:
    import importlib

    from app import records
    from app.i18n import Translator

    record = getattr(records, f"{model}_record")()
    tabs = importlib.import_module(f"app.widgets.{module}")._TABS
    tabs[tab](Translator("en"), record, *(() if model == "emotion" else (service,)))


def said(page: AppTest) -> str:
    return "\n".join(part.value for part in (*page.markdown, *page.caption))


def metrics(model: str) -> Figures:
    return read_metrics(settings().models / model)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    for record in (records.emoji_record, records.product_record, records.avatar_record, records.recommender_record):
        record.clear()


def test_emoji_are_judged_by_the_second_opinion_first(draw: Draw) -> None:
    found = metrics("emoji")
    page = draw("emoji.model_panel", "In short", "emoji")
    for shown, axis in zip(page.metric, ("mood", "topic"), strict=False):
        assert shown.value == f"{found['second_opinion'][axis]['accuracy']:.1%}"
    judged = found["relevance"]["mood"]
    assert f"says {judged['accuracy']:.1%} for the mood, of real emoji {judged['ceiling']:.1%}" in said(page)
    first = page.dataframe[0].value
    assert first.loc["Mood", "Floor: contexts shuffled"] == f"{found['second_opinion']['mood']['floor']:.1%}"


def test_a_collapsed_baseline_is_called_weak_and_what_it_was_given_is_told(draw: Draw) -> None:
    shown = open_artifact(settings().models / "emoji").parameters["stages"]["dcgan"]["images_shown"]
    told = said(draw("emoji.model_panel", "In short", "emoji"))
    assert f"was shown {shown:,} pictures" in told
    assert "It is a weak baseline here." in told


def test_that_emoji_mostly_imitate_is_told_where_it_is_told_how_they_are_made(draw: Draw) -> None:
    game = open_artifact(settings().models / "emoji").parameters["stages"]["prior"]["game"]
    assert f"Up to {game['alone']:.0%} of each round" in said(draw("emoji.model_panel", "How it works", "emoji"))


def test_how_emoji_were_learned_is_shown(draw: Draw) -> None:
    page = draw("emoji.model_panel", "Training", "emoji")
    assert len(page.get("plotly_chart")) == 1
    assert page.get("image")


def test_captions_that_were_seen_and_enlarging_are_told_of_products(draw: Draw) -> None:
    found, enlarged = metrics("product"), metrics("superres")["sets"]["large_x4"]["methods"]
    told = said(draw("products.model_panel", "In short", "product"))
    unseen = found["unseen_captions"]
    assert f"{1 - unseen['n'] / found['n']:.1%} of them stand" in told
    assert f"type is as asked in **{unseen['generated']['type']:.1%}**" in told
    told = said(draw("products.model_panel", "Figures", "product"))
    assert f"PSNR **{enlarged['faithful']['psnr']:.2f} dB**" in told
    assert f"{enlarged['bicubic']['psnr']:.2f} by calculation" in told


@pytest.mark.parametrize(("module", "model"), [("products", "product"), ("avatars", "avatar")])
def test_the_last_stage_of_the_training_is_part_of_how_it_works(draw: Draw, module: str, model: str) -> None:
    service = {"encoder": SimpleNamespace(width=128)}
    told = said(draw(f"{module}.model_panel", "How it works", model, **service))
    assert "the **decoder** learned from what the generator makes" in told
    assert "were trained apart" not in told


def test_avatars_say_what_the_theme_hides_and_how_many_there_can_be(draw: Draw) -> None:
    found = metrics("avatar")
    told = said(draw("avatars.model_panel", "In short", "avatar"))
    assert f"recognised in {found['theme']['baseline']:.1%} of cases" in told
    assert f"Recall is {found['distribution']['generated']['recall']:.3f}" in told
    total = sum(row["capacity"]["at_least"] for row in found["uniqueness"])
    assert f"at least **{total:,.0f}** avatars" in said(draw("avatars.model_panel", "Uniqueness", "avatar"))


def test_contempt_is_said_never_to_be_named_and_overfitting_can_be_judged(draw: Draw) -> None:
    contempt = metrics("emotion")["contempt"]
    told = said(draw("expressions_model", "By expression", "emotion"))
    assert f"first in **{contempt['named_contempt']}** of {contempt['n']:,} pictures" in told
    page = draw("expressions_model", "Training", "emotion")
    charts = [element.proto.spec for element in page.get("plotly_chart")]
    assert any("Textbook, training" in spec and "Textbook, PublicTest" in spec for spec in charts)


def test_recommendations_show_the_usual_figures_in_short_and_what_segments_are_worth(draw: Draw) -> None:
    found = metrics("recommender")["date"]
    best = found["methods"][found["chosen"]]
    record = json.loads((settings().models / "recommender" / "record.json").read_bytes())
    segments = max(record["segment_choice"], key=lambda row: row["silhouette"])
    service = {"shop": range(9), "segments": range(segments["segments"]), "record": record}
    page = draw("recommender_model", "In short", "recommender", **service)
    values = [shown.value for shown in page.metric]
    assert {f"{best[name]:.4f}" for name in ("precision", "recall", "f1")} < set(values)
    assert f"{best['roc_auc']:.1%}" in values
    told = said(draw("recommender_model", "Tuning", "recommender", **service))
    methods = found["methods"]
    assert f"F1 {methods['popular_segment']['f1']:.4f} against {methods['popular']['f1']:.4f}" in told
    assert f"silhouette is {segments['silhouette']:.3f}, which is weak" in told
