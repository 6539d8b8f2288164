"""Noise is the same for the same seed, keeps its length on arcs, and closes its loops."""

import numpy as np
import pytest

from core.gan import sampling


def test_a_seed_gives_the_same_noise_alone_and_in_company() -> None:
    together = sampling.noise([3, 5, 7], 16)
    np.testing.assert_array_equal(together[1], sampling.noise(5, 16)[0])
    assert (together[0] != together[1]).all()
    # the numbers themselves: a picture's seed must give it again years later
    np.testing.assert_allclose(sampling.noise(3, 3)[0], [2.41715, 0.142763, -0.512687], rtol=1e-5)


def test_seeds_of_a_set_start_with_its_own_and_differ() -> None:
    several = sampling.seeds(11, 8)
    assert several[0] == 11
    assert len(set(several)) == 8
    assert several[:4] == sampling.seeds(11, 4)


def test_truncation_scales() -> None:
    z = sampling.noise(1, 8)
    np.testing.assert_allclose(sampling.truncate(z, 0.5), z / 2)
    assert not sampling.truncate(z, 0).any()


def test_an_arc_joins_both_ends_and_keeps_the_length_between() -> None:
    a, b = sampling.noise([1, 2], 64)
    path = sampling.slerp(a, b, np.linspace(0, 1, 9, dtype=np.float32))
    np.testing.assert_allclose(path[[0, -1]], [a, b], atol=1e-5)
    lengths = np.linalg.norm(path, axis=1)
    assert lengths.min() > 0.95 * min(np.linalg.norm(a), np.linalg.norm(b))
    assert np.linalg.norm((a + b) / 2) < lengths[4]
    np.testing.assert_allclose(sampling.slerp(a, a, np.array([0.5], np.float32))[0], a, atol=1e-6)


def test_neighbours_are_near_when_asked_and_as_long_as_noise() -> None:
    z = sampling.noise(1, 256)[0]
    same, near, far = (sampling.around(z, strength, seed=4, count=20) for strength in (0.0, 0.3, 1.0))
    np.testing.assert_allclose(same, np.tile(z, (20, 1)), rtol=1e-6)
    assert np.linalg.norm(near - z, axis=1).max() < np.linalg.norm(far - z, axis=1).min()
    assert np.linalg.norm(near, axis=1).mean() == pytest.approx(16, rel=0.1)


def test_a_loop_ends_where_it_began_without_a_jump() -> None:
    walk = sampling.loop(seed=2, size=32, frames=60)
    steps = np.linalg.norm(np.diff(np.concatenate([walk, walk[:1]]), axis=0), axis=1)
    assert walk.shape == (60, 32)
    assert steps.max() < 3 * np.median(steps)


def test_uniform_noise_fills_its_range() -> None:
    z = sampling.draw(np.random.default_rng(0), (1000, 4), "uniform")
    assert -1 <= z.min() < -0.98
    assert 0.98 < z.max() <= 1
