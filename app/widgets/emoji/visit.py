"""What a visitor of the campaign emoji has written, set and got, during one visit."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from app.widgets.emoji.brief import PARAMETER, Asked, read_asked
from app.widgets.emoji.talk import MOST_MESSAGES, Message, Understood, Weights, main_of
from app.widgets.emoji.view import PARAMETERS, View, read_address
from app.widgets.generators import visit as visits
from app.widgets.generators.address import SHEET, Address, start_of, wish_of
from app.widgets.generators.visit import COUNT, draw_seed
from app.widgets.mood_handover import taken
from core.datasets.emoji import AXES

if TYPE_CHECKING:
    from core.emoji.orders import Emoji, Order
    from core.emoji.refine import Refined
    from core.emoji.service import EmojiGenerator

_ROOM = "emoji"
_NAMES = (*PARAMETERS, PARAMETER, SHEET)  # in the address


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

    def as_dict(self) -> dict[str, Any]:
        """For the address, which says the settings apart; of wishes that start from emoji."""
        return wish_of(self.kind, self.seed, self.order, self.other)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], view: View) -> Self:
        """The way back, with the settings beside it.

        Raises:
            UserError: this is no wish for emoji.
        """
        from core.emoji.orders import Order  # here, for the reason given in app/resources.py

        kind, seed, (first, *second) = start_of(content, {"near": 1, "morph": 2}, Order.from_dict)
        return cls(kind, view, seed, first, second[0] if second else None)


@dataclass
class Visit(visits.Visit[View, Wish, "Emoji"]):
    """One visitor's conversation, settings and emoji."""

    view: View = field(default_factory=View)
    messages: list[Message] = field(default_factory=list)
    understood: tuple[list[Message], list[Understood]] | None = None  # the messages that were read, and what came of it
    offers: dict[View, tuple[Emoji, ...]] = field(default_factory=dict)  # drawn beside messages, by their settings
    chosen: int | None = None  # the message whose emoji are varied
    asked: Asked | None = None  # the campaign's brief, once its set was asked for
    campaign: tuple[tuple[Asked, str], list[Emoji]] | None = None  # what was asked for of which model, and the set
    refined: Refined | None = None
    handed: tuple[Weights, ...] = ()  # moods that came from photos
    by_hand: set[str] = field(default_factory=set)  # axes of which the visitor picked what is set
    follow: bool = False  # the row of variations shall be of the talk's last message
    sample: bool = False  # the messages are a sample talk
    cut: bool = False  # what was written was longer than what is read
    nothing: bool = False  # what was written held no message

    @property
    def wanted(self) -> Wish:
        """What is to be drawn now."""
        return self.wish or Wish("view", self.view)

    @property
    def from_photo(self) -> Weights:
        """The moods that are set, if they came from a photo."""
        as_set = self.view.moods or ((self.view.mood, 100),)
        by_hand = "mood" in self.by_hand and not self.view.moods
        return as_set if as_set in self.handed and not by_hand else ()

    @property
    def picked(self) -> tuple[str, ...]:
        """Mood, topic and interaction that the visitor picked; "" for what was read in messages or in a photo."""
        return tuple(
            getattr(self.view, axis) if axis in self.by_hand and not (axis == "mood" and self.from_photo) else ""
            for axis in ("mood", "topic", "interaction")
        )

    def pick(self, axis: str, name: str) -> None:
        """Set a class, which ends a mix (or the things) of that axis and corrects the chosen message."""
        ended = {"mood": "moods", "style": "styles", "topic": "things"}.get(axis)
        self.set(**{axis: name}, **({ended: ()} if ended else {}))
        self.by_hand.add(axis)
        if axis in AXES and self.chosen is not None:
            message = self.messages[self.chosen]
            self.messages[self.chosen] = replace(message, corrected={**message.corrected, axis: name})
        self.version += 1

    def surprise(self, classes: Mapping[str, Sequence[str]]) -> None:
        """Set mood, topic and style by chance; half of the time an interaction comes along."""
        found = {axis: random.choice(classes[axis]) for axis in ("mood", "topic", "style")}  # noqa: S311
        found["interaction"] = random.choice([*classes["interaction"], *[""] * len(classes["interaction"])])  # noqa: S311
        self.set(**found, moods=(), styles=(), things=(), seed=draw_seed())
        self.by_hand.clear()
        self.chosen = None
        self.version += 1

    def follow_talk(self, talk: Sequence[Understood]) -> None:
        """Choose the last message (of a sample talk, the one that says most), if that is asked for.

        Where nothing is understood, as without a reader, a visitor without settings meets joy.
        """
        if not self.follow:
            return
        self.follow = False
        telling = {place: found.says for place, found in enumerate(talk) if self.sample or place == len(talk) - 1}
        place = max(telling, key=lambda place: (telling[place], place), default=0)
        if telling.get(place):
            self.choose(place, talk[place])
        elif self.view == View():
            self.set(mood="joy")
            self.version += 1

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
        self.by_hand.clear()
        self.chosen = place
        self.version += 1

    def near(self, order: Order) -> None:
        """Ask for small variations of one."""
        self.ask(Wish("near", self.view, draw_seed(), order))

    def morph(self, first: Order, second: Order) -> None:
        """Ask for what lies between two."""
        self.ask(Wish("morph", self.view, order=first, other=second))

    def restore(self, wish: Wish) -> None:
        """Ask for what was asked before, with its settings."""
        self.set(**vars(wish.view))
        self.by_hand.clear()
        self.wish = wish if wish.kind != "view" else None
        self.version += 1

    def address(self) -> dict[str, str]:
        """The parameters of an address that asks for the same, the campaign included.

        Moods from a photo are in none: addresses stay in histories, and are passed on.
        """
        told = {**super().address(), **({PARAMETER: self.asked.address()} if self.asked else {})}
        hidden = {"mood", "moods", SHEET} if self.from_photo else {SHEET} if self._starts_from_photo() else set()
        return {name: value for name, value in told.items() if name not in hidden}

    def _starts_from_photo(self) -> bool:
        """Whether an emoji that the wish starts from shows moods that came from a photo."""
        orders = (self.wish.order, self.wish.other) if self.wish else ()
        shown = [set(order.context["mood"]) for order in orders if order and order.context.get("mood")]
        return any(_shows(moods, {name for name, _ in handed}) for moods in shown for handed in self.handed)


