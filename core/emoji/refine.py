"""A richer emoji data set: generated emoji of every mood and topic, of which only those that pass three filters stay.

What is drawn is kept if it can be used as a sticker (enough of it shows, with contrast), if the judge, which learned
from real emoji and composites of them, sees the mood and the topic that were asked for, and the interaction where one
was, and if it is no near copy of one that was kept.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.emoji.network import AXES
from core.emoji.orders import Controls, Emoji, EmojiContext, Order
from core.emoji.service import EmojiGenerator
from core.errors import N_, UserError
from core.gan.transparency import on_ground, premultiplied
from core.uniqueness.fingerprint import Fingerprint as Print
from core.uniqueness.fingerprint import Thresholds, colour_distance, hamming

MAX_PER_CELL = 50
# why an emoji is dropped, in the order of the tests; other_interaction only where one was asked for and is judged
REASONS = ("unusable", "other_mood", "other_topic", "other_interaction", "near_copy")
TRUNCATION = 0.8
_JUDGED = ("mood", "topic", "interaction")
_TRIES = 4  # candidates per emoji asked for, before a cell stays incomplete
_AT_ONCE = 4  # emoji of two parts fill a batch of the network
_SHOWING = (0.08, 0.97)  # share of the pixels that are visible
_CONTRAST = 12.0  # standard deviation of the visible grey levels

Cell = tuple[str, str]


class Judging(Protocol):
    """What says which classes a picture shows: `core.gan.classifier.Classifier`."""

    @property
    def labels(self) -> Mapping[str, Sequence[str]]:
        """The classes of every head."""

    def look(self, pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Classes by number (N, heads) of pictures RGB (N, 64, 64, 3), in the order of `labels`."""


@dataclass(frozen=True)
class Row:
    """What came of a cell: how many were drawn, kept, and dropped for each of REASONS that it could be."""

    mood: str
    topic: str
    drawn: int
    kept: int
    dropped: Mapping[str, int]
    interaction: str = ""


@dataclass(frozen=True)
class Refined:
    """The emoji that were kept, cell by cell, and the account of each cell. `model` is what drew them."""

    emoji: Sequence[Emoji]
    rows: Sequence[Row]
    model: str
    before: Mapping[Cell, int] = field(default_factory=dict)  # real pictures that were learned from, per cell
    credits: Sequence[str] = ()

    @property
    def counts(self) -> dict[Cell, int]:
        """Kept emoji per mood and topic, of whatever interaction."""
        counts: dict[Cell, int] = {}
        for row in self.rows:
            counts[row.mood, row.topic] = counts.get((row.mood, row.topic), 0) + row.kept
        return counts


