"""Avatars: equal orders give equal pictures; themes mix, pictures morph and have children, bad orders are refused."""

import json

import numpy as np
import pytest

from core.artifacts import save_keras, write_manifest
from core.avatar.network import ThemeConditions
from core.avatar.retouching import flattened, in_squares
from core.avatar.service import AvatarGenerator, Order
from core.datasets.avatars.theme import Flat
from core.errors import UserError
from core.gan import latent
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.recipe import Recipe
from core.picture_notes import notes_of

SMALL = AutoencoderConfig(widths=(4, 6, 8), encoder_blocks=(0, 0, 0), decoder_blocks=(0, 0, 0), latent_channels=2)
THEMES = ["saga", "cats", "robots"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> AvatarGenerator:
    """An untrained generator."""
    folder = tmp_path_factory.mktemp("models") / "avatar"
    folder.mkdir()
    shape = latent.LatentConfig(size=SMALL.latent_size, noise=8, condition=len(THEMES), width=16, blocks=1)
    save_keras(latent.build_generator(shape), folder / GENERATOR)
    save_keras(build_decoder(SMALL), folder / DECODER)
    ones = np.ones(SMALL.latent_shape, np.float32)
    np.savez(folder / STANDARD, mean=0 * ones, deviation=ones)
    write_manifest(folder, name="avatar", data=[], parameters={"themes": THEMES}, metrics={}, credits=[])
    service = AvatarGenerator.load(folder)
    service.warm_up()
    return service


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def test_an_avatar_can_be_had_again_from_what_its_file_says(service: AvatarGenerator) -> None:
    several = service.generate("cats", 9, seed=4)
    assert len({avatar.image.tobytes() for avatar in several}) == 9
    notes = notes_of(several[7].png())
    assert notes is not None
    assert notes["model"] == service.model
    again = service.make([Order.from_dict(json.loads(json.dumps(notes)))])[0]
    assert apart(again.image, several[7].image) < 0.01  # one level in a few places: threads add up in any order


def test_themes_differ_and_mix_by_weight(service: AvatarGenerator) -> None:
    cat, robot = (service.generate(theme, 1, seed=4)[0] for theme in ("cats", "robots"))
    mixed = service.mix({"cats": 3, "robots": 1}, 1, seed=4)[0]
    assert mixed.order.themes == {"cats": 0.75, "robots": 0.25}
    assert mixed.order.theme == "cats"
    assert 0 < apart(mixed.image, cat.image) < apart(robot.image, cat.image)


def test_pictures_of_a_theme_of_squares_are_made_of_squares(service: AvatarGenerator) -> None:
    manifest = service.manifest.model_copy(update={"parameters": {"themes": THEMES, "cells": {"cats": 4}}})
    other = AvatarGenerator(service._network, manifest)
    assert other.model != service.model
    smooth, (hero, *_others) = service.generate("cats", 3), other.generate("cats", 3)
    np.testing.assert_array_equal(hero.image, hero.image[::4, ::4].repeat(4, axis=0).repeat(4, axis=1))
    assert apart(hero.image, smooth[0].image) < apart(hero.image, smooth[1].image)
    np.testing.assert_array_equal(other.pictures(np.array([1]), [0])[0], hero.image)
    for theme in ("saga", "robots"):
        np.testing.assert_array_equal(other.generate(theme, 1)[0].image, service.generate(theme, 1)[0].image)
    half = {"cats": 0.5, "saga": 0.5}
    np.testing.assert_array_equal(other.mix(half, 1)[0].image, service.mix(half, 1)[0].image)


def test_a_theme_of_flat_art_is_made_flat_alone_or_in_a_mixture(service: AvatarGenerator) -> None:
    how = {"sharpen": 0.5, "reach": 6, "tolerance": 30}
    manifest = service.manifest.model_copy(update={"parameters": {"themes": THEMES, "flat": {"cats": how}}})
    other = AvatarGenerator(service._network, manifest)
    assert other.model != service.model
    for themes in ({"cats": 1.0}, {"cats": 0.7, "saga": 0.3}):
        plain, flat = service.mix(themes, 1)[0].image, other.mix(themes, 1)[0].image
        np.testing.assert_array_equal(flat, flattened(plain, Flat(**how)))
        assert (flat != plain).any()
    np.testing.assert_array_equal(other.generate("saga", 1)[0].image, service.generate("saga", 1)[0].image)


def test_flat_areas_have_one_colour_and_their_edges_stay() -> None:
    grain = np.random.default_rng(0).integers(-6, 7, (32, 32, 3))
    image = np.where(np.arange(32)[None, :, None] < 16, 60, 200) + grain
    found = flattened(image.astype(np.uint8), Flat(0.0, 6, 30)).astype(int)
    assert found[:, :16].std() < 0.5 * grain.std()
    assert found[:, :16].max() + 100 < found[:, 16:].min()


def test_squares_have_the_colour_most_of_their_pixels_have() -> None:
    image = np.full((8, 8, 3), 10, np.uint8)
    image[:4, 4:] = 200
    image[0, 0] = image[7, 7] = 255  # stains
    found = in_squares(image, 4)
    assert (found[:4, 4:] == 200).all()
    assert (found[:, :4] == 10).all()
    assert (found[4:] == 10).all()


def test_a_morph_starts_at_one_avatar_and_ends_at_the_other(service: AvatarGenerator) -> None:
    first, second = service.generate("cats", 1, seed=1)[0], service.generate("saga", 1, seed=2)[0]
    way = service.morph(first.order, second.order, 6)
    for place, end in ((0, first), (-1, second)):
        assert np.abs(way[place].image.astype(int) - end.image).max() <= 1
    assert way[0].order.themes == {"cats": 1.0}
    assert way[-1].order.themes == {"saga": 1.0}


def test_children_differ_and_take_after_both(service: AvatarGenerator) -> None:
    first, second = service.generate("cats", 1, seed=1)[0], service.generate("saga", 1, seed=2)[0]
    children = service.children(first.order, second.order, 4, seed=3)
    assert len({child.image.tobytes() for child in children}) == 4
    assert {tuple(child.order.themes.items()) for child in children} == {(("cats", 0.5), ("saga", 0.5))}


def test_small_variations_stay_near(service: AvatarGenerator) -> None:
    start = service.generate("cats", 1, seed=1)[0]
    near, far = (
        np.mean([apart(made.image, start.image) for made in service.more_like(start.order, 6, strength=strength)])
        for strength in (0.05, 0.9)
    )
    assert near < far


def test_unknown_themes_and_empty_mixes_are_refused(service: AvatarGenerator) -> None:
    with pytest.raises(UserError, match="saga, cats, robots"):
        service.generate("unicorns")
    for weights in ({"cats": 0.0}, {"cats": -1.0, "saga": 3.0}):
        with pytest.raises(UserError, match="weight"):
            service.mix(weights)


@pytest.mark.parametrize(
    "content",
    [{}, {"kind": "avatar", "seed": 1}, {"kind": "avatar", "seed": 1, "themes": {}}, {"kind": "product", "seed": 1},
     {"kind": "avatar", "seed": 1, "themes": {"cats": "all"}}, {"kind": "avatar", "seed": 1, "themes": {"cats": 7}},
     {"kind": "avatar", "seed": 1, "themes": {"cats": 1, "saga": 1}},
     {"kind": "avatar", "seed": 1, "themes": {"cats": 0}},
     {"kind": "avatar", "themes": {"cats": 1}}],
)  # fmt: skip
def test_notes_of_something_else_are_no_order(content: dict[str, object]) -> None:
    with pytest.raises(UserError):
        Order.from_dict(content)


def test_mirrored_pictures_have_the_theme_of_their_originals() -> None:
    conditions = ThemeConditions(np.array([2, 0]), 3)
    drawn = conditions(np.array([0, 1, 2, 3]), np.random.default_rng(0))
    np.testing.assert_array_equal(drawn.argmax(axis=1), [2, 0, 2, 0])
    np.testing.assert_array_equal(drawn.sum(axis=1), 1)


def test_an_order_survives_its_own_words() -> None:
    order = Order(Recipe(3, 0.8).neighbours(5, 1, 0.2)[0], {"saga": 0.5, "cats": 0.5})
    assert Order.from_dict(order.as_dict()) == order
    assert order.description == "saga, cats"
