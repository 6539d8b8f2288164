"""What a visitor of the recommendations page has chosen, and the address that says so: a link reopens the same view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypedDict

import streamlit as st

from app import events
from app.frame import page_memory

if TYPE_CHECKING:
    from core.recommender.service import Recommender

PARAMETERS = ("likes", "not", "department", "diversity", "n", "methods")
MOST_PRODUCTS = 60  # of either kind: an address has to fit where links are pasted
LONGEST = 40 * MOST_PRODUCTS  # characters of a list of products that are read
COUNTS = range(4, 25, 2)
DIVERSITIES = range(0, 101, 10)
_STATE = "recommendations"
_ENTERED = "entered"


@dataclass(frozen=True)
class View:
    """Products liked (the latest last) and set aside, by id, and the settings.

    `department` is empty for all, `diversity` in per cent.
    """

    liked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    department: str = ""
    diversity: int = 0
    count: int = 10
    methods: tuple[str, str] = ("hybrid", "popular")

    def address(self) -> dict[str, str]:
        """The parameters of an address that reopens this view; what is as usual is left out."""
        usual = View()
        written = {
            "likes": ",".join(self.liked),
            "not": ",".join(self.hidden),
            "department": self.department,
            "diversity": str(self.diversity) if self.diversity != usual.diversity else "",
            "n": str(self.count) if self.count != usual.count else "",
            "methods": ",".join(self.methods) if self.methods != usual.methods else "",
        }
        return {name: value for name, value in written.items() if value}


def read_address(parameters: Mapping[str, str], service: Recommender) -> tuple[View, bool]:
    """The view an address asks for, and whether a part of it made no sense and was left out."""
    strange = False

    def known(text: str) -> tuple[str, ...]:
        nonlocal strange
        asked = dict.fromkeys(item for item in text[-LONGEST:].split(",") if item)
        kept = tuple(item for item in asked if item in service.shop.place)[-MOST_PRODUCTS:]
        strange |= len(kept) < len(asked) or len(text) > LONGEST
        return kept

    def number(name: str, allowed: range, usual: int) -> int:
        nonlocal strange
        text = parameters.get(name, str(usual))
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1
        strange |= value not in allowed
        return value if value in allowed else usual

    usual = View()
    liked = known(parameters.get("likes", ""))
    hidden = tuple(item for item in known(parameters.get("not", "")) if item not in liked)
    department = parameters.get("department", "")
    if department and department not in service.shop.departments:
        department, strange = "", True
    methods = usual.methods
    if "methods" in parameters:
        names = parameters["methods"].split(",")
        if len(names) == 2 and all(name in service.methods for name in names):
            methods = (names[0], names[1])
        else:
            strange = True
    diversity = number("diversity", DIVERSITIES, usual.diversity)
    return View(liked, hidden, department, diversity, number("n", COUNTS, usual.count), methods), strange


@dataclass(frozen=True)
class Change:
    """What a visitor did last: "liked", "removed", "hidden", "emptied", "restored" or "sample"; the product, if one.

    `row` is where the product stood among the recommendations.
    """

    kind: str
    product: str = ""
    row: int = -1


@dataclass
class Shopper:
    """One visitor's view, with what was done so that it can be undone."""

    view: View = field(default_factory=View)
    past: list[tuple[View, Change]] = field(default_factory=list)
    strange: bool = False  # the address held something unknown
    touched: bool = False  # the visitor just changed something: the rest of the page has to follow
    unwritten: bool = False  # the address is older than the view; a run that is cut short leaves it so
    pushed_out: str = ""  # what had to go to make room: "liked" or "hidden"; to be said once
    version: int = 0  # counts the times a view came from elsewhere than the widgets

    def like(self, product: str, row: int = -1) -> None:
        """Add a product to the basket, the oldest leaving one that is full."""
        events.liked(product)
        if len({*self.view.liked, product}) > MOST_PRODUCTS:
            self.pushed_out = "liked"
        liked = tuple(item for item in self.view.liked if item != product)
        hidden = tuple(item for item in self.view.hidden if item != product)
        self._change(Change("liked", product, row), liked=(*liked, product)[-MOST_PRODUCTS:], hidden=hidden)

    def remove(self, product: str) -> None:
        """Take a product out of the basket."""
        self._change(Change("removed", product), liked=tuple(item for item in self.view.liked if item != product))

    def hide(self, product: str, row: int = -1) -> None:
        """Recommend this product no more; where too many are set aside, the oldest is allowed again."""
        events.dismissed(product)
        if len({*self.view.hidden, product}) > MOST_PRODUCTS:
            self.pushed_out = "hidden"
        self._change(Change("hidden", product, row), hidden=(*self.view.hidden, product)[-MOST_PRODUCTS:])

    def restore(self) -> None:
        """Allow all products again that were set aside."""
        self._change(Change("restored"), hidden=())

    def empty(self) -> None:
        """Take everything out of the basket."""
        self._change(Change("emptied"), liked=())

    def become(self, liked: list[str]) -> None:
        """Take the basket of a sample shopper."""
        self._change(Change("sample"), liked=tuple(liked), hidden=())

    def undo(self) -> None:
        """Take the last change back; settings stay as they are."""
        if self.past:
            before, _ = self.past.pop()
            self.set(liked=before.liked, hidden=before.hidden)

    @property
    def last(self) -> Change | None:
        """What would be undone."""
        return self.past[-1][1] if self.past else None

    @property
    def gap(self) -> int:
        """The row of the recommendations that the last change emptied; -1 for none, or where settings changed since."""
        if not self.past:
            return -1
        before, change = self.past[-1]
        same = all(getattr(before, name) == getattr(self.view, name) for name in ("department", "diversity", "count"))
        return change.row if same else -1

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.view = replace(self.view, **settings)
        self.touched, self.unwritten, self.strange = True, True, False

    def _change(self, change: Change, **parts: tuple[str, ...]) -> None:
        self.past = [*self.past[-49:], (self.view, change)]
        self.set(**parts)


