"""The accessibility statement: how pages are tested, and what axe-core found when `make accessibility` last ran."""

import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date

from core.reporting.blocks import table
from core.reporting.document import Block, Part, Points, Section, Text, parts
from core.reporting.words import Words
from core.settings import ROOT

log = logging.getLogger(__name__)

STORED = ROOT / "data" / "accessibility.json"
STANDARDS = {  # axe-core's tags and what they stand for
    "wcag2a": "WCAG 2.0 A", "wcag2aa": "WCAG 2.0 AA", "wcag21a": "WCAG 2.1 A", "wcag21aa": "WCAG 2.1 AA",
    "wcag22aa": "WCAG 2.2 AA",
}  # fmt: skip


def section(words: Words, stored: Path = STORED) -> Section:
    """The statement; without stored figures, or with such as cannot be read, it says that they are missing."""
    report = words.of("report")
    measured: tuple[Block | None, ...]
    try:
        measured = _measured(report, json.loads(stored.read_bytes()))
    except FileNotFoundError:
        measured = (Text(report("access_not_measured")),)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        log.warning("%s cannot be read, make accessibility writes it anew: %r", stored.name, error)
        measured = (Text(report("access_not_measured")),)
    told = (Text(report("access_how")), *(each for each in measured if each), Points(report.points("access_points")))
    return Section(
        "accessibility",
        report("access_title"),
        report("access_lead"),
        parts(Part(report("access_state"), told)),
    )


def _measured(report: Words, found: dict[str, Any]) -> tuple[Block | None, ...]:
    fields = {
        "day": format_date(date.fromisoformat(found["date"]), "long", locale=report.language),
        "standard": ", ".join(STANDARDS.get(tag, tag) for tag in found["standard"]),
        "names": ", ".join(found["undecided"]) or report("access_none"),
        **{name: found[name] for name in ("engine", "browser", "visits", "pages", "rules", "violations")},
    }
    rows = [
        [
            report.name(f"room_{key}", key),
            *(report.number(row[name]) for name in ("visits", "rules", "violations", "undecided")),
        ]
        for key, row in found["rooms"].items()
    ]
    columns = [report(f"access_{name}") for name in ("page", "visits", "rules", "violations", "undecided")]
    return Text(report("access_measured", **fields)), table(report, "access_rooms", columns, rows)
