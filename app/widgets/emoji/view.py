"""The settings of the campaign emoji, as an address says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.widgets.emoji.talk import STEP, Weights, main_of
from core.datasets.emoji import AXES
from core.gan.recipe import MAX_SEED, MAX_TRUNCATION

if TYPE_CHECKING:
    from core.emoji.service import Emoji, EmojiGenerator

MIXES = {"mood": "moods", "style": "styles"}  # axes of which several classes can be mixed, and what their mix is called
PARAMETERS = (*AXES, "style", *MIXES.values(), "things", "seed", "variety", "intensity")
VARIETIES = range(0, round(100 * MAX_TRUNCATION) + 1, 10)
INTENSITIES = range(0, 201, 25)
COUNT = 8
MOST_THINGS = 10
_WEIGHTS = frozenset(str(weight) for weight in range(STEP, 101, STEP))


@dataclass(frozen=True)
class View:
    """The settings: a class by axis, "" for any; a seed; variety and intensity in per cent.

    `moods` and `styles` are mixes by weight, which count instead of mood and style where they are given. `things` are
    characters of drawings, one of which the prop is to be.
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
    things: tuple[str, ...] = ()

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks the same; what is as usual is left out.

        A mix is written as joy.70,love.30 and says the main class as well.
        """
        usual = View()
        given = {name: getattr(self, name) for name in PARAMETERS if getattr(self, name) != getattr(usual, name)}
        for axis, mix in MIXES.items():
            if mix in given:
                given.pop(axis, None)
                given[mix] = ",".join(f"{name}.{weight}" for name, weight in given[mix])
        if self.things:
            given["things"] = ",".join(self.things)
        return {name: str(value) for name, value in given.items()}

    def draw(self, service: EmojiGenerator, count: int = COUNT) -> list[Emoji]:
        """Emoji of these settings.

        Raises:
            UserError: the model does not know a class.
        """
        from core.emoji.service import Controls, EmojiContext  # here, for the reason given in app/resources.py

        context = EmojiContext(self.interaction or None, self.topic or None, self.mood or None, self.style or None)
        knobs = Controls(self.variety / 100, self.intensity / 100, dict(self.moods), dict(self.styles), self.things)
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

    def mix(axis: str) -> Weights:
        nonlocal strange
        given = parameters.get(MIXES[axis], "")
        parts = [part.partition(".")[::2] for part in given.split(",")] if given else []
        weights = {name: int(weight) for name, weight in parts if name in classes[axis] and weight in _WEIGHTS}
        fine = len(weights) == len(parts) != 1
        strange |= not fine
        return tuple(weights.items()) if fine else ()

    def things() -> tuple[str, ...]:
        nonlocal strange
        given = tuple(dict.fromkeys(filter(None, parameters.get("things", "").split(","))))
        fine = tuple(thing for thing in given if thing in classes.get("things", ()))[:MOST_THINGS]
        strange |= fine != given
        return fine

    usual = View()
    moods, styles = mix("mood"), mix("style")
    view = View(
        main_of(moods) or known("mood"),
        known("topic"),
        known("interaction"),
        main_of(styles) or known("style"),
        number("seed", range(MAX_SEED + 1), usual.seed),
        number("variety", VARIETIES, usual.variety),
        number("intensity", INTENSITIES, usual.intensity),
        moods,
        styles,
        things(),
    )
    return view, strange