def _shows(moods: set[str], handed: set[str]) -> bool:
    """Whether an emoji of these moods tells those that were handed over; a mixture does in whatever shares."""
    return handed <= moods if len(handed) > 1 else handed == moods


def enter(classes: Mapping[str, Sequence[str]], greeting: Sequence[str]) -> Visit:
    """The visitor's visit: as the address says when it is new or was changed, else as the visitor left it.

    A new visitor meets the messages `greeting`. Moods that another page handed over are taken up once.
    """
    arrival = visits.arrive(_ROOM, Visit, _NAMES)
    visit, given = arrival.visit, arrival.given
    if arrival.by_address:
        view, strange = read_address(given, classes)
        visit.asked, senseless = read_asked(given.get(PARAMETER, ""), classes["style"])
        address = Address(given)
        wish = address.sheet(lambda content: Wish.from_dict(content, view))
        visit.obey(view, wish, strange or senseless or address.strange)
        visit.by_hand.clear()
        visit.chosen = None
    if arrival.coming and not visit.messages and not arrival.touched:
        visit.play(greeting)
    visit.follow = (visit.follow and not (arrival.coming and given)) or (arrival.moved and not given)
    if moods := taken(classes["mood"]):
        visit.handed, visit.chosen, visit.follow = tuple({*visit.handed, moods}), None, False
        visit.by_hand.discard("mood")
        visit.by_hand.clear()
        visit.set(mood=main_of(moods), moods=moods if len(moods) > 1 else ())
        visit.version += 1
    return visit


def leave(visit: Visit) -> None:
    """Write what is drawn into the address."""
    visits.leave(visit, _NAMES)
