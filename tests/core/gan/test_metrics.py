"""Figures have their known answers."""

import numpy as np
import pytest

from core.gan import metrics

RNG = np.random.default_rng(0)
CLOUD = RNG.standard_normal((3000, 6)).astype(np.float32)


def test_equal_sets_are_at_distance_zero() -> None:
    assert metrics.frechet_distance(CLOUD, CLOUD) == pytest.approx(0, abs=1e-8)


def test_shifted_and_widened_normals_give_the_closed_form() -> None:
    shift = np.array([1, -2, 0, 0, 3, 0], np.float32)
    assert metrics.frechet_distance(CLOUD + shift, CLOUD) == pytest.approx(14, rel=1e-4)
    traces = np.trace(np.cov(CLOUD, rowvar=False))
    assert metrics.frechet_distance(3 * CLOUD, CLOUD) == pytest.approx(
        4 * traces + 4 * np.square(CLOUD.mean(axis=0)).sum(), rel=1e-4
    )  # deviations 3 and 1: (3 - 1)² per direction


def test_distance_does_not_depend_on_order_even_when_a_covariance_is_singular() -> None:
    flat = CLOUD.copy()
    flat[:, 0] = 0
    there, back = metrics.frechet_distance(flat, CLOUD), metrics.frechet_distance(CLOUD, flat)
    assert there == pytest.approx(back, rel=1e-6)
    assert there == pytest.approx(CLOUD[:, 0].var(), rel=0.05)


def test_kid_of_two_draws_is_around_zero_on_both_sides() -> None:
    draws = [RNG.standard_normal((60, 6)).astype(np.float32) for _ in range(40)]
    values = np.array([metrics.kernel_distance(a, b) for a, b in zip(draws[::2], draws[1::2], strict=True)])
    assert values.min() < 0 < values.max()
    assert abs(values.mean()) < 3 * values.std() / np.sqrt(len(values))


def test_kid_of_single_points_is_its_kernel() -> None:
    a, b = np.ones((2, 4), np.float32), np.zeros((3, 4), np.float32)
    assert metrics.kernel_distance(a, b) == pytest.approx(8 + 1 - 2)  # (4/4 + 1)³, 1 and twice 1


def test_kid_grows_with_the_difference() -> None:
    small, large = (metrics.kernel_distance(CLOUD + shift, CLOUD) for shift in (0.3, 1.0))
    assert 0 < small < large


def test_inception_score_lies_between_one_and_the_number_of_classes() -> None:
    alike = np.tile([[0.7, 0.2, 0.1]], (90, 1)).astype(np.float32)
    assert metrics.inception_score(alike) == pytest.approx((1, 0), abs=1e-6)
    sure = np.eye(3, dtype=np.float32)[np.arange(90) % 3]
    assert metrics.inception_score(sure, splits=1) == pytest.approx((3, 0), abs=1e-6)


def test_inception_score_does_not_ask_in_which_order_pictures_lie() -> None:
    by_class = np.eye(5, dtype=np.float32)[np.arange(2_000) // 400]
    score, deviation = metrics.inception_score(by_class)
    assert score == pytest.approx(5, abs=0.1)
    assert deviation < 0.1


def test_precision_and_recall_of_equal_apart_and_collapsed_sets() -> None:
    some = CLOUD[:400]
    assert metrics.precision_recall(some, some) == metrics.PrecisionRecall(1, 1)
    assert metrics.precision_recall(some + 100, some) == metrics.PrecisionRecall(0, 0)
    corner = some[some[:, 0] > 0.5]
    collapsed = metrics.precision_recall(np.resize(corner, some.shape), some)
    assert collapsed.precision == 1
    assert collapsed.recall < 0.6


def test_every_row_counts_alike_in_precision_and_recall() -> None:
    inside, outside = CLOUD[:1024], CLOUD[:16] + 100
    found = metrics.precision_recall(np.concatenate([inside, outside]), inside)
    assert found.precision == 1024 / 1040
    assert metrics.precision_recall(inside, np.concatenate([inside, outside])).recall == 1024 / 1040


def test_copies_are_suspicious_and_fresh_pictures_are_not() -> None:
    training, held_out, fresh = CLOUD[:1000], CLOUD[1000:1500], CLOUD[1500:2000]
    assert metrics.memorisation(training[:200] + 1e-3, held_out, training).suspicious > 0.95
    honest = metrics.memorisation(fresh, held_out, training)
    assert honest.suspicious < 0.12
    assert honest.generated_median == pytest.approx(honest.held_out_median, rel=0.1)


def test_nearest_distances_are_those_of_brute_force() -> None:
    a, b = CLOUD[:30], CLOUD[30:90]
    table = np.sort(np.linalg.norm(a[:, None] - b, axis=2), axis=1)
    np.testing.assert_allclose(metrics.nearest_distances(a, b), table[:, 0], rtol=1e-5)
    np.testing.assert_allclose(metrics.nearest_distances(a, b, rank=3), table[:, 2], rtol=1e-5)


def test_spread_is_the_mean_distance() -> None:
    corners = np.array([[0, 0], [3, 0], [0, 4]], np.float32)
    assert metrics.spread(corners) == pytest.approx(4)
