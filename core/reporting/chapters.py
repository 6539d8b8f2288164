"""The chapters that are not about one model: context, overview, data, ethics, accessibility, advice, commands."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.reporting import cards, charts
from core.reporting.blocks import chart, table
from core.reporting.data_model import MODELS, in_words
from core.reporting.document import Block, Diagram, Part, Points, Section, Text, part, parts
from core.reporting.sections import UNKNOWN_FORM, again_command, chapters
from core.reporting.stored import Stored, at
from core.reporting.words import Words

log = logging.getLogger(__name__)

_START = ("make app", "make test")
_REPORT = (
    "python -m core report --out report",
    "python -m core deliver --name NAME --class CLASS --out deliverable",
)


def context(words: Words) -> Section:
    """Who needs what, and what was built."""
    report = words.of("report")
    needs = report.points("context_need_points")
    return Section(
        "context",
        report("context_title"),
        report("context_lead"),
        (
            Part(report("context_need"), (Points(needs),)),
            Part(report("context_answer"), (Text(report("context_answer_text")),)),
            Part(report("context_build"), (Points(report.points("context_build_points")),)),
        ),
        points=needs,
    )


def glance(words: Words, sections: Sequence[Section], models: Path) -> Section:
    """The highlights of all models in one table, which models are not here, and how long training took."""
    report = words.of("report")
    columns = [report(f"glance_{name}") for name in ("model", "figure", "value", "about")]
    rows = [(section.title, each.label, each.value, each.about) for section in sections for each in section.highlights]
    missing = ", ".join(section.title for section in sections if not section.measured)
    spent = {each.title: Stored(models, each.key).minutes for each in sections if each.measured}
    minutes = {title: value for title, value in spent.items() if value}
    untold = ", ".join(title for title, value in spent.items() if not value)
    bars = charts.columns(minutes, lambda value: report.number(value), x="", y=report("glance_minutes"))
    return Section(
        "glance",
        report("glance_title"),
        report("glance_lead"),
        parts(
            part(
                report("glance_table_title"),
                (
                    table(report, "glance_table", columns, rows),
                    Text(report("glance_missing", names=missing)) if missing else None,
                    chart(report, "glance_minutes", bars) if minutes else None,
                    Text(report("glance_minutes_untold", names=untold)) if untold else None,
                ),
            )
        ),
    )


def data(words: Words) -> Section:
    """Data sets before and after preparation, and the data model of warehouse, ledger and class."""
    said, found = words.of("data"), cards.read()
    rows, shares = [], {}
    for name, card in found.items():
        counts = list(card["steps"].values())
        rows.append(
            [said.name(name), *(said.number(count) for count in (counts[0], counts[0] - counts[-1], counts[-1]))]
        )
        shares[said.name(name)] = counts[-1] / counts[0]
    columns = [said(name) for name in ("set", "before", "dropped", "after")]
    overview: list[Block | None] = [Text(said("none"))]
    if rows:
        bars = charts.columns(shares, said.percent, x="", y=said("kept_share"))
        overview = [table(said, "sets", columns, rows), chart(said, "kept", bars)]
    return Section(
        "data",
        said("title"),
        said("lead"),
        parts(
            part(said("overview"), overview),
            *(_card(said, name, card) for name, card in found.items()),
            _data_model(said),
        ),
        points=said.points("slide"),
        cover="data_kept",
    )


def _card(said: Words, name: str, card: dict[str, Any]) -> Part | None:
    label = said.name(name)
    steps = [[said.name(step), said.number(count)] for step, count in card["steps"].items()]
    facts = [
        [said.name(key), said.format_field(value, "%" if key in ("density", "same_day_share") else "")]
        for key, value in card.items()
        if said.knows(key) and not isinstance(value, dict)
    ]
    return part(
        label,
        (
            table(said, "steps", (said("step"), said("count")), steps, chapter=f"data_{name}", set=label),
            table(said, "facts", (said("fact"), said("value")), facts, chapter=f"data_{name}", set=label),
        ),
    )


def _data_model(said: Words) -> Part:
    drawn = []
    for name, tables in MODELS.items():
        alt = said("diagram", said=in_words(tables(), said.of("common")("then")))
        drawn.append(Diagram(f"data_{name}", said(f"{name}_title"), tables(), said("diagrams_about"), alt))
    return Part(said("model"), tuple(drawn))


def ethics(words: Words) -> Section:
    """What the models may be used for."""
    report = words.of("report")
    told = [
        Part(report(f"ethics_{name}"), (Points(report.points(f"ethics_{name}_points")),))
        for name in ("people", "pictures", "data")
    ]
    return Section(
        "ethics", report("ethics_title"), report("ethics_lead"), tuple(told), points=report.points("ethics_slide")
    )


def advice(words: Words, models: Path) -> Section:
    """What a company should do with all this; each figure is named only where it was measured."""
    report = words.of("report")
    told = []
    for key, figures in _ADVISED.items():
        found = Stored(models, key).metrics
        try:
            if found:
                told.append(report(f"advice_{key}", **figures(found)))
        except UNKNOWN_FORM as error:
            log.info("No advice from the figures of the model %s: %r", key, error)
            told.append(report("advice_outdated", model=words.of(key)("title"), command=again_command(key)))
    return Section(
        "advice",
        report("advice_title"),
        report("advice_lead"),
        parts(
            part(report("advice_now"), (Points(tuple(told)),) if told else ()),
            *(
                part(report(f"advice_{name}"), (Points(report.points(f"advice_{name}_points")),))
                for name in ("test", "leave", "next")
            ),
        ),
        points=report.points("advice_slide"),
    )


def _better_than_popularity(found: dict[str, Any]) -> dict[str, float]:
    protocol = next(found[name] for name in ("date", "last") if name in found)
    methods = protocol["methods"]
    times = methods[protocol["chosen"]]["ndcg"] / methods[found["floor"]]["ndcg"]
    return {"times": times, "milliseconds": at(found, "request_milliseconds", "median")}


def _better_than_bicubic(found: dict[str, Any]) -> dict[str, float]:
    ways = found["sets"]["large_x2"]["methods"]
    return {"gain": ways["faithful"]["psnr"] - ways["bicubic"]["psnr"]}


def _in_spite_of_slips(found: dict[str, Any]) -> dict[str, float]:
    return {"slips": found["descriptions"]["french_with_slips"]["recall_at_1"]}


_ADVISED: dict[str, Callable[[dict[str, Any]], dict[str, float]]] = {
    "recommender": _better_than_popularity,
    "superres": _better_than_bicubic,
    "text": _in_spite_of_slips,
}


def again(words: Words) -> Section:
    """The commands from an empty machine to this report."""
    report = words.of("report")
    commands = tuple(dict.fromkeys(command for chapter in chapters() for command in chapter.COMMANDS))
    return Section(
        "again",
        report("again_title"),
        report("again_lead"),
        (
            Part(report("again_start"), (Points(_START, code=True),)),
            Part(report("again_models"), (Text(report("again_where")), Points(commands, code=True))),
            Part(report("again_report"), (Points(_REPORT, code=True),)),
        ),
    )
