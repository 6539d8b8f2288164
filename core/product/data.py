"""The product photos as training uses them, and what preparation found in them."""

from pathlib import Path
from typing import Any

import pandas as pd

from core.artifacts import write_json
from core.datasets import products
from core.spreadsheets import defused

TABLE, REPORT = "products.csv", "report.json"


def prepare_folder(source: Path, target: Path) -> dict[str, Any]:
    """Read the photos in `source`; write them framed (npz, as training reads them), their table, a report to `target`.

    Returns the report. Its `dropped` (reason: how many) is empty: a photo that cannot be read is not passed over.

    Raises:
        DataError: the source files are missing or do not hold what they should.
    """
    products.require_files(source)  # a copy that is in `target` already is not what was asked for
    train, held_out = products.load(source, target)
    table = pd.concat(
        [train.table.assign(split="train"), held_out.table.assign(split="validation")], ignore_index=True
    ).sort_values("id", kind="stable")
    report = {
        "read": len(table),
        "dropped": {},
        "held_out": len(held_out),
        "kept": len(train),
        "types": int(table["type"].nunique()),
        "colours": int(table["colour"].nunique()),
    }
    draft = target / f".{TABLE}"
    table.map(defused).to_csv(draft, index=False, lineterminator="\n", encoding="utf-8")
    draft.replace(target / TABLE)
    write_json(target / REPORT, report)
    return report
