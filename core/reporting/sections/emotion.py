"""Expressions: confusion, ROC, calibration, what is hard, and the textbook networks beside ours."""

from typing import Any

from core.reporting import charts
from core.reporting.blocks import again, chart, highlight, named_rows, sources, standard, table
from core.reporting.document import Block, Section, part, parts
from core.reporting.stored import Stored, at
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "emotion", 20, "expressions"
COMMANDS = (
    "python -m core prepare emotion",
    "python -m core train emotion",
    "python -m core train emotion --textbook",
    "python -m core evaluate emotion --write",
)
_CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")  # as in core.datasets.fer2013


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    found, common = stored.metrics, words.of("common")
    distinct = found.get("without_near_copies") or {}
    shown = [
        highlight(words, "accuracy", words.percent(found["accuracy"]), n=found["n"]),
        highlight(words, "distinct", words.percent(distinct.get("accuracy")), n=distinct.get("n")),
        highlight(words, "floor", words.percent(at(found, "floor", "accuracy"))),
        highlight(words, "people", words.percent(at(found, "ceiling", "accuracy"), 0)),
    ]
    run = stored.parameters
    return Section(
        KEY,
        words("title"),
        words("lead"),
        parts(
            standard(
                words, stored, "method", width=at(run, "network", "width"),
                blocks=sum(at(run, "network", "blocks") or ()),
            ),
            standard(
                words, stored, "tuning", _progress(words, stored), epochs=run.get("epochs"), minutes=run.get("minutes"),
                machine=common.name(str(run.get("trained_on")), str(run.get("trained_on", "–"))), n=found["n"],
                seed=run.get("seed"), rotation=at(run, "augmentation", "rotation_degrees"),
            ),
            part(common("part_data"), _data(words, found)),
            part(common("part_results"), _results(words, found)),
            part(
                common("part_comparison"),
                (_networks(words, found), _detectors(words, stored.read("detection.json"))),
            ),
            standard(words, stored, "choice", ours=found["accuracy"], plain=at(found, "textbook", "plain", "accuracy"),
                     prepared=at(found, "textbook", "prepared", "accuracy"), error=found.get("standard_error")),
            standard(words, stored, "limits", threshold=at(found, "unsure", "threshold"),
                     answered=at(found, "unsure", "answered"), right=at(found, "unsure", "accuracy_when_answered")),
            sources(words, stored.manifest),
            again(words, COMMANDS),
        ),
        tuple(shown),
        ADDRESS,
        words.points("slide", accuracy=found["accuracy"], plain=at(found, "textbook", "plain", "accuracy"),
                     error=found.get("standard_error"), auc=at(found, "roc", "macro_auc")),
        cover="emotion_confusion",
    )  # fmt: skip


def _names(words: Words) -> list[str]:
    return [words(name) for name in _CLASSES]


def _data(words: Words, found: dict[str, Any]) -> list[Block | None]:
    data = found.get("data") or {}
    counts = {words(name): data["classes"][name] for name in _CLASSES} if "classes" in data else {}
    facts = [
        [words(f"data_{name}"), words.format_field(data.get(name), form)]
        for name, form in (
            ("n", ""), ("distinct_pictures", ""), ("near_copies_of_train", ""), ("not_a_face", ""),
            ("voters_agree_with_label", "%"),
        )
        if name in data
    ]  # fmt: skip
    bars = charts.columns(counts, lambda value: words.number(value), x="", y=words("pictures")) if counts else None
    return [
        table(words, "data", (words("fact"), words("value")), facts),
        chart(words, "classes", bars) if bars else None,
    ]


def _results(words: Words, found: dict[str, Any]) -> list[Block | None]:
    names = _names(words)
    matrix = charts.confusion_matrix(found["confusion"], names, truth=words("truth"), predicted=words("predicted"))
    curves = {words(name): found["roc"]["classes"][name] for name in _CLASSES if name in found["roc"]["classes"]}
    rates = charts.roc(curves, found["roc"]["false_positive_rate"], x=words("false_rate"), y=words("true_rate"))
    columns = {"precision": "%", "recall": "%", "f1": "3", "support": ""}
    per_class = {name: found["per_class"][name] for name in _CLASSES if name in found["per_class"]}
    calibration = charts.reliability(
        at(found, "calibration", "bins") or [], x=words("confidence"), y=words("accuracy"), ideal=words("ideal"),
        measured=words("measured"),
    )  # fmt: skip
    hard = [
        [words(f"by_{name}"), words.number(place + 1), words.percent(share), words.number(count)]
        for name, groups in (found.get("difficulty") or {}).items()
        for place, (share, count) in enumerate(zip(groups["accuracy"], groups["count"], strict=True))
    ]
    contempt = found.get("contempt") or {}
    return [
        chart(words, "confusion", matrix),
        chart(words, "roc", rates, auc=found["roc"]["macro_auc"]),
        table(
            words, "per_class", (words("expression"), *(words(f"column_{name}") for name in columns)),
            named_rows(words, per_class, columns),
        ),
        chart(words, "calibration", calibration, error=at(found, "calibration", "expected_error"))
        if at(found, "calibration", "bins") else None,
        table(
            words, "difficulty", [words(f"difficulty_{name}") for name in ("what", "quarter", "accuracy", "n")], hard
        ),
        table(
            words, "contempt", (words("fact"), words("value")),
            [[words(f"contempt_{name}"), words.format_field(contempt[name], form)]
             for name, form in (("auc", "3"), ("average_precision", "3"), ("floor_average_precision", "3"),
                                ("named_contempt", ""), ("positives", ""), ("n", "")) if name in contempt],
        ),
    ]  # fmt: skip


def _networks(words: Words, found: dict[str, Any]) -> Block | None:
    rows = {"ours": found, **{f"textbook_{name}": row for name, row in (found.get("textbook") or {}).items()}}
    listed = [
        [words(name), words.percent(row["accuracy"]), words.number(row["macro_f1"], 3)] for name, row in rows.items()
    ]
    for name in ("floor", "ceiling"):
        if name in found:
            listed.append([words(f"row_{name}"), words.percent(found[name]["accuracy"]), "–"])
    return table(words, "networks", (words("network"), words("accuracy"), words("column_macro_f1")), listed)


def _detectors(words: Words, found: dict[str, Any]) -> Block | None:
    """Finding faces: ours beside other detectors, as faces found of faces there."""
    rows = []
    for name, measured in (found.get("detectors") or {}).items():
        kinds = measured["hits"].values()
        hit, there = (sum(pair[place] for kind in kinds for pair in kind.values()) for place in (0, 1))
        rows.append(
            [words.name(name), words.percent(hit / there), words.number(there),
             words.number(sum(measured["false_boxes"].values())), words.number(measured["cpu_ms_per_megapixel"])]
        )  # fmt: skip
    columns = [words(f"detector_{name}") for name in ("name", "found", "faces", "false", "milliseconds")]
    return table(words, "detectors", columns, rows)


def _progress(words: Words, stored: Stored) -> Block | None:
    rows = [row for row in stored.history.get("epochs", []) if "accuracy" in row]
    if not rows:
        return None
    series = {words("accuracy"): ([row["epoch"] for row in rows], [row["accuracy"] for row in rows])}
    return chart(words, "progress", charts.lines(series, x=words("epoch"), y=words("accuracy")))
