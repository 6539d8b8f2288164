"""Every public form of the Amazon reviews is read; what is broken in a file is counted and named, never fatal."""

import contextlib
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import amazon
from core.datasets.amazon import Format, fields, source
from core.errors import DataError

DAY = 1_252_800_000  # 2009-09-13

REVIEW_2014 = {
    "reviewerID": "A1YJEY40YUW4SE", "asin": "7806397051", "reviewerName": "Andrea", "helpful": [3, 4],
    "reviewText": "Very oily &amp; creamy.", "overall": 1.0, "summary": "Don't waste", "unixReviewTime": DAY,
    "reviewTime": "09 13, 2009",
}  # fmt: skip
REVIEW_2018 = {
    "overall": 5.0, "verified": True, "reviewTime": "09 13, 2009", "reviewerID": "A3CIUOJXQ5VDQ2",
    "asin": "B0000530HU", "style": {"Size:": " 7.0 oz"}, "reviewText": "As advertised", "summary": "Five Stars",
    "unixReviewTime": DAY, "image": ["https://images-na.ssl-images-amazon.com/images/I/71.jpg"],
}  # fmt: skip
REVIEW_2023 = {
    "rating": 4.0, "title": "Such a lovely scent", "text": "Smells great.", "parent_asin": "B00YQ6X8EO",
    "images": [{"small_image_url": "https://m.media-amazon.com/s.jpg", "large_image_url": "https://m.media-amazon.com/l.jpg"}],
    "asin": "B00YQ6X8XX", "user_id": "AGKHLEW2SOWHNMFQIJGBECAF7INQ", "timestamp": DAY * 1000 + 999,
    "verified_purchase": True, "helpful_vote": 0,
}  # fmt: skip
PRODUCT_2014 = {
    "asin": "7806397051", "title": "WAWO 15 Color\n  Palette &amp; Brush", "price": 7.39, "brand": "O'Key",
    "imUrl": "http://ecx.images-amazon.com/images/I/41.jpg", "salesRank": {"Beauty": 3},
    "categories": [["Beauty", "Makeup", "Face", "Concealers"], ["Beauty", "Makeup", "Eyes"]],
    "related": {"also_bought": ["B0000530HU"], "buy_after_viewing": ["B00YQ6X8EO"], "also_viewed": "none"},
}  # fmt: skip
PRODUCT_2018 = {
    "category": ["Beauty", "Hair Care", "Shampoos", "</span></span></span>"], "asin": "B0000530HU",
    "title": "Aqua Velva", "brand": "by\n    \n    Aqua Velva", "price": "$1,005.99 - $2,000.00",
    "also_buy": ["7806397051"], "also_view": [], "imageURL": [],
    "imageURLHighRes": ["https://images-na.ssl-images-amazon.com/images/I/big.jpg"],
}  # fmt: skip
PRODUCT_2023 = {
    "main_category": "All Beauty", "title": "Howard LC0008", "average_rating": 4.8, "price": None, "store": "Howard",
    "images": [{"thumb": "https://m.media-amazon.com/t.jpg", "large": "https://m.media-amazon.com/l.jpg"}],
    "categories": [], "details": {"Brand": "Howard Products"}, "parent_asin": "B00YQ6X8EO", "bought_together": None,
}  # fmt: skip


def write(path: Path, records: Sequence[object]) -> Path:
    """One record a line: bytes and text as they are, anything else as JSON."""
    rows = [
        row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode()
        for row in records
    ]
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


def pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["user_id"], frame["item_id"], strict=True))


