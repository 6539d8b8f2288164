"""What CLDR's annotations say of every emoji: for training, and, as keywords, for the floor it is compared with."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.datasets.emoji import AXES, catalogue, classes
from core.datasets.emoji.contexts import contexts_of, labels
from core.emoji.message_model import NONE
from core.emoji.message_phrases import LANGUAGES
from core.emoji.message_text import bare
from core.text.words import words_of


def annotations(prepared: Path) -> list[dict[str, Any]]:
    """Every emoji: character without tones, names, words, labels; fetched into `prepared`/downloads if not there."""
    known = catalogue.load(prepared / "downloads").emoji
    numbers = labels({code: contexts_of(emoji) for code, emoji in known.items()})
    return [
        {
            "character": bare(emoji.character),
            "names": emoji.names,
            "words": {language: sorted(emoji.words[language]) for language in LANGUAGES},
            "labels": {
                axis: classes(axis)[number] if number >= 0 else NONE
                for axis, number in zip(AXES, numbers[code], strict=True)
            },
        }
        for code, emoji in known.items()
    ]


def emoji_file(annotated: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the model keeps of them: names and classes by character, and the classes that keywords point to.

    A keyword points to a class when at least half of the emoji that have it belong to the class.
    """
    keywords: dict[str, dict[str, dict[str, str]]] = {}
    for language in LANGUAGES:
        seen: dict[str, list[Mapping[str, str]]] = {}
        for entry in annotated:
            for word in entry["words"][language]:
                folded = " ".join(words_of(word))
                if len(folded) > 2:
                    seen.setdefault(folded, []).append(entry["labels"])
        keywords[language] = {}
        for word, found in seen.items():
            told = {}
            for axis in AXES:
                named = [each[axis] for each in found]
                common = max(sorted(set(named)), key=named.count)
                if common and 2 * named.count(common) >= len(named):
                    told[axis] = common
            if told:
                keywords[language][word] = told
    emoji = {
        entry["character"]: {"name": entry["names"]["en"], "labels": list(filter(None, entry["labels"].values()))}
        for entry in annotated
    }
    return {"emoji": emoji, "keywords": keywords}
