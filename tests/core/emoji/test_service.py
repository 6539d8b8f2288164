"""Emoji: equal orders give equal pictures with a transparent ground; moods mix, loops close, bad orders are refused."""

import io
import json

import keras
import numpy as np
import pytest
from PIL import Image

from core.artifacts import save_keras, write_manifest
from core.emoji.drawings import ROLES, Drawings
from core.emoji.orders import Controls, Emoji, EmojiContext, Order
from core.emoji.sample_talks import sample_talks
from core.emoji.service import EmojiGenerator
from core.errors import UserError
from core.gan import latent
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.recipe import Recipe
from core.picture_notes import notes_of
from core.settings import settings
from core.text.lexicon import load_lexicon
from tests.core.emoji.toy import CONDITION, SMALL, VECTOR, drawings, painter, word

JOY = EmojiContext(mood="joy", topic="food", style="noto")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> EmojiGenerator:
    """An untrained generator, the same in every run."""
    keras.utils.set_random_seed(4)
    folder = tmp_path_factory.mktemp("models") / "emoji"
    folder.mkdir()
    shape = latent.LatentConfig(size=SMALL.latent_size, noise=8, condition=CONDITION.size + VECTOR, width=16, blocks=1)
    save_keras(latent.build_generator(shape), folder / GENERATOR)
    save_keras(painter(0.0, 8.0), folder / DECODER)
    ones = np.ones(SMALL.latent_shape, np.float32)
    np.savez(folder / STANDARD, mean=0 * ones, deviation=ones)
    drawings().save(folder)
    parameters = {"classes": {axis: list(names) for axis, names in CONDITION.classes.items()}}
    write_manifest(folder, name="emoji", data=[], parameters=parameters, metrics={}, credits=[])
    service = EmojiGenerator.load(folder)
    service.warm_up()
    return service


def apart(one: Emoji, other: Emoji) -> float:
    return float(np.abs(one.image.astype(int) - other.image).mean())


def test_an_emoji_can_be_had_again_from_what_its_file_says(service: EmojiGenerator) -> None:
    several = service.generate(JOY, 9, seed=4, controls=Controls(0.9, 1.5, {"joy": 2, "love": 1}))
    assert len({emoji.image.tobytes() for emoji in several}) == 9
    file = several[7].png()
    notes = notes_of(file)
    assert notes is not None
    assert notes["model"] == service.model
    order = Order.from_dict(json.loads(json.dumps(notes)))
    assert order.context["mood"] == {"joy": pytest.approx(2 / 3), "love": pytest.approx(1 / 3)}
    assert order.main == JOY
    np.testing.assert_array_equal(service.make([order])[0].image, several[7].image)
    with Image.open(io.BytesIO(file)) as picture:
        assert picture.mode == "RGBA"
        np.testing.assert_array_equal(np.asarray(picture), several[7].image)


def test_pictures_have_clear_and_opaque_places_without_hidden_colours(service: EmojiGenerator) -> None:
    images = np.stack([emoji.image for emoji in service.generate(JOY, 8)])
    assert images.shape == (8, 64, 64, 4)
    opacity = images[..., 3]
    assert 0 < (opacity == 0).mean() < 1
    assert not images[opacity == 0].any()


def test_a_mixed_mood_lies_between_the_moods(service: EmojiGenerator) -> None:
    joy, anger = (service.generate(EmojiContext(mood=mood), 1, seed=4)[0] for mood in ("joy", "anger"))
    mixed = service.generate(
        EmojiContext(mood="joy"), 1, seed=4, controls=Controls(mood_weights={"joy": 3, "anger": 1})
    )
    assert 0 < apart(mixed[0], joy) < apart(joy, anger)


def test_intensity_0_forgets_all_but_the_style_and_more_goes_further(service: EmojiGenerator) -> None:
    def made(mood: str, intensity: float) -> Emoji:
        context = EmojiContext(mood=mood, style="noto")
        return service.generate(context, 1, seed=2, controls=Controls(intensity=intensity))[0]

    plain = made("joy", 0.0)
    assert apart(plain, made("anger", 0.0)) == 0
    assert 0 < apart(made("joy", 1.0), plain) < apart(made("joy", 2.5), plain)


