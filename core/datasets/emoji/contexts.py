"""What an emoji says about mood, topic and interaction, and which words say so.

The rule is strict: a class is given where the subgroup says so, or where English and French keywords both do.
`contexts.toml` holds the words; whoever disagrees with a label can see there, and in its causes, where it came from.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.datasets.emoji.catalogue import LANGUAGES, Emoji

AXES = ("mood", "topic", "interaction")
THING = "thing"  # beside the axes of a context: what the prop has to be
RULES = Path(__file__).with_name("contexts.toml")

Contexts = dict[str, dict[str, tuple[str, ...]]]  # axis -> class -> causes, such as "en:happy" or "subgroup:heart"
Labels = tuple[int, int, int]  # a class per axis, -1 for none


@dataclass(frozen=True)
class Rule:
    """When an emoji belongs to a class."""

    subgroups: frozenset[str]
    words: Mapping[str, frozenset[str]]
    never: frozenset[str]

    def causes(self, emoji: Emoji) -> tuple[str, ...]:
        """What makes the emoji belong to the class; nothing when it does not."""
        if any(self.never & emoji.words[language] for language in LANGUAGES):
            return ()
        said = {language: sorted(self.words[language] & emoji.words[language]) for language in LANGUAGES}
        by_group = [f"subgroup:{emoji.subgroup}"] if emoji.subgroup in self.subgroups else []
        if not (by_group or all(said.values())):
            return ()
        return (*by_group, *(f"{language}:{word}" for language in LANGUAGES for word in said[language]))


@cache
def rules() -> dict[str, dict[str, Rule]]:
    """Every axis, every class of it, and its rule, in the order of `contexts.toml`."""
    read = tomllib.loads(RULES.read_text("utf-8"))
    return {
        axis: {
            name: Rule(
                frozenset(entry.get("subgroups", ())),
                {language: _listed(entry[language]) for language in LANGUAGES},
                _listed(entry.get("never", "")),
            )
            for name, entry in read[axis].items()
        }
        for axis in AXES
    }


def classes(axis: str) -> tuple[str, ...]:
    """The classes of an axis, in the order of their labels."""
    return tuple(rules()[axis])


def contexts_of(emoji: Emoji) -> Contexts:
    """Every class the emoji belongs to, by axis, with its causes."""
    found: Contexts = {axis: {} for axis in AXES}
    for axis, named in rules().items():
        if axis == "mood" and not _feels(emoji):
            continue
        for name, rule in named.items():
            if causes := rule.causes(emoji):
                found[axis][name] = causes
    return found


def labels(contexts: Mapping[str, Contexts]) -> dict[str, Labels]:
    """One class per axis for every emoji, as its number; -1 for none.

    Of several, the class with the most causes; between equals the rarer one, which needs it more.
    """
    common = Counter((axis, name) for each in contexts.values() for axis in AXES for name in each[axis])

    def main(axis: str, found: Mapping[str, Iterable[str]]) -> int:
        if not found:
            return -1
        best = min(found, key=lambda name: (-len(tuple(found[name])), common[axis, name], name))
        return classes(axis).index(best)

    return {code: (main(AXES[0], each[AXES[0]]), main(AXES[1], each[AXES[1]]), main(AXES[2], each[AXES[2]]))
            for code, each in contexts.items()}  # fmt: skip


def _feels(emoji: Emoji) -> bool:
    """Only faces, hearts, hands and gestures have a mood: a weeping willow has none."""
    return emoji.group == "smileys-emotion" or emoji.subgroup.startswith(("hand", "person-gesture"))


def _listed(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(",") if word.strip())
