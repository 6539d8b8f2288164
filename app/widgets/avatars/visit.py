"""What a visitor of the avatars has asked for and got, and the address that says so: a link asks it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self

from app.widgets.generators import visit as visits
from app.widgets.generators.address import SHEET, Address, start_of, wish_of
from app.widgets.generators.visit import COUNT, VARIETIES, draw_seed
from core.errors import N_, UserError
from core.gan.recipe import MAX_SEED

if TYPE_CHECKING:
    from core.avatar.service import Avatar, AvatarGenerator, Order

PARAMETERS = ("theme", "seed", "variety", "mix", SHEET)
SHARES = range(10, 100, 10)  # of the second theme, in per cent
STRENGTHS = (0.2, 0.35, 0.6)
_BEST = "monsters"
_ROOM = "avatars"


def greeting(themes: Sequence[str]) -> str:
    """The theme that visitors see first: the one the generator draws best, where it has it."""
    return _BEST if _BEST in themes else themes[0]


@dataclass(frozen=True)
class View:
    """The settings: a theme, empty for the first shown; a seed; variety in per cent; a second theme and its share."""

    theme: str = ""
    seed: int = 7
    variety: int = 100
    other: str = ""
    share: int = 50

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks the same; what is as usual is left out."""
        usual = View()
        mix = f"{self.other}:{self.share}" if self.other else ""
        written = {"theme": self.theme, "mix": mix}
        numbers = {"seed": (self.seed, usual.seed), "variety": (self.variety, usual.variety)}
        written |= {name: str(value) for name, (value, default) in numbers.items() if value != default}
        return {name: value for name, value in written.items() if value}

    def wish(self, themes: Sequence[str]) -> Wish:
        """What these settings ask for."""
        theme = self.theme or greeting(themes)
        shares: tuple[tuple[str, float], ...] = ((theme, 1.0),)
        if self.other and self.other != theme:
            shares = ((theme, 1 - self.share / 100), (self.other, self.share / 100))
        return Wish("themes", shares, self.seed, self.variety / 100)


@dataclass(frozen=True)
class Wish:
    """What is to be drawn: eight of `themes`, eight near `order`, eight between it and `other`, or their children.

    `strength` counts for those near; `seed` for all but those between.
    """

    kind: Literal["themes", "near", "morph", "children"]
    themes: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    truncation: float = 1.0
    order: Order | None = None
    other: Order | None = None
    strength: float = STRENGTHS[1]

    @property
    def theme(self) -> str:
        """The theme that counts most."""
        return self.order.theme if self.order else max(self.themes, key=lambda part: part[1])[0]

    def fulfil(self, service: AvatarGenerator) -> list[Avatar]:
        """The avatars.

        Raises:
            UserError: there is no such theme, or an avatar descends from too many others.
        """
        if self.order is None:
            return service.mix(dict(self.themes), COUNT, seed=self.seed, truncation=self.truncation)
        if self.kind == "morph" and self.other:
            return service.morph(self.order, self.other, COUNT)
        if self.kind == "children" and self.other:
            return service.children(self.order, self.other, COUNT, seed=self.seed)
        return service.more_like(self.order, COUNT, seed=self.seed, strength=self.strength)

    def as_dict(self) -> dict[str, Any]:
        """For the address; of wishes that start from avatars."""
        return {**wish_of(self.kind, self.seed, self.order, self.other), "strength": self.strength}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The way back.

        Raises:
            UserError: this is no wish for avatars.
        """
        from core.avatar.service import Order  # here, for the reason given in app/resources.py

        kinds = {"near": 1, "morph": 2, "children": 2}
        kind, seed, (first, *second) = start_of(content, kinds, Order.from_dict)
        strength: Any = content.get("strength")
        if strength not in STRENGTHS:
            raise UserError(N_("This link does not say what is to be drawn."))
        return cls(kind, seed=seed, order=first, other=second[0] if second else None, strength=strength)


class Asked(NamedTuple):
    """What an address asks for, and whether a part of it made no sense and was left out."""

    view: View
    wish: Wish | None
    strange: bool


def read_address(parameters: Mapping[str, str], themes: Sequence[str]) -> Asked:
    """What the parameters of an address ask for."""
    address, usual = Address(parameters), View()
    other, _, share = address.text("mix").partition(":")
    view = View(
        address.known(address.text("theme"), themes),
        address.number("seed", range(MAX_SEED + 1), usual.seed),
        address.number("variety", VARIETIES, usual.variety),
        address.known(other, themes),
        address.whole(share, SHARES, usual.share) if other else usual.share,
    )
    wish = address.sheet(Wish.from_dict)
    return Asked(view, wish, address.strange)


@dataclass
class Visit(visits.Visit[View, Wish, "Avatar"]):
    """One visitor's view, wishes and avatars."""

    again_by_wish: ClassVar[Sequence[str]] = ("near", "children")

    view: View = field(default_factory=View)

    def wanted(self, themes: Sequence[str]) -> Wish:
        """What is to be drawn now."""
        return self.wish or self.view.wish(themes)

    def choose(self, theme: str) -> None:
        """Change the theme; a mix of a theme with itself is none."""
        self.set(theme=theme, **({"other": ""} if theme == self.view.other else {}))
        self.version += 1

    def near(self, order: Order, strength: float = STRENGTHS[1]) -> None:
        """Ask for small variations of one."""
        self.ask(Wish("near", seed=draw_seed(), order=order, strength=strength))

    def pair(self, kind: Literal["morph", "children"], first: Order, second: Order) -> None:
        """Ask for what lies between two, or for their children."""
        self.ask(Wish(kind, seed=draw_seed() if kind == "children" else 0, order=first, other=second))

    def restore(self, wish: Wish) -> None:
        """Ask for what was asked before; if settings made it, they are as they were."""
        if wish.kind != "themes":
            self.ask(wish)
            return
        (theme, _first), *more = wish.themes
        other, share = more[0] if more else ("", 0.5)
        variety = round(100 * wish.truncation)
        self.set(theme=theme, seed=wish.seed, variety=variety, other=other, share=round(100 * share))
        self.version += 1


def name_of(order: Order) -> str:
    """A text that is equal for equal orders only."""
    return json.dumps(order.as_dict(), sort_keys=True)


def enter(themes: Sequence[str]) -> Visit:
    """The visitor's visit: as the address says when it is new or was changed, else as the visitor left it."""
    arrival = visits.arrive(_ROOM, Visit, PARAMETERS)
    if arrival.by_address:
        arrival.visit.obey(*read_address(arrival.given, themes))
    return arrival.visit


def leave(visit: Visit) -> None:
    """Write what is drawn into the address."""
    visits.leave(visit, PARAMETERS)
