"""The settings of the campaign emoji, as an address says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.widgets.emoji.talk import Weights
from core.datasets.emoji import AXES
from core.gan.recipe import MAX_SEED, MAX_TRUNCATION

if TYPE_CHECKING:
    from core.emoji.service import Emoji, EmojiGenerator

PARAMETERS = (*AXES, "style", "seed", "variety")
VARIETIES = range(0, round(100 * MAX_TRUNCATION) + 1, 10)
INTENSITIES = range(0, 201, 25)
COUNT = 8


@dataclass(frozen=True)
class View:
    """The settings: a class by axis, "" for any; a seed; variety and intensity in per cent.

    `moods` and `styles` are mixes by weight, which count instead of mood and style where they are given.
    """

    mood: str = ""
    topic: str = ""
    interaction: str = ""
    style: str = ""
    seed: int = 7
    variety: int = 80
    intensity: int = 100
    moods: Weights = ()
    styles: Weights = ()

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks the same, without mixes; what is as usual is left out."""
        usual = View()
        return {name: str(getattr(self, name)) for name in PARAMETERS if getattr(self, name) != getattr(usual, name)}

    def draw(self, service: EmojiGenerator, count: int = COUNT) -> list[Emoji]:
        """Emoji of these settings.

        Raises:
            UserError: the model does not know a class.
        """
        from core.emoji.service import Controls, EmojiContext  # here, for the reason given in app/resources.py

        context = EmojiContext(self.interaction or None, self.topic or None, self.mood or None, self.style or None)
        knobs = Controls(self.variety / 100, self.intensity / 100, dict(self.moods), dict(self.styles))
        return service.generate(context, count, seed=self.seed, controls=knobs)


def read_address(parameters: Mapping[str, str], classes: Mapping[str, Sequence[str]]) -> tuple[View, bool]:
    """The view an address asks for, and whether a part of it made no sense and was left out."""
    strange = False

    def number(name: str, allowed: range, usual: int) -> int:
        nonlocal strange
        text = parameters.get(name, str(usual))
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else -1
        strange |= value not in allowed
        return value if value in allowed else usual

    def known(axis: str) -> str:
        nonlocal strange
        given = parameters.get(axis, "")
        strange |= bool(given) and given not in classes[axis]
        return given if given in classes[axis] else ""

    usual = View()
    view = View(
        known("mood"),
        known("topic"),
        known("interaction"),
        known("style"),
        number("seed", range(MAX_SEED + 1), usual.seed),
        number("variety", VARIETIES, usual.variety),
    )
    return view, strange
