"""A conversation: its messages, what was understood of each, and the context that its emoji get."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.widgets.products.visit import clean
from core.datasets.emoji import AXES
from core.text.words import MAX_CHARACTERS

if TYPE_CHECKING:
    from core.emoji.drawings import Drawings
    from core.emoji.messages import MessageReader, Reading

MOST_MESSAGES = 20
MOST_TEXT = MOST_MESSAGES * (MAX_CHARACTERS + 1)
TINT = 0.4  # how much of a message's mood comes from the talk so far
STEP = 5  # per cent
_LEAST, _MOST_MOODS = 0.1, 3  # of a mixed mood's parts
_SEEDS = 10**6

Weights = tuple[tuple[str, int], ...]  # classes with their weights in per cent


def main_of(weights: Weights) -> str:
    """The class of the largest weight, the first of equals, "" where there is none."""
    return max(weights, key=lambda part: part[1])[0] if weights else ""


@dataclass(frozen=True)
class Message:
    """What somebody wrote, and the classes by axis that the visitor set instead of the model's ("" for none)."""

    text: str
    corrected: Mapping[str, str] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Other words, other emoji."""
        return zlib.crc32(self.text.encode(errors="replace")) % _SEEDS


@dataclass(frozen=True)
class Understood:
    """A message with its reading, and what its emoji show: moods, tinted by the talk, topic and interaction."""

    message: Message
    reading: Reading | None
    moods: Weights = ()
    topic: str = ""
    interaction: str = ""
    things: tuple[str, ...] = ()  # characters of the drawings that its words name, one of which the prop is to be

    @property
    def mood(self) -> str:
        """The main mood, "" for none."""
        return main_of(self.moods)

    @property
    def says(self) -> int:
        """How many kinds of things its emoji are told."""
        return sum(map(bool, (self.moods, self.topic, self.interaction, self.things)))

    @property
    def empty(self) -> bool:
        """Whether nothing is known of what its emoji could show."""
        return not self.says


def split(text: str) -> tuple[list[Message], bool]:
    """One message per line that holds something, and whether a part was left out because it is too long."""
    lines = [line for line in text[:MOST_TEXT].splitlines() if clean(line)]
    cut = len(text) > MOST_TEXT or len(lines) > MOST_MESSAGES or any(len(line) > MAX_CHARACTERS for line in lines)
    return [Message(clean(line)) for line in lines[:MOST_MESSAGES]], cut


def understand(
    reader: MessageReader | None, messages: Sequence[Message], drawings: Drawings | None = None
) -> list[Understood]:
    """Every message, in the light of those before it; `drawings` are those that its words may name."""
    from core.emoji.messages import conversation_of  # here, for the reason given in app/resources.py

    if reader is None:
        return [_corrected(Understood(message, None)) for message in messages]
    found, readings = [], [reader.read(message.text) for message in messages]
    for place, (message, reading) in enumerate(zip(messages, readings, strict=True)):
        so_far = conversation_of(readings[: place + 1])
        found.append(
            _corrected(
                Understood(
                    message,
                    reading,
                    tinted(reading, so_far),
                    reading.best("topic") or "",
                    reading.best("interaction") or "",
                    named(drawings, message.text),
                )
            )
        )
    return found


def named(drawings: Drawings | None, text: str) -> tuple[str, ...]:
    """Characters of the drawings that the most telling words of a text may mean."""
    found = drawings.named_in(text) if drawings else []
    return tuple(drawings.characters[place] for place in found[0][1]) if drawings and found else ()


def tinted(reading: Reading, talk: Reading) -> Weights:
    """The moods of a message, mixed with a share of the talk's; nothing where neither is claimed."""
    if not (reading.best("mood") or talk.best("mood")):
        return ()
    own, all_of_it = reading.probabilities["mood"], talk.probabilities["mood"]
    mixed = {mood: (1 - TINT) * own[mood] + TINT * all_of_it[mood] for mood in own}
    largest = sorted(mixed, key=mixed.__getitem__, reverse=True)[:_MOST_MOODS]
    kept = {mood: mixed[mood] for mood in largest if mixed[mood] >= _LEAST} or {largest[0]: 1.0}
    return in_steps(kept)


def in_steps(shares: Mapping[str, float]) -> Weights:
    """Shares as weights in steps of the sliders; those of no step are left out."""
    total = sum(shares.values())
    weights = {name: STEP * round(100 / STEP * share / total) for name, share in shares.items()}
    return tuple((name, weight) for name, weight in weights.items() if weight)


def _corrected(found: Understood) -> Understood:
    given = found.message.corrected
    changes: dict[str, str | Weights | tuple[str, ...]] = {
        axis: given[axis] for axis in AXES if axis in given and axis != "mood"
    }
    if "topic" in given:
        changes["things"] = ()
    if "mood" in given:
        changes["moods"] = ((given["mood"], 100),) if given["mood"] else ()
    return replace(found, **changes)  # type: ignore[arg-type]
