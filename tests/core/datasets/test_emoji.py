"""What emoji mean, who is held out, and on what terms they are drawn."""

from collections.abc import Iterable

import pytest

from core.datasets.emoji import AXES, STYLES, Licence, classes, style
from core.datasets.emoji.catalogue import Emoji, code_of, slug
from core.datasets.emoji.contexts import contexts_of, labels, rules
from core.datasets.emoji.split import TEST, TEST_CELLS, TRAIN, VALIDATION, VALIDATION_CELLS, held_cells, split_emoji
from core.errors import DataError


def emoji(
    code: str = "1F600",
    en: Iterable[str] = (),
    fr: Iterable[str] = (),
    *,
    name: str = "some emoji",
    group: str = "smileys-emotion",
    subgroup: str = "face-smiling",
) -> Emoji:
    return Emoji(code, "x", {"en": name, "fr": name}, group, subgroup, {"en": frozenset(en), "fr": frozenset(fr)})


def test_both_languages_must_agree() -> None:
    assert contexts_of(emoji(en=["happy", "face"], fr=["heureux"]))["mood"] == {"joy": ("en:happy", "fr:heureux")}
    assert contexts_of(emoji(en=["happy"], fr=["visage"]))["mood"] == {}
    assert contexts_of(emoji(en=["face"], fr=["heureux"]))["mood"] == {}


def test_words_are_whole_ones() -> None:
    assert contexts_of(emoji(en=["unhappy"], fr=["malheureuse"]))["mood"] == {}


def test_a_subgroup_is_enough_and_named_as_the_cause() -> None:
    fruit = emoji(group="food-drink", subgroup="food-fruit")
    assert contexts_of(fruit)["topic"] == {"food": ("subgroup:food-fruit",)}


def test_words_that_mean_something_else_rule_a_class_out() -> None:
    assert contexts_of(emoji(en=["love"], fr=["amour"]))["mood"] == {"love": ("en:love", "fr:amour")}
    assert contexts_of(emoji(en=["love", "broken"], fr=["amour"]))["mood"] == {}
    assert contexts_of(emoji(en=["love"], fr=["amour", "brisé"]))["mood"] == {}


def test_things_have_no_mood() -> None:
    assert contexts_of(emoji(en=["happy"], fr=["heureux"], group="objects", subgroup="household"))["mood"] == {}


def test_of_several_classes_the_best_supported_is_the_label_and_between_equals_the_rarer() -> None:
    contexts = {
        "A": contexts_of(emoji(en=["happy", "smile", "surprise"], fr=["heureux", "surprise"])),
        "B": contexts_of(emoji(en=["happy", "surprise"], fr=["heureux", "surprise"])),
        "C": contexts_of(emoji(en=["happy"], fr=["heureux"])),
        "D": contexts_of(emoji()),
    }
    named = {code: [classes(axis)[label] if label >= 0 else None for axis, label in zip(AXES, found, strict=True)]
             for code, found in labels(contexts).items()}  # fmt: skip
    assert named == {
        "A": ["joy", None, None],
        "B": ["surprise", None, None],
        "C": ["joy", None, None],
        "D": [None, None, None],
    }


def test_every_class_can_be_reached_in_both_languages() -> None:
    assert {axis: len(classes(axis)) for axis in AXES} == {"mood": 12, "topic": 20, "interaction": 12}
    for named in rules().values():
        for rule in named.values():
            assert all(rule.words.values())
            assert not any(rule.never & words for words in rule.words.values())  # or the word could never count


def test_codes_and_names_are_found_however_they_are_written() -> None:
    assert code_of("2764-fe0f") == code_of("2764") == "2764"
    assert code_of("00A9-FE0F") == code_of("a9")
    assert slug("Père Noël’s & o'clock") == "pere-noels-and-oclock"


