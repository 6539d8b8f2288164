"""The chapters that are not about one model: context, overview, data, ethics, accessibility, advice, commands."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.reporting import cards, charts
from core.reporting.blocks import chart, table
from core.reporting.document import Block, Part, Picture, Points, Section, Sheet, Text, part, parts
from core.reporting.sections import chapters
from core.reporting.stored import Stored, at
from core.reporting.words import Words
from core.settings import ROOT

log = logging.getLogger(__name__)

ACCESSIBILITY = ROOT / "data" / "accessibility.json"
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
    minutes = {each.title: Stored(models, each.key).minutes for each in sections if each.measured}
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
                ),
            )
        ),
    )


def data(words: Words, *, drawn: bool = True) -> Section:
    """Data sets before and after preparation; with `drawn`, the diagrams of both databases (they need Matplotlib)."""
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
            _data_model(said) if drawn else None,
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
    from core.ledger.schema import metadata
    from core.reporting import diagrams  # here: Matplotlib, which pages do not wait for

    sheets = []
    for name, entities in (("warehouse", diagrams.warehouse()), ("ledger", diagrams.ledger(metadata))):
        caption = said("diagram", said=diagrams.in_words(entities))
        picture = Picture(diagrams.draw(entities, "png"), caption)
        sheets.append(Sheet(f"data_{name}", said(f"{name}_title"), (picture,), said("diagrams_about")))
    return Part(said("model"), tuple(sheets))


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


def accessibility(words: Words, stored: Path = ACCESSIBILITY) -> Section:
    """The statement: how it is tested and, where the browser tests stored them, what axe-core found."""
    report = words.of("report")
    try:
        found = json.loads(stored.read_bytes())
        measured = report("access_measured", **{key: found[key] for key in ("visits", "pages", "violations")})
    except FileNotFoundError:
        measured = report("access_not_measured")
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read: %s", stored.name, error)
        measured = report("access_not_measured")
    told = (Text(report("access_how")), Text(measured), Points(report.points("access_points")))
    return Section(
        "accessibility", report("access_title"), report("access_lead"), (Part(report("access_state"), told),)
    )


def advice(words: Words, models: Path) -> Section:
    """What a company should do with all this; each figure is named only where it was measured."""
    report = words.of("report")
    told = []
    found = Stored(models, "recommender").metrics
    first = next((found[name] for name in ("date", "last") if name in found), None)
    if first:
        times = first["methods"][first["chosen"]]["ndcg"] / first["methods"][found["floor"]]["ndcg"]
        spent = at(found, "request_milliseconds", "median")
        told.append(report("advice_recommender", times=times, milliseconds=spent))
    ways = at(Stored(models, "superres").metrics, "sets", "large_x2", "methods")
    if ways:
        told.append(report("advice_superres", gain=ways["faithful"]["psnr"] - ways["bicubic"]["psnr"]))
    slips = at(Stored(models, "text").metrics, "descriptions", "french_with_slips", "recall_at_1")
    if slips is not None:
        told.append(report("advice_text", slips=slips))
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