@pytest.mark.parametrize(
    ("record", "form", "user", "item", "rating", "title", "image"),
    [
        (REVIEW_2014, Format.REVIEWS_2014, "A1YJEY40YUW4SE", "7806397051", 1, "Don't waste", None),
        (REVIEW_2018, Format.REVIEWS_2018, "A3CIUOJXQ5VDQ2", "B0000530HU", 5, "Five Stars", REVIEW_2018["image"][0]),
        (
            REVIEW_2023,
            Format.REVIEWS_2023,
            "AGKHLEW2SOWHNMFQIJGBECAF7INQ",
            "B00YQ6X8EO",  # the parent, not the variant
            4,
            "Such a lovely scent",
            "https://m.media-amazon.com/l.jpg",
        ),
    ],
)
def test_reviews_of_every_edition(
    tmp_path: Path,
    record: dict[str, Any],
    form: Format,
    user: str,
    item: str,
    rating: int,
    title: str,
    image: str | None,
) -> None:
    path = write(tmp_path / "any.name", [record])
    assert amazon.detect(path) is form
    frame, report = amazon.read_interactions(path, texts=True)
    assert pairs(frame) == [(user, item)]
    assert frame["rating"].dtype == np.float32
    assert frame["rating"].tolist() == [rating]
    assert frame["timestamp"].tolist() == [DAY]  # whole seconds, also where the file has milliseconds
    assert frame["review_title"].tolist() == [title]
    assert image is None or frame["review_image_url"].tolist() == [image]
    assert (report.read, report.kept, report.refused) == (1, 1, {})


def test_metadata_of_2014_are_python_and_still_read(tmp_path: Path) -> None:
    path = write(tmp_path / "meta.json", [repr(PRODUCT_2014), json.dumps({**PRODUCT_2014, "asin": "B000052YQU"})])
    assert amazon.detect(path) is Format.PRODUCTS_2014
    products, related, report = amazon.read_products(path)
    assert report.kept == 2
    row = products.iloc[0]
    assert row["title"] == "WAWO 15 Color Palette & Brush"
    assert (row["brand"], row["department"], row["price"]) == ("O'Key", "Makeup", 7.39)
    assert row["subcategories"] == ["Face", "Concealers", "Eyes"]
    assert row["image_url"] == "http://ecx.images-amazon.com/images/I/41.jpg"
    assert related[:2].to_numpy().tolist() == [
        ["7806397051", "B0000530HU", "also_bought"],
        ["7806397051", "B00YQ6X8EO", "bought_after_viewing"],
    ]


def test_metadata_of_2018_and_2023(tmp_path: Path) -> None:
    path = write(tmp_path / "old", [PRODUCT_2018])
    assert amazon.detect(path) is Format.PRODUCTS_2018
    products, related, _ = amazon.read_products(path)
    row = products.iloc[0]
    assert (row["brand"], row["department"], row["subcategories"]) == ("Aqua Velva", "Hair Care", ["Shampoos"])
    assert row["price"] == 1005.99  # the lower end
    assert row["image_url"].endswith("big.jpg")
    assert related.to_numpy().tolist() == [["B0000530HU", "7806397051", "also_bought"]]

    path = write(tmp_path / "new", [PRODUCT_2023])
    assert amazon.detect(path) is Format.PRODUCTS_2023
    products, related, report = amazon.read_products(path)
    row = products.iloc[0]
    assert (row["item_id"], row["brand"], row["department"]) == ("B00YQ6X8EO", "Howard", "All Beauty")
    assert row["image_url"] == "https://m.media-amazon.com/l.jpg"
    assert np.isnan(row["price"])
    assert len(related) == 0
    assert report.emptied == {}  # no price is not a bad price


def test_page_code_and_nonsense_in_metadata_are_left_empty_and_counted(tmp_path: Path) -> None:
    bad = {
        **PRODUCT_2018,
        "title": "var aPageStart = (new Date()).getTime();\nvar ue_t0",
        "price": ".a-box-inner{background-color:#fff}",
        "imageURLHighRes": ["javascript:alert(1)"],
    }
    products, _, report = amazon.read_products(write(tmp_path / "meta", [bad]))
    row = products.iloc[0]
    assert row[["title", "price", "image_url"]].isna().all()
    assert report.emptied == {"title": 1, "price": 1}


def test_only_wanted_products_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "meta", [repr(PRODUCT_2014), repr({**PRODUCT_2014, "asin": "B000052YQU"})])
    products, related, report = amazon.read_products(path, only={"B000052YQU", "B0000530HU"})
    assert products["item_id"].tolist() == ["B000052YQU"]
    assert related["related_id"].tolist() == ["B0000530HU"]
    assert (report.read, report.kept) == (2, 1)


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "reviews.txt"
    path.write_bytes(gzip.compress(json.dumps(REVIEW_2018).encode()))
    assert pairs(amazon.read_interactions(path)[0]) == [("A3CIUOJXQ5VDQ2", "B0000530HU")]


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in REVIEW_2014.items() if name != key}


