"""What tables need that people open in a spreadsheet."""

from typing import TypeVar

Cell = TypeVar("Cell")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defused(cell: Cell) -> Cell | str:
    """The cell, with an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
