"""The words of report, slides and Results page in both languages, and numbers as each language writes them.

`templates/<chapter>.toml` holds them side by side; `~` stands for a no-break space. A field takes its form after a
colon: `{n}` is a whole number or a text, `{kid:4}` has four decimals, `{accuracy:%}` is a percentage with one.
"""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal, format_percent

LANGUAGES = ("fr", "en")
FOLDER = Path(__file__).parent / "templates"
NOTHING = "–"  # stands where a figure was not measured


class Words(string.Formatter):
    """The words of one chapter in one language."""

    def __init__(self, language: str, chapter: str = "common") -> None:
        self.language, self.chapter = language, chapter
        self._entries = _entries(chapter)

    def of(self, chapter: str) -> "Words":
        """The words of another chapter in the same language."""
        return Words(self.language, chapter)

    def __call__(self, key: str, **values: Any) -> str:
        """One sentence with its fields filled in.

        Raises:
            KeyError: there is no such entry, or a field has no value.
        """
        return self._filled(self._entries[key][self.language], values)

    def points(self, key: str, **values: Any) -> tuple[str, ...]:
        """The sentences of a list."""
        return tuple(self._filled(text, values) for text in self._entries[key][self.language])

    def name(self, key: str, default: str | None = None) -> str:
        """What something is called; its own name, or `default`, when the templates do not know it."""
        if key in self._entries:
            return self(key)
        return key.replace("_", " ") if default is None else default

    def knows(self, key: str) -> bool:
        """Whether there is such an entry."""
        return key in self._entries

    def number(self, value: float | None, digits: int = 0) -> str:
        """`1234.5` with one digit as "1,234.5" or "1 234,5"; a dash for what was not measured."""
        if value is None:
            return NOTHING
        pattern = f"#,##0.{'0' * digits}".rstrip(".")
        return str(format_decimal(round(value, digits) + 0.0, format=pattern, locale=self.language))

    def percent(self, share: float | None, digits: int = 1) -> str:
        """A share of one: `0.733` as "73.3%" or "73,3 %"; a dash for what was not measured."""
        if share is None:
            return NOTHING
        sign = "%" if self.language == "en" else "\N{NARROW NO-BREAK SPACE}%"
        return str(format_percent(share, format=f"#,##0.{'0' * digits}".rstrip(".") + sign, locale=self.language))

    def format_field(self, value: Any, format_spec: str) -> str:
        """Numbers as this language writes them; see the module's own words for the forms."""
        if value is None:
            return NOTHING
        if isinstance(value, int | float) and not isinstance(value, bool):
            if format_spec.startswith("%"):
                return self.percent(value, int(format_spec[1:] or 1))
            return self.number(value, int(format_spec or (0 if float(value).is_integer() else 2)))
        return str(value)

    def _filled(self, text: str, values: Mapping[str, Any]) -> str:
        return self.vformat(text.replace("~", "\N{NO-BREAK SPACE}"), (), values)


@cache
def _entries(chapter: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{chapter}.toml").read_text(encoding="utf-8"))