BROKEN = [
    ('{"reviewerID": "A1", "asin": "B0', "no JSON object"),
    ("[1, 2]", "no JSON object"),
    (b'{"reviewerID": "\xff"}', "not UTF-8"),
    ("[" * 100_000, "no JSON object"),
    ("{'a': " + "-" * 100_000 + "1}", "no JSON object"),
    (without("reviewerID"), "user missing"),
    ({**REVIEW_2014, "reviewerID": 7}, "user is no id"),
    ({**REVIEW_2014, "reviewerID": "\ud800"}, "user is no id"),
    (without("asin"), "product missing"),
    ({**REVIEW_2014, "asin": ["B0000530HU"]}, "product is no id"),
    ({**REVIEW_2014, "asin": "x" * 1000}, "product is no id"),
    (without("overall"), "rating missing"),
    ({**REVIEW_2014, "overall": True}, "rating is no number"),
    ({**REVIEW_2014, "overall": {"stars": 5}}, "rating is no number"),
    ({**REVIEW_2014, "overall": 0}, "rating outside 1 to 5"),
    ({**REVIEW_2014, "overall": 5.5}, "rating outside 1 to 5"),
    ('{"reviewerID": "A1", "asin": "B1", "overall": NaN, "unixReviewTime": 1252800000}', "rating is no number"),
    ({**REVIEW_2014, "overall": 10**400}, "rating is no number"),
    ({name: REVIEW_2014[name] for name in ("reviewerID", "asin", "overall")}, "time missing"),
    ({**REVIEW_2014, "unixReviewTime": "yesterday"}, "time is no number"),
    ({**REVIEW_2014, "unixReviewTime": -5}, "impossible time"),
    ({**REVIEW_2014, "unixReviewTime": 99_999_999_999}, "impossible time"),
    ('{"reviewerID": "A1", "asin": "B1", "overall": 3, "unixReviewTime": Infinity}', "impossible time"),
]


@pytest.mark.parametrize(("line", "reason"), BROKEN)
def test_a_broken_line_is_counted_by_reason_and_skipped(tmp_path: Path, line: Any, reason: str) -> None:
    path = write(tmp_path / "reviews", [REVIEW_2014, "", line, {**REVIEW_2014, "asin": "B000052YQU"}])
    frame, report = amazon.read_interactions(path)
    assert frame["item_id"].tolist() == ["7806397051", "B000052YQU"]
    assert report.refused == {reason: {"count": 1, "lines": [3]}}
    assert (report.read, report.kept) == (3, 2)


def test_only_the_first_line_numbers_are_kept(tmp_path: Path) -> None:
    _, report = amazon.read_interactions(write(tmp_path / "reviews", [REVIEW_2014, *["{"] * 9]))
    assert report.refused == {"no JSON object": {"count": 9, "lines": [2, 3, 4, 5, 6]}}


def test_numbers_written_as_text_and_a_date_without_a_time_are_understood(tmp_path: Path) -> None:
    records = [{**REVIEW_2014, "overall": "4.0", "unixReviewTime": str(DAY)}, without("unixReviewTime")]
    frame, _ = amazon.read_interactions(write(tmp_path / "reviews", records))
    assert frame["rating"].tolist() == [4, 1]
    assert frame["timestamp"].tolist() == [DAY, DAY]


USER, ITEM = "A39HTATAQ9V7YF", "0205616461"


@pytest.mark.parametrize(
    "lines",
    [
        [f"{USER},{ITEM},5.0,{DAY}"],  # 2014
        [f"{ITEM},{USER},5.0,{DAY}"],  # 2018
        ["user_id,parent_asin,rating,timestamp", f"{USER},{ITEM},5.0,{DAY}123"],  # 2023
        ["\ufeffTimestamp,Rating,Item,User", f'{DAY},5,"{ITEM}",{USER}'],
    ],
)
def test_ratings_are_read_in_any_order_of_columns(tmp_path: Path, lines: list[str]) -> None:
    path = write(tmp_path / "ratings", lines)
    assert amazon.detect(path) is Format.RATINGS_CSV
    frame, report = amazon.read_interactions(path)
    assert frame.to_numpy().tolist() == [[USER, ITEM, 5.0, DAY]]
    assert report.read == 1


