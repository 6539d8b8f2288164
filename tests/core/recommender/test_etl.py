"""Raw files become clean tables: histories in order, copies gone, every item with a row, every loss accounted for."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError, UserError
from core.recommender.etl import UNKNOWN, RawTables, clean, extract

DAY = 86_400
START = 15_000 * DAY


def review(user: str, item: str, day: int, rating: float = 5) -> dict[str, object]:
    return {"reviewerID": user, "asin": item, "overall": rating, "unixReviewTime": START + day * DAY,
            "reviewText": f"{user} on {item}"}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of reviews and one of metadata, with a broken line, a copy and a product nobody described."""
    rows = [
        review("U2", "B1", 3),
        review("U1", "B2", 2, 4),
        review("U1", "B1", 9, 1),
        review("U1", "B3", 2),
        "{broken",
        review("U1", "B1", 5, 2),  # a copy, older than the one before
    ]
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    (tmp_path / "reviews_1.json.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "reviews_2.json").write_text(json.dumps(review("U2", "B2", 1)), encoding="utf-8")
    products = [
        {"asin": "B1", "categories": [["Beauty", "Hair Care", "Oils"]], "related": {"also_bought": ["B1", "B2", "B8"]}},
        {"asin": "B1", "title": "Argan &amp; oil", "brand": "Moroccan", "price": 9.5, "categories": [["Beauty"]]},
        {"asin": "B2", "title": "Comb", "related": {"also_bought": ["B1", "B1"]}},
        {"asin": "B8", "title": "Nobody's", "categories": [["Beauty"]]},
    ]
    (tmp_path / "meta.json").write_text("\n".join(map(repr, products)), encoding="utf-8")
    (tmp_path / "README.md").write_text("What this is", encoding="utf-8")
    return tmp_path


def test_histories_are_in_order_and_hold_the_latest_of_each_copy(folder: Path) -> None:
    table = clean(extract(folder)).interactions
    assert table.dtypes.astype(str).to_dict() == {
        "user_id": "str", "item_id": "str", "rating": "float32", "timestamp": "int64", "position": "int32",
    }  # fmt: skip
    assert table.drop(columns="timestamp").to_numpy().tolist() == [
        ["U1", "B2", 4.0, 0],  # of one day: as in the file
        ["U1", "B3", 5.0, 1],
        ["U1", "B1", 1.0, 2],
        ["U2", "B2", 5.0, 0],
        ["U2", "B1", 5.0, 1],
    ]
    assert ((table["timestamp"] - START) // DAY).tolist() == [2, 2, 9, 1, 3]


def test_every_item_has_a_row_and_relations_stay_inside(folder: Path) -> None:
    tables = clean(extract(folder))
    assert tables.products["item_id"].tolist() == ["B1", "B2", "B3"]
    named, comb, unknown = (row for _, row in tables.products.iterrows())
    assert (named["title"], named["brand"], named["price"]) == ("Argan & oil", "Moroccan", 9.5)
    assert (comb["title"], comb["department"], comb["subcategories"]) == ("Comb", UNKNOWN, [])
    assert unknown[["title", "brand", "price", "image_url"]].isna().all()
    assert (unknown["department"], unknown["subcategories"]) == (UNKNOWN, [])
    assert tables.related.to_numpy().tolist() == [["B1", "B2", "also_bought"], ["B2", "B1", "also_bought"]]


def test_the_report_accounts_for_every_line(folder: Path) -> None:
    report = clean(extract(folder)).report
    assert (report["read"], report["refused"], report["duplicates"], report["kept"]) == (7, 1, 1, 5)
    assert report["repeated_products"] == 1
    assert report["products_without_metadata"] == 1
    lost = {file["file"]: file["refused"] for file in report["files"]}
    assert lost["reviews_1.json.gz"] == {"no JSON object": {"count": 1, "lines": [5]}}
    assert lost["reviews_2.json"] == lost["meta.json"] == {}


def test_texts_are_kept_on_request(folder: Path) -> None:
    assert "review_text" not in clean(extract(folder)).interactions
    table = clean(extract(folder, texts=True)).interactions
    assert table["review_text"].tolist() == ["U1 on B2", "U1 on B3", "U1 on B1", "U2 on B2", "U2 on B1"]


def test_one_file_alone_is_enough(folder: Path) -> None:
    tables = clean(extract(folder / "reviews_2.json"))
    assert tables.products["item_id"].tolist() == ["B2"]
    assert len(tables.related) == 0


def test_what_cannot_be_used_is_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        extract(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "README.md").touch()
    with pytest.raises(DataError, match="empty: no data; put reviews"):
        extract(empty)
    with pytest.raises(DataError, match="no reviews in it, only products of 2014"):
        extract(folder / "meta.json")
    (folder / "notes.csv").write_text("buy milk", encoding="utf-8")
    with pytest.raises(DataError, match=r"notes\.csv: in no known format; its first line is 'buy milk'"):
        extract(folder)


def raw(rows: list[tuple[str, str, int]]) -> RawTables:
    users, items, days = zip(*rows, strict=True)
    interactions = pd.DataFrame(
        {
            "user_id": pd.Series(users, dtype="str"),
            "item_id": pd.Series(items, dtype="str"),
            "rating": np.full(len(rows), np.nan, np.float32),
            "timestamp": START + DAY * np.array(days, np.int64),
        }
    )
    nothing = ["title", "brand", "department", "subcategories", "price", "image_url"]
    return RawTables(
        interactions,
        pd.DataFrame(columns=["item_id", *nothing]),
        pd.DataFrame(columns=["item_id", "related_id", "relation"], dtype="str"),
        (),
    )


def test_the_minimum_is_kept_by_users_and_items_alike() -> None:
    block = [(user, item, 1) for user in ("U1", "U2") for item in ("B1", "B2")]
    tail = [("U2", "B3", 2), ("U3", "B3", 2), ("U3", "B4", 2)]  # falls apart from its end
    tables = clean(raw(block + tail), minimum=2)
    assert sorted(zip(tables.interactions["user_id"], tables.interactions["item_id"], strict=True)) == sorted(
        pair[:2] for pair in block
    )
    assert tables.products["item_id"].tolist() == ["B1", "B2"]
    assert tables.report["removed_by_minimum"] == 3
    with pytest.raises(UserError, match="need 3 each"):
        clean(raw(block), minimum=3)
    with pytest.raises(UserError, match="1 or more, got 0"):
        clean(raw(block), minimum=0)


IDS = st.sampled_from(["A", "B", "C", "a", "é", "10", "9"])


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(IDS, IDS, st.integers(0, 4)), min_size=1, max_size=40))
def test_cleaning_agrees_with_plain_python(rows: list[tuple[str, str, int]]) -> None:
    latest: dict[tuple[str, str], tuple[int, int]] = {}
    for place, (user, item, day) in enumerate(rows):
        latest[user, item] = max(latest.get((user, item), (-1, -1)), (day, place))
    expected: list[list[object]] = []
    for user in sorted({user for user, _, _ in rows}):
        history = sorted((when, item) for (owner, item), when in latest.items() if owner == user)
        expected += [[user, item, position] for position, (_, item) in enumerate(history)]
    tables = clean(raw(rows))
    assert tables.interactions[["user_id", "item_id", "position"]].to_numpy().tolist() == expected
    assert tables.report["duplicates"] == len(rows) - len(expected)
