"""A matrix computed block by block from spread histories is the matrix computed at once, long histories included."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from scipy import sparse

from core.recommender.cooccurrence import LONGEST_HISTORY, PairWeight, cooccurrence
from core.recommender.interactions import Interactions
from core.recommender.spark.blocks import Histories, block_rows, boundaries, from_rows, spread

WEIGHTS = (PairWeight(0.0), PairWeight(0.4, 0.6, 1.7))


def histories_of(interactions: Interactions, longest: int = LONGEST_HISTORY) -> Histories:
    """The choices as Spark hands them over: in no order, beyond the longest history left out."""
    lengths = interactions.lengths[interactions.users]
    positions = np.concatenate([np.arange(length) for length in interactions.lengths])
    assert interactions.days is not None
    columns = (interactions.users, positions, interactions.items, interactions.days, lengths)
    kept = np.random.default_rng(0).permutation(np.flatnonzero(positions >= lengths - longest))
    return from_rows(*(column[kept].astype(np.int32) for column in columns))


def in_blocks(histories: Histories, firsts: np.ndarray, n_items: int, most: int) -> list[sparse.csr_matrix]:
    stops = [*firsts[1:], n_items]
    parts: dict[int, list[sparse.csr_matrix]] = {}
    for block, some in spread(histories, firsts):
        parts[block] = block_rows(some, firsts[block], stops[block], n_items, WEIGHTS, most)
    empty = [[sparse.csr_matrix((stop - first, n_items))] * 2 for first, stop in zip(firsts, stops, strict=True)]
    rows = [parts.get(block, nothing) for block, nothing in enumerate(empty)]
    return [sparse.csr_matrix(sparse.vstack(each)) for each in zip(*rows, strict=True)]


@hypothesis(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=12),
    seed=st.integers(0, 99),
    blocks=st.integers(1, 6),
    most=st.integers(1, 60),
)
def test_blocks_together_are_the_whole(lengths: list[int], seed: int, blocks: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(len(lengths)), lengths).astype(np.int32)
    items = np.concatenate([rng.choice(12, length, replace=False) for length in lengths]).astype(np.int32)
    days = np.concatenate([np.sort(rng.integers(0, 4, length)) for length in lengths]).astype(np.int32)
    interactions = Interactions(users, items, days, len(lengths), 12)
    firsts = boundaries(interactions.popularity + 1, blocks)
    found = in_blocks(histories_of(interactions), firsts, 12, most)
    for weight, matrix in zip(WEIGHTS, found, strict=True):
        assert np.allclose(matrix.toarray(), cooccurrence(interactions, weight).toarray(), rtol=1e-5)


def test_of_a_long_history_the_latest_choices_are_paired() -> None:
    length = LONGEST_HISTORY + 40
    users = np.r_[np.zeros(length), np.ones(5)].astype(np.int32)
    items = np.r_[np.arange(length), np.arange(38, 43)].astype(np.int32)
    days = np.r_[np.arange(length) // 3, np.arange(5)].astype(np.int32)
    interactions = Interactions(users, items, days, 2, length)
    firsts = boundaries(interactions.popularity.astype(np.int64), 3)
    found = in_blocks(histories_of(interactions), firsts, length, 10_000)
    for weight, matrix in zip(WEIGHTS, found, strict=True):
        assert abs(matrix - cooccurrence(interactions, weight)).max() < 1e-5
        assert matrix[39].nnz == 4  # only the short history pairs it
        assert matrix[length - 1].nnz == LONGEST_HISTORY - 1


def test_work_is_shared_and_a_popular_product_is_alone() -> None:
    assert boundaries(np.ones(100, np.int64), 4).tolist() == [0, 25, 50, 75]
    work = np.ones(100, np.int64)
    work[50] = 1_000
    firsts = boundaries(work, 4)
    assert len(firsts) <= 4
    assert 51 in firsts
    assert boundaries(np.array([7]), 5).tolist() == [0]


@pytest.mark.parametrize("blocks", [1, 3, 50])
def test_every_product_is_in_one_block(blocks: int) -> None:
    firsts = boundaries(np.random.default_rng(0).integers(1, 50, 30), blocks)
    assert firsts[0] == 0
    assert np.all(np.diff(firsts) > 0)
    assert firsts[-1] < 30