def test_a_face_has_the_prop_of_its_topic_beside_it(service: EmojiGenerator) -> None:
    face = service.generate(EmojiContext(mood="joy", style="noto"), 1, seed=2)[0]
    both = service.generate(JOY, 1, seed=2)[0]
    faces, props = service.recipe_of(both.order)
    assert service.recipe_of(face.order)[0] != []
    known = dict(zip(service.drawings.characters, service.drawings.labels, strict=True))
    names = service.classes
    assert {names["mood"][known[character][0]] for character, _ in faces} == {"joy"}
    assert {names["topic"][known[character][1]] for character, _ in props} == {"food"}
    assert sum(share for _, share in props) == pytest.approx(1)
    other = service.generate(replace_topic(JOY, "music"), 1, seed=2)[0]
    differs = (both.image != other.image).any(axis=2)
    assert differs[34:, 34:].any()
    assert not differs[:30].any()  # the face stays


def test_where_no_style_is_asked_for_chance_picks_one(service: EmojiGenerator) -> None:
    made = service.generate(EmojiContext(mood="joy"), 8, seed=3)
    styled = {
        style: service.generate(EmojiContext(mood="joy", style=style), 8, seed=3) for style in ("noto", "emojitwo")
    }
    which = [
        [style for style in styled if np.array_equal(styled[style][place].image, emoji.image)]
        for place, emoji in enumerate(made)
    ]
    assert {style for (style,) in which} == {"noto", "emojitwo"}


def test_a_thing_whose_name_is_part_of_another_word_is_named_all_the_same() -> None:
    names = {"en": ["pineapple", "apple"], "fr": ["ananas", "pomme"]}
    known = Drawings(
        characters=["1", "2"], names=names, words=[["pineapple", "ananas"], ["apple", "pomme"]],
        labels=np.full((2, 3), -1), roles=np.full(2, ROLES.index("prop")), vectors=np.zeros((2, 2, 4), np.float32),
    )  # fmt: skip
    for text in ("pineapple and apple", "apple and pineapple"):
        assert {words for words, _ in known.named_in(text)} == {"pineapple", "apple"}


@pytest.fixture(scope="module")
def stored() -> Drawings:
    """The drawings of the stored model, which have CLDR's names and words."""
    return Drawings.load(settings().models / "emoji")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_function_word_of_the_sample_talks_names_a_drawing(stored: Drawings, language: str) -> None:
    silent = {*load_lexicon().function["fr"], *load_lexicon().function["en"], "sans", "sous", "under", "derriere"}
    named = {
        words: message
        for talk in sample_talks(language)
        for message in talk.messages
        for words, _places in stored.named_in(message)
    }
    assert named  # "coffee", "manteau" …
    assert not named.keys() & silent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("On se retrouve dans le parc avec le vélo", ["velo"]),
        ("Venez vite, des surprises vous attendent sous peu", []),
        ("It is over, sit down and lean back", []),
        ("Dans le mille !", ["dans le mille"]),  # a phrase may hold such words
    ],
)
def test_things_are_named_by_words_that_mean_them(stored: Drawings, text: str, words: list[str]) -> None:
    found = stored.named_in(text)
    assert [said for said, _places in found] == words
    assert all(stored.characters[found[0][1][0]] == "🚲️" for word in words if word == "velo")


def test_a_thing_that_a_message_names_becomes_the_prop(service: EmojiGenerator) -> None:
    props = [place for place, role in enumerate(service.drawings.roles) if role == ROLES.index("prop")]
    named = word(props[3])
    assert service.drawings.named_in(f"Look: the {named.upper()} toy, a toy, and {word(props[5])}s!") == [
        (f"{named} toy", [props[3]]), (f"{word(props[5])}s", [props[5]]),
    ]  # fmt: skip
    assert service.drawings.named_in("toy") == []  # all of them are
    thing = service.drawings.characters[props[3]]
    made = service.generate(EmojiContext(mood="joy", style="noto"), 2, controls=Controls(things=[thing]))
    assert [service.recipe_of(emoji.order)[1] for emoji in made] == [[(thing, 1.0)]] * 2
    assert Order.from_dict(json.loads(json.dumps(made[0].order.as_dict()))) == made[0].order
    assert made[0].order.main == EmojiContext(mood="joy", style="noto")
    with pytest.raises(UserError, match="not known here"):
        service.generate(JOY, 1, controls=Controls(things=["Q"]))


