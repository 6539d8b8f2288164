"""Prepared emoji, from small packages made here: labels of both parts, no leak, the same each time, clear mistakes."""

import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.datasets import emoji
from core.datasets.emoji import card, catalogue, packages, preparation, prepared, styles
from core.datasets.emoji.contexts import AXES, classes, rules
from core.datasets.emoji.packages import Package
from core.datasets.emoji.split import held_cells
from core.datasets.emoji.styles import Licence, Style
from core.emoji import commands
from core.errors import DataError

GROUPS = {"0": "smileys-emotion", "1": "objects", "2": "flags"}
MOODS = ("joy", "anger")
PER_CLASS = 5


def emojis() -> list[dict[str, Any]]:
    """Five of each: faces of two moods, things of some topics, signs of two interactions; and one flag."""
    found = [{"subgroup": "flag", "group": 2, "en": "flag", "fr": "drapeau", "label": "some flag"}]
    topics = {topic for mood, topic in held_cells([]) if mood in MOODS}  # those that are held out for these moods
    wanted = [("mood", name) for name in MOODS] + [("interaction", "thanks"), ("interaction", "question")]
    wanted += [("topic", name) for name in sorted(topics | {"food", "music"})]
    for axis, name in wanted:
        rule = rules()[axis][name]
        subgroup = min(rule.subgroups, default="") if axis == "topic" else "face-smiling" if axis == "mood" else "sign"
        words = {language: min(rule.words[language]) for language in ("en", "fr")}
        if subgroup and axis == "topic":
            words = {"en": "thing", "fr": "chose"}  # the subgroup says it
        group = 0 if axis == "mood" else 1
        found += [
            {"subgroup": subgroup, "group": group, "label": f"{name} {letter}", **words}
            for letter in "abcdefgh"[:PER_CLASS]
        ]
    return [{**each, "hexcode": f"{0xE000 + place:X}", "order": place} for place, each in enumerate(found)]