def enter(service: Recommender, language: str) -> Shopper:
    """The visitor's shopper: as the address says when it is new or was changed, else as the visitor left it."""
    given = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
    shopper: Shopper = st.session_state.setdefault(_STATE, Shopper())
    coming = _ENTERED not in page_memory()
    page_memory()[_ENTERED] = True
    moved = not coming and not shopper.unwritten and given != shopper.view.address()  # the browser's back button
    if (coming and given) or moved:
        shopper.view, shopper.strange = read_address(given, service)
        shopper.past = []
        shopper.version += 1
    shopper.touched = False
    _seed(shopper, language)
    return shopper


def leave(shopper: Shopper) -> None:
    """Write the view into the address."""
    wanted = shopper.view.address()
    for name in PARAMETERS:
        if name not in wanted:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]
    shopper.unwritten = False


class Setting(TypedDict):
    """What the widget of a setting is given."""

    key: str
    on_change: Callable[[], None]


def setting(shopper: Shopper, name: str) -> Setting:
    """`key` and `on_change` for the widget of a setting."""
    key = _key(name)
    return {"key": key, "on_change": lambda: _take(shopper, name, st.session_state[key])}


def _take(shopper: Shopper, name: str, value: Any) -> None:
    if name in ("first", "second"):
        first, second = shopper.view.methods
        shopper.set(methods=(value, second) if name == "first" else (first, value))
    else:
        shopper.set(**{name: value})


def _key(name: str) -> str:
    return f"recommendations_{name}"


def _seed(shopper: Shopper, language: str) -> None:
    """Give the widgets their values: in another language, options have other labels and widgets would forget theirs."""
    view = shopper.view
    values = {
        "department": view.department,
        "diversity": view.diversity,
        "count": view.count,
        "first": view.methods[0],
        "second": view.methods[1],
    }
    state = (language, shopper.version)
    renewed = page_memory().get("seeded") != state
    page_memory()["seeded"] = state
    for name, value in values.items():
        if renewed or _key(name) not in st.session_state:
            st.session_state[_key(name)] = value
