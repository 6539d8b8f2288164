"""What a visitor of the avatars has asked for and got, and the address that says so: a link asks it again."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from app.frame import page_memory
from core.errors import UserError
from core.gan.recipe import MAX_SEED, MAX_TRUNCATION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.avatar.service import Avatar, AvatarGenerator, Order
    from core.ledger.claims import Check

PARAMETERS = ("theme", "seed", "variety", "mix")
VARIETIES = range(0, round(100 * MAX_TRUNCATION) + 1, 10)
SHARES = range(10, 100, 10)  # of the second theme, in per cent
STRENGTHS = (0.2, 0.35, 0.6)
COUNT = 8
MOST_SHEETS, MOST_FAVOURITES, MOST_ENLARGED = 12, 24, 16
_DRAWN_SEEDS = 10**6  # small ones are easier to note down
_BEST = "monsters"
_STATE, _ENTERED = "avatars", "entered"


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


def read_address(parameters: Mapping[str, str], themes: Sequence[str]) -> tuple[View, bool]:
    """The view an address asks for, and whether a part of it made no sense and was left out."""
    strange = False

    def number(text: str, allowed: range, usual: int) -> int:
        nonlocal strange
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else -1
        strange |= value not in allowed
        return value if value in allowed else usual

    def known(name: str) -> str:
        nonlocal strange
        strange |= bool(name) and name not in themes
        return name if name in themes else ""

    usual = View()
    other, _, share = parameters.get("mix", "").partition(":")
    view = View(
        known(parameters.get("theme", "")),
        number(parameters.get("seed", str(usual.seed)), range(MAX_SEED + 1), usual.seed),
        number(parameters.get("variety", str(usual.variety)), VARIETIES, usual.variety),
        known(other),
        number(share, SHARES, usual.share) if other else usual.share,
    )
    return view, strange


@dataclass(frozen=True)
class Wish:
    """What is to be drawn: eight of `themes`, eight near `order`, eight between it and `other`, their children, or one.

    `strength` counts for those near; `seed` for all but those between.
    """

    kind: Literal["themes", "near", "morph", "children", "one"]
    themes: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    truncation: float = 1.0
    order: Order | None = None
    other: Order | None = None
    strength: float = STRENGTHS[1]

    def fulfil(self, service: AvatarGenerator) -> list[Avatar]:
        """The avatars.

        Raises:
            UserError: an avatar descends from too many others.
        """
        if self.order is None:
            return service.mix(dict(self.themes), COUNT, seed=self.seed, truncation=self.truncation)
        if self.kind == "near":
            return service.more_like(self.order, COUNT, seed=self.seed, strength=self.strength)
        if self.kind == "morph" and self.other:
            return service.morph(self.order, self.other, COUNT)
        if self.kind == "children" and self.other:
            return service.children(self.order, self.other, COUNT, seed=self.seed)
        return service.make([self.order])


@dataclass(frozen=True)
class Sheet:
    """What came of a wish; `checks` says of each avatar whether it can be claimed, None where nobody could tell."""

    wish: Wish
    avatars: tuple[Avatar, ...] = ()
    checks: tuple[Check | None, ...] = ()
    seconds: float = 0.0
    problem: UserError | None = None


@dataclass
class Visit:
    """One visitor's view, wishes and avatars. Without a `wish` of its own, the view says what is drawn."""

    view: View = field(default_factory=View)
    wish: Wish | None = None
    sheet: Sheet | None = None
    past: list[Sheet] = field(default_factory=list)
    favourites: list[Avatar] = field(default_factory=list)
    enlarged: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    strange: bool = False  # the address held something unknown
    touched: bool = False  # the visitor just changed something: the address is the older of the two
    version: int = 0  # counts the times the widgets have to follow

    def wanted(self, themes: Sequence[str]) -> Wish:
        """What is to be drawn now."""
        return self.wish or self.view.wish(themes)

    def again(self) -> None:
        """Ask for the same with other seeds."""
        if self.wish and self.wish.kind in ("near", "children"):
            self.ask(replace(self.wish, seed=_draw_seed()))
        else:
            self.set(seed=_draw_seed())
            self.version += 1

    def set(self, **settings: Any) -> None:
        """Change settings; what is drawn follows them again."""
        self.view, self.wish = replace(self.view, **settings), None
        self.touched, self.strange = True, False

    def choose(self, theme: str) -> None:
        """Change the theme; a mix of a theme with itself is none."""
        self.set(theme=theme, **({"other": ""} if theme == self.view.other else {}))
        self.version += 1

    def ask(self, wish: Wish) -> None:
        """Draw this; the settings stay, for coming back to."""
        self.wish, self.touched, self.strange = wish, True, False

    def near(self, order: Order, strength: float = STRENGTHS[1]) -> None:
        """Ask for small variations of one."""
        self.ask(Wish("near", seed=_draw_seed(), order=order, strength=strength))

    def pair(self, kind: Literal["morph", "children"], first: Order, second: Order) -> None:
        """Ask for what lies between two, or for their children."""
        self.ask(Wish(kind, seed=_draw_seed(), order=first, other=second))

    def keep(self, sheet: Sheet) -> None:
        """Show this sheet and remember it."""
        self.sheet = sheet
        if sheet.avatars:
            self.past = [*(old for old in self.past if old.wish != sheet.wish), sheet][-MOST_SHEETS:]

    def back(self, sheet: Sheet) -> None:
        """Show a sheet of before again; if settings made it, they are as they were."""
        if sheet.wish.kind == "themes":
            (theme, _first), *more = sheet.wish.themes
            other, share = more[0] if more else ("", 0.5)
            variety = round(100 * sheet.wish.truncation)
            self.set(theme=theme, seed=sheet.wish.seed, variety=variety, other=other, share=round(100 * share))
            self.version += 1
        else:
            self.ask(sheet.wish)
        self.sheet = sheet

    def undo(self) -> None:
        """Show the sheet before this one, and forget this one."""
        if len(self.past) > 1:
            self.past = self.past[:-1]
            self.back(self.past[-1])

    def favour(self, avatar: Avatar) -> None:
        """Add an avatar to the favourites, the oldest leaving when they are too many, or take it out."""
        if self.is_favourite(avatar):
            self.favourites = [kept for kept in self.favourites if kept.order != avatar.order]
        else:
            self.favourites = [*self.favourites, avatar][-MOST_FAVOURITES:]

    def is_favourite(self, avatar: Avatar) -> bool:
        """Whether it is among the favourites."""
        return any(kept.order == avatar.order for kept in self.favourites)


def name_of(order: Order) -> str:
    """A text that is equal for equal orders only."""
    return json.dumps(order.as_dict(), sort_keys=True)


def enter(themes: Sequence[str]) -> Visit:
    """The visitor's visit: as the address says when it is new or was changed, else as the visitor left it."""
    given = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
    visit: Visit = st.session_state.setdefault(_STATE, Visit())  # outlives other pages: favourites are kept
    coming = _ENTERED not in page_memory()
    page_memory()[_ENTERED] = True
    moved = not coming and not visit.touched and given != visit.view.address()  # the browser's back button
    if (coming and given) or moved:
        visit.view, visit.strange = read_address(given, themes)
        visit.wish = None
        visit.version += 1
    visit.touched = False
    return visit


def leave(visit: Visit) -> None:
    """Write the view into the address."""
    wanted = visit.view.address()
    for name in PARAMETERS:
        if name not in wanted:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]


def _draw_seed() -> int:
    return random.randrange(_DRAWN_SEEDS)  # noqa: S311 (nothing secret)
