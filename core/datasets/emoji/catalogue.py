"""Which emoji there are, what they are called and what words two languages tie to them.

Origin: emojibase-data (MIT) for the list and its subgroups, Unicode CLDR's annotations (Unicode-3.0) for the words.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.datasets.emoji.packages import Package, read

LANGUAGES = ("en", "fr")

EMOJIBASE = Package(
    "emojibase-data",
    "17.0.0",
    "sha512-Yvgb5AWoHViHV/gq1qr5ZAarcBip+B27/ZLRsUJkbgAEaLlZ/fof9g882LTpmEpyhBNEC0m2SEmItljHsTygjA==",
    "MIT",
)
EMOJIBASE_OLD = Package(  # several styles name their drawings as Unicode did then
    "emojibase-data",
    "5.1.1",
    "sha512-za/ma5SfogHjwUmGFnDbTvSfm8GGFvFaPS27GPti16YZSp5EPgz+UDsZCATXvJGit+oRNBbG/FtybXHKi2UQgQ==",
    "MIT",
)
CLDR = Package(
    "cldr-annotations-full",
    "48.2.0",
    "sha512-DV7A+rEcgUSNTRsVGNGqBZRmAkGfwhGHO5Q1dRwzBoBnVrHWp804JP7/QJdEc66iHmx3+zLWVIMCFLm0lW7PUQ==",
    "Unicode-3.0",
)
PACKAGES = (EMOJIBASE, EMOJIBASE_OLD, CLDR)

_LEFT_OUT = ("component", "flags")
_PRESENTATION = (0xFE0E, 0xFE0F)
_JOINING = {0x200D, 0x2640, 0x2642, 0x27A1, 0x1F9B0, 0x1F9B1, 0x1F9B2, 0x1F9B3}  # joiner, signs, hair
_SAME_PERSON = {
    0x1F468: 0x1F9D1,
    0x1F469: 0x1F9D1,
    0x1F466: 0x1F9D2,
    0x1F467: 0x1F9D2,
    0x1F474: 0x1F9D3,
    0x1F475: 0x1F9D3,
}
_COLOUR_OR_RANK = re.compile(
    r"\b(?:light blue|red|orange|yellow|green|blue|purple|brown|black|white|grey|pink|1st|2nd|3rd)\b"
)


@dataclass(frozen=True)
class Emoji:
    """One emoji without skin tones. `code` is its code points in hexadecimal ("1F600", joined by -).

    `words` holds, per language, CLDR's keywords and the words of the name, in lower case.
    """

    code: str
    character: str
    names: dict[str, str]
    group: str
    subgroup: str
    words: dict[str, frozenset[str]]

    @property
    def is_face(self) -> bool:
        """Whether it is a face that something can be put beside (no cats, no monkeys)."""
        return self.subgroup.startswith("face-")

    @property
    def family(self) -> str:
        """What it shares with emoji of nearly the same drawing: another sex or hair, colour or rank."""
        if _COLOUR_OR_RANK.search(self.names["en"]):
            return " ".join(_COLOUR_OR_RANK.sub(" ", self.names["en"]).split())
        points = (int(point, 16) for point in self.code.split("-"))
        return "-".join(f"{_SAME_PERSON.get(point, point):X}" for point in points if point not in _JOINING)


@dataclass(frozen=True)
class Catalogue:
    """All emoji in their usual order, by code; `slugs` finds codes by the names that styles use, old ones included."""

    emoji: dict[str, Emoji]
    slugs: dict[str, str]


def code_of(hexadecimal: str) -> str:
    """One way of writing code points: capitals, no zeros in front, without the signs that choose text or picture."""
    points = [int(point, 16) for point in re.split("[-_ ]", hexadecimal)]
    return "-".join(f"{point:X}" for point in points if point not in _PRESENTATION)


def slug(name: str) -> str:
    """A name as Iconify writes it: "Père Noël" -> "pere-noel"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain.replace("'", "").replace("&", "and")).strip("-")


def load(cache: Path) -> Catalogue:
    """Read the catalogue from the packages in the folder `cache`.

    Raises:
        DataError: a package cannot be used.
    """
    base = read(EMOJIBASE, cache, {"en/data.json", "meta/groups.json"}.__contains__)
    old = read(EMOJIBASE_OLD, cache, {"en/data.json"}.__contains__)
    names = {language: f"annotations/{language}/annotations.json" for language in LANGUAGES}
    cldr = read(CLDR, cache, set(names.values()).__contains__)
    annotations = {
        language: {
            _bare(character): entry for character, entry in json.loads(cldr[name])["annotations"]["annotations"].items()
        }
        for language, name in names.items()
    }
    meta = json.loads(base["meta/groups.json"])
    emoji: dict[str, Emoji] = {}
    slugs: dict[str, str] = {}
    for entry in sorted(json.loads(base["en/data.json"]), key=lambda entry: entry.get("order", 0)):
        group = meta["groups"].get(str(entry.get("group")), "component")
        if group in _LEFT_OUT:
            continue
        code = code_of(entry["hexcode"])
        said = {language: annotations[language].get(_bare(entry["emoji"]), {}) for language in LANGUAGES}
        called = {language: said[language].get("tts", [entry["label"]])[0] for language in LANGUAGES}
        emoji[code] = Emoji(
            code,
            entry["emoji"],
            called | {"en": entry["label"]},
            group,
            meta["subgroups"].get(str(entry.get("subgroup")), ""),
            {language: _words(said[language]) for language in LANGUAGES},
        )
        slugs[slug(entry["label"])] = code
    for entry in json.loads(old["en/data.json"]):
        code = code_of(entry["hexcode"])
        if code in emoji:
            slugs.setdefault(slug(entry["annotation"]), code)
    return Catalogue(emoji, slugs)


def _bare(character: str) -> str:
    return character.replace("\ufe0f", "")


def _words(entry: dict[str, Any]) -> frozenset[str]:
    said = [word.lower().replace("’", "'") for word in (*entry.get("default", []), *entry.get("tts", []))]
    named = [part for name in entry.get("tts", []) for part in re.findall(r"\w+", name.lower())]
    return frozenset([*said, *named])
