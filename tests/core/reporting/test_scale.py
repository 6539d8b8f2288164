"""What Spark took is shown size by size with its bill where it was measured, and nothing elsewhere."""

import json
from pathlib import Path

import pytest

from core.reporting.document import Chart, Table, Text
from core.reporting.scale import MEASURED, scale
from core.reporting.words import LANGUAGES, Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_measured_sizes_are_told(language: str) -> None:
    runs = json.loads(MEASURED.read_bytes())["runs"]
    words = Words(language, "recommender")
    found = scale(words)
    assert found is not None
    charts = {block.key: block for block in found.blocks if isinstance(block, Chart)}
    assert set(charts) == {"scale_time", "scale_memory"}
    for chart, key, unit in ((charts["scale_time"], "wall_seconds", 60), (charts["scale_memory"], "peak_bytes", 2**30)):
        shown = [value for trace in chart.figure.data for value in trace.y]
        assert all(any(value == pytest.approx(run[key] / unit) for value in shown) for run in runs)
        assert chart.about
        assert chart.alt
    tables = {block.key: block for block in found.blocks if isinstance(block, Table)}
    assert len(tables["scale_runs"].rows) == len(runs)
    assert len(tables["scale_bill"].rows) == 12
    lead = next(block.text for block in found.blocks if isinstance(block, Text))
    assert runs[0]["machine"]["processor"] in lead  # on what, and that it was not idle
    assert words.number(max(run["load_before"] for run in runs), 1) in lead


def test_without_a_measurement_nothing_is_told(tmp_path: Path) -> None:
    words = Words("en", "recommender")
    assert scale(words, tmp_path / "none.json") is None
    for broken in ("{", "{}", '{"runs": [{"phase": "etl"}]}'):
        (tmp_path / "broken.json").write_text(broken, encoding="utf-8")
        assert scale(words, tmp_path / "broken.json") is None
