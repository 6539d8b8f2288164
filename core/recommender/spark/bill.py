"""What the full data would take, on paper: computed from what was measured, with every assumption named.

Time is processor time, which other work on the machine hardly changes. What one more choice costs is taken between the
two largest sizes measured, so that starting Spark does not count; sorting grows a little faster than the data, and so
does everything here.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Amazon Reviews 2023 (Y. Hou et al., arXiv:2403.03952): reviews and products
REVIEWS, PRODUCTS = 571_540_000, 48_190_000
CORES, MEMORY_GIB = 16, 64  # of a node
BUSY = 0.6  # share of the cores' time in which tasks really compute
HOURS = 2.0  # within which everything should be done
PRICE = 0.80  # US dollars an hour of such a node, the order of cloud list prices
COPIES = 2  # of what is stored
PHASES = ("etl", "neighbours")
Runs = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Bill:
    """The full data on a cluster.

    Attributes:
        core_hours: processor hours by phase.
        nodes: how many are needed to be done within HOURS.
        hours: how long they then take.
        memory: GiB that a node's tasks need when each of its cores works, by phase.
        raw, prepared, scratch, matrix: GB of raw files, star schema, largest shuffle and neighbour matrices, one copy.
        dollars: for the nodes.
    """

    core_hours: dict[str, float]
    nodes: int
    hours: float
    memory: dict[str, float]
    raw: float
    prepared: float
    scratch: float
    matrix: float
    dollars: float

    @property
    def stored(self) -> float:
        """GB on disks, all copies; what is in passing is kept once."""
        return COPIES * (self.raw + self.prepared + self.matrix) + self.scratch


def bill(runs: Runs, reviews: int = REVIEWS, products: int = PRODUCTS) -> Bill:
    """The bill from measured runs (the rows "runs" of data/scale/spark.json).

    Raises:
        ValueError: a phase was not measured.
    """
    core_hours = {phase: cost(_of(runs, phase)) * reviews * _growth(runs, phase, reviews) / 3600 for phase in PHASES}
    nodes = max(1, math.ceil(sum(core_hours.values()) / (CORES * BUSY * HOURS)))
    hours = sum(core_hours.values()) / (nodes * CORES * BUSY)
    etl, near = (_of(runs, phase)[-1] for phase in PHASES)
    return Bill(
        core_hours,
        nodes,
        hours,
        {
            phase: run["peak_bytes"] / run["workers"] * CORES / 2**30
            for phase, run in zip(PHASES, (etl, near), strict=True)
        },
        raw=etl["raw_bytes"] / etl["interactions"] * reviews / 1e9,
        prepared=etl["prepared_bytes"] / etl["interactions"] * reviews / 1e9,
        scratch=max(run["scratch_bytes"] / run["interactions"] for run in (etl, near)) * reviews / 1e9,
        matrix=near["matrix_bytes"] / near["products"] * products / 1e9,
        dollars=nodes * hours * PRICE,
    )


def cost(runs: Runs) -> float:
    """Processor seconds that one more interaction costs, from runs of one phase in the order of their size."""
    last = runs[-1]
    if len(runs) == 1:
        return float(last["cpu_seconds"] / last["interactions"])
    before = runs[-2]
    return float((last["cpu_seconds"] - before["cpu_seconds"]) / (last["interactions"] - before["interactions"]))


def _growth(runs: Runs, phase: str, reviews: int) -> float:
    return math.log(reviews) / math.log(_of(runs, phase)[-1]["interactions"])


def _of(runs: Runs, phase: str) -> list[Mapping[str, Any]]:
    found = sorted((run for run in runs if run["phase"] == phase), key=lambda run: run["interactions"])
    if not found:
        raise ValueError(f"{phase} was not measured")
    return found
