"""The address of a generator's room: what a link asks for is read with care, and what is drawn can be put into one."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Container, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import N_, UserError
from core.gan.recipe import MAX_SEED

if TYPE_CHECKING:
    from core.gan.picture import Order

SHEET = "sheet"  # the parameter that holds what is drawn where the settings alone do not say it
_LONGEST = 8000  # characters of it
_DIGITS = 10
_STARTS = ("order", "other")  # the pictures that a wish starts from

T = TypeVar("T")


class Address:
    """The parameters of an address; `strange` tells that a part of it made no sense and was left out."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters
        self.strange = False

    def text(self, name: str) -> str:
        """A parameter as it stands there, empty if it does not."""
        return self._parameters.get(name, "")

    def number(self, name: str, allowed: Container[int], usual: int) -> int:
        """The whole number that is a parameter, if it is one of `allowed`, else `usual`."""
        return self.whole(self._parameters.get(name, str(usual)), allowed, usual)

    def whole(self, text: str, allowed: Container[int], usual: int) -> int:
        """The whole number that a part of a parameter is, if it is one of `allowed`, else `usual`."""
        value = int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else -1
        self.strange |= value not in allowed
        return value if value in allowed else usual

    def known(self, text: str, names: Container[str]) -> str:
        """A name, if it is one of `names`, else nothing."""
        self.strange |= bool(text) and text not in names
        return text if text in names else ""

    def sheet(self, read: Callable[[dict[str, Any]], T]) -> T | None:
        """What is to be drawn, made by `read` from what was packed; None if the address does not say or makes it up."""
        packed = self.text(SHEET)
        try:
            return read(unpack(packed)) if packed else None
        except UserError:  # told to the visitor together with all else that makes no sense
            self.strange = True
            return None


def pack(content: Mapping[str, Any]) -> str:
    """What JSON can say, in signs that an address takes as they are."""
    written = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def unpack(packed: str) -> dict[str, Any]:
    """The way back.

    Raises:
        UserError: this was not packed here.
    """
    try:
        if len(packed) > _LONGEST:
            raise ValueError("too long")
        padded = packed.encode("ascii") + b"=" * (-len(packed) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise UserError(N_("This link does not say what is to be drawn.")) from error
    if not isinstance(content, dict):
        raise UserError(N_("This link does not say what is to be drawn."))
    return content


def start_of(
    content: Mapping[str, Any], kinds: Mapping[str, int], read: Callable[[dict[str, Any]], T]
) -> tuple[Any, int, list[T]]:
    """Kind and seed of a packed wish, and the pictures it starts from.

    `kinds` says from how many each kind starts; `read` makes each of what was packed.

    Raises:
        UserError: this is no such wish.
    """
    kind, seed = content.get("kind"), content.get("seed")
    count = kinds.get(kind) if isinstance(kind, str) else None
    orders = [content.get(name) for name in _STARTS[: count or 0]]
    right = isinstance(seed, int) and 0 <= seed <= MAX_SEED and all(isinstance(one, dict) for one in orders)
    if count is None or not right:
        raise UserError(N_("This link does not say what is to be drawn."))
    return kind, int(seed or 0), [read(one) for one in orders if one is not None]


def wish_of(kind: str, seed: int, *orders: Order | None) -> dict[str, Any]:
    """The same for packing; what a wish does not start from is None."""
    starts = {name: order.as_dict() for name, order in zip(_STARTS, orders, strict=False) if order}
    return {"kind": kind, "seed": seed, **starts}
