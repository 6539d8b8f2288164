"""Events into the DuckDB warehouse, beside the star schema of the reviews (data/warehouse/events.sql)."""

from pathlib import Path

import duckdb

from core.errors import N_, DataError
from core.events.files import days
from core.settings import ROOT

SCHEMA = ROOT / "data" / "warehouse" / "events.sql"

_COLUMNS = {
    "id": "VARCHAR", "schema": "TINYINT", "at": "BIGINT", "first": "BOOLEAN", "kind": "VARCHAR", "room": "VARCHAR",
    "product": "VARCHAR", "theme": "VARCHAR", "style": "VARCHAR", "context": "VARCHAR", "count": "INTEGER",
}  # fmt: skip
# what a process that died left half-written has no id that can be read; what was delivered twice is there once
_LOAD = """
INSERT OR IGNORE INTO fact_event
SELECT id, schema, make_timestamp("at" * 1000000), strftime(make_timestamp("at" * 1000000), '%Y%m%d')::INTEGER, first,
       kind,
       nullif(room, ''), nullif(product, ''), nullif(theme, ''), nullif(style, ''), nullif(context, ''),
       coalesce(count, 1)
FROM read_json(?, format = 'newline_delimited', columns = ?, ignore_errors = true)
WHERE id IS NOT NULL AND schema IS NOT NULL AND "at" IS NOT NULL AND first IS NOT NULL AND kind IS NOT NULL
"""


def load(folder: Path, warehouse: Path) -> int:
    """Add the events below `folder` that are not there yet to the warehouse file; how many were added.

    Raises:
        DataError: another program has the warehouse open, or the file is none.
    """
    files = [str(file) for path in days(folder).values() for file in sorted(path.glob("*.jsonl"))]
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    try:
        with duckdb.connect(warehouse, config={"autoinstall_known_extensions": False}) as connection:
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            before = _rows(connection)
            if files:
                connection.execute(_LOAD, [files, _COLUMNS])
            return _rows(connection) - before
    except duckdb.Error as error:
        raise DataError(
            N_("The warehouse {file} cannot be written: {reason}."), file=str(warehouse), reason=str(error)
        ) from error


def _rows(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute("SELECT count(*) FROM fact_event").fetchone()
    return int(found[0]) if found else 0