def test_broken_rows_of_a_table_are_counted(tmp_path: Path) -> None:
    good = f"{USER},{ITEM},5.0,{DAY}"
    rows = [good, f"{USER},{ITEM}", f"{USER},{ITEM},9,{DAY}", f",{ITEM},4,{DAY}", f"{USER},{ITEM},,{DAY}", '"a,b', good]
    frame, report = amazon.read_interactions(write(tmp_path / "ratings.csv", rows))
    assert len(frame) == 2
    assert report.refused == {
        "too few columns": {"count": 2, "lines": [2, 6]},
        "rating outside 1 to 5": {"count": 1, "lines": [3]},
        "user missing": {"count": 1, "lines": [4]},
        "rating missing": {"count": 1, "lines": [5]},
    }


def test_prepared_tables(tmp_path: Path) -> None:
    rows = pd.DataFrame({"user_id": ["A1", None, "A2"], "asin": ["B1", "B1", "B2"], "timestamp": [DAY, DAY, 5]})
    rows.to_parquet(tmp_path / "interactions")
    frame, report = amazon.read_interactions(tmp_path / "interactions")
    assert pairs(frame) == [("A1", "B1")]
    assert frame["rating"].isna().all()
    assert report.refused == {
        "user missing": {"count": 1, "lines": [2]},
        "impossible time": {"count": 1, "lines": [3]},
    }

    pd.DataFrame({"user": [7], "asin": ["B1"], "rating": [4], "timestamp": [DAY]}).to_parquet(tmp_path / "rated")
    assert amazon.read_interactions(tmp_path / "rated")[0].to_numpy().tolist() == [["7", "B1", 4.0, DAY]]

    unrated = pd.DataFrame({"user": [7, 8, 9], "asin": ["B1"] * 3, "rating": [4, None, 6], "timestamp": [DAY] * 3})
    unrated.to_parquet(tmp_path / "partly")
    frame, report = amazon.read_interactions(tmp_path / "partly")
    assert frame["rating"].isna().tolist() == [False, True]
    assert report.refused == {"rating outside 1 to 5": {"count": 1, "lines": [3]}}

    named = pd.DataFrame({"asin": ["B1"], "title": ["A &amp;  B"], "brand": [None], "department": ["Hair"],
                          "subcategories": [["Oils"]]})  # fmt: skip
    named.to_parquet(tmp_path / "items")
    assert amazon.detect(tmp_path / "items") is Format.PRODUCTS_PARQUET
    row = amazon.read_products(tmp_path / "items")[0].iloc[0]
    assert (row["title"], row["department"], row["subcategories"]) == ("A & B", "Hair", ["Oils"])

    pd.DataFrame([PRODUCT_2023]).to_parquet(tmp_path / "published")
    row = amazon.read_products(tmp_path / "published")[0].iloc[0]
    assert (row["item_id"], row["brand"], row["department"]) == ("B00YQ6X8EO", "Howard", "All Beauty")

    beside = pd.DataFrame({"asin": ["B1", "B2"], "related_asin": ["B2", None], "relation": ["also_bought"] * 2})
    beside.to_parquet(tmp_path / "related")
    assert amazon.detect(tmp_path / "related") is Format.RELATED_PARQUET
    related, report = amazon.read_related(tmp_path / "related")
    assert related.to_numpy().tolist() == [["B1", "B2", "also_bought"]]
    assert report.kept == 1


@pytest.mark.parametrize("content", [b"", b"\n\n", b"hello world\n", b"PAR1 but no more", b"\x1f\x8b broken", b"a,b\n"])
def test_a_file_in_no_known_format_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "strange"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"^strange: "):
        amazon.detect(path)


