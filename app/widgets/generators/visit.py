"""What a visitor of a generator's room has asked for and got, in every such room alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

import streamlit as st

from app.frame import page_memory
from app.widgets.generators.address import SHEET, pack
from core.errors import UserError
from core.gan.recipe import MAX_TRUNCATION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.gan.picture import Picture
    from core.ledger.claims import Check

COUNT = 8
VARIETIES = range(0, round(100 * MAX_TRUNCATION) + 1, 10)  # truncation in per cent
MOST_SHEETS, MOST_FAVOURITES, MOST_ENLARGED = 12, 24, 16
_DRAWN_SEEDS = 10**6  # small ones are easier to note down
_ENTERED = "entered"


class View(Protocol):
    """The settings of a room, a frozen dataclass: a seed among them."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks the same; what is as usual is left out."""


class Wish(Protocol):
    """What is to be drawn, a frozen dataclass with a seed; `kind` says in which way."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def kind(self) -> str:
        """In which way it is asked for, such as "near"."""

    def as_dict(self) -> dict[str, Any]:
        """For the address."""


ViewType = TypeVar("ViewType", bound=View)
WishType = TypeVar("WishType", bound=Wish)
PictureType = TypeVar("PictureType", bound="Picture[Any]")


@dataclass(frozen=True)
class Sheet(Generic[WishType, PictureType]):
    """What came of a wish; `seconds` is how long it took.

    `checks` says of each picture whether it can be claimed, where pictures are: empty where nobody could tell.
    """

    wish: WishType
    pictures: tuple[PictureType, ...] = ()
    seconds: float = 0.0
    problem: UserError | None = None
    checks: tuple[Check, ...] = ()


@dataclass
class Visit(Generic[ViewType, WishType, PictureType]):
    """One visitor's view, wishes and pictures. Without a `wish` of its own, the view says what is drawn."""

    again_by_wish: ClassVar[Sequence[str]] = ("near",)  # kinds of wishes that another seed makes another of

    view: ViewType
    wish: WishType | None = None
    sheet: Sheet[WishType, PictureType] | None = None
    past: list[Sheet[WishType, PictureType]] = field(default_factory=list)
    favourites: list[PictureType] = field(default_factory=list)
    enlarged: dict[Hashable, NDArray[np.uint8]] = field(default_factory=dict)
    strange: bool = False  # the address held something unknown
    touched: bool = False  # the visitor just changed something: the address is the older of the two
    version: int = 0  # counts the times the widgets have to follow

    def set(self, **settings: Any) -> None:
        """Change settings; what is drawn follows them again."""
        self.view, self.wish = replace(self.view, **settings), None
        self.touched, self.strange = True, False

    def ask(self, wish: WishType) -> None:
        """Draw this; the settings stay, for coming back to."""
        self.wish, self.touched, self.strange = wish, True, False

    def again(self) -> None:
        """Ask for the same with another seed."""
        if self.wish and self.wish.kind in self.again_by_wish:
            self.ask(replace(self.wish, seed=draw_seed()))
        else:
            self.set(seed=draw_seed())
            self.version += 1

    def keep(self, sheet: Sheet[WishType, PictureType]) -> None:
        """Show this sheet and remember it."""
        self.sheet = sheet
        if sheet.pictures:
            self.past = [*(old for old in self.past if old.wish != sheet.wish), sheet][-MOST_SHEETS:]

    def restore(self, wish: WishType) -> None:
        """Ask for what was asked before, settings included where they made it."""
        self.ask(wish)

    def back(self, sheet: Sheet[WishType, PictureType]) -> None:
        """Show a sheet of before again."""
        self.restore(sheet.wish)
        self.sheet = sheet

    def undo(self) -> None:
        """Show the sheet before this one, and forget this one."""
        if len(self.past) > 1:
            self.past = self.past[:-1]
            self.back(self.past[-1])

    def favour(self, picture: PictureType) -> None:
        """Add a picture to the favourites, the oldest leaving when they are too many, or take it out."""
        if self.is_favourite(picture):
            self.favourites = [kept for kept in self.favourites if kept.order != picture.order]
        else:
            self.favourites = [*self.favourites, picture][-MOST_FAVOURITES:]

    def is_favourite(self, picture: PictureType) -> bool:
        """Whether it is among the favourites."""
        return any(kept.order == picture.order for kept in self.favourites)

    def enlarge(self, key: Hashable, make: Callable[[], NDArray[np.uint8]]) -> NDArray[np.uint8]:
        """The enlargement of this name, made once; the oldest leave when they are too many."""
        if key not in self.enlarged:
            self.enlarged = dict([*self.enlarged.items(), (key, make())][-MOST_ENLARGED:])
        return self.enlarged[key]

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks for what is drawn, here and elsewhere."""
        return self.view.address() | ({SHEET: pack(self.wish.as_dict())} if self.wish else {})

    def obey(self, view: ViewType, wish: WishType | None, strange: bool) -> None:
        """Do as the address says; `strange` if a part of it made no sense."""
        self.view, self.wish, self.strange = view, wish, strange
        self.version += 1


VisitType = TypeVar("VisitType", bound="Visit[Any, Any, Any]")


@dataclass(frozen=True)
class Arrival(Generic[VisitType]):
    """A drawing of the page: its visit, what the address says, and whether the visitor just came to the room.

    `moved`: the address was changed while they were there, as by the browser's back button. `touched`: the visitor just
    changed something.
    """

    visit: VisitType
    given: Mapping[str, str]
    coming: bool
    moved: bool
    touched: bool

    @property
    def by_address(self) -> bool:
        """Whether to do as the address says, instead of going on as the visitor left it."""
        return (self.coming and bool(self.given)) or self.moved


def arrive(room: str, new: Callable[[], VisitType], parameters: Sequence[str]) -> Arrival[VisitType]:
    """Find the visitor's visit of a room, or a `new` one; `parameters` are those of the address that are the room's."""
    given = {name: st.query_params[name] for name in parameters if name in st.query_params}
    visit: VisitType = st.session_state.setdefault(room, new())  # outlives other pages: favourites are kept
    coming = _ENTERED not in page_memory()
    page_memory()[_ENTERED] = True
    touched, visit.touched = visit.touched, False
    return Arrival(visit, given, coming, not coming and not touched and given != visit.address(), touched)


def leave(visit: Visit[Any, Any, Any], parameters: Sequence[str]) -> None:
    """Write what is drawn into the address."""
    wanted = visit.address()
    for name in parameters:
        if name not in wanted:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]


def draw_seed() -> int:
    """A seed that nobody chose."""
    return random.randrange(_DRAWN_SEEDS)  # noqa: S311 (nothing secret)
