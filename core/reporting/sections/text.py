"""The text encoder: French and English descriptions as vectors that find each other."""

from typing import Any

from core.reporting import charts, product_charts
from core.reporting.blocks import again, chart, highlight, named_rows, sources, standard, table
from core.reporting.document import Block, Section, part, parts
from core.reporting.stored import Stored, at
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "text", 25, ""
COMMANDS = ("python -m core prepare text", "python -m core train text", "python -m core evaluate text --write")
_SLIPS = ("french", "french_with_slips", "english_with_slips")


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    found, common, run = stored.metrics, words.of("common"), stored.parameters
    described, messages = found["descriptions"], found["messages"]
    told = {
        "french": described["french"]["recall_at_1"], "floor": described["floor"]["recall_at_1"], "n": described["n"],
        "slips": described["french_with_slips"]["recall_at_1"], "messages": messages["french"]["recall_at_1"],
        "message_floor": messages["floor"]["recall_at_1"], "message_n": messages["n"],
        "milliseconds": at(found, "milliseconds", "total"), "megabytes": found.get("bytes", 0) / 1e6,
    }  # fmt: skip
    return Section(
        KEY,
        words("title"),
        words("lead"),
        parts(
            standard(words, stored, "method", width=at(run, "encoder", "width"), blocks=at(run, "encoder", "blocks")),
            standard(
                words, stored, "tuning", *_curve(words, stored), minutes=run.get("minutes"), steps=run.get("steps"),
                texts=run.get("texts"), seed=run.get("seed"),
            ),
            part(common("part_results"), _results(words, found)),
            standard(words, stored, "choice", **told),
            standard(words, stored, "limits"),
            sources(words, stored.manifest),
            again(words, COMMANDS),
        ),
        (
            highlight(words, "high_french", words.percent(told["french"]), **told),
            highlight(words, "high_slips", words.percent(told["slips"])),
            highlight(words, "high_messages", words.percent(told["messages"]), **told),
            highlight(words, "high_time", words.number(told["milliseconds"], 2), **told),
        ),
        ADDRESS,
        words.points("slide", **told),
        cover="text_attributes",
    )  # fmt: skip


def _results(words: Words, found: dict[str, Any]) -> list[Block | None]:
    described = {
        name: row for name, row in found["descriptions"].items() if isinstance(row, dict) and "recall_at_1" in row
    }
    columns = {"recall_at_1": "%", "recall_at_10": "%"}
    heads = list(dict.fromkeys(head for name in _SLIPS for head in found["attributes"].get(name, {})))
    bars = {
        words(name): [found["attributes"][name].get(head) for head in heads]
        for name in _SLIPS if name in found["attributes"]
    }  # fmt: skip
    figure = product_charts.between([words.name(head) for head in heads], bars, {}, words.percent, y=words("read"))
    messages = {name: row for name, row in found["messages"].items() if isinstance(row, dict)}
    alike = {"pearson": "3", "spearman": "3"}
    return [
        table(
            words, "descriptions", [words("query"), *(words(name) for name in columns)],
            named_rows(words, described, columns), n=found["descriptions"]["n"], chance=found["descriptions"]["chance"],
        ),
        chart(words, "attributes", figure),
        table(
            words, "messages", [words("query"), *(words(name) for name in columns)],
            named_rows(words, messages, columns), n=found["messages"]["n"],
        ),
        table(
            words, "similarity", [words("texts"), *(words(name) for name in alike)],
            named_rows(words, found.get("similarity") or {}, alike),
        ),
    ]  # fmt: skip


def _curve(words: Words, stored: Stored) -> list[Block]:
    rows = stored.history.get("training", [])
    if len(rows) < 2:
        return []
    series = {words("loss"): ([row["step"] for row in rows], [row["loss"] for row in rows])}
    return [chart(words, "history", charts.lines(series, x=words("step"), y=words("loss")))]
