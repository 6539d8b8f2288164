"""A block of rows of a product-by-product matrix, from the histories that touch its products: what one task computes.

W = X' D X falls apart by rows: a row needs the histories of the product's shoppers and nothing else. So histories are
sent to every block that holds one of their products, and each block is computed, weighed and cut by itself; no pair of
choices ever travels. Of histories beyond `LONGEST_HISTORY` the latest choices count, as on one machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.recommender.cooccurrence import PairWeight

PAIRS = 4_000_000  # that are listed at once


@dataclass(frozen=True)
class Histories:
    """Histories of some shoppers one after the other, the oldest choice of each first.

    Attributes:
        counts: (U,) int32, choices that are here.
        lengths: (U,) int32, choices in all.
        items: (N,) int32, N the sum of `counts`.
        days: (N,) int32.
    """

    counts: NDArray[np.int32]
    lengths: NDArray[np.int32]
    items: NDArray[np.int32]
    days: NDArray[np.int32]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each history begins: (U,)."""
        return np.cumsum(self.counts, dtype=np.int64) - self.counts

    @property
    def owners(self) -> NDArray[np.int64]:
        """The shopper of each choice: (N,)."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def of(self, users: NDArray[np.int64]) -> "Histories":
        """The histories of these shoppers."""
        counts = self.counts[users]
        rows = _runs(self.starts[users], counts)
        return Histories(counts, self.lengths[users], self.items[rows], self.days[rows])


def from_rows(
    users: NDArray[np.int32],
    positions: NDArray[np.int32],
    items: NDArray[np.int32],
    days: NDArray[np.int32],
    lengths: NDArray[np.int32],
) -> Histories:
    """Histories from choices (N,) in any order; `lengths` are those of the choices' whole histories."""
    order = np.lexsort((positions, users))
    _, first, counts = np.unique(users[order], return_index=True, return_counts=True)
    return Histories(counts.astype(np.int32), lengths[order][first], items[order], days[order])


def boundaries(work: NDArray[np.int64], blocks: int) -> NDArray[np.int64]:
    """First products of at most `blocks` blocks of about equal work; what many shoppers chose may be a block alone."""
    reached = np.cumsum(work, dtype=np.float64)
    ends = np.searchsorted(reached, reached[-1] * np.arange(1, blocks) / blocks) + 1
    return np.unique(np.r_[0, ends[ends < len(work)]])


def spread(histories: Histories, firsts: NDArray[np.int64]) -> Iterator[tuple[int, Histories]]:
    """Each block that some of the histories touch, with those histories."""
    blocks = np.searchsorted(firsts, histories.items, side="right") - 1
    n_users = len(histories.counts)
    touched = np.unique(blocks * n_users + histories.owners)
    number, users = np.divmod(touched, max(n_users, 1))
    for block, start, count in zip(*np.unique(number, return_index=True, return_counts=True), strict=True):
        yield int(block), histories.of(users[start : start + count])


def block_rows(
    histories: Histories, first: int, stop: int, n_items: int, weights: Sequence[PairWeight], most: int = PAIRS
) -> list[sparse.csr_matrix]:
    """Rows `first` to `stop` of the co-occurrence under each of the `weights`: (stop - first, n_items).

    About `most` pairs are listed at once, so that memory follows the rows' own size, not the number of pairs.
    """
    items, owners, starts = histories.items, histories.owners, histories.starts
    own = np.flatnonzero((items >= first) & (items < stop))
    counts = histories.counts[owners[own]]
    total = [sparse.csr_matrix((stop - first, n_items), dtype=np.float32) for _ in weights]
    share = np.cumsum(counts, dtype=np.int64) // most
    for rows in np.split(np.arange(len(own)), np.flatnonzero(np.diff(share)) + 1):
        a = np.repeat(own[rows], counts[rows])
        b = _runs(starts[owners[own[rows]]], counts[rows])
        a, b = a[a != b], b[a != b]
        distances, together = np.abs(a - b), histories.days[a] == histories.days[b]
        lengths, places = histories.lengths[owners[a]], (items[a] - first, items[b])
        for number, weight in enumerate(weights):
            values = weight.of(lengths, distances, together)
            total[number] = total[number] + sparse.csr_matrix((values, places), shape=total[number].shape)
    return total


def _runs(starts: NDArray[np.int64], counts: NDArray[np.int32]) -> NDArray[np.int64]:
    """start, start + 1, … (count numbers) for every start, one after the other."""
    before = np.cumsum(counts, dtype=np.int64) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum(dtype=np.int64))
