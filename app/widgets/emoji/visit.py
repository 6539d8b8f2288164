"""What a visitor of the campaign emoji has written, set and got, during one visit."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from app.frame import page_memory
from app.widgets.emoji.brief import PARAMETER, Asked, read_asked
from app.widgets.emoji.talk import MOST_MESSAGES, Message, Understood, Weights, main_of
from app.widgets.emoji.view import COUNT, PARAMETERS, View, read_address
from app.widgets.mood_handover import taken
from core.datasets.emoji import AXES
from core.errors import UserError

if TYPE_CHECKING:
    from core.emoji.refine import Refined
    from core.emoji.service import Emoji, EmojiGenerator, Order

MOST_SHEETS, MOST_FAVOURITES = 12, 24
_DRAWN_SEEDS = 10**6  # small ones are easier to note down
_STATE, _ENTERED = "emoji", "entered"
_NAMES = (*PARAMETERS, PARAMETER)  # in the address


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
    asked: Asked | None = None  # the campaign's brief, once its set was asked for
    campaign: tuple[tuple[Asked, str], list[Emoji]] | None = None  # what was asked for of which model, and the set
    refined: Refined | None = None
    handed: Weights = ()  # moods that came from a photo
    follow: bool = False  # the row of variations shall be of the talk's last message
    sample: bool = False  # the messages are a sample talk
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
        """Set a class, which ends a mix (or the things) of that axis and corrects the chosen message."""
        ended = {"mood": "moods", "style": "styles", "topic": "things"}.get(axis)
        self.set(**{axis: name}, **({ended: ()} if ended else {}))
        if axis in AXES and self.chosen is not None:
            message = self.messages[self.chosen]
            self.messages[self.chosen] = replace(message, corrected={**message.corrected, axis: name})
        self.version += 1

    def surprise(self, classes: Mapping[str, Sequence[str]]) -> None:
        """Set mood, topic and style by chance; half of the time an interaction comes along."""
        found = {axis: random.choice(classes[axis]) for axis in ("mood", "topic", "style")}  # noqa: S311
        found["interaction"] = random.choice([*classes["interaction"], *[""] * len(classes["interaction"])])  # noqa: S311
        self.set(**found, moods=(), styles=(), things=(), seed=_draw_seed())
        self.chosen = None
        self.version += 1

    def follow_talk(self, talk: Sequence[Understood]) -> None:
        """Choose the last message (of a sample talk, the last one that is understood), if that is asked for.

        Where nothing is understood, as without a reader, a visitor without settings meets joy.
        """
        if not self.follow:
            return
        self.follow = False
        known = [place for place, found in enumerate(talk) if not found.empty]
        if known and (self.sample or known[-1] == len(talk) - 1):
            self.choose(known[-1], talk[known[-1]])
        elif self.view == View():
            self.pick("mood", "joy")

    def say(self, messages: Sequence[Message], *, cut: bool = False) -> None:
        """Add messages; the oldest leave when they are too many."""
        old = [] if self.sample else self.messages
        self.messages = [*old, *messages][-MOST_MESSAGES:]
        self.sample, self.cut, self.chosen = False, cut or len(old) + len(messages) > MOST_MESSAGES, None
        self.nothing, self.touched, self.follow = not messages, True, bool(messages)

    def play(self, messages: Sequence[str]) -> None:
        """Show a sample talk instead of what was there."""
        self.messages = [Message(text) for text in messages]
        self.sample, self.cut, self.chosen, self.nothing, self.follow = True, False, None, False, True

    def choose(self, place: int, found: Understood) -> None:
        """Vary the emoji of a message."""
        several = found.moods if len(found.moods) > 1 else ()
        self.set(mood=found.mood, topic=found.topic, interaction=found.interaction, moods=several, things=found.things)
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

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks the same."""
        return {**self.view.address(), **({PARAMETER: self.asked.address()} if self.asked else {})}

    def is_favourite(self, emoji: Emoji) -> bool:
        """Whether it is among the favourites."""
        return any(kept.order == emoji.order for kept in self.favourites)


def enter(classes: Mapping[str, Sequence[str]], greeting: Sequence[str]) -> Visit:
    """The visitor's visit: as the address says when it is new or was changed, else as the visitor left it.

    A new visitor meets the messages `greeting`. Moods that another page handed over are taken up once.
    """
    given = {name: st.query_params[name] for name in _NAMES if name in st.query_params}
    visit: Visit = st.session_state.setdefault(_STATE, Visit())  # outlives other pages: favourites are kept
    coming = _ENTERED not in page_memory()
    page_memory()[_ENTERED] = True
    moved = not coming and not visit.touched and given != visit.address()  # the browser's back button
    if (coming and given) or moved:
        visit.view, strange = read_address(given, classes)
        visit.asked, senseless = read_asked(given.get(PARAMETER, ""), classes["style"])
        visit.strange = strange or senseless
        visit.wish, visit.chosen = None, None
        visit.version += 1
    if coming and not visit.messages and not visit.touched:
        visit.play(greeting)
    visit.follow = (visit.follow and not (coming and given)) or (moved and not given)
    visit.touched = False
    if moods := taken(classes["mood"]):
        visit.handed, visit.chosen, visit.follow = moods, None, False
        visit.set(mood=main_of(moods), moods=moods if len(moods) > 1 else ())
        visit.version += 1
    return visit


def leave(visit: Visit) -> None:
    """Write the settings into the address."""
    wanted = visit.address()
    for name in _NAMES:
        if name not in wanted:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]


def _draw_seed() -> int:
    return random.randrange(_DRAWN_SEEDS)  # noqa: S311 (nothing secret)
