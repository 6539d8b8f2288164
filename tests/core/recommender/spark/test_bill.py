"""The bill is arithmetic on what was measured."""

import math
from typing import Any

import pytest

from core.recommender.spark import bill


def run(phase: str, millions: float, cpu: float) -> dict[str, Any]:
    n = int(millions * 1_000_000)
    return {"phase": phase, "interactions": n, "cpu_seconds": cpu, "workers": 2, "peak_bytes": 4 * 2**30,
            "raw_bytes": 500 * n, "prepared_bytes": 20 * n, "scratch_bytes": 100 * n, "matrix_bytes": 400 * n // 10,
            "products": n // 10}  # fmt: skip


RUNS = [run("etl", 4, 260.0), run("etl", 1, 110.0), run("neighbours", 1, 60.0), run("neighbours", 4, 210.0)]


def test_starting_costs_nothing_more_at_scale() -> None:
    found = bill.bill(RUNS, reviews=400_000_000, products=1_000_000)
    growth = math.log(400_000_000) / math.log(4_000_000)
    assert found.core_hours == {phase: pytest.approx(50e-6 * 400e6 * growth / 3600) for phase in bill.PHASES}
    assert found.nodes * found.hours * bill.CORES * bill.BUSY == pytest.approx(sum(found.core_hours.values()))
    assert found.hours <= bill.HOURS
    assert (found.nodes - 1) * bill.HOURS * bill.CORES * bill.BUSY < sum(found.core_hours.values())
    assert found.dollars == pytest.approx(found.nodes * found.hours * bill.PRICE)


def test_storage_grows_with_reviews_and_the_matrix_with_products() -> None:
    found = bill.bill(RUNS, reviews=400_000_000, products=1_000_000)
    assert (found.raw, found.prepared, found.scratch, found.matrix) == pytest.approx((200, 8, 40, 0.4))
    assert found.stored == pytest.approx(2 * 208.4 + 40)
    assert found.memory == {phase: pytest.approx(32) for phase in bill.PHASES}


def test_what_was_not_measured_is_not_billed() -> None:
    with pytest.raises(ValueError, match="neighbours was not measured"):
        bill.bill([row for row in RUNS if row["phase"] == "etl"])
    alone = bill.bill([run("etl", 1, 110.0), run("neighbours", 1, 60.0)], reviews=1_000_000)
    assert alone.core_hours["etl"] == pytest.approx(110 / 3600)
