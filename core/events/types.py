"""The kinds of event, and how one is written: a JSON object on a line."""

import json
import re
import secrets
from dataclasses import asdict, dataclass, fields
from typing import ClassVar, Self

SCHEMA = 1  # grows when fields change their meaning; new fields with a default need no new number
MINUTE = 60
ROOM, PRODUCT, THEME, CONTEXT = "room", "product", "theme", "context"

_NAME = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")  # no blanks: a name from a list, never what somebody wrote


class EventFormatError(ValueError):
    """A line that is no event of a schema known here."""


@dataclass(frozen=True)
class Event:
    """Something a visitor did.

    Raises:
        ValueError: a field holds more than a name.
    """

    kind: ClassVar[str]
    counted: ClassVar[tuple[str, ...]] = ()  # the fields whose values can be popular

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and field.type is str and _NAME.fullmatch(value):
                continue
            if field.type is not int or not isinstance(value, int) or value < 1:
                raise ValueError(f"events hold names from lists and counts, never text: {field.name}")

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """What it makes popular: pairs such as ("theme", "saga")."""
        return [(name, getattr(self, name)) for name in self.counted if getattr(self, name)]


@dataclass(frozen=True)
class Viewed(Event):
    """A room was entered."""

    kind = "viewed"
    counted = (ROOM,)
    room: str


@dataclass(frozen=True)
class Liked(Event):
    """A product was liked."""

    kind = "liked"
    counted = (PRODUCT,)
    product: str


@dataclass(frozen=True)
class Dismissed(Event):
    """A product was set aside; that makes nothing popular."""

    kind = "dismissed"
    product: str


@dataclass(frozen=True)
class Generated(Event):
    """So many pictures were drawn in a room; of which theme, in which style, for which context where there is one."""

    kind = "generated"
    counted = (THEME, CONTEXT)
    room: str
    count: int
    theme: str = ""
    style: str = ""
    context: str = ""


@dataclass(frozen=True)
class Claimed(Event):
    """An avatar was claimed."""

    kind = "claimed"
    counted = (THEME,)
    theme: str


KINDS: dict[str, type[Event]] = {each.kind: each for each in (Viewed, Liked, Dismissed, Generated, Claimed)}


@dataclass(frozen=True)
class Recorded:
    """An event as it is kept.

    Attributes:
        id: random, of this event alone, so that one that is delivered twice counts once.
        at: seconds since 1970 (UTC), rounded down to the minute.
        first: whether it is the first in its visit about its subject; what is popular is counted from these, so that
            nobody makes something popular alone.
    """

    id: str
    at: int
    first: bool
    event: Event

    @classmethod
    def now(cls, event: Event, at: float, *, first: bool) -> Self:
        """An event that happens at a time."""
        return cls(secrets.token_hex(8), int(at) // MINUTE * MINUTE, first, event)

    def row(self) -> dict[str, object]:
        """The fields of the envelope, then those of the event."""
        head = {"id": self.id, "schema": SCHEMA, "at": self.at, "first": self.first, "kind": self.event.kind}
        return head | asdict(self.event)

    def line(self) -> str:
        """The row as JSON, without a line's end."""
        return json.dumps(self.row(), separators=(",", ":"))

    @classmethod
    def parse(cls, line: str | bytes) -> Self:
        """What `line` wrote.

        Raises:
            EventFormatError: it is something else, or of a newer schema.
        """
        try:
            row = json.loads(line)
            if not isinstance(row["schema"], int) or row["schema"] > SCHEMA:
                raise EventFormatError("of a newer schema")
            kind = KINDS[row["kind"]]
            event = kind(**{field.name: row[field.name] for field in fields(kind) if field.name in row})
            return cls(str(row["id"]), int(row["at"]), bool(row["first"]), event)
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise EventFormatError("no event") from error
