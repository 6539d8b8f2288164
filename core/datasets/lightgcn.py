"""LightGCN's text format for benchmarks: one line per shopper, "user item item …", numbers from 0.

He et al. 2020, "LightGCN" (arXiv:2002.02126). The Amazon-book and Amazon-CDs splits of the literature come in it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import N_, UserError

LARGEST = 50_000_000  # a larger number is a mistake in the file


class FormatError(UserError):
    """A benchmark file that does not hold what it should; the sentence names file and line."""


@dataclass(frozen=True)
class Rows:
    """Pairs (user, item) in the order of the file, (N,) int32 each."""

    users: NDArray[np.int32]
    items: NDArray[np.int32]


def read(path: Path) -> Rows:
    """Read a file; a shopper without items and empty lines are allowed.

    Raises:
        FormatError: a line is not a list of whole numbers from 0, or the file holds no pair.
        OSError: the file cannot be read.
    """
    users: list[NDArray[np.int32]] = []
    items: list[NDArray[np.int32]] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            fields = line.split()
            if not fields:
                continue
            if not all(field.isdigit() and len(field) < 12 for field in fields):
                wrong = next(field for field in fields if not (field.isdigit() and len(field) < 12))
                raise FormatError(
                    N_("{file}, line {line}: {word} is not a whole number from 0; each line is: user item item …"),
                    file=path.name,
                    line=str(number),
                    word=repr(wrong[:20].decode("utf-8", "replace")),
                )
            values = np.array(fields, dtype=np.int64)
            if values.max() > LARGEST:
                raise FormatError(
                    N_("{file}, line {line}: {value} is too large for a number of a user or product."),
                    file=path.name,
                    line=str(number),
                    value=str(values.max()),
                )
            users.append(np.full(len(values) - 1, values[0], dtype=np.int32))
            items.append(values[1:].astype(np.int32))
    if not sum(map(len, items)):
        raise FormatError(N_("{file} holds no choices; each line is: user item item …"), file=path.name)
    return Rows(np.concatenate(users), np.concatenate(items))
