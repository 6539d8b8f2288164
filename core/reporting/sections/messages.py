"""Reading messages: mood, topic and interaction of what is written, beside keywords and the commonest answer."""

from typing import Any

from core.reporting import charts, product_charts
from core.reporting.blocks import again, chart, highlight, sources, standard, table
from core.reporting.document import Block, Section, part, parts
from core.reporting.stored import Stored, at
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "messages", 45, "campaign-emoji"
COMMANDS = ("python -m core train messages", "python -m core evaluate messages --write")
_AXES = ("mood", "topic", "interaction")
_COLUMNS = {"accuracy": "%", "macro_f1": "3", "two_likeliest": "%", "claims": "%", "claims_right": "%"}


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    found, common = stored.metrics, words.of("common")
    axes = found["axes"]["all"]
    told = {
        "n": found["messages"]["all"], "three": found.get("all_three_right"), "language": found.get("language"),
        "mood": axes["mood"]["accuracy"], "keywords": at(axes, "mood", "keywords", "accuracy"),
        "majority": at(axes, "mood", "majority", "accuracy"), "milliseconds": at(found, "milliseconds", "median"),
    }  # fmt: skip
    return Section(
        KEY,
        words("title"),
        words("lead"),
        parts(
            standard(words, stored, "method"),
            standard(words, stored, "tuning", **told),
            part(common("part_results"), _results(words, found)),
            standard(words, stored, "choice", **told),
            standard(words, stored, "limits"),
            sources(words, stored.manifest),
            again(words, COMMANDS),
        ),
        (
            highlight(words, "high_mood", words.percent(told["mood"]), **told),
            highlight(words, "high_three", words.percent(told["three"])),
            highlight(words, "high_time", words.number(told["milliseconds"], 1)),
        ),
        ADDRESS,
        words.points("slide", **told),
        cover="messages_axes",
    )


def _results(words: Words, found: dict[str, Any]) -> list[Block | None]:
    blocks: list[Block | None] = []
    names = [words(axis) for axis in _AXES]
    axes = [found["axes"]["all"][axis] for axis in _AXES]
    bars = {words("reader"): [row["accuracy"] for row in axes],
            words("keywords"): [at(row, "keywords", "accuracy") for row in axes]}  # fmt: skip
    marks = {words("majority"): [at(row, "majority", "accuracy") for row in axes]}
    blocks.append(chart(words, "axes", product_charts.between(names, bars, marks, words.percent, y=words("right"))))
    for language, by_axis in found["axes"].items():
        rows = [
            [words(axis), *(words.format_field(by_axis[axis].get(key), form) for key, form in _COLUMNS.items())]
            for axis in _AXES if axis in by_axis
        ]  # fmt: skip
        columns = [words("axis"), *(words(f"column_{name}") for name in _COLUMNS)]
        fields = {"who": words(f"messages_{language}"), "n": found["messages"][language]}
        blocks.append(table(words, "figures", columns, rows, chapter=f"{KEY}_{language}", **fields))
    bins = at(found, "axes", "all", "mood", "calibration", "bins") or []
    if bins:
        points = [{"confidence": row["said"], "accuracy": row["right"]} for row in bins]
        figure = charts.reliability(
            points, x=words("said"), y=words("right"), ideal=words("ideal"), measured=words("measured")
        )
        blocks.append(chart(words, "calibration", figure))
    return blocks
