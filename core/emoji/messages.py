"""Reads a message in French or English: its mood, topic and interaction, how sure that is, and which words said so."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.artifacts import ArtifactError, open_artifact
from core.datasets.emoji import AXES, classes
from core.emoji.message_model import LANGUAGE, NONE, Axis, EmojiWords, Floats, ModelConfig, Parts, parts_of, score
from core.emoji.message_text import clean, pieces
from core.errors import N_
from core.text.service import TextEncoder

WEIGHTS, ANNOTATIONS = "weights.npz", "annotations.json"
# a class is claimed from this probability on, which is right when a wrong claim costs half of what a right one brings
CLAIM = 1 / 3
TALK = 20  # messages of a conversation that are read: the last ones
_FADE = 0.6  # a message weighs this much of the one after it
_REASONS = 3
_SURE = 0.6  # of the language
_UNUSABLE = N_(
    "The reader of messages cannot be used: its file {file} does not hold what it should. Get the project's models "
    "folder again, or train it: python -m core train messages"
)


@dataclass(frozen=True)
class Reading:
    """What was understood of a message, or of a conversation.

    `probabilities` holds, for each axis, every class; what is missing to 1 is the probability that there is none.
    `because` holds, for each axis, the words that spoke most for its likeliest class, as they were written.
    `truncated` says that only the first 500 characters, or the last 20 messages, were read. `language` is "en", "fr",
    or None when neither is likely.
    """

    text: str
    language: str | None
    probabilities: Mapping[str, Mapping[str, float]]
    because: Mapping[str, tuple[str, ...]]
    truncated: bool = False

    @property
    def empty(self) -> bool:
        """Whether there was nothing to read: no word of the Latin alphabet, no known emoji, no emoticon."""
        return not any(any(found.values()) for found in self.probabilities.values())

    def none(self, axis: str) -> float:
        """The probability that the message has no class of the axis."""
        return max(0.0, 1.0 - sum(self.probabilities[axis].values()))

    def best(self, axis: str) -> str | None:
        """The class that is claimed; None where there is probably none, or where none is likely enough."""
        found = self.probabilities[axis]
        name = max(found, key=found.__getitem__)
        return name if found[name] >= CLAIM and found[name] > self.none(axis) else None


class MessageReader:
    """Reads messages with a trained model; thread-safe."""

    def __init__(
        self, axes: Mapping[str, Axis], emoji: EmojiWords, config: ModelConfig, encoder: TextEncoder | None
    ) -> None:
        self._axes = dict(axes)
        self._emoji = emoji
        self._config = config
        self._encoder = encoder

    @classmethod
    def load(cls, folder: Path, text_folder: Path) -> "MessageReader":
        """Open the model in `folder`, and the text encoder in `text_folder`.

        Raises:
            core.artifacts.ArtifactError: one of them is missing or damaged.
        """
        manifest = open_artifact(folder)
        file = ANNOTATIONS
        try:
            emoji = emoji_words(json.loads((folder / ANNOTATIONS).read_text(encoding="utf-8"))["emoji"])
            file = WEIGHTS
            config = ModelConfig(**manifest.parameters["model"])
            with np.load(folder / WEIGHTS, allow_pickle=False) as saved:
                axes = {
                    name: Axis(
                        tuple(entry["names"]),
                        saved[f"{name}_weights"].astype(np.float32) * saved[f"{name}_steps"],
                        saved[f"{name}_bias"],
                        entry["temperature"],
                    )
                    for name, entry in manifest.parameters["axes"].items()
                }
            if any(set(axes[axis].names) - {NONE} != set(classes(axis)) for axis in AXES):
                raise ValueError("other classes than contexts.toml has")
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ArtifactError(_UNUSABLE, file=file) from error
        return cls(axes, emoji, config, TextEncoder.load(text_folder) if config.encoder else None)

    def read(self, text: str) -> Reading:
        """Read a message of any kind; one that says nothing is `Reading.empty`."""
        used, truncated = clean(text)
        found = pieces(used, self._emoji.names)
        if not any(piece.words for piece in found):
            nothing = {axis: dict.fromkeys(classes(axis), 0.0) for axis in AXES}
            return Reading(used, None, nothing, dict.fromkeys(AXES, ()), truncated)
        parts = parts_of(found, self._emoji, self._config, self._encoder)
        probabilities, because = {}, {}
        for name in AXES:
            axis = self._axes[name]
            scores, by_piece = score(parts, name, axis, self._config)
            values = axis.probabilities(scores)
            by_name = dict(zip(axis.names, values.tolist(), strict=True))
            probabilities[name] = {label: by_name[label] for label in classes(name)}
            because[name] = _reasons(parts, by_piece, axis, values)
        return Reading(used, self._language(parts), probabilities, because, truncated)

    def read_conversation(self, messages: Sequence[str]) -> Reading:
        """The mood, topic and interaction of a talk: see `conversation_of`."""
        latest = [self.read(message) for message in messages[-TALK:]]
        found = conversation_of(latest)
        return replace(found, truncated=found.truncated or len(messages) > TALK)

    def _language(self, parts: Parts) -> str | None:
        axis = self._axes[LANGUAGE]
        values = axis.probabilities(score(parts, LANGUAGE, axis, self._config)[0])
        return axis.names[int(values.argmax())] if values.max() >= _SURE else None


def conversation_of(readings: Sequence[Reading]) -> Reading:
    """One reading for those of a talk's messages: the last 20, later ones weighing more."""
    read = readings[-TALK:]
    cut = len(readings) > TALK or any(reading.truncated for reading in read)
    spoken = [reading for reading in read if not reading.empty]
    text = "\n".join(reading.text for reading in read)
    if not spoken:
        nothing = {axis: dict.fromkeys(classes(axis), 0.0) for axis in AXES}
        return Reading(text, None, nothing, dict.fromkeys(AXES, ()), cut)
    shares = _FADE ** np.arange(len(spoken))[::-1]
    shares /= shares.sum()
    probabilities = {
        axis: {
            name: float(shares @ [reading.probabilities[axis][name] for reading in spoken]) for name in classes(axis)
        }
        for axis in AXES
    }
    because = {}
    for axis, found in probabilities.items():
        name = max(found, key=found.__getitem__)
        pulls = shares * [reading.probabilities[axis][name] for reading in spoken]
        because[axis] = spoken[int(pulls.argmax())].because[axis]
    languages = [reading.language for reading in spoken if reading.language]
    language = max(languages, key=languages.count) if languages else None
    return Reading(text, language, probabilities, because, cut)


def emoji_words(entries: Mapping[str, Any]) -> EmojiWords:
    """What emoji say, from the file of annotations."""
    return EmojiWords(
        {character: entry["name"] for character, entry in entries.items()},
        {character: entry["labels"] for character, entry in entries.items()},
    )


def _reasons(parts: Parts, by_piece: Floats, axis: Axis, values: Floats) -> tuple[str, ...]:
    """The pieces that spoke most for the likeliest class against the others, none of which speaks against it."""
    shown = [place for place, name in enumerate(axis.names) if name != NONE]
    best = max(shown, key=lambda place: values[place])
    others = values.copy()
    others[best] = 0
    pulls = by_piece[:, best] - by_piece @ others / max(float(others.sum()), 1e-9)
    written: dict[str, float] = {}
    for piece, pull in zip(parts.pieces, pulls, strict=True):
        if piece.words:
            written[piece.text] = max(written.get(piece.text, 0.0), float(pull))
    ranked = sorted(written, key=lambda text: -written[text])
    return tuple(text for text in ranked[:_REASONS] if written[text] > 0.25 * written[ranked[0]] > 0)
