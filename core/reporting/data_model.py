"""The data model as the code has it: the warehouse's SQL, the tables of ledger and class; in words and as Mermaid."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from core.settings import ROOT

if TYPE_CHECKING:
    from sqlalchemy import MetaData

# the star schema, then what joins it
WAREHOUSE = tuple(ROOT / "data" / "warehouse" / name for name in ("schema.sql", "events.sql"))


@dataclass(frozen=True)
class Column:
    """A column, and whether it is (a part of) the primary key."""

    name: str
    kind: str
    primary: bool


@dataclass(frozen=True)
class Reference:
    """A foreign key: the columns that hold it, and the table it leads to.

    `optional`: it may be empty. `single`: no two rows lead to the same one.
    """

    columns: tuple[str, ...]
    table: str
    optional: bool
    single: bool


@dataclass(frozen=True)
class Entity:
    """A table."""

    name: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...]


@cache
def warehouse() -> tuple[Entity, ...]:
    """The tables of the warehouse, as DuckDB understands its SQL."""
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        for path in WAREHOUSE:
            connection.execute(path.read_text(encoding="utf-8"))
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
            "WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY column_index"
        ).fetchall()
        keys = connection.execute(
            "SELECT table_name, constraint_type, constraint_column_names, referenced_table FROM duckdb_constraints() "
            "WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')"
        ).fetchall()
    primary = {table: set(names) for table, kind, names, _ in keys if kind == "PRIMARY KEY"}
    different = [(table, set(names)) for table, kind, names, _ in keys if kind != "FOREIGN KEY"]
    nullable = {(table, name) for table, name, _kind, empty in columns if empty}
    entities = []
    for table in dict.fromkeys(row[0] for row in columns):
        own = primary.get(table, set())
        entities.append(
            Entity(
                table,
                tuple(Column(name, kind.lower(), name in own) for of, name, kind, _ in columns if of == table),
                tuple(
                    Reference(
                        tuple(names),
                        other,
                        any((table, name) in nullable for name in names),
                        (table, set(names)) in different,
                    )
                    for of, kind, names, other in keys
                    if of == table and kind == "FOREIGN KEY"
                ),
            )
        )
    return tuple(entities)


@cache
def ledger() -> tuple[Entity, ...]:
    """The tables of wallets, credits and claims."""
    from core.ledger.schema import metadata

    return of_metadata(metadata)


@cache
def classroom() -> tuple[Entity, ...]:
    """The tables of class rooms, in the same database as the ledger's."""
    from core.classroom.schema import metadata

    return of_metadata(metadata)


def of_metadata(metadata: "MetaData") -> tuple[Entity, ...]:
    """The tables that SQLAlchemy's `metadata` describes."""
    from sqlalchemy import UniqueConstraint

    entities = []
    for table in metadata.sorted_tables:
        different = [{column.name for column in table.primary_key}]
        different += [
            {column.name for column in each.columns} for each in table.constraints if isinstance(each, UniqueConstraint)
        ]
        keys = sorted(table.foreign_key_constraints, key=lambda key: list(key.column_keys))
        entities.append(
            Entity(
                table.name,
                tuple(Column(each.name, str(each.type).lower(), each.primary_key) for each in table.columns),
                tuple(
                    Reference(
                        tuple(key.column_keys),
                        key.referred_table.name,
                        any(column.nullable for column in key.columns),
                        set(key.column_keys) in different,
                    )
                    for key in keys
                ),
            )
        )
    return tuple(entities)


MODELS: dict[str, Callable[[], tuple[Entity, ...]]] = {
    "warehouse": warehouse,
    "ledger": ledger,
    "classroom": classroom,
}


def in_words(entities: Sequence[Entity], then: str = "; ") -> str:
    """The diagram for those who do not see it; `then` stands between two tables."""
    told = []
    for entity in entities:
        others = ", ".join(dict.fromkeys(each.table for each in entity.references))
        told.append(f"{entity.name} ({len(entity.columns)})" + (f" → {others}" if others else ""))
    return then.join(told)


def mermaid(entities: Sequence[Entity]) -> str:
    """The diagram in Mermaid's language: https://mermaid.js.org/syntax/entityRelationshipDiagram.html."""
    lines = ["erDiagram"]
    for entity in entities:
        held = {name for each in entity.references for name in each.columns}
        lines.append(f"    {entity.name} {{")
        for column in entity.columns:
            marks = [mark for mark, there in (("PK", column.primary), ("FK", column.name in held)) if there]
            kind = re.sub(r"[^\w\[\]()-]", "_", column.kind)
            lines.append(f"        {kind} {column.name} {', '.join(marks)}".rstrip())
        lines.append("    }")
    for entity in entities:
        for each in entity.references:
            one, many = ("|o" if each.optional else "||"), ("o|" if each.single else "o{")
            lines.append(f'    {each.table} {one}--{many} {entity.name} : "{", ".join(each.columns)}"')
    return "\n".join(lines) + "\n"
