"""What a visitor of the campaign emoji has written, set and got, during one visit."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from app.frame import page_memory
from app.widgets.emoji.talk import MOST_MESSAGES, Message, Understood
from app.widgets.emoji.view import COUNT, PARAMETERS, View, read_address
from core.datasets.emoji import AXES
from core.errors import UserError

if TYPE_CHECKING:
    from core.emoji.refine import Refined
    from core.emoji.service import Emoji, EmojiGenerator, Order

MOST_SHEETS, MOST_FAVOURITES = 12, 24
HANDED = "handed_mood"  # session state, written by the page of expressions
_DRAWN_SEEDS = 10**6  # small ones are easier to note down
_STATE, _ENTERED = "emoji", "entered"


@dataclass(frozen=True)
class Wish:
    """What is to be drawn: eight of the settings `view`, eight near `order`, or eight between it and `other`."""

    kind: Literal["view", "near", "morph"]
    view: View
    seed: int = 0
    order: Order | None = None
    other: Order | None = None

    def fulfil(self, service: EmojiGenerator) -> list[Emoji]:
        """The emoji.

        Raises:
            UserError: the model does not know a class, or an emoji descends from too many others.
        """
        if self.order and self.other:
            return service.morph(self.order, self.other, COUNT)
        if self.order:
            return service.more_like(self.order, COUNT, seed=self.seed)
        return self.view.draw(service)


@dataclass(frozen=True)
class Sheet:
    """What came of a wish; `seconds` is how long it took."""

    wish: Wish
    emoji: tuple[Emoji, ...] = ()
    seconds: float = 0.0
    problem: UserError | None = None


@dataclass
class Visit:
    """One visitor's conversation, settings and emoji. Without a `wish` of its own, the view says what is drawn."""

    view: View = field(default_factory=View)
    wish: Wish | None = None
    sheet: Sheet | None = None
    past: list[Sheet] = field(default_factory=list)
    favourites: list[Emoji] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    understood: tuple[list[Message], list[Understood]] | None = None  # the messages that were read, and what came of it
    offers: dict[View, tuple[Emoji, ...]] = field(default_factory=dict)  # drawn beside messages, by their settings
    chosen: int | None = None  # the message whose emoji are varied
    campaign: tuple[tuple[Any, ...], list[Emoji]] | None = None  # what was asked for, and the set
    refined: Refined | None = None
    handed: str = ""  # mood that came from a photo
    sample: bool = False  # the messages are a sample campaign
    cut: bool = False  # what was written was longer than what is read
    nothing: bool = False  # what was written held no message
    strange: bool = False  # the address held something unknown
    touched: bool = False  # the visitor just changed something: the address is the older of the two
    version: int = 0  # counts the times the widgets have to follow

    @property
    def wanted(self) -> Wish:
        """What is to be drawn now."""
        return self.wish or Wish("view", self.view)

    def set(self, **settings: Any) -> None:
        """Change settings; what is drawn follows them again."""
        self.view, self.wish = replace(self.view, **settings), None
        self.touched, self.strange = True, False

    def pick(self, axis: str, name: str) -> None:
        """Set a class, which ends a mix of that axis and corrects the chosen message."""
        self.set(**{axis: name}, **({f"{axis}s": ()} if axis in ("mood", "style") else {}))
        if axis in AXES and self.chosen is not None:
            message = self.messages[self.chosen]
            self.messages[self.chosen] = replace(message, corrected={**message.corrected, axis: name})
        self.version += 1

    def say(self, messages: Sequence[Message], *, cut: bool = False) -> None:
        """Add messages; the oldest leave when they are too many."""
        old = [] if self.sample else self.messages
        self.messages = [*old, *messages][-MOST_MESSAGES:]
        self.sample, self.cut, self.chosen = False, cut or len(old) + len(messages) > MOST_MESSAGES, None
        self.nothing, self.touched = not messages, True

    def play(self, messages: Sequence[str]) -> None:
        """Show a sample campaign instead of what was there."""
        self.messages = [Message(text) for text in messages]
        self.sample, self.cut, self.chosen, self.nothing = True, False, None, False

    def choose(self, place: int, found: Understood) -> None:
        """Vary the emoji of a message."""
        several = found.moods if len(found.moods) > 1 else ()
        self.set(mood=found.mood, topic=found.topic, interaction=found.interaction, moods=several)
        self.chosen = place
        self.version += 1

    def again(self) -> None:
        """Ask for the same with another seed."""
        if self.wish and self.wish.kind == "near":
            self.ask(replace(self.wish, seed=_draw_seed()))
        else:
            self.set(seed=_draw_seed())
            self.version += 1

    def ask(self, wish: Wish) -> None:
        """Draw this; the settings stay, for coming back to."""
        self.wish, self.touched, self.strange = wish, True, False

    def near(self, order: Order) -> None:
        """Ask for small variations of one."""
        self.ask(Wish("near", self.view, _draw_seed(), order))

    def morph(self, first: Order, second: Order) -> None:
        """Ask for what lies between two."""
        self.ask(Wish("morph", self.view, order=first, other=second))

    def keep(self, sheet: Sheet) -> None:
        """Show this sheet and remember it."""
        self.sheet = sheet
        if sheet.emoji:
            self.past = [*(old for old in self.past if old.wish != sheet.wish), sheet][-MOST_SHEETS:]

    def back(self, sheet: Sheet) -> None:
        """Show a sheet of before again, with its settings."""
        self.set(**vars(sheet.wish.view))
        self.wish = sheet.wish if sheet.wish.kind != "view" else None
        self.sheet = sheet
        self.version += 1

    def undo(self) -> None:
        """Show the sheet before this one, and forget this one."""
        if len(self.past) > 1:
            self.past = self.past[:-1]
            self.back(self.past[-1])

    def favour(self, emoji: Emoji) -> None:
        """Add an emoji to the favourites, the oldest leaving when they are too many, or take it out."""
        if self.is_favourite(emoji):
            self.favourites = [kept for kept in self.favourites if kept.order != emoji.order]
        else:
            self.favourites = [*self.favourites, emoji][-MOST_FAVOURITES:]

    def is_favourite(self, emoji: Emoji) -> bool:
        """Whether it is among the favourites."""
        return any(kept.order == emoji.order for kept in self.favourites)


def enter(classes: Mapping[str, Sequence[str]], greeting: Sequence[str]) -> Visit:
    """The visitor's visit: as the address says when it is new or was changed, else as the visitor left it.

    A new visitor meets the messages `greeting`. A mood that another page handed over is taken up once.
    """
    given = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
    visit: Visit = st.session_state.setdefault(_STATE, Visit())  # outlives other pages: favourites are kept
    coming = _ENTERED not in page_memory()
    page_memory()[_ENTERED] = True
    moved = not coming and not visit.touched and given != visit.view.address()  # the browser's back button
    if (coming and given) or moved:
        visit.view, visit.strange = read_address(given, classes)
        visit.wish, visit.chosen = None, None
        visit.version += 1
    if coming and not visit.messages and not visit.touched:
        visit.play(greeting)
    visit.touched = False
    handed = st.session_state.pop(HANDED, "")
    if handed in classes["mood"]:
        visit.handed, visit.chosen = handed, None
        visit.pick("mood", handed)
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
