"""Composites of real parts in one style: a face of a mood, before it a prop of a topic, a gesture of an interaction.

The drawings are the artists'; their arrangement is ours.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from core.datasets.emoji.catalogue import Emoji
from core.datasets.emoji.contexts import Contexts, Labels, classes
from core.datasets.emoji.drawings import SIDE, clear
from core.datasets.emoji.split import TEST, TRAIN, VALIDATION, Cell

FACE, PROP, GESTURE = 54, 30, 26  # sides in pixels
_GAP = 5  # the face is cut away this far around a part (filter size, odd), so that both can be told apart
_TRIES = 20  # combinations looked at per composite wanted


@dataclass(frozen=True)
class Composite:
    """What a composite is made of (codes, "" for no such part), its labels by axis and its split."""

    face: str
    prop: str
    gesture: str
    labels: Labels
    split: str


@dataclass(frozen=True)
class Annotations:
    """What is known of all emoji, by code, and which cells are held out."""

    emoji: Mapping[str, Emoji]
    contexts: Mapping[str, Contexts]
    labels: Mapping[str, Labels]
    split: Mapping[str, str]
    cells: Mapping[Cell, str]


@dataclass(frozen=True)
class Parts:
    """Codes of the emoji of one style that can be parts, by split and class."""

    faces: Mapping[tuple[str, str], Sequence[str]]
    props: Mapping[tuple[str, str], Sequence[str]]
    gestures: Mapping[tuple[str, str], Sequence[str]]


def parts_of(drawn: Sequence[str], known: Annotations) -> Parts:
    """Sort the emoji that a style has (`drawn`, codes) into faces, props and gestures.

    A face has a mood and no topic. A prop has a topic and nothing else, and is no person: beside a face, that would be
    a second one. A gesture has an interaction and is no face.
    """
    faces: dict[tuple[str, str], list[str]] = {}
    props: dict[tuple[str, str], list[str]] = {}
    gestures: dict[tuple[str, str], list[str]] = {}
    for code in drawn:
        emoji, split, (mood, topic, interaction) = known.emoji[code], known.split[code], known.labels[code]
        if emoji.is_face:
            if mood >= 0 and topic < 0:
                faces.setdefault((split, classes("mood")[mood]), []).append(code)
        elif interaction >= 0:
            gestures.setdefault((split, classes("interaction")[interaction]), []).append(code)
        elif topic >= 0 and mood < 0 and emoji.group not in {"smileys-emotion", "people-body"}:
            props.setdefault((split, classes("topic")[topic]), []).append(code)
    return Parts(faces, props, gestures)


def plan(style: str, parts: Parts, known: Annotations, count: int) -> list[Composite]:
    """Which composites to make, each once: up to `count` per pair of classes for training, twice that in held cells.

    Pairs held out by emoji get a third as many, faces with both a prop and a gesture half as many as pairs.
    """
    rng = random.Random(f"emoji-{style}")  # noqa: S311 - chance for pictures, not for secrets
    found: list[Composite] = []
    for split, most in ((TRAIN, count), (VALIDATION, math.ceil(count / 3)), (TEST, math.ceil(count / 3))):
        asked = [name for name in classes("interaction") if (split, name) in parts.gestures]
        for mood in classes("mood"):
            faces = parts.faces.get((split, mood), ())
            for topic in classes("topic"):
                props = parts.props.get((split, topic), ())
                pairs = 2 * most if (mood, topic) in known.cells else most
                found += _some(rng, pairs, split, known, faces, props, [""])
                for name in rng.sample(asked, min(len(asked), math.ceil(most / 2))):
                    found += _some(rng, 1, split, known, faces, props, parts.gestures[split, name])
            for interaction in classes("interaction"):
                gestures = parts.gestures.get((split, interaction), ())
                found += _some(rng, most, split, known, faces, [""], gestures)
    return found


def _some(rng: random.Random, most: int, split: str, known: Annotations, *pools: Sequence[str]) -> Iterator[Composite]:
    """Up to `most` different composites of one part from each pool: faces, props, gestures."""
    combinations = math.prod(len(pool) for pool in pools)
    made = 0
    for number in rng.sample(range(combinations), min(combinations, _TRIES * most)):
        rest, chosen = number, []
        for pool in pools:
            rest, place = divmod(rest, len(pool))
            chosen.append(pool[place])
        if made < most and (composite := _labelled(known, split, *chosen)):
            made += 1
            yield composite


def _labelled(known: Annotations, split: str, face: str, prop: str, gesture: str) -> Composite | None:
    """The composite with its labels, or None where parts contradict each other or what is held out would be seen.

    The mood is the face's, the topic the prop's, the interaction the gesture's; a part that is missing leaves its axis
    to the others.
    """
    mood = known.labels[face][0]
    topics = [known.labels[part][1] for part in (prop, gesture) if part and known.labels[part][1] >= 0]
    feelings = [known.labels[part][0] for part in (gesture,) if part and known.labels[part][0] >= 0]
    if len(set(topics)) > 1 or set(feelings) - {mood}:
        return None
    topic = topics[0] if topics else -1
    labels = (mood, topic, known.labels[gesture or face][2])
    touched = {
        (feeling, subject)
        for feeling in known.contexts[face]["mood"]
        for part in (prop, gesture)
        if part
        for subject in known.contexts[part]["topic"]
    }
    held = known.cells.get((classes("mood")[mood], classes("topic")[topic])) if topic >= 0 else None
    if held:
        return Composite(face, prop, gesture, labels, held) if split == TRAIN else None
    return None if touched & known.cells.keys() else Composite(face, prop, gesture, labels, split)


def compose(face: Image.Image, prop: Image.Image | None, gesture: Image.Image | None) -> NDArray[np.uint8]:
    """Draw a composite from large pictures: RGBA uint8 (64, 64, 4). The prop stands right below, the gesture left."""
    canvas = Image.new("RGBA", (SIDE, SIDE))
    canvas.alpha_composite(_fitted(face, FACE), ((SIDE - FACE) // 2, 0))
    for part, side, left in ((gesture, GESTURE, 0), (prop, PROP, SIDE - PROP)):
        if part is None:
            continue
        layer = Image.new("RGBA", (SIDE, SIDE))
        layer.alpha_composite(_fitted(part, side), (left, SIDE - side))
        room = ImageChops.invert(layer.getchannel("A").filter(ImageFilter.MaxFilter(_GAP)))
        canvas.putalpha(ImageChops.multiply(canvas.getchannel("A"), room))
        canvas.alpha_composite(layer)
    return clear(np.asarray(canvas))


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    """What shows of a picture, as large as it fits into a square, centred at its lower edge."""
    shown = picture.crop(picture.getchannel("A").getbbox() or (0, 0, *picture.size))
    scale = side / max(shown.size)
    width, height = (max(1, round(scale * length)) for length in shown.size)
    square = Image.new("RGBA", (side, side))
    scaled = shown.resize((width, height), Image.Resampling.LANCZOS)
    square.alpha_composite(scaled, ((side - width) // 2, side - height))
    return square
