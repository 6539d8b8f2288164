"""Recipes give the same noise again, lead to neighbours, and refuse what is out of range."""

import numpy as np
import pytest

from core.errors import UserError
from core.gan.recipe import MAX_COUNT, MAX_SEED, Recipe, noise_of, recipes


def test_recipes_are_different_and_the_first_is_the_seed_itself() -> None:
    cookbook = recipes(5, 8, 0.7)
    assert cookbook[0] == Recipe(5, 0.7)
    assert len({recipe.seed for recipe in cookbook}) == 8
    np.testing.assert_array_equal(noise_of(cookbook, 16)[3:4], cookbook[3].noise(16))


def test_truncation_scales_noise() -> None:
    np.testing.assert_allclose(Recipe(5, 0.5).noise(16), 0.5 * Recipe(5).noise(16), rtol=1e-6)


def test_a_weaker_step_stays_nearer() -> None:
    start = Recipe(1)
    z = start.noise(64)
    gaps = [
        np.mean([np.linalg.norm(n.noise(64) - z) for n in start.neighbours(2, 4, strength)])
        for strength in (0.1, 0.4, 0.9)
    ]
    assert gaps[0] < gaps[1] < gaps[2]


def test_a_step_drawn_from_the_pictures_own_seed_leads_away_like_any_other() -> None:
    start = Recipe(5).noise(512)
    step = Recipe(5).neighbours(5, 1, 0.35)[0].noise(512)
    assert np.linalg.norm(step) == pytest.approx(np.linalg.norm(start), rel=0.1)
    assert np.corrcoef(step, start)[0, 1] == pytest.approx(np.sqrt(1 - 0.35**2), abs=0.05)


@pytest.mark.security
@pytest.mark.parametrize(("seed", "count"), [(-1, 3), (MAX_SEED + 1, 3), (1, 0), (1, MAX_COUNT + 1)])
def test_neighbours_of_strange_seeds_or_too_many_are_refused(seed: int, count: int) -> None:
    with pytest.raises(UserError):
        Recipe(1).neighbours(seed, count, 0.3)


def test_steps_add_up_and_survive_json() -> None:
    twice = Recipe(1, 0.8).neighbours(2, 1, 0.3)[0].neighbours(3, 2, 0.4)[1]
    assert len(twice.steps) == 2
    again = Recipe.from_dict(twice.as_dict())
    assert again == twice
    np.testing.assert_array_equal(again.noise(8), twice.noise(8))


@pytest.mark.security
@pytest.mark.parametrize(
    "content",
    [
        None, [], "seed", {}, {"seed": "x"}, {"seed": -1}, {"seed": MAX_SEED + 1}, {"seed": 1e400},
        {"seed": 1, "steps": 5}, {"seed": 1, "steps": [[1]]}, {"seed": 1, "steps": [[1, 2.0]]},
        {"seed": 1, "truncation": 9},
        {"seed": 1, "truncation": float("nan")}, {"seed": 1, "steps": [[1, 0.1]] * 1000},
    ],
)  # fmt: skip
def test_what_is_no_recipe_is_refused(content: object) -> None:
    with pytest.raises(UserError):
        Recipe.from_dict(content)


@pytest.mark.security
@pytest.mark.parametrize("count", [0, MAX_COUNT + 1])
def test_too_many_or_no_pictures_are_refused(count: int) -> None:
    with pytest.raises(UserError, match=str(MAX_COUNT)):
        recipes(1, count)


def test_the_way_to_another_picture_has_both_at_its_ends() -> None:
    first, second = Recipe(1).neighbours(2, 1, 0.3)[0], Recipe(7, 0.9).neighbours(8, 1, 0.5)[0]
    way = first.towards(second, 5)
    np.testing.assert_allclose(way[0].noise(32), first.noise(32), atol=1e-6)
    np.testing.assert_allclose(way[-1].noise(32), second.noise(32), atol=1e-5)
    gaps = [np.linalg.norm(step.noise(32) - first.noise(32)) for step in way]
    assert gaps == sorted(gaps)


@pytest.mark.security
def test_children_are_nearer_to_their_parents_than_strangers_are_and_differ() -> None:
    mother, father = Recipe(1), Recipe(2)
    children = mother.children(father, 3, 8, strength=0.4)
    rows = noise_of(children, 64)
    strangers = noise_of(recipes(99, 8), 64)
    for parent in (mother.noise(64), father.noise(64)):
        assert np.linalg.norm(rows - parent, axis=1).mean() < np.linalg.norm(strangers - parent, axis=1).mean() - 1
    assert len({child.steps for child in children}) == 8
    assert Recipe.from_dict(children[3].as_dict()) == children[3]


@pytest.mark.security
def test_a_family_tree_that_grows_without_end_is_refused() -> None:
    def grow(generations: int) -> Recipe:
        child = Recipe(1)
        for seed in range(generations):
            child = child.children(child, seed, 1)[0]
        return child

    assert grow(3).noise(8).shape == (1, 8)
    with pytest.raises(UserError, match="fresh"):
        grow(20)
