"""What Spark took is shown size by size with its bill where it was measured, and nothing elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.reporting.document import Chart, Table, Text
from core.reporting.scale import MEASURED, scale
from core.reporting.words import LANGUAGES, Words


def run(phase: str, millions: int, load: float) -> dict[str, Any]:
    """A row as `benchmarks.spark_scale` writes it."""
    n = millions * 1_000_000
    return {
        "phase": phase, "interactions": n, "pairs": 17 * n, "products": n // 16, "wall_seconds": 70.0 + 40 * millions,
        "cpu_seconds": 60.0 + 50 * millions, "peak_bytes": 3 * 2**30, "peak_python_bytes": 2**30, "raw_bytes": 500 * n,
        "prepared_bytes": 20 * n, "scratch_bytes": 100 * n, "matrix_bytes": 300 * n, "load_before": load, "workers": 2,
        "heap": "3g", "spark": "4.3.0", "machine": {"processor": "An Abacus 7", "cores": 2, "memory_gib": 23.5},
    }  # fmt: skip


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    rows = [run(phase, millions, load) for phase in ("neighbours", "etl") for millions, load in ((4, 3.5), (1, 0.2))]
    (tmp_path / "spark.json").write_text(json.dumps({"runs": rows}), encoding="utf-8")
    return tmp_path / "spark.json"


@pytest.mark.parametrize("language", LANGUAGES)
def test_measured_sizes_are_told(language: str, measured: Path) -> None:
    words = Words(language, "recommender")
    found = scale(words, measured)
    assert found is not None
    charts = {block.key: block for block in found.blocks if isinstance(block, Chart)}
    assert set(charts) == {"scale_time", "scale_memory"}
    drawn = {trace.name: (list(trace.x), list(trace.y)) for chart in charts.values() for trace in chart.figure.data}
    assert drawn[words.of("scale")("wall_of", phase=words.of("scale")("etl"))] == ([1, 4], [110 / 60, 230 / 60])
    assert drawn[words.of("scale")("python_of", phase=words.of("scale")("neighbours"))] == ([1, 4], [1, 1])
    assert all(chart.about and chart.alt for chart in charts.values())
    tables = {block.key: block for block in found.blocks if isinstance(block, Table)}
    assert [row[0] for row in tables["scale_runs"].rows] == ["1", "1", "4", "4"]
    assert len(tables["scale_bill"].rows) == 12
    lead = next(block.text for block in found.blocks if isinstance(block, Text))
    assert "An Abacus 7" in lead
    assert words.number(3.5, 1) in lead  # that the machine was not idle


def test_what_is_stored_can_be_told() -> None:
    words = Words("en", "recommender")
    assert (scale(words) is None) == (not MEASURED.exists())


def test_without_a_measurement_nothing_is_told(tmp_path: Path) -> None:
    words = Words("en", "recommender")
    assert scale(words, tmp_path / "none.json") is None
    for broken in ("{", "{}", '{"runs": []}', '{"runs": [{"phase": "etl"}]}'):
        (tmp_path / "broken.json").write_text(broken, encoding="utf-8")
        assert scale(words, tmp_path / "broken.json") is None
