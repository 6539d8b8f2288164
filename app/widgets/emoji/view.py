"""The settings of the campaign emoji, as an address says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.widgets.emoji.talk import STEP, Weights, main_of
from app.widgets.generators import visit as visits
from app.widgets.generators.address import Address
from app.widgets.generators.visit import COUNT
from core.datasets.emoji import AXES
from core.gan.recipe import MAX_SEED

if TYPE_CHECKING:
    from core.emoji.orders import Emoji
    from core.emoji.service import EmojiGenerator

MIXES = {"mood": "moods", "style": "styles"}  # axes of which several classes can be mixed, and what their mix is called
PARAMETERS = (*AXES, "style", *MIXES.values(), "things", "seed", "variety", "intensity")
INTENSITIES = range(0, 201, 25)
VARIETIES = visits.VARIETIES[1:]  # at 0 all emoji of a row would be the same
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
        from core.emoji.orders import Controls, EmojiContext  # here, for the reason given in app/resources.py

        context = EmojiContext(self.interaction or None, self.topic or None, self.mood or None, self.style or None)
        knobs = Controls(self.variety / 100, self.intensity / 100, dict(self.moods), dict(self.styles), self.things)
        return service.generate(context, count, seed=self.seed, controls=knobs)


def read_address(parameters: Mapping[str, str], classes: Mapping[str, Sequence[str]]) -> tuple[View, bool]:
    """The view an address asks for, and whether a part of it made no sense and was left out."""
    address, usual = Address(parameters), View()
    moods, styles = (_mix(address, MIXES[axis], classes[axis]) for axis in MIXES)
    given = tuple(dict.fromkeys(filter(None, address.text("things").split(","))))
    things = tuple(thing for thing in given if thing in classes.get("things", ()))[:MOST_THINGS]
    view = View(
        main_of(moods) or address.known(address.text("mood"), classes["mood"]),
        address.known(address.text("topic"), classes["topic"]),
        address.known(address.text("interaction"), classes["interaction"]),
        main_of(styles) or address.known(address.text("style"), classes["style"]),
        address.number("seed", range(MAX_SEED + 1), usual.seed),
        address.number("variety", VARIETIES, usual.variety),
        address.number("intensity", INTENSITIES, usual.intensity),
        moods,
        styles,
        things,
    )
    return view, address.strange or things != given


def _mix(address: Address, name: str, classes: Sequence[str]) -> Weights:
    """The mix that a parameter is, such as joy.70,love.30."""
    given = address.text(name)
    parts = [part.partition(".")[::2] for part in given.split(",")] if given else []
    weights = {name: int(weight) for name, weight in parts if name in classes and weight in _WEIGHTS}
    fine = len(weights) == len(parts) != 1
    address.strange |= not fine
    return tuple(weights.items()) if fine else ()
