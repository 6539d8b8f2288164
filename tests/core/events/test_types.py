"""An event can be written and read back, and cannot hold what would tell who somebody is."""

import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.types import KINDS, Claimed, Event, EventFormatError, Generated, Liked, Recorded, Viewed

NAMES = st.from_regex(r"\A[A-Za-z0-9_.:+-]{0,64}\Z")
EVENTS = st.sampled_from(list(KINDS.values())).flatmap(
    lambda kind: st.builds(
        kind, **{each.name: st.integers(1, 99) if each.type is int else NAMES for each in fields(kind)}
    )
)


@given(EVENTS, st.floats(0, 4e9), st.booleans())
@settings(deadline=None)
def test_what_is_written_is_read_back(event: Event, at: float, first: bool) -> None:
    recorded = Recorded.now(event, at, first=first)
    assert Recorded.parse(recorded.line()) == recorded
    assert "\n" not in recorded.line()


@pytest.mark.parametrize("text", ["red shoes", "héros", "a" * 65, "joy/food", "a\nb", "mail@example.org"])
def test_text_never_gets_in(text: str) -> None:
    for made in (lambda: Viewed(text), lambda: Liked(text), lambda: Claimed(text), lambda: Generated("emoji", 8, text)):
        with pytest.raises(ValueError, match="never text"):
            made()


def test_a_row_holds_nothing_that_links_two_events() -> None:
    rows = [Recorded.now(Claimed("saga"), 1_000_030.9, first=True).row() for _ in range(2)]
    assert rows[0].pop("id") != rows[1].pop("id")
    assert rows[0] == rows[1]
    assert rows[0]["at"] == 1_000_020


@given(st.one_of(st.text(max_size=60), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
@settings(deadline=None)
def test_a_line_that_is_no_event_is_refused(line: str) -> None:
    with pytest.raises(EventFormatError):
        Recorded.parse(line)


@pytest.mark.parametrize(
    "change",
    [{"schema": 2}, {"schema": "1"}, {"kind": "bought"}, {"theme": "two words"}, {"theme": 3}, {"at": float("inf")},
     {"at": None}],
)  # fmt: skip
def test_a_row_of_another_kind_or_schema_is_refused(change: dict[str, object]) -> None:
    row = Recorded.now(Claimed("saga"), 0, first=True).row()
    with pytest.raises(EventFormatError):
        Recorded.parse(json.dumps(row | change))


def test_later_fields_do_not_disturb_an_older_reader() -> None:
    row = Recorded.now(Claimed("saga"), 0, first=True).row()
    assert Recorded.parse(json.dumps(row | {"shop": "later"})).event == Claimed("saga")
