"""The course: screens of one idea each, in every language of the interface, and the hand-out made of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from core.errors import N_, DataError

# what can run beside a screen; the page knows how
LIVE = (
    "lab:good", "lab:collapse", "lab:strong", "lab:oscillation", "images", "recorded", "products", "upscale",
    "restyle", "synthetic", "game", "quiz",
)  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """One idea. `body` and `notes` are Markdown, `minutes` is how long a class takes for it.

    `drawing` is the name of a file among the page's drawings, `live` one of LIVE; either may be empty.
    """

    key: str
    chapter: str
    title: str
    body: str
    notes: str
    minutes: int
    drawing: str = ""
    live: str = ""


@cache
def screens(language: str) -> tuple[Screen, ...]:
    """The course in a language, in order.

    Raises:
        DataError: there is no course in that language.
    """
    source = files(__package__).joinpath(f"{language}.toml")
    if not source.is_file():
        raise DataError(N_("There is no course in this language: {language}."), language=language)
    return tuple(Screen(**row) for row in tomllib.loads(source.read_text("utf-8"))["screen"])
