"""What the rooms of the generators share: addresses that nobody can trust, sheets, favourites, enlargements."""

import base64
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.generators.address import SHEET, Address, pack, unpack
from app.widgets.generators.visit import MOST_ENLARGED, MOST_FAVOURITES, MOST_SHEETS, Sheet, Visit
from core.errors import UserError
from core.gan.picture import Picture

VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
JSON = VALUES | st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=9), VALUES, max_size=4)


@dataclass(frozen=True)
class View:
    seed: int = 7

    def address(self) -> dict[str, str]:
        return {"seed": str(self.seed)}


@dataclass(frozen=True)
class Wish:
    kind: str
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "seed": self.seed}


@dataclass(frozen=True)
class Order:
    number: int
    description: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"number": self.number}


@dataclass
class Room(Visit[View, Wish, Picture[Order]]):
    view: View = field(default_factory=View)


def drawing(number: int) -> Picture[Order]:
    return Picture(np.zeros((2, 2, 3), np.uint8), Order(number), "model")


@given(st.dictionaries(st.text(max_size=9), JSON, max_size=5))
def test_what_is_packed_comes_back_and_needs_no_escaping(content: dict[str, Any]) -> None:
    packed = pack(content)
    assert unpack(packed) == content
    assert packed.replace("-", "").replace("_", "").isalnum() or not packed


@given(st.text() | st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_anything_else_is_refused_in_a_sentence(text: str) -> None:
    with suppress(UserError):  # any other error would fail here
        assert isinstance(unpack(text), dict)


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 5000, json.dumps([1]), "5", '{"a":' * 900, "\ud800"])
def test_deep_long_and_other_json_is_refused(text: str) -> None:
    packed = base64.urlsafe_b64encode(text.encode(errors="replace")).decode()
    with pytest.raises(UserError):
        unpack(packed)


def test_an_address_tells_what_it_left_out() -> None:
    def read(content: dict[str, Any]) -> str:
        return str(content["kind"])

    address = Address({"seed": "5", "theme": "cats", SHEET: pack({"kind": "near"})})
    assert (address.number("seed", range(9), 1), address.known(address.text("theme"), ("cats",))) == (5, "cats")
    assert (address.sheet(read), address.strange) == ("near", False)
    assert address.number("variety", range(9), 3) == 3  # not given is not strange
    assert not address.strange
    assert address.known("dogs", ("cats",)) == ""
    assert address.strange
    forged = Address({SHEET: "forged"})
    assert (forged.sheet(read), forged.strange) == (None, True)


def test_sheets_favourites_and_enlargements_are_bounded() -> None:
    visit = Room()
    for number in range(MOST_SHEETS + 5):
        visit.keep(Sheet(Wish("near", number), (drawing(number),)))
    assert [sheet.wish.seed for sheet in visit.past] == list(range(5, MOST_SHEETS + 5))
    visit.keep(Sheet(Wish("near", 7), (drawing(7),)))  # drawn once more: it is the latest, and there once
    assert [sheet.wish.seed for sheet in visit.past].count(7) == 1
    visit.keep(Sheet(Wish("near", 99), problem=UserError("no")))
    assert visit.past[-1].wish.seed == 7  # what could not be drawn is nothing to come back to
    for number in range(MOST_FAVOURITES + 3):
        visit.favour(drawing(number))
    assert [kept.order.number for kept in visit.favourites] == list(range(3, MOST_FAVOURITES + 3))
    visit.favour(drawing(5))
    assert not visit.is_favourite(drawing(5))
    made: list[int] = []

    def enlarge(number: int) -> np.ndarray:
        made.append(number)
        return np.zeros((1, 1, 3), np.uint8)

    for number in (*range(MOST_ENLARGED + 2), MOST_ENLARGED, 0):
        visit.enlarge(number, lambda number=number: enlarge(number))  # type: ignore[misc]
    assert made == [*range(MOST_ENLARGED + 2), 0]


def test_undo_goes_back_one_sheet_and_again_draws_a_wish_with_another_seed() -> None:
    visit = Room()
    first, second = Sheet(Wish("near", 1), (drawing(1),)), Sheet(Wish("between", 2), (drawing(2),))
    for sheet in (first, second):
        visit.ask(sheet.wish)
        visit.keep(sheet)
    visit.undo()
    assert (visit.sheet, visit.wish) == (first, first.wish)
    visit.undo()  # there is nothing before the first
    assert visit.sheet == first
    visit.again()
    assert visit.wish is not None
    assert (visit.wish.kind, visit.wish.seed == 1) == ("near", False)
    visit.ask(second.wish)
    visit.again()  # what lies between two has no other seed: the settings are drawn again
    assert visit.wish is None
    assert visit.view.seed != View().seed


def test_a_wish_is_part_of_the_address_and_settings_end_it() -> None:
    visit = Room()
    assert visit.address() == {"seed": "7"}
    visit.ask(Wish("near", 3))
    assert visit.address() == {"seed": "7", SHEET: pack({"kind": "near", "seed": 3})}
    visit.set(seed=9)
    assert visit.address() == {"seed": "9"}
