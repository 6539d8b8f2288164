"""Histories and splits, where the answer is known."""

import numpy as np
import pandas as pd
import pytest

from core.recommender.interactions import (
    Interactions,
    date_split,
    from_pairs,
    from_table,
    history_row,
    leave_last_out,
)


@pytest.fixture
def three() -> Interactions:
    """Shopper a chose x, y, z on days 1, 2, 9; shopper b y, x on days 3, 3."""
    table = pd.DataFrame(
        {
            "user_id": ["b", "a", "a", "b", "a"],
            "item_id": ["y", "z", "x", "x", "y"],
            "timestamp": [3 * 86_400, 9 * 86_400, 86_400, 3 * 86_400, 2 * 86_400],
            "position": [0, 2, 0, 1, 1],
        }
    )
    return from_table(table, ["x", "y", "z"])


def test_ages_count_from_the_latest_choice(three: Interactions) -> None:
    assert three.histories().toarray().tolist() == [[3, 2, 1], [1, 2, 0]]
    assert three.popularity.tolist() == [2, 2, 1]


def test_unknown_products_are_left_out() -> None:
    table = pd.DataFrame({"user_id": ["a", "a"], "item_id": ["x", "?"], "timestamp": [0, 0], "position": [0, 1]})
    assert len(from_table(table, ["x"])) == 1


def test_leave_last_out_takes_one_choice_of_each_shopper(three: Interactions) -> None:
    train, truth = leave_last_out(three)
    assert truth.binary().toarray().tolist() == [[0, 0, 1], [1, 0, 0]]
    assert train.binary().toarray().tolist() == [[1, 1, 0], [0, 1, 0]]
    earlier, validation = leave_last_out(three, back=1)
    assert validation.binary().toarray().tolist() == [[0, 1, 0], [0, 1, 0]]
    assert earlier.binary().toarray().tolist() == [[1, 0, 0], [0, 0, 0]]


def test_the_date_split_lets_nothing_of_the_future_into_the_past(interactions: Interactions) -> None:
    train, truth = date_split(interactions)
    assert train.days is not None
    assert truth.days is not None
    assert train.days.max() < truth.days.min()
    assert len(truth) > 0
    assert (train.lengths[truth.users] > 0).all()
    assert (train.popularity[truth.items] > 0).all()


def test_a_date_split_without_dates_is_refused() -> None:
    with pytest.raises(ValueError, match="dates"):
        date_split(from_pairs(np.array([0]), np.array([0]), 1, 1))


def test_a_history_keeps_the_latest_of_repeated_choices() -> None:
    assert history_row([2, 0, 2], 4).toarray().tolist() == [[2, 0, 1, 0]]
    assert history_row([], 4).nnz == 0


def test_pairs_given_twice_count_once() -> None:
    found = from_pairs(np.array([1, 1, 0]), np.array([2, 2, 0]), 2, 3)
    assert found.binary().toarray().tolist() == [[1, 0, 0], [0, 0, 1]]
