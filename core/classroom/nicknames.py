"""Nicknames that are safe to show on a wall: one line, no hidden or reversing characters, no towers of accents."""

import unicodedata

from core.errors import N_, UserError

LONGEST = 20
_MOST_MARKS = 2  # accents on one letter; more is a tower that covers its neighbours
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols by name, but nothing is seen of them


class NicknameError(UserError):
    """The nickname shows nothing that can be read."""


def clean(text: str) -> str:
    """What is shown of a nickname as it was typed, at most `LONGEST` characters.

    Raises:
        NicknameError: nothing that can be seen is left.
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFKC", text[: 10 * LONGEST]):
        category = unicodedata.category(character)
        if character in _BLANK or category in ("Zs", "Zl", "Zp", "Cc"):
            character, category = " ", "Zs"
        marks = marks + 1 if category in ("Mn", "Me") else 0
        # Cf: writing direction, zero width; Cs, Co, Cn: no agreed look
        if category[0] != "C" and marks <= _MOST_MARKS:
            kept.append(character)
    name = " ".join("".join(kept).split())[:LONGEST].strip()
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise NicknameError(N_("Write a nickname of 1 to {count} characters."), count=LONGEST)
    return name


def key(name: str) -> str:
    """What two nicknames share that look the same: without case or accents."""
    bare = (part for part in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(part))
    return "".join(bare)


def numbered(name: str, taken: set[str]) -> str:
    """The name, or the name with the first free number from 2 on when its key is in `taken`."""
    number, candidate = 1, name
    while key(candidate) in taken:
        number += 1
        ending = f" {number}"
        candidate = name[: LONGEST - len(ending)].rstrip() + ending
    return candidate
