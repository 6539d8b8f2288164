"""Restyling emoji: the network beside two floors that need no learning."""

from typing import Any

from core.reporting import charts
from core.reporting.blocks import again, chart, highlight, sources, standard, table
from core.reporting.document import Block, Section, part, parts
from core.reporting.stored import Stored, at
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "restyle", 55, "campaign-emoji"
COMMANDS = ("python -m core train restyle", "python -m core evaluate restyle --write")
_WAYS = ("model", "nearest", "identity")
_MEASURES = ("l1", "perceptual")


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    found, common = stored.metrics, words.of("common")
    methods = found["methods"]
    told = {
        "n": found["n"], "emoji": found.get("emoji"), "better": at(found, "better_than_both", "perceptual"),
        **{way: methods[way]["perceptual"] for way in _WAYS}, "ceiling": at(found, "ceiling", "perceptual"),
        "milliseconds": found.get("milliseconds"), "megabytes": found.get("bytes", 0) / 1e6,
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
            highlight(words, "high_perceptual", words.number(told["model"], 3), **told),
            highlight(words, "high_better", words.percent(told["better"])),
            highlight(words, "high_time", words.number(told["milliseconds"]), **told),
        ),
        ADDRESS,
        words.points("slide", **told),
        cover="restyle_styles",
    )


def _results(words: Words, found: dict[str, Any]) -> list[Block | None]:
    rows = [
        [words(f"way_{way}"), *(words.number(found["methods"][way][measure], 4) for measure in _MEASURES)]
        for way in _WAYS
    ]
    if "ceiling" in found:
        rows.append([words("way_ceiling"), *(words.number(found["ceiling"].get(name), 4) for name in _MEASURES)])
    styles = found.get("styles") or {}
    distances = {name: row["methods"]["model"]["perceptual"] for name, row in styles.items()}
    bars = charts.columns(distances, lambda value: words.number(value, 3), x="", y=words("perceptual"))
    columns = [words("way"), *(words(measure) for measure in _MEASURES)]
    return [
        table(words, "ways", columns, rows, n=found["n"], emoji=found.get("emoji")),
        chart(words, "styles", bars) if distances else None,
    ]
