"""Past one machine: time and memory of Spark against the number of reviews, and the bill for the full data."""

import json
import logging
from pathlib import Path
from typing import Any

from core.recommender.cooccurrence import LONGEST_HISTORY
from core.recommender.spark import bill as paper
from core.reporting import charts
from core.reporting.blocks import chart, table
from core.reporting.document import Block, Part, Text, part
from core.reporting.words import Words
from core.settings import ROOT

log = logging.getLogger(__name__)

MEASURED = ROOT / "data" / "scale" / "spark.json"
_GIB = 2**30


def scale(words: Words, measured: Path = MEASURED) -> Part | None:
    """The part, from what `benchmarks.spark_scale` stored; None where nothing was measured."""
    said = words.of("scale")
    try:
        runs = json.loads(measured.read_bytes())["runs"]
        return part(said("title"), _blocks(said, runs))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, ZeroDivisionError) as error:
        log.warning("%s cannot be read: %s", measured.name, error)
        return None


def _blocks(said: Words, runs: list[dict[str, Any]]) -> list[Block | None]:
    by_phase = {
        phase: sorted((run for run in runs if run["phase"] == phase), key=lambda run: run["interactions"])
        for phase in paper.PHASES
    }
    sizes = {phase: [run["interactions"] / 1e6 for run in found] for phase, found in by_phase.items()}
    times = {
        said(f"{kind}_of", phase=said(phase)): (sizes[phase], [run[f"{kind}_seconds"] / 60 for run in found])
        for phase, found in by_phase.items()
        for kind in ("wall", "cpu")
    }
    memory = {
        said(f"{kind}_of", phase=said(phase)): (sizes[phase], [run[f"{key}_bytes"] / _GIB for run in found])
        for phase, found in by_phase.items()
        for kind, key in (("memory", "peak"), ("python", "peak_python"))
    }
    last = by_phase["etl"][-1]
    fields = {name: last[name] for name in ("workers", "heap", "spark")}
    machine = {name: last["machine"][name] for name in ("processor", "cores", "memory_gib")}
    loads = [run["load_before"] for run in runs]
    ordered = sorted(runs, key=lambda run: (run["interactions"], paper.PHASES.index(run["phase"])))
    basis = "basis_difference" if all(len(found) > 1 for found in by_phase.values()) else "basis_one"
    return [
        Text(said("lead", low=min(loads), high=max(loads), **fields, **machine)),
        table(
            said,
            "runs",
            [said(f"run_{name}") for name in _COLUMNS],
            [_row(said, run) for run in ordered],
            longest=LONGEST_HISTORY,
        ),
        chart(said, "time", charts.lines(times, x=said("millions"), y=said("minutes"), points=True)),
        chart(said, "memory", charts.lines(memory, x=said("millions"), y=said("gib"), points=True), heap=last["heap"]),
        *_bill(said, paper.bill(runs), said(basis, largest=last["interactions"] / 1e6)),
    ]


_COLUMNS = ("millions", "phase", "kept", "pairs", "wall", "cpu", "memory", "load")


def _row(said: Words, run: dict[str, Any]) -> list[str]:
    return [
        said.number(run["interactions"] / 1e6),
        said(run["phase"]),
        said.number(run.get("kept")),
        said.number(run.get("pairs")),
        said.number(run["wall_seconds"] / 60, 1),
        said.number(run["cpu_seconds"] / 60, 1),
        said.number(run["peak_bytes"] / _GIB, 1),
        said.number(run["load_before"], 1),
    ]


def _bill(said: Words, bill: paper.Bill, basis: str) -> list[Block | None]:
    by_phase = bill.core_hours.items()
    sizes = ("raw", "prepared", "scratch", "matrix")
    rows = [
        *((said("bill_core_hours", phase=said(phase)), said.number(hours, 1)) for phase, hours in by_phase),
        (said("bill_nodes", cores=paper.CORES, memory=paper.MEMORY_GIB), said.number(bill.nodes)),
        (said("bill_hours"), said.number(bill.hours, 1)),
        *((said("bill_memory", phase=said(phase)), said.number(size)) for phase, size in bill.memory.items()),
        *((said(f"bill_{name}"), said.number(getattr(bill, name))) for name in sizes),
        (said("bill_stored", copies=paper.COPIES), said.number(bill.stored)),
        (said("bill_dollars", price=paper.PRICE), said.number(bill.dollars)),
    ]
    fields: dict[str, Any] = {
        "busy": paper.BUSY,
        "limit": paper.HOURS,
        "products": paper.PRODUCTS / 1e6,
        "basis": basis,
    }
    columns = (said("bill_what"), said("bill_value"))
    return [table(said, "bill", columns, rows, reviews=paper.REVIEWS / 1e6, **fields), Text(said("bill_limits"))]