def replace_topic(context: EmojiContext, topic: str) -> EmojiContext:
    return EmojiContext(context.interaction, topic, context.mood, context.style)


def test_a_loop_starts_at_the_emoji_and_closes(service: EmojiGenerator) -> None:
    start = service.generate(JOY, 1, seed=1)[0]
    frames = service.loop(start.order, 12, seed=5)
    assert apart(frames[0], start) < 0.5
    steps = [apart(frame, following) for frame, following in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert min(steps) > 0
    across = apart(frames[0], frames[6])
    assert steps[-1] < across  # the way from the last to the first is no jump
    again = service.make([frames[3].order])[0]
    np.testing.assert_array_equal(again.image, frames[3].image)


def test_a_morph_goes_from_one_context_to_another(service: EmojiGenerator) -> None:
    first = service.generate(JOY, 1, seed=1)[0]
    second = service.generate(EmojiContext(mood="anger", style="emojitwo"), 1, seed=2, controls=Controls(intensity=2))[
        0
    ]
    way = service.morph(first.order, second.order, 5)
    for place, end in ((0, first), (-1, second)):
        assert apart(way[place], end) < 0.5
        assert way[place].order.context == end.order.context
    assert way[2].order.context["topic"] == {"food": 0.5}
    assert Order.from_dict(way[2].order.as_dict()) == way[2].order


def test_small_variations_stay_near(service: EmojiGenerator) -> None:
    start = service.generate(JOY, 1, seed=1)[0]
    near, far = (
        np.mean([apart(made, start) for made in service.more_like(start.order, 6, strength=strength)])
        for strength in (0.05, 0.9)
    )
    assert near < far


def test_what_cannot_be_made_is_refused_with_what_can(service: EmojiGenerator) -> None:
    with pytest.raises(UserError, match="joy, love"):
        service.generate(EmojiContext(mood="food"))
    for weights in ({"joy": 0.0}, {"joy": -1.0, "love": 3.0}, {"joy": float("inf")}, {"joy": float("nan")}):
        with pytest.raises(UserError, match="weights"):
            service.generate(EmojiContext(), controls=Controls(mood_weights=weights))
    with pytest.raises(UserError, match="Intensity"):
        service.generate(JOY, controls=Controls(intensity=9))
    order = Order(Recipe(1))
    for frames, strength in ((0, 0.5), (10_000, 0.5), (4, 1.5)):
        with pytest.raises(UserError):
            service.loop(order, frames, strength=strength)


@pytest.mark.parametrize(
    "content",
    [{}, {"kind": "emoji", "seed": 1}, {"kind": "avatar", "seed": 1, "context": {}}, {"kind": "emoji", "context": {}},
     {"kind": "emoji", "seed": 1, "context": {"colour": {"red": 1}}},
     {"kind": "emoji", "seed": 1, "context": {"mood": {}}}, {"kind": "emoji", "seed": 1, "context": {"mood": "joy"}},
     {"kind": "emoji", "seed": 1, "context": {"mood": {"joy": 1, "love": 1}}},
     {"kind": "emoji", "seed": 1, "context": {"mood": {"joy": "much"}}},
     {"kind": "emoji", "seed": 1, "context": {}, "intensity": 99},
     {"kind": "emoji", "seed": 1, "context": {}, "intensity": "high"}],
)  # fmt: skip
def test_notes_of_something_else_are_no_order(content: dict[str, object]) -> None:
    with pytest.raises(UserError):
        Order.from_dict(content)
