"""Diagrams show every table of the code with its keys, as text for those who draw and for those who do not see."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.reporting import diagrams
from core.reporting.data_model import MODELS, Column, Reference, in_words, mermaid, of_metadata, warehouse
from core.reporting.publish import data_model

# what Mermaid's grammar of entity-relation diagrams allows, a line each
LINES = (
    r"erDiagram",
    r" {4}\w+ \{",
    r" {8}[a-z][\w\[\]()-]* \w+( (PK|FK|PK, FK))?",
    r" {4}\}",
    r' {4}\w+ (\|\||\|o)--(o\||o\{) \w+ : "[\w, ]+"',
)


def test_the_star_schema_is_read_from_its_sql() -> None:
    tables = {entity.name: entity for entity in warehouse()}
    fact = tables["fact_interaction"]
    assert [each.table for each in fact.references] == ["dim_user", "dim_product", "dim_date"]
    assert fact.columns[0] == Column("user_key", "integer", True)
    assert tables["review"].references == (
        Reference(("user_key", "product_key"), "fact_interaction", optional=False, single=True),
    )
    assert {"fact_event", "product_relation"} <= set(tables)
    assert "fact_interaction (6) → dim_user, dim_product, dim_date" in in_words(warehouse())


def test_what_a_key_says_about_rows_becomes_a_mark() -> None:
    metadata = sa.MetaData()
    sa.Table("people", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "passports",
        metadata,
        sa.Column("id", sa.Numeric(10, 2), primary_key=True),
        sa.Column("holder", sa.ForeignKey("people.id"), nullable=False, unique=True),
        sa.Column("witness", sa.ForeignKey("people.id")),
    )
    text = mermaid(of_metadata(metadata))
    assert 'people ||--o| passports : "holder"' in text
    assert 'people |o--o{ passports : "witness"' in text
    assert "numeric(10__2) id PK" in text


@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_text_that_mermaid_takes_and_a_drawing(name: str) -> None:
    entities = MODELS[name]()
    lines = mermaid(entities).splitlines()
    assert [line for line in lines if not any(re.fullmatch(pattern, line) for pattern in LINES)] == []
    known = {entity.name for entity in entities}
    assert {each.table for entity in entities for each in entity.references} <= known
    assert diagrams.draw(entities, "svg").lstrip().startswith(b"<?xml")
    places, _ = diagrams._arranged(entities)
    assert diagrams._unclear(entities, places) < diagrams._HIDDEN  # no arrow seems to come from a box it runs behind


def test_the_report_brings_both_forms_of_every_model(tmp_path: Path) -> None:
    names = {path.name for path in data_model(tmp_path / "report")}
    assert names == {f"data_model_{name}.{form}" for name in MODELS for form in ("svg", "mmd")}
    assert b"<svg" in (tmp_path / "report" / "data_model_ledger.svg").read_bytes()
