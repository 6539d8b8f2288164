"""Who chose what, in which order, as compact arrays and sparse matrices.

A *history* row of a CSR matrix (shoppers, products) holds, for each product chosen, its age: 1 for the latest choice,
2 for the one before, and so on. Methods that do not care for order read it as chosen or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Interactions:
    """N choices, sorted by shopper and by order inside the shopper's history, no (shopper, product) pair twice.

    Attributes:
        users: (N,) int32, below `n_users`.
        items: (N,) int32, below `n_items`.
        days: (N,) int32, days since 1970; None when the data does not say when.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    days: NDArray[np.int32] | None
    n_users: int
    n_items: int

    def __len__(self) -> int:
        return len(self.users)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Products in each shopper's history: (n_users,)."""
        return np.bincount(self.users, minlength=self.n_users)

    @property
    def popularity(self) -> NDArray[np.int64]:
        """Shoppers who chose each product: (n_items,)."""
        return np.bincount(self.items, minlength=self.n_items)

    def ages(self) -> NDArray[np.float32]:
        """(N,) place counted from the end of the shopper's history, 1 for the latest; all 1 when time is not known."""
        if self.days is None:
            return np.ones(len(self), dtype=np.float32)
        ends = np.cumsum(self.lengths)[self.users]
        return (ends - np.arange(len(self))).astype(np.float32)

    def histories(self) -> sparse.csr_matrix:
        """(n_users, n_items) with the age of each choice."""
        return _rows(self.ages(), self.users, self.items, (self.n_users, self.n_items))

    def binary(self) -> sparse.csr_matrix:
        """(n_users, n_items) with 1 where the shopper chose the product."""
        ones = np.ones(len(self), dtype=np.float32)
        return _rows(ones, self.users, self.items, (self.n_users, self.n_items))

    def where(self, keep: NDArray[np.bool_]) -> "Interactions":
        """The rows of a mask (N,), with the same shoppers and products."""
        days = None if self.days is None else self.days[keep]
        return Interactions(self.users[keep], self.items[keep], days, self.n_users, self.n_items)


def from_table(table: pd.DataFrame, item_ids: Sequence[str]) -> Interactions:
    """Interactions of a table with user_id, item_id, timestamp (seconds) and position; items numbered as in `item_ids`.

    Rows of products not in `item_ids` are dropped; shoppers are numbered in order of their ids.
    """
    items = pd.Index(item_ids).get_indexer(table["item_id"])
    table = table.assign(item=items)[items >= 0].sort_values(["user_id", "position"], kind="stable")
    users, names = pd.factorize(table["user_id"])
    days = table["timestamp"].to_numpy() // SECONDS_PER_DAY
    return Interactions(
        users.astype(np.int32),
        table["item"].to_numpy(dtype=np.int32),
        days.astype(np.int32),
        len(names),
        len(item_ids),
    )


def from_pairs(users: NDArray[np.int32], items: NDArray[np.int32], n_users: int, n_items: int) -> Interactions:
    """Interactions of pairs (N,) each, in no order; a pair that is given twice counts once."""
    pairs = np.unique(users.astype(np.int64) * n_items + items)
    return Interactions((pairs // n_items).astype(np.int32), (pairs % n_items).astype(np.int32), None, n_users, n_items)


def history_row(items: Sequence[int], n_items: int) -> sparse.csr_matrix:
    """One history (1, n_items) of products in the order they were chosen, the latest last."""
    newest_first = list(dict.fromkeys(reversed(items)))
    ages = np.arange(1, len(newest_first) + 1, dtype=np.float32)
    items_ = np.asarray(newest_first, dtype=np.int32)
    return _rows(ages, np.zeros_like(items_), items_, (1, n_items))


def leave_last_out(interactions: Interactions, back: int = 0) -> tuple[Interactions, Interactions]:
    """Split off one choice per shopper: the last (`back` 0), or the last but one with the last dropped (`back` 1)."""
    place = interactions.lengths[interactions.users] - _index_in_history(interactions) - 1  # 0 for the latest
    return interactions.where(place > back), interactions.where(place == back)


def date_split(interactions: Interactions, share: float = 0.8) -> tuple[Interactions, Interactions]:
    """Split at the day before which `share` of the choices lie.

    The second part keeps only shoppers and products that the first has seen ("warm").

    Raises:
        ValueError: the interactions carry no dates.
    """
    if interactions.days is None:
        raise ValueError("a date split needs dates")
    day = np.quantile(interactions.days, share, method="lower")
    early = interactions.where(interactions.days <= day)
    known = (early.lengths > 0)[interactions.users] & (early.popularity > 0)[interactions.items]
    return early, interactions.where((interactions.days > day) & known)


def _index_in_history(interactions: Interactions) -> NDArray[np.int64]:
    starts = np.cumsum(interactions.lengths) - interactions.lengths
    return np.arange(len(interactions)) - starts[interactions.users]


def _rows(
    values: NDArray[np.float32], users: NDArray[np.int32], items: NDArray[np.int32], shape: tuple[int, int]
) -> sparse.csr_matrix:
    return sparse.csr_matrix((values, (users, items)), shape=shape)
