"""One module per chapter about a model: `KEY` names its folder and its words in `templates/`, `ORDER` its place.

Its `section(stored, words)` is called where the model is on this machine; elsewhere the chapter says that nothing was
measured. A chapter is added by adding a module and its words.
"""

import importlib
import logging
import pkgutil
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from core.reporting.blocks import absent
from core.reporting.document import Section
from core.reporting.stored import Stored
from core.reporting.words import Words

log = logging.getLogger(__name__)

# what reading figures ends in that an older or newer version has measured
UNKNOWN_FORM = (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError)


class Chapter(Protocol):
    """What a module here offers."""

    KEY: str
    ORDER: int
    ADDRESS: str
    COMMANDS: tuple[str, ...]

    def section(self, stored: Stored, words: Words) -> Section:
        """The chapter, from a model that is there with its figures."""


@cache
def chapters() -> tuple[Chapter, ...]:
    """All of them in their order."""
    names = (name for _finder, name, _package in pkgutil.iter_modules(__path__))
    found = [cast(Chapter, importlib.import_module(f"{__name__}.{name}")) for name in names]
    return tuple(sorted(found, key=lambda chapter: (chapter.ORDER, chapter.KEY)))


def write(chapter: Chapter, models: Path, language: str) -> Section:
    """The chapter in a language; of a model that is missing, damaged, not measured or measured otherwise it says so."""
    stored, words = Stored(models, chapter.KEY), Words(language, chapter.KEY)
    why = words.of("common")("absent")
    if stored.measured:
        try:
            return chapter.section(stored, words)
        except UNKNOWN_FORM as error:
            why = words.of("common")("outdated", command=again_command(chapter.KEY))
            log.warning(
                "The figures of the model %s have a form that this version does not know; measure again with: %s (%r)",
                chapter.KEY, again_command(chapter.KEY), error,
            )  # fmt: skip
    return absent(words, stored, why, address=chapter.ADDRESS, commands=chapter.COMMANDS)


def again_command(key: str) -> str:
    """The command that measures a model again."""
    return next(chapter.COMMANDS[-1] for chapter in chapters() if key == chapter.KEY)
