"""What a visitor of the product images has asked for and got, and the address that says so: a link asks it again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from app.frame import page_memory
from core.errors import UserError
from core.gan.recipe import MAX_SEED, MAX_TRUNCATION
from core.text.words import MAX_CHARACTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.product.service import Order, ProductGenerator, ProductPicture

PARAMETERS = ("text", "seed", "variety")
VARIETIES = range(0, round(100 * MAX_TRUNCATION) + 1, 10)
COUNT = 8
MOST_SHEETS, MOST_FAVOURITES, MOST_ENLARGED = 12, 24, 8
_DRAWN_SEEDS = 10**6  # small ones are easier to note down
_STATE, _ENTERED, _SEEDED = "products", "entered", "seeded"


def clean(text: str) -> str:
    """Text of others on one line, without what cannot be printed, as long as what the encoder reads."""
    printed = "".join(sign if sign.isprintable() else " " * sign.isspace() for sign in text)
    return " ".join(printed.split())[:MAX_CHARACTERS].strip()


@dataclass(frozen=True)
class View:
    """The settings: a text, empty for an example; a seed; the variety (truncation) in per cent."""

    text: str = ""
    seed: int = 7
    variety: int = 100

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks the same; what is as usual is left out."""
        usual = View()
        written = {name: str(getattr(self, name)) for name in PARAMETERS if getattr(self, name) != getattr(usual, name)}
        return {name: value for name, value in written.items() if value}


def read_address(parameters: Mapping[str, str]) -> tuple[View, bool]:
    """The view an address asks for, and whether a part of it made no sense and was left out."""
    strange = False

    def number(name: str, allowed: range, usual: int) -> int:
        nonlocal strange
        text = parameters.get(name, str(usual))
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else -1
        strange |= value not in allowed
        return value if value in allowed else usual

    usual, given = View(), parameters.get("text", "")
    text = clean(given)
    strange |= len(given) > MAX_CHARACTERS
    seed = number("seed", range(MAX_SEED + 1), usual.seed)
    return View(text, seed, number("variety", VARIETIES, usual.variety)), strange


@dataclass(frozen=True)
class Wish:
    """What is to be drawn: eight of a text, eight near `order`, eight from it `towards` a text, or `order` itself.

    `seed` and `truncation` count for the first kind, `seed` also for the second.
    """

    kind: Literal["text", "near", "between", "one"]
    text: str
    seed: int = 0
    truncation: float = 1.0
    order: Order | None = None

    def fulfil(self, service: ProductGenerator) -> list[ProductPicture]:
        """The pictures.

        Raises:
            UserError: nothing of a text is understood.
        """
        if self.order is None:
            return service.generate(self.text, COUNT, seed=self.seed, truncation=self.truncation)
        if self.kind == "near":
            return service.more_like(self.order, COUNT, seed=self.seed)
        if self.kind == "between":
            return service.between(self.order, self.text, COUNT)
        return service.make([self.order])


@dataclass(frozen=True)
class Sheet:
    """What came of a wish; `seconds` is how long it took."""

    wish: Wish
    pictures: tuple[ProductPicture, ...] = ()
    seconds: float = 0.0
    problem: UserError | None = None


@dataclass
class Visit:
    """One visitor's view, wishes and pictures. Without a `wish` of its own, the view says what is drawn."""

    view: View = field(default_factory=View)
    wish: Wish | None = None
    sheet: Sheet | None = None
    past: list[Sheet] = field(default_factory=list)
    favourites: list[ProductPicture] = field(default_factory=list)
    enlarged: dict[tuple[Order, str], NDArray[Any]] = field(default_factory=dict)
    cut: bool = False  # the text was longer than what is read
    strange: bool = False  # the address held something unknown
    touched: bool = False  # the visitor just changed something: the address is the older of the two
    version: int = 0  # counts the times the widgets have to follow

    def wanted(self, example: str) -> Wish:
        """What is to be drawn now; `example` stands for an empty text."""
        return self.wish or Wish("text", self.view.text or example, self.view.seed, self.view.variety / 100)

    def say(self, text: str, *, enter: bool = False) -> None:
        """Ask for a text; the one that is already there, entered again, asks for other pictures of it."""
        said = clean(text)
        again = enter and said != "" and said == self.view.text and self.wish is None
        self.set(text=said, seed=_draw_seed() if again else self.view.seed)
        self.cut = len(text) > MAX_CHARACTERS
        self.version += 1

    def again(self) -> None:
        """Ask for the same with other seeds."""
        if self.wish and self.wish.kind == "near":
            self.ask(replace(self.wish, seed=_draw_seed()))
            return
        self.set(seed=_draw_seed())
        self.version += 1

    def set(self, **settings: Any) -> None:
        """Change settings; what is drawn follows them again."""
        self.view, self.wish = replace(self.view, **settings), None
        self.touched, self.strange, self.cut = True, False, False

    def ask(self, wish: Wish) -> None:
        """Draw this; the settings become those it starts from."""
        recipe = wish.order.recipe if wish.order else None
        truncation = recipe.truncation if recipe else wish.truncation
        variety = min(VARIETIES, key=lambda value: abs(value - 100 * truncation))
        text = wish.order.text if wish.order else wish.text
        self.set(text=text, seed=recipe.seed if recipe else wish.seed, variety=variety)
        self.wish = wish
        self.version += 1

    def near(self, order: Order) -> None:
        """Ask for pictures near one."""
        self.ask(Wish("near", order.text, _draw_seed(), order=order))

    def keep(self, sheet: Sheet) -> None:
        """Show this sheet, and remember it unless it is the example that greets visitors."""
        self.sheet = sheet
        if sheet.pictures and (self.view.text or self.wish):
            others = [old for old in self.past if old.wish != sheet.wish]
            self.past = [*others, sheet][-MOST_SHEETS:]

    def favour(self, picture: ProductPicture) -> None:
        """Add a picture to the favourites, the oldest leaving when they are too many, or take it out."""
        if self.is_favourite(picture):
            self.favourites = [kept for kept in self.favourites if kept.order != picture.order]
        else:
            self.favourites = [*self.favourites, picture][-MOST_FAVOURITES:]

    def is_favourite(self, picture: ProductPicture) -> bool:
        """Whether it is among the favourites."""
        return any(kept.order == picture.order for kept in self.favourites)


def enter() -> Visit:
    """The visitor's visit: as the address says when it is new or was changed, else as the visitor left it."""
    given = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
    memory = page_memory()
    visit: Visit = memory.setdefault(_STATE, Visit())
    coming = _ENTERED not in memory
    memory[_ENTERED] = True
    moved = not coming and not visit.touched and given != visit.view.address()  # the browser's back button
    if (coming and given) or moved:
        visit.view, visit.strange = read_address(given)
        visit.wish, visit.cut = None, False
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


def seed_widgets(visit: Visit, language: str, values: Mapping[str, Any]) -> None:
    """Give the widgets with these keys their values when they changed elsewhere.

    In another language, options have other labels and widgets would forget theirs.
    """
    state = (language, visit.version)
    renewed = page_memory().get(_SEEDED) != state
    page_memory()[_SEEDED] = state
    for key, value in values.items():
        if renewed or key not in st.session_state:
            st.session_state[key] = value


def _draw_seed() -> int:
    return random.randrange(_DRAWN_SEEDS)  # noqa: S311 (nothing secret)
