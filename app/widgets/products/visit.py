"""What a visitor of the product images has asked for and got, and the address that says so: a link asks it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import streamlit as st

from app.frame import page_memory
from app.widgets.generators import visit as visits
from app.widgets.generators.address import SHEET, Address, start_of, wish_of
from app.widgets.generators.visit import COUNT, VARIETIES, Sheet, draw_seed
from core.errors import N_, UserError
from core.gan.recipe import MAX_SEED
from core.text.words import MAX_CHARACTERS

if TYPE_CHECKING:
    from core.product.service import Order, ProductGenerator, ProductPicture

PARAMETERS = ("text", "seed", "variety", SHEET)
_ROOM, _SEEDED = "products", "seeded"


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
        named = ("text", "seed", "variety")
        return {name: str(getattr(self, name)) for name in named if getattr(self, name) != getattr(usual, name)}

    def wish(self, example: str) -> Wish:
        """What these settings ask for; `example` stands for an empty text."""
        return Wish("text", self.text or example, self.seed, self.variety / 100)


def read_order(notes: Mapping[str, Any]) -> Order:
    """What a stranger's notes ask for, its texts as clean as those of visitors.

    Raises:
        UserError: they ask for no product picture.
    """
    from core.product.service import Order  # here, for the reason given in app/resources.py

    order = Order.from_dict(dict(notes))
    return replace(order, text=clean(order.text), towards=clean(order.towards))


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

    def as_dict(self) -> dict[str, Any]:
        """For the address; of wishes that start from a picture."""
        return {**wish_of(self.kind, self.seed, self.order), "text": self.text}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The way back.

        Raises:
            UserError: this is no wish for product pictures.
        """
        kind, seed, (order,) = start_of(content, {"near": 1, "between": 1, "one": 1}, read_order)
        text = content.get("text")
        if not isinstance(text, str):
            raise UserError(N_("This link does not say what is to be drawn."))
        return cls(kind, clean(text), seed, order=order)


class Asked(NamedTuple):
    """What an address asks for, and whether a part of it made no sense and was left out."""

    view: View
    wish: Wish | None
    strange: bool


def read_address(parameters: Mapping[str, str]) -> Asked:
    """What the parameters of an address ask for."""
    address, usual, given = Address(parameters), View(), parameters.get("text", "")
    view = View(
        clean(given),
        address.number("seed", range(MAX_SEED + 1), usual.seed),
        address.number("variety", VARIETIES, usual.variety),
    )
    wish = address.sheet(Wish.from_dict)
    return Asked(view, wish, address.strange or len(given) > MAX_CHARACTERS)


@dataclass
class Visit(visits.Visit[View, Wish, "ProductPicture"]):
    """One visitor's view, wishes and pictures."""

    view: View = field(default_factory=View)
    cut: bool = False  # the text was longer than what is read

    def wanted(self, example: str) -> Wish:
        """What is to be drawn now; `example` stands for an empty text."""
        return self.wish or self.view.wish(example)

    def say(self, text: str, *, enter: bool = False) -> None:
        """Ask for a text; the one that is already there, entered again, asks for other pictures of it."""
        said = clean(text)
        again = enter and said != "" and said == self.view.text and self.wish is None
        self.set(text=said, seed=draw_seed() if again else self.view.seed)
        self.cut = len(text) > MAX_CHARACTERS
        self.version += 1

    def set(self, **settings: Any) -> None:
        """Change settings; what is drawn follows them again."""
        super().set(**settings)
        self.cut = False

    def ask(self, wish: Wish) -> None:
        """Draw this; the settings become those it starts from, and are enough to say it where nothing else is."""
        start = wish.order.recipe if wish.order else None
        truncation = start.truncation if start else wish.truncation
        variety = min(VARIETIES, key=lambda value: abs(value - 100 * truncation))
        text = wish.order.text if wish.order else wish.text
        self.set(text=text, seed=start.seed if start else wish.seed, variety=variety)
        self.wish = wish if wish.order else None
        self.version += 1

    def near(self, order: Order) -> None:
        """Ask for pictures near one."""
        self.ask(Wish("near", order.text, draw_seed(), order=order))

    def keep(self, sheet: Sheet[Wish, ProductPicture]) -> None:
        """Show this sheet, and remember it unless it is the example that greets visitors."""
        if self.view.text or self.wish:
            super().keep(sheet)
        else:
            self.sheet = sheet

    def obey(self, view: View, wish: Wish | None, strange: bool) -> None:
        """Do as the address says."""
        super().obey(view, wish, strange)
        self.cut = False


def enter() -> Visit:
    """The visitor's visit: as the address says when it is new or was changed, else as the visitor left it."""
    arrival = visits.arrive(_ROOM, Visit, PARAMETERS)
    if arrival.by_address:
        arrival.visit.obey(*read_address(arrival.given))
    return arrival.visit


def leave(visit: Visit) -> None:
    """Write what is drawn into the address."""
    visits.leave(visit, PARAMETERS)


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