@dataclass
class _Sieve:
    """Remembers what was kept."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    bits: list[NDArray[np.uint64]] = field(default_factory=list)
    rgb: list[NDArray[np.uint8]] = field(default_factory=list)

    def is_new(self, picture: NDArray[np.uint8]) -> bool:
        """Whether a picture RGB (64, 64, 3) is no near copy of an earlier one; it is then remembered."""
        found = Print.of(picture)
        if self.bits:
            near = hamming(found.bits, np.array(self.bits)) <= self.thresholds.bits
            alike = colour_distance(found.rgb, np.array(self.rgb)) <= self.thresholds.rgb
            if np.any(near & alike):
                return False
        self.bits.append(found.bits)
        self.rgb.append(found.rgb)
        return True


def usable(picture: NDArray[np.uint8]) -> bool:
    """Whether a sticker RGBA (64, 64, 4) shows something: neither empty nor a full square, and with contrast."""
    visible = picture[..., 3] > 127
    if not _SHOWING[0] <= visible.mean() <= _SHOWING[1]:
        return False
    return float(picture[visible][:, :3].mean(axis=1).std()) >= _CONTRAST


def refine(
    generator: EmojiGenerator,
    judge: Judging,
    *,
    per_cell: int,
    seed: int = 0,
    moods: Sequence[str] | None = None,
    topics: Sequence[str] | None = None,
    interactions: Sequence[str] | None = None,
    progress: Callable[[float], object] = lambda share: None,
) -> Refined:
    """Draw until every pair of mood and topic has `per_cell` emoji that pass, in all styles in turn, or tries run out.

    With `interactions`, every pair with each of them has. Equal arguments give equal emoji. `progress` is told the
    share that is done.

    Raises:
        UserError: a number is outside its range, or a mood, topic or interaction is unknown.
    """
    if not 1 <= per_cell <= MAX_PER_CELL:
        raise UserError(N_("Ask for 1 to {most} emoji per mood and topic."), most=MAX_PER_CELL)
    cells = [
        EmojiContext(mood=mood, topic=topic, interaction=interaction)
        for mood in moods or generator.classes["mood"]
        for topic in topics or generator.classes["topic"]
        for interaction in interactions or (None,)
    ]
    sieve, kept, rows = _Sieve(), list[Emoji](), list[Row]()
    for number, cell in enumerate(cells):
        found, row = _cell(generator, judge, cell, per_cell, seed + number, sieve)
        kept += found
        rows.append(row)
        progress((number + 1) / len(cells))
    learned = generator.manifest.parameters.get("cells", {})
    before = {(row.mood, row.topic): int(learned.get(row.mood, {}).get(row.topic, 0)) for row in rows}
    return Refined(kept, rows, generator.model, before, tuple(generator.manifest.credits))


def _cell(
    generator: EmojiGenerator, judge: Judging, cell: EmojiContext, wanted: int, seed: int, sieve: _Sieve
) -> tuple[list[Emoji], Row]:
    asked = {axis: name for axis in _JUDGED if (name := getattr(cell, axis)) and axis in judge.labels}
    unheard = {f"other_{axis}" for axis in _JUDGED if axis not in asked}
    kept, drawn = list[Emoji](), 0
    dropped = {reason: 0 for reason in REASONS if reason not in unheard}
    for emoji, seen in _candidates(generator, judge, cell, wanted, seed):
        drawn += 1
        shown = on_ground(premultiplied(emoji.image[None]))[0]
        if not usable(emoji.image):
            dropped["unusable"] += 1
        elif others := [axis for axis, name in asked.items() if seen[axis] != name]:
            dropped[f"other_{others[0]}"] += 1
        elif not sieve.is_new(shown):
            dropped["near_copy"] += 1
        else:
            kept.append(emoji)
            if len(kept) == wanted:
                break
    return kept, Row(cell.mood or "", cell.topic or "", drawn, len(kept), dropped, cell.interaction or "")


def _candidates(
    generator: EmojiGenerator, judge: Judging, cell: EmojiContext, wanted: int, seed: int
) -> Iterator[tuple[Emoji, dict[str, str]]]:
    """Emoji with what the judge sees in them, one style after the other."""
    styles, axes = generator.classes["style"], list(judge.labels)
    orders: list[Order] = []
    for turn in range(_TRIES):
        for place, style in enumerate(styles):
            count = len(range(place, wanted, len(styles)))
            if count:
                context = replace(cell, style=style)
                number = (seed * _TRIES + turn) * len(styles) + place
                orders += generator.orders(context, count, seed=number, controls=Controls(truncation=TRUNCATION))
    for start in range(0, len(orders), max(wanted, _AT_ONCE)):
        made = generator.make(orders[start : start + max(wanted, _AT_ONCE)])
        seen = judge.look(on_ground(premultiplied(np.stack([emoji.image for emoji in made]))))
        for emoji, numbers in zip(made, seen, strict=True):
            said = {axis: judge.labels[axis][int(n)] for axis, n in zip(axes, numbers, strict=True)}
            yield emoji, said


def balance(counts: Mapping[Cell, int]) -> dict[str, float]:
    """How evenly cells are filled: `evenness` is the entropy of the shares over its largest value (1: all equal).

    Evenness: Pielou 1966, "The measurement of diversity in different types of biological collections".
    """
    numbers = np.array(list(counts.values()), float)
    total = numbers.sum()
    shares = numbers[numbers > 0] / total if total else np.zeros(0)
    entropy = float(shares @ np.log(1 / shares)) if len(shares) else 0.0
    return {
        "pictures": int(total),
        "cells": len(numbers),
        "empty": int((numbers == 0).sum()),
        "smallest": int(numbers.min(initial=0) if len(numbers) else 0),
        "evenness": entropy / np.log(len(numbers)) if len(numbers) > 1 else 1.0,
    }


def files(refined: Refined) -> dict[str, bytes]:
    """What is handed over, by name: the pictures (transparent PNG), emoji.csv, and DATA_CARD.md."""
    names = [f"emoji/{number:05d}.png" for number in range(len(refined.emoji))]
    found = {name: emoji.png() for name, emoji in zip(names, refined.emoji, strict=True)}
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", *AXES, "seed", "model"])
    for name, emoji in zip(names, refined.emoji, strict=True):
        main = emoji.order.main
        writer.writerow([name, *(getattr(main, axis) or "" for axis in AXES), emoji.order.recipe.seed, refined.model])
    return {**found, "emoji.csv": table.getvalue().encode(), "DATA_CARD.md": data_card(refined).encode()}


def summary(refined: Refined) -> dict[str, Any]:
    """Counts and balance before and after, and why emoji were dropped."""
    before = {cell: refined.before.get(cell, 0) for cell in refined.counts}
    after = {cell: before[cell] + count for cell, count in refined.counts.items()}
    return {
        "drawn": sum(row.drawn for row in refined.rows),
        "kept": len(refined.emoji),
        "dropped": {
            reason: sum(row.dropped[reason] for row in refined.rows if reason in row.dropped)
            for reason in REASONS
            if any(reason in row.dropped for row in refined.rows)
        },
        "before": balance(before),
        "after": balance(after),
        "model": refined.model,
    }


def data_card(refined: Refined) -> str:
    """The card, in Markdown."""
    told = summary(refined)
    rows = "\n".join(
        f"| {name} | {told['before'][key]} | {told['after'][key]} |"
        for name, key in (("pictures", "pictures"), ("empty cells", "empty"), ("smallest cell", "smallest"))
    )
    evenness = f"| evenness of the cells | {told['before']['evenness']:.3f} | {told['after']['evenness']:.3f} |"
    dropped = "\n".join(f"- {reason.replace('_', ' ')}: {count}" for reason, count in told["dropped"].items())
    credits = "\n".join(f"- {line}" for line in refined.credits)
    return (
        "# Refined emoji\n\n"
        f"{told['kept']} generated emoji of {told['drawn']} drawn by the model {told['model']}: RGBA, 64 x 64 pixels.\n"
        "`emoji.csv` says what each was asked to show. None of them existed before; none was drawn by a person.\n\n"
        "| | real pictures learned from | with the generated ones |\n| --- | --: | --: |\n"
        f"{rows}\n{evenness}\n\n## Dropped\n\n{dropped}\n\n"
        f"A judge that learned from real emoji and composites of them had to see {_seen(refined)}; near "
        "copies within the set were dropped. What the judge cannot see, this set cannot teach.\n\n"
        f"## Credits of the emoji that were learned from\n\n{credits}\n"
    )


def _seen(refined: Refined) -> str:
    """What the judge had to see, for the card."""
    if not any(row.interaction for row in refined.rows):
        return "the mood and the topic asked for"
    if all("other_interaction" in row.dropped for row in refined.rows):
        return "the mood, the topic and the interaction asked for"
    return "the mood and the topic asked for, but it was not asked about the interaction, which it does not know"
