"""Chapters tell what metrics.json holds, and nothing of models that are not there."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from core.artifacts import open_artifact, write_manifest
from core.reporting import accessibility, cards, chapters, figure_data, static
from core.reporting.document import Chart, Diagram, Points, Section, Sheet, Table, Text
from core.reporting.report import compose
from core.reporting.sections import chapters as of_models
from core.reporting.sections import write
from core.reporting.words import LANGUAGES, Words
from core.settings import settings
from tools.accessibility import leave, summary

every_language = pytest.mark.parametrize("language", LANGUAGES)


def told(section: Section) -> str:
    parts = [section.lead, *section.points]
    for block in section.blocks():
        match block:
            case Text():
                parts.append(block.text)
            case Points():
                parts += block.items
            case Table():
                parts += [cell for row in block.rows for cell in row]
            case Chart() | Diagram():
                parts.append(block.alt)
            case Sheet():
                parts += [picture.caption for picture in block.pictures]
    return "\n".join(parts)


@every_language
@pytest.mark.parametrize("chapter", of_models(), ids=lambda chapter: chapter.KEY)
def test_stored_models_are_told_in_full(chapter: object, language: str) -> None:
    key = chapter.KEY  # type: ignore[attr-defined]
    there = (settings().models / key / "metrics.json").exists()
    section = write(chapter, settings().models, language)  # type: ignore[arg-type]
    assert section.measured == there
    assert bool(section.charts()) == there
    blocks = [block.key for block in section.blocks() if isinstance(block, Chart | Table | Sheet)]
    assert len(set(blocks)) == len(blocks)
    assert all(block.about and block.alt for block in section.charts())
    assert "{" not in told(section).replace("metrics.json", "")


@every_language
def test_a_model_that_is_not_here_is_said_to_be_not_measured(tmp_path: Path, language: str) -> None:
    for chapter in of_models():
        section = write(chapter, tmp_path, language)
        assert not section.measured
        assert Words(language)("absent") in told(section)
        assert not section.highlights


def test_figures_of_an_unknown_form_count_as_not_measured(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "emotion", tmp_path / "emotion")
    (folder / "metrics.json").write_text('{"accuracy": "high"}', encoding="utf-8")
    chapter = next(each for each in of_models() if each.KEY == "emotion")
    section = write(chapter, tmp_path, "en")
    assert not section.measured
    assert "a form that this version does not know" in told(section)
    assert "Measure again with python -m core evaluate emotion --write" in told(section)


@every_language
@pytest.mark.parametrize(
    "older",
    [
        {"k": 20, "methods": {"lsa": {"ndcg": 0.1}}, "last": {"ndcg": 0.2}},  # protocols without methods
        {"k": 20, "floor": "popular", "date": {"chosen": "lsa", "methods": {"lsa": {"ndcg": 0.1}}}},  # no floor there
        {"recall": 0.3},
    ],
)
def test_a_recommender_measured_by_an_older_version_is_told_to_be_measured_again(
    models: Path, tmp_path: Path, older: dict[str, object], language: str
) -> None:
    folder = shutil.copytree(models / "text", tmp_path / "recommender")
    (folder / "metrics.json").write_text(json.dumps(older), encoding="utf-8")
    document = compose(tmp_path, language)
    for key in ("recommender", "advice"):
        section = next(section for section in document.sections if section.key == key)
        assert "python -m core evaluate recommender --write" in told(section)
    assert Words(language, "recommender")("title") in told(document.sections[1])  # the overview: what is missing


def test_the_figures_are_those_of_metrics_json(models: Path) -> None:
    found = json.loads((models / "emotion" / "metrics.json").read_bytes())
    chapter = next(each for each in of_models() if each.KEY == "emotion")
    section = write(chapter, models, "en")
    assert section.highlights[0].value == f"{found['accuracy']:.1%}"
    matrix = next(chart for chart in section.charts() if chart.key == "emotion_confusion")
    rows = list(csv.DictReader(io.StringIO(figure_data.as_csv(matrix.figure))))
    first = found["confusion"][0]
    assert [float(row["y"]) for row in rows[:7]] == pytest.approx([count / sum(first) for count in first])


def test_the_overview_names_what_is_missing(models: Path) -> None:
    document = compose(models, "en")
    glance = next(section for section in document.sections if section.key == "glance")
    missing = [section.title for section in document.sections if not section.measured]
    assert missing
    assert all(title in told(glance) for title in missing)
    accuracy = json.loads((models / "emotion" / "metrics.json").read_bytes())["accuracy"]
    assert f"{accuracy:.1%}" in told(glance)


def test_advice_gives_only_figures_that_were_measured(models: Path, tmp_path: Path) -> None:
    full = told(chapters.advice(Words("en"), settings().models))
    assert "decibels" in full
    assert "decibels" not in told(chapters.advice(Words("en"), models))
    assert "decibels" not in told(chapters.advice(Words("en"), tmp_path))


@every_language
def test_what_axe_found_is_told_where_it_is_stored(tmp_path: Path, language: str) -> None:
    stored, words = tmp_path / "accessibility.json", Words(language)
    missing = Words(language, "report")("access_not_measured")
    assert missing in told(accessibility.section(words, stored))
    for broken in ("{", "[]", '{"date": "yesterday"}', '{"visits": 3, "date": "2026-01-02"}'):
        stored.write_text(broken, encoding="utf-8")
        assert missing in told(accessibility.section(words, stored))
    response = {
        "testEngine": {"name": "axe-core", "version": "4.10"},
        "toolOptions": {"runOnly": {"values": ["wcag2a", "wcag22aa"]}},
        "passes": [{"id": "image-alt", "nodes": [1, 2]}, {"id": "label", "nodes": [1]}],
        "violations": [],
        "incomplete": [{"id": "color-contrast", "nodes": [1]}],
    }
    wrong = {**response, "violations": [{"id": "button-name", "nodes": [1, 2, 3]}]}
    visits = tmp_path / "visits"
    visits.mkdir()
    for room, width, found in (("home", 360, response), ("home", 1280, response), ("results", 360, wrong)):
        leave(visits, found, room=room, language="fr", theme="light", width=width, browser="Chromium 150")
    found = summary([json.loads(path.read_bytes()) for path in sorted(visits.iterdir())], "2026-01-02")
    stored.write_text(json.dumps(found), encoding="utf-8")
    section = accessibility.section(words, stored)
    (table,) = (block for block in section.blocks() if isinstance(block, Table))
    assert [row[1:] for row in table.rows] == [("2", "3", "0", "1"), ("1", "4", "3", "1")]
    for part in ("axe-core 4.10", "Chromium 150", "WCAG 2.0 A, WCAG 2.2 AA", "color-contrast", "2026"):
        assert part in told(section)


def test_data_cards_keep_the_order_of_the_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = tmp_path / "prepared" / "emotion"
    prepared.mkdir(parents=True)
    counts = {"n": 100, "not_a_face": 5, "kept": 80, "classes": {}, "near_copies_of_train": 3}
    (prepared / "report.json").write_text(json.dumps({"train": counts, "public_test": counts}), encoding="utf-8")
    monkeypatch.setenv("EFFIGIES_PREPARED", str(tmp_path / "prepared"))
    monkeypatch.setenv("EFFIGIES_DATA", str(tmp_path))
    settings.cache_clear()
    assert set(cards.write(settings(), tmp_path / "cards")) == {"emotion"}
    settings.cache_clear()
    (tmp_path / "cards" / "product.json").write_text("[]", encoding="utf-8")
    found = cards.read(tmp_path / "cards")
    assert list(found) == ["emotion"]
    assert list(found["emotion"]["steps"].items()) == [
        ("read", 100), ("not_a_face", 5), ("copies_or_contradictions", 15), ("kept", 80),
    ]  # fmt: skip


def test_what_is_held_out_of_training_is_not_counted_as_learned_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = {"candidates": 60, "dropped": {"near_copies": 10}, "pictures": 50, "validation": 5}
    kinds = {"single": {"train": 10, "validation": 2, "test": 3}, "composite": {"train": 20, "test_cells": 5}}
    style = {"pictures": kinds, "dropped": {"framed": 1}}
    for name, card in {"avatar": {"themes": {"cats": theme, "saga": theme}},
                       "emoji": {"emoji": 15, "styles": {"noto": style, "fluent": style}}}.items():  # fmt: skip
        (tmp_path / "prepared" / name).mkdir(parents=True)
        (tmp_path / "prepared" / name / "card.json").write_text(json.dumps(card), encoding="utf-8")
    where = settings().model_copy(update={"prepared": tmp_path / "prepared", "data": tmp_path})
    made = cards.write(where, tmp_path / "cards")
    assert made["avatar"]["steps"] == {"candidates": 120, "near_copies": 20, "held_out": 10, "kept": 90}
    assert made["emoji"]["steps"] == {"candidates": 82, "framed": 2, "held_out": 20, "kept": 60}


def test_the_stored_cards_add_up_and_keep_what_the_models_were_measured_against() -> None:
    found = cards.read()
    for card in found.values():
        first, *dropped, kept = card["steps"].values()
        assert first - sum(dropped) == kept
    for name, copies in (("avatar", 2), ("emoji", 1)):  # avatars are learned mirrored as well
        metrics = json.loads((settings().models / name / "metrics.json").read_bytes())
        assert found[name]["steps"]["kept"] * copies == metrics["memorisation"]["pixels"]["training"]


@every_language
def test_a_time_of_training_that_is_not_known_is_named_and_not_drawn(language: str) -> None:
    sections = [write(chapter, settings().models, language) for chapter in of_models()]
    glance = chapters.glance(Words(language), sections, settings().models)
    (bars,) = glance.charts()
    drawn = {str(row[1]): row[2] for row in figure_data.rows(bars.figure)}
    assert all(minutes for minutes in drawn.values())
    texts = [block.text for block in glance.blocks() if isinstance(block, Text)]
    for section in sections:
        assert (section.title in drawn) != any(section.title in text for text in texts)


@every_language
def test_what_is_served_otherwise_than_tuned_is_marked(tmp_path: Path, language: str) -> None:
    source, folder = settings().models / "recommender", tmp_path / "recommender"
    folder.mkdir()
    shutil.copyfile(source / "metrics.json", folder / "metrics.json")
    manifest = open_artifact(source).model_dump(include={"name", "data", "parameters", "metrics", "credits"})
    studies = json.loads((source / "studies.json").read_bytes())
    chosen = manifest["parameters"]["methods"] = {name: each["parameters"] for name, each in studies["date"].items()}
    chosen["content"] = {**chosen["content"], "components": 77}
    (folder / "studies.json").write_text(json.dumps(studies), encoding="utf-8")
    write_manifest(folder, **manifest)
    chapter = next(each for each in of_models() if each.KEY == "recommender")
    section, words = write(chapter, tmp_path, language), Words(language, "recommender")
    (tuned,) = (block for block in section.blocks() if isinstance(block, Table) and block.key == "recommender_tuned")
    marked = {row[0]: row[1] for row in tuned.rows if "77" in row[1]}
    assert set(marked) == {words("content")}
    tuned_to = str(studies["date"]["content"]["parameters"]["components"])
    assert words("tuned_instead", name="components", value=tuned_to, served="77") in marked[words("content")]
    assert words("tuned_changed", methods=words("content")) in told(section)


@pytest.mark.parametrize("chapter", of_models(), ids=lambda chapter: chapter.KEY)
def test_charts_are_told_in_french_with_french_spaces(chapter: object) -> None:
    section = write(chapter, settings().models, "fr")  # type: ignore[arg-type]
    alts = [block.alt for block in section.blocks() if isinstance(block, Chart | Diagram)]
    assert not [alt for alt in alts if re.search(r"[^\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}][:;](\s|$)", alt)]
    assert not re.search(r"\b[01],\d+\s(millisecondes|mégaoctets)", told(section))


@every_language
def test_curves_go_by_words_and_not_by_names_of_the_code(language: str) -> None:
    for chapter in of_models():
        for block in write(chapter, settings().models, language).charts():
            assert "validation_" not in block.alt


def test_no_text_of_a_chart_starts_a_formula() -> None:
    figure = go.Figure(go.Bar(x=["=1+1", "fine"], y=[-1, 2]))
    rows = list(csv.reader(io.StringIO(figure_data.as_csv(figure))))
    assert rows[1:] == [["", "'=1+1", "-1"], ["", "fine", "2"]]


def test_a_figure_without_a_way_to_draw_it_is_refused() -> None:
    with pytest.raises(ValueError, match="pie"):
        static.png(go.Figure(go.Pie(values=[1])))


def _chapter(key: str, language: str = "en") -> tuple[Section, dict[str, Any]]:
    folder = settings().models
    chapter = next(each for each in of_models() if key == each.KEY)
    return write(chapter, folder, language), json.loads((folder / key / "metrics.json").read_bytes())


@every_language
def test_emoji_are_told_by_the_second_opinion_and_the_judge_stands_beside(language: str) -> None:
    section, found = _chapter("emoji", language)
    words = Words(language)
    second, judged = found["second_opinion"]["mood"], found["relevance"]["mood"]
    assert section.highlights[0].value == words.percent(second["accuracy"])
    slide = next(point for point in section.points if words.percent(second["accuracy"]) in point)
    for share in (second["ceiling"], second["floor"], judged["accuracy"], judged["ceiling"]):
        assert words.percent(share) in slide
    others = [block for block in section.blocks() if isinstance(block, Table) and block.key == "emoji_everything"]
    assert not any("second_opinion" in row[0] for table in others for row in table.rows)


def test_what_emoji_owe_to_imitation_and_the_baseline_to_its_minutes_is_told() -> None:
    section, _found = _chapter("emoji")
    stages = open_artifact(settings().models / "emoji").parameters["stages"]
    assert f"for up to {stages['prior']['game']['alone']:.0%} of each round of training" in told(section)
    assert f"DCGAN had {stages['dcgan']['minutes']:.0f} minutes and {stages['dcgan']['images_shown']:,}" in told(
        section
    )
    worth = json.loads((settings().models / "emoji" / "refined.json").read_bytes())
    (table,) = (block for block in section.blocks() if isinstance(block, Table) and block.key == "emoji_worth")
    gain = worth["gain"]["without"]["accuracy"]
    assert f"{100 * gain['mean']:.1f} points ± {100 * gain['half_width']:.1f}" in table.about
    assert Words("en", "emoji")(f"verdict_{gain['verdict']}") in table.about


def test_avatars_are_told_beside_the_baseline_and_beside_chance() -> None:
    section, found = _chapter("avatar")
    beside, recall = found["theme"]["baseline"], found["distribution"]["generated"]["recall"]
    assert any(f"DCGAN {beside:.1%}); recall {recall:.3f}" in point for point in section.points)
    assert section.highlights[0].about.endswith(f"chance {found['theme']['chance']:.1%}.")
    assert "orders shuffled" not in " ".join(chart.about + chart.alt for chart in section.charts())
    total = sum(row["capacity"]["at_least"] for row in found["uniqueness"])
    (table,) = (block for block in section.blocks() if isinstance(block, Table) and block.key == "avatar_unique")
    assert f"{total:,.0f} in all" in table.about


def test_methods_that_were_only_measured_are_not_told_to_be_available() -> None:
    section, _found = _chapter("recommender")
    text = next(block.text for block in section.blocks() if isinstance(block, Text) and "available" in block.text)
    words = Words("en", "recommender")
    kept = open_artifact(settings().models / "recommender").parameters["methods"]
    for name in ("popular", "popular_segment", "lsa", "content", "cosine", "weighted", "gfcf"):
        assert (words(name) in text.partition("available")[2]) == (name in kept)


def test_how_often_contempt_was_named_is_told() -> None:
    section, found = _chapter("emotion")
    (table,) = (block for block in section.blocks() if isinstance(block, Table) and block.key == "emotion_contempt")
    said = Words("en", "emotion")("contempt_named_contempt")
    assert (said, f"{found['contempt']['named_contempt']:,}") in table.rows