def collection() -> dict[str, Emoji]:
    found = [emoji(f"1F6{number:02X}", en=["happy"], fr=["heureux"], name=f"face {number}") for number in range(40)]
    for number in range(12):
        found += [
            emoji(
                f"{person:X}-200D-{number + 0x2690:X}",
                name=f"person {number}",
                group="people-body",
                subgroup="person-role",
            )
            for person in (0x1F9D1, 0x1F468, 0x1F469)
        ]
        found += [
            emoji(f"1F4{number:02X}{shade}", name=f"{colour} thing {number}", group="objects", subgroup="office")
            for shade, colour in enumerate(("red", "light blue"))
        ]
    return {each.code: each for each in found}


def test_look_alikes_stay_together_and_every_class_is_shared_out() -> None:
    known = collection()
    main = labels({code: contexts_of(each) for code, each in known.items()})
    split = split_emoji(known, main)
    assert split.keys() == known.keys()
    by_family: dict[str, set[str]] = {}
    for code, each in known.items():
        by_family.setdefault(each.family, set()).add(split[code])
    assert len(by_family) == 40 + 12 + 12
    assert all(len(splits) == 1 for splits in by_family.values())
    joy = [split[code] for code in known if main[code][0] >= 0]
    assert (joy.count(TEST), joy.count(VALIDATION), joy.count(TRAIN)) == (6, 6, 28)
    assert split_emoji(dict(reversed(known.items())), main) == split


def test_small_classes_keep_enough_to_learn_from() -> None:
    for size, held in ((2, set()), (3, {TEST}), (4, {TEST, VALIDATION})):
        few = dict(list(collection().items())[:size])
        split = split_emoji(few, labels({code: contexts_of(each) for code, each in few.items()}))
        assert set(split.values()) == held | {TRAIN}


def test_large_families_are_for_training() -> None:
    colours = ("red", "orange", "yellow", "green", "blue")
    hearts = [emoji(f"276{n}", name=f"{colour} heart", subgroup="heart") for n, colour in enumerate(colours)]
    others = [emoji(f"1F49{n}", name=f"heart {n}", subgroup="heart") for n in range(4)]
    known = {each.code: each for each in hearts + others}
    split = split_emoji(known, labels({code: contexts_of(each) for code, each in known.items()}))
    assert {split[each.code] for each in hearts} == {TRAIN}
    assert {split[each.code] for each in others} == {TRAIN, VALIDATION, TEST}


def test_held_cells_take_two_topics_of_every_mood_and_none_that_an_emoji_fills() -> None:
    free = held_cells([])
    assert len(free) == 2 * len(classes("mood"))
    assert {topic for _, topic in free} == set(classes("topic"))
    for mood in classes("mood"):
        assert sorted(split for cell, split in free.items() if cell[0] == mood) == [TEST_CELLS, VALIDATION_CELLS]
    taken = next(iter(free))
    filled = {"mood": {taken[0]: ("en:a",)}, "topic": {taken[1]: ("en:b",)}, "interaction": {}}
    assert taken not in held_cells([filled])


def test_drawings_are_on_terms_that_allow_a_sale_and_name_whom_to_thank() -> None:
    assert {each.licence for each in STYLES} == {Licence.APACHE_2, Licence.MIT, Licence.CC_BY_4}
    assert set(Licence) == {Licence.APACHE_2, Licence.MIT, Licence.CC_BY_4}
    assert len({each.key for each in STYLES}) == len(STYLES) == 8
    for each in STYLES:
        record = each.record()
        assert all(record[name] for name in ("artist", "work", "licence", "changes"))
        assert record["link"].startswith("https://")
        assert record["licence_url"].startswith("https://")
        assert each.package.integrity.startswith("sha512-")
        assert each.licence.replace(" ", "-") in each.package.declares.replace(" ", "-")


def test_an_unknown_style_is_answered_with_those_there_are() -> None:
    with pytest.raises(DataError, match=r"no style crayon.*noto.*twemoji"):
        style("crayon")
