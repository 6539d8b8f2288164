"""The star schema holds what the clean tables hold, its keys join, its exports read back, and it is written whole."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

from core.cli import app
from core.errors import DataError
from core.recommender import quality, warehouse
from core.recommender.etl import Tables, clean, extract
from core.recommender.warehouse import TABLES, read_warehouse, view, write_warehouse
from core.settings import settings

DAY = 86_400
ROWS = [  # user, item, day of 2013-12-30 and after, rating
    ("U1", "B1", 0, 5),
    ("U1", "B2", 0, 3),
    ("U2", "B1", 1, 4),
    ("U2", "B3", 2, 1),
    ("U3", "B2", 40, 2),
]
PRODUCTS = [
    {"asin": "B1", "title": 'Oil, "pure"\nand \'simple\'', "brand": "Zed", "price": 4.5,
     "categories": [["Beauty", "Hair Care", "Oils, dry", "a|b"]], "related": {"also_bought": ["B2"]}},
    {"asin": "B2", "title": "Crème = <b>riche</b>", "brand": "Abc", "categories": [["Beauty", "Hair Care"]]},
]  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    start = 1_388_361_600  # 2013-12-30
    reviews = [
        {"reviewerID": user, "asin": item, "overall": rating, "unixReviewTime": start + day * DAY, "summary": "Fine"}
        for user, item, day, rating in ROWS
    ]
    (folder / "reviews.json").write_text("\n".join(map(json.dumps, reviews)), encoding="utf-8")
    (folder / "meta.json").write_text("\n".join(map(repr, PRODUCTS)), encoding="utf-8")
    return folder


@pytest.fixture
def tables(source: Path) -> Tables:
    return clean(extract(source))


@pytest.fixture
def written(tables: Tables, tmp_path: Path) -> Path:
    write_warehouse(tables, tmp_path / "out")
    return tmp_path / "out"


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(folder / "warehouse.duckdb", read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_star_joins_back_to_the_reviews(written: Path) -> None:
    found = rows(
        written,
        """SELECT u.user_id, p.item_id, date_diff('day', DATE '2013-12-30', d.date), f.rating
        FROM fact_interaction f JOIN dim_user u USING (user_key) JOIN dim_product p USING (product_key)
        JOIN dim_date d USING (date_key) ORDER BY u.user_id, f.position""",
    )
    assert found == ROWS
    assert rows(written, "SELECT user_id, n_interactions, last_date::VARCHAR FROM dim_user ORDER BY user_key") == [
        ("U1", 2, "2013-12-30"),
        ("U2", 2, "2014-01-01"),
        ("U3", 1, "2014-02-08"),
    ]
    assert rows(written, "SELECT item_id, n_interactions, department FROM dim_product ORDER BY product_key") == [
        ("B1", 2, "Hair Care"),
        ("B2", 2, "Hair Care"),
        ("B3", 1, "Unknown"),
    ]


def test_the_calendar_has_every_day(written: Path) -> None:
    assert rows(written, "SELECT count(*), min(date_key), max(date_key) FROM dim_date") == [(41, 20131230, 20140208)]
    assert rows(
        written, "SELECT year, quarter, month, day, weekday, is_weekend FROM dim_date WHERE date_key=20140104"
    ) == [(2014, 1, 1, 4, 6, True)]


def test_a_fact_without_its_dimensions_is_refused(written: Path) -> None:
    with duckdb.connect(written / "warehouse.duckdb") as connection:
        for user, product, day in ((9, 0, 20140101), (2, 9, 20140101), (2, 0, 19990101)):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute("INSERT INTO fact_interaction VALUES (?, ?, ?, 0, 5, 0)", [user, product, day])
        with pytest.raises(duckdb.ConstraintException):  # a rating of 6 stars
            connection.execute("INSERT INTO fact_interaction VALUES (2, 0, 20140101, 1, 6, 0)")


def test_analyses(written: Path) -> None:
    assert view(written, "sales_per_month").to_numpy().tolist() == [[2013, 12, 3, 2], [2014, 1, 1, 1], [2014, 2, 1, 1]]
    top = view(written, "top_brand_per_department")
    assert top.to_numpy().tolist() == [["Hair Care", "Abc", 2, 2.5]]  # as many as Zed, earlier in the alphabet
    repeat = view(written, "repeat_days")
    assert repeat[["user_key", "interactions"]].to_numpy().tolist() == [[0, 2]]
    with pytest.raises(DataError, match="unknown analysis users; choose from"):
        view(written, "users")


def test_exports_read_back_as_the_tables_they_were_made_from(written: Path, tables: Tables) -> None:
    again = read_warehouse(written)
    assert_frame_equal(again.interactions, tables.interactions)
    assert_frame_equal(again.products, tables.products)
    assert_frame_equal(again.related, tables.related)
    assert again.report == tables.report


def test_csv_and_parquet_and_database_agree(written: Path) -> None:
    for name in TABLES:
        stored = len(rows(written, f"FROM {name}"))
        csv = pd.read_csv(written / "tables" / f"{name}.csv")
        parquet = pd.read_parquet(written / "tables" / f"{name}.parquet")
        assert len(csv) == len(parquet) == stored
        assert list(csv.columns) == list(parquet.columns)
    csv = pd.read_csv(written / "tables" / "dim_product.csv")
    assert csv["title"].tolist()[:2] == ["Oil, \"pure\" and 'simple'", "Crème = <b>riche</b>"]
    assert [json.loads(text) for text in csv["subcategories"]] == [["Oils, dry", "a|b"], [], []]


def test_texts_lie_beside_the_star(source: Path, tmp_path: Path) -> None:
    tables = clean(extract(source, texts=True))
    write_warehouse(tables, tmp_path / "out")
    assert rows(tmp_path / "out", "SELECT DISTINCT review_title FROM review") == [("Fine",)]
    assert_frame_equal(read_warehouse(tmp_path / "out").interactions, tables.interactions)


def test_the_quality_report(written: Path, tables: Tables) -> None:
    report = json.loads((written / "quality.json").read_text(encoding="utf-8"))
    assert report == json.loads(json.dumps(quality.describe(tables)))
    assert (report["users"], report["products"], report["interactions"]) == (3, 3, 5)
    assert report["density"] == pytest.approx(5 / 9)
    assert report["rating"] == {
        "range": [1, 5], "mean": 3, "histogram": {"1": 1, "2": 1, "3": 1, "4": 1, "5": 1},
    }  # fmt: skip
    assert (report["dates"]["first"], report["dates"]["last"]) == ("2013-12-30", "2014-02-08")
    assert report["missing"]["products"] == {
        "item_id": 0, "title": 1, "brand": 1, "department": 1, "subcategories": 2, "price": 2, "image_url": 3,
    }  # fmt: skip
    assert report["history_length"]["quantiles"]["1"] == 2
    assert report["same_day_share"] == pytest.approx(2 / 5)


def test_unknown_ratings_and_prices_are_null_not_nan(tables: Tables, tmp_path: Path) -> None:
    unrated = Tables(tables.interactions.assign(rating=np.float32(np.nan)), tables.products, tables.related, {})
    report = write_warehouse(unrated, tmp_path / "out")
    assert report["rating"] == {"range": None, "mean": None, "histogram": {}}
    assert rows(tmp_path / "out", "SELECT count(*), count(rating) FROM fact_interaction") == [(5, 0)]
    assert rows(tmp_path / "out", "SELECT count(price), count(title) FROM dim_product") == [(1, 2)]


def test_a_failure_leaves_the_former_warehouse(written: Path, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    twice = Tables(pd.concat([tables.interactions] * 2), tables.products, tables.related, {})  # breaks the primary key
    with pytest.raises(duckdb.ConstraintException):
        write_warehouse(twice, written)
    assert {path: path.read_bytes() for path in written.rglob("*") if path.is_file()} == before
    assert [path.name for path in written.parent.iterdir() if path.name.startswith(".")] == []

    write_warehouse(tables, written)  # and a good one takes its place, with nothing left beside it
    assert sorted(path.name for path in written.parent.iterdir()) == ["out", "raw"]

    replace, refused = Path.replace, []

    def refuse_once(path: Path, target: Path) -> Path:
        if target == written and not refused:  # the former is aside, the draft not yet in its place
            refused.append(path)
            raise OSError("disk")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse_once)
    with pytest.raises(OSError, match="disk"):
        write_warehouse(tables, written)
    assert len(read_warehouse(written).interactions) == len(ROWS)
    assert sorted(path.name for path in written.parent.iterdir()) == ["out", "raw"]


def test_a_folder_with_other_things_in_it_is_left_alone(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear", encoding="utf-8")
    with pytest.raises(DataError, match="something other than prepared reviews"):
        write_warehouse(tables, tmp_path / "letters")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]


def test_nothing_prepared_is_said(tmp_path: Path) -> None:
    for attempt in (lambda: read_warehouse(tmp_path), lambda: view(tmp_path, "repeat_days")):
        with pytest.raises(DataError, match="python -m core prepare recommender"):
            attempt()


def test_the_command(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFIGIES_PREPARED", str(tmp_path / "prepared"))
    settings.cache_clear()
    try:
        result = CliRunner().invoke(app, ["prepare", "recommender", "--source", str(source), "--json"])
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["interactions"] == 5
    assert (tmp_path / "prepared" / "recommender" / "warehouse.duckdb").is_file()
    assert warehouse.read_warehouse(tmp_path / "prepared" / "recommender").products["item_id"].tolist() == [
        "B1",
        "B2",
        "B3",
    ]