def package(cache: Path, name: str, **files: Any) -> Package:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for path, content in {"package.json": {"license": "MIT"}, **files}.items():
            data = json.dumps(content).encode()
            info = tarfile.TarInfo(f"package/{path}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    digest = base64.b64encode(hashlib.sha512(buffer.getvalue()).digest()).decode()
    made = Package(name, "1.0.0", f"sha512-{digest}", "MIT")
    (cache / made.file).write_bytes(buffer.getvalue())
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prepared folder whose downloads are there already."""
    cache = tmp_path / "prepared" / "emoji" / "downloads"
    cache.mkdir(parents=True)
    known = emojis()
    subgroups = {each["subgroup"]: str(place) for place, each in enumerate(known)}
    listed = [
        {
            "hexcode": each["hexcode"],
            "emoji": chr(int(each["hexcode"], 16)),
            "label": each["label"],
            "group": each["group"],
            "subgroup": int(subgroups[each["subgroup"]]),
            "order": each["order"],
        }
        for each in known
    ]
    meta = {"groups": GROUPS, "subgroups": {number: name for name, number in subgroups.items()}}
    said = {
        language: {
            "annotations": {
                "annotations": {
                    chr(int(each["hexcode"], 16)): {"default": [each[language]], "tts": ["x"]} for each in known
                }
            }
        }
        for language in ("en", "fr")
    }
    base = package(cache, "list", **{"en/data.json": listed, "meta/groups.json": meta})
    old = package(cache, "old", **{"en/data.json": []})
    words = package(cache, "words", **{f"annotations/{name}/annotations.json": said[name] for name in said})
    icons = {}
    for place, each in enumerate(known):
        shade = 0 if each["label"] == "food b" else place  # two of them are the same picture
        shade = 6 + shade if each["label"] != "food a" else 6
        icons[each["label"].replace(" ", "-").replace("_", "-")] = {
            "body": f'<circle cx="8" cy="8" r="7" fill="#{shade:02x}{255 - shade:02x}80"/>'
        }
    icons["joy-a"]["body"] += '<path d="M0 0H16V16H0Z" fill="#123456"/>'  # a scene, no face
    drawn = package(cache, "drawn", **{"icons.json": {"width": 16, "height": 16, "icons": icons, "aliases": {}}})
    style = Style("crayon", "Crayons", "child", "A child", Licence.MIT, "https://example.org", drawn)
    for module, name, value in (
        (catalogue, "EMOJIBASE", base),
        (catalogue, "EMOJIBASE_OLD", old),
        (catalogue, "CLDR", words),
        (catalogue, "PACKAGES", (base, old, words)),
        (card, "PACKAGES", (base, old, words)),
        (styles, "STYLES", (style,)),
        (card, "STYLES", (style,)),
        (prepared, "STYLES", (style,)),
        (preparation, "STYLES", (style,)),
        (packages.shutil, "which", lambda program: None),  # nothing may be downloaded
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(commands, "settings", lambda: SimpleNamespace(prepared=tmp_path / "prepared"))
    return cache.parent


@pytest.fixture
def made(folder: Path) -> emoji.EmojiSet:
    preparation.prepare(folder, count=2)
    return emoji.load(folder)


def splits_of(found: emoji.EmojiSet) -> list[str]:
    return [emoji.SPLITS[number] for number in found.pictures.splits]


def test_single_emoji_are_drawn_with_their_labels(made: emoji.EmojiSet) -> None:
    pictures = made.pictures
    assert pictures.images.shape[1:] == (64, 64, 4)
    assert pictures.images.dtype == np.uint8
    assert (pictures.images[:, 0, 0, 3] == 0).all()  # stickers: the corner is clear
    assert (pictures.images[:, 20, 32, 3] == 255).all()
    assert not any(record["group"] == "flags" for record in made.names)
    single = made.subset(~pictures.is_composite)
    assert len(single) == len(made.names) - 2  # a scene, and one of two equal pictures
    for place, labels in zip(single.pictures.emoji, single.pictures.labels, strict=True):
        record = made.names[place]
        told = [record["labels"][axis] for axis in AXES]
        assert [classes(axis)[label] if label >= 0 else None for axis, label in zip(AXES, labels, strict=True)] == told
        for axis, name in zip(AXES, told, strict=True):
            assert name is None or record["contexts"][axis][name]


def test_composites_carry_the_labels_of_their_parts_and_look_like_none_of_them(made: emoji.EmojiSet) -> None:
    pictures = made.subset(made.pictures.is_composite).pictures
    number = {axis: {None: -1} | {name: place for place, name in enumerate(classes(axis))} for axis in AXES}
    of = np.array([[number[axis][record["labels"][axis]] for axis in AXES] for record in made.names])
    assert (pictures.labels[:, 0] == of[pictures.emoji, 0]).all()
    for parts, axis in ((pictures.props, 1), (pictures.gestures, 2)):
        there = parts >= 0
        assert there.any()
        np.testing.assert_array_equal(pictures.labels[there, axis], of[parts[there], axis])
        assert (pictures.labels[there] >= 0).sum(1).min() >= 2
    assert ((pictures.labels >= 0).all(1)).any()  # and some all three
    made_of = np.stack([pictures.emoji, pictures.props, pictures.gestures], 1)
    assert len(np.unique(made_of, axis=0)) == len(made_of)


def test_nothing_held_out_is_seen_in_training(made: emoji.EmojiSet) -> None:
    pictures, splits = made.pictures, splits_of(made)
    held = held_cells(record["contexts"] for record in made.names)
    assert set(splits) == set(emoji.SPLITS)
    for place, split in enumerate(splits):
        parts = [pictures.emoji[place], pictures.props[place], pictures.gestures[place]]
        origin = {made.names[part]["split"] for part in parts if part >= 0}
        mood, topic = pictures.labels[place, :2]
        cell = (classes("mood")[mood], classes("topic")[topic]) if min(mood, topic) >= 0 else None
        if split.endswith("_cells"):
            assert origin == {"train"}
            assert held[cell] == split
        else:
            assert origin == {split}
            assert cell not in held
    digests = {split: set() for split in emoji.SPLITS}
    for image, split in zip(pictures.images, splits, strict=True):
        digests[split].add(image.tobytes())
    assert sum(len(each) for each in digests.values()) == len(made)  # no picture twice, in one split or two


def test_the_command_draws_once_and_the_same_again(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> dict[str, Any]:
        commands.prepare(styles="crayon", json_=True)
        return json.loads(capsys.readouterr().out)

    report = run()
    crayon = report["styles"]["crayon"]
    assert crayon["dropped"] == {"same_pixels": 1, "framed": 1, "empty": 0}
    assert crayon["credit"]["licence"] == "MIT"
    assert crayon["package"] == "drawn@1.0.0"
    assert report["emoji_per_class"]["mood"]["anger"] == {"train": 3, "validation": 1, "test": 1}
    assert json.loads((folder / "card.json").read_text("utf-8")) == {
        key: value for key, value in report.items() if key != "seconds"
    }
    text = (folder / "DATA_CARD.md").read_text("utf-8")
    assert "A child" in text
    assert "their arrangement is ours" in text
    assert all(name in text for axis in AXES for name in classes(axis))
    path = prepared.path_of(folder, "crayon")
    first = path.read_bytes()
    written = path.stat().st_mtime_ns
    assert run()["seconds"] == {}
    assert path.stat().st_mtime_ns == written
    path.unlink()
    run()
    assert path.read_bytes() == first
    path.write_bytes(first[:-200])
    run()  # a damaged one is drawn anew
    assert path.read_bytes() == first


def test_the_command_reads_the_archives_of_a_folder(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "downloads").rename(tmp_path / "archives")
    commands.prepare(styles="crayon", source=tmp_path / "archives", json_=True)
    assert json.loads(capsys.readouterr().out)["styles"].keys() == {"crayon"}
    assert len(list((folder / "downloads").iterdir())) == 4  # the reader of messages wants them there


def test_what_is_missing_or_does_not_fit_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="run python -m core prepare emoji"):
        emoji.load(tmp_path / "nowhere")
    with pytest.raises(DataError, match="there is no style oils"):
        preparation.prepare(folder, ["oils"])
    preparation.prepare(folder, count=1)
    path = prepared.path_of(folder, "crayon")
    whole = path.read_bytes()
    path.write_bytes(whole[:-200])
    with pytest.raises(DataError, match=r"crayon\.npz is damaged.*prepare emoji"):
        emoji.load(folder)
    path.unlink()
    with pytest.raises(DataError, match="crayon are not in"):
        emoji.load(folder, ["crayon"])
    path.write_bytes(whole)
    names = folder / prepared.NAMES
    names.write_text(names.read_text("utf-8").replace('"thanks a"', '"thanks z"'), "utf-8")
    with pytest.raises(DataError, match="another release"):
        emoji.load(folder)


def test_a_missing_renderer_is_named(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr("core.datasets.emoji.drawings.find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"pip install resvg-py$"):
        preparation.prepare(folder)