def test_a_file_without_one_good_line_is_named_with_its_first_line(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.json", ["", "{", {**REVIEW_2014, "overall": 9}])
    with pytest.raises(
        DataError, match=r"bad\.json: nothing could be read as reviews of 2014.*; line 2: no JSON object"
    ):
        amazon.read_interactions(path)


def test_a_file_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    reviews, products = write(tmp_path / "r", [REVIEW_2014]), write(tmp_path / "p", [PRODUCT_2018])
    with pytest.raises(DataError, match="not products"):
        amazon.read_products(reviews)
    with pytest.raises(DataError, match="not reviews"):
        amazon.read_interactions(products)


def test_a_line_of_absurd_length_is_skipped(tmp_path: Path) -> None:
    long = {**REVIEW_2014, "reviewText": "x" * (3 * source.MAX_LINE)}
    frame, report = amazon.read_interactions(write(tmp_path / "reviews", [REVIEW_2014, long, REVIEW_2014]))
    assert len(frame) == 2
    assert report.refused == {"line too long": {"count": 1, "lines": [2]}}


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    with gzip.open(path, "wb") as stream:
        stream.write(json.dumps(REVIEW_2014).encode() + b"\n")
        for _ in range(80):
            stream.write(bytes(2**20))
    with pytest.raises(DataError, match="unpacks to more than"):
        amazon.read_interactions(path)


def test_what_lies_before_the_damage_in_an_archive_is_kept(tmp_path: Path) -> None:
    packed = gzip.compress(
        b"".join(json.dumps({**REVIEW_2014, "asin": f"B{n:09}"}).encode() + b"\n" for n in range(5000))
    )
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    frame, report = amazon.read_interactions(tmp_path / "cut.gz")
    assert 0 < len(frame) < 5000
    assert report.refused == {"archive damaged from here on": {"count": 1, "lines": [len(frame) + 1]}}


def test_a_line_of_python_is_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    line = f"{{'asin': __import__('pathlib').Path({str(trap)!r}).touch(), 'title': 'x', 'categories': []}}"
    _, _, report = amazon.read_products(write(tmp_path / "meta", [repr(PRODUCT_2014), line]))
    assert not trap.exists()
    assert report.refused == {"no JSON object": {"count": 1, "lines": [2]}}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def strange(record: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """Lines: arbitrary bytes, and records with fields of any kind."""
    spoiled = st.dictionaries(st.sampled_from(sorted(record)), JSON_VALUES).map(
        lambda changes: json.dumps({**record, **changes}).encode()
    )
    return st.binary(max_size=80).filter(lambda line: b"\n" not in line) | spoiled


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("amazon")


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(strange(REVIEW_2018) | strange(REVIEW_2023), max_size=5))
def test_no_line_of_reviews_stops_the_reader(scratch: Path, lines: list[bytes]) -> None:
    frame, report = amazon.read_interactions(write(scratch / "reviews", [REVIEW_2018, *lines]), texts=True)
    assert pairs(frame)[0] == ("A3CIUOJXQ5VDQ2", "B0000530HU")
    assert frame["rating"].between(1, 5).all()
    assert report.kept + sum(entry["count"] for entry in report.refused.values()) == report.read
    frame.to_parquet(scratch / "out")  # nothing in it that cannot be stored


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(strange(PRODUCT_2014) | strange(PRODUCT_2018) | strange(PRODUCT_2023), max_size=5))
def test_no_line_of_metadata_stops_the_reader(scratch: Path, lines: list[bytes]) -> None:
    products, related, report = amazon.read_products(write(scratch / "meta", [PRODUCT_2018, *lines]))
    assert products["item_id"].iloc[0] == "B0000530HU"
    assert len(products) == report.kept
    for table in (products, related):
        table.to_parquet(scratch / "out")


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_known_format_or_a_clear_error(scratch: Path, content: bytes) -> None:
    path = scratch / "any"
    path.write_bytes(content)
    with contextlib.suppress(DataError):  # any other exception fails the test
        assert isinstance(amazon.detect(path), Format)


@pytest.mark.parametrize(
    ("value", "dollars"),
    [
        ("$5.99", 5.99),
        (12, 12),
        ("", None),
        ("None", None),
        ("from 14.99", None),
        (-3, None),
        (True, None),
        ("9" * 400, None),
    ],
)
def test_prices(value: object, dollars: float | None) -> None:
    assert fields.price(value) == dollars
