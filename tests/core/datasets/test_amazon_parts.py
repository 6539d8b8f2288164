"""Parts of a file, read one by one, are the file: the same rows, and the same account of what was lost where."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from core.datasets import amazon
from core.datasets.amazon import FileReport, Format
from core.datasets.amazon.interactions import interaction_batches
from core.datasets.amazon.products import product_batches
from core.datasets.amazon.source import lines, merged, parts

LINE = st.sampled_from([b"", b" ", b"a", b"bc\r", b"{}", "é".encode(), b"\xef\xbb\xbfd", b"e" * 30])


@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.lists(LINE, max_size=30), size=st.integers(1, 60), end=st.sampled_from([b"", b"\n"]))
def test_every_line_is_in_one_part(content: list[bytes], size: int, end: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\n".join(content) + end)
    whole = FileReport("file", "")
    expected = list(lines(path, whole))
    found, reports, before = [], [], 0
    for part in parts(path, size):
        report = FileReport("file", "")
        found += [(before + number, line) for number, line in lines(path, report, part)]
        before += report.read + report.skipped
        reports.append(report)
    assert found == expected
    assert not content or not reports or merged(reports) == whole


def review(number: int, rating: float = 5.0) -> dict[str, object]:
    return {"reviewerID": f"U{number}", "asin": f"B{number % 7}", "overall": rating, "unixReviewTime": 1_300_000_000}


@pytest.fixture(params=["json", "csv", "parquet", "packed"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Reviews of which every tenth has an impossible rating."""
    rows = [review(number, 9.0 if number % 10 == 3 else 4.0) for number in range(200)]
    text = "\n".join(map(json.dumps, rows)) + "\n\nno review\n"
    target = tmp_path / "reviews"
    if request.param == "json":
        target.write_text(text, encoding="utf-8")
    elif request.param == "packed":
        target.write_bytes(gzip.compress(text.encode()))
    else:
        table = pd.DataFrame(rows).rename(columns={"reviewerID": "user", "unixReviewTime": "timestamp"})
        if request.param == "csv":
            table.to_csv(target, index=False)
        else:
            table.to_parquet(target, row_group_size=30)
    return target


def test_reviews_are_the_same_in_parts(path: Path) -> None:
    form = amazon.detect(path)
    expected, whole = amazon.read_interactions(path, form)
    frames, reports = [], []
    for part in parts(path, 500):
        reports.append(FileReport(path.name, form.value))
        frames += list(interaction_batches(path, form, reports[-1], part=part))
    assert len(reports) > 3 or parts(path) == [None]  # a packed file is read whole
    assert_frame_equal(pd.concat(frames, ignore_index=True), expected)
    assert merged(reports) == whole
    assert whole.refused["rating outside 1 to 5"]["count"] == 20


def test_products_are_the_same_in_parts(tmp_path: Path) -> None:
    target = tmp_path / "meta"
    related_to = {"also_bought": ["B1"]}
    rows = [{"asin": f"B{n}", "title": f"Oil {n}", "price": "x", "related": related_to} for n in range(50)]
    target.write_text("\n".join(map(json.dumps, [*rows, {"title": "no id", "brand": "x"}])), encoding="utf-8")
    products, related, whole = amazon.read_products(target, Format.PRODUCTS_2014)
    found, reports = [], []
    for part in parts(target, 300):
        reports.append(FileReport(target.name, Format.PRODUCTS_2014.value))
        found += list(product_batches(target, Format.PRODUCTS_2014, reports[-1], part=part))
    assert_frame_equal(pd.concat([each for each, _ in found], ignore_index=True), products)
    assert_frame_equal(pd.concat([each for _, each in found], ignore_index=True), related)
    assert merged(reports) == whole
    assert whole.emptied == {"price": 50}
