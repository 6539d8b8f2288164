"""What is popular is what many liked lately, whoever's process recorded it; one visit alone makes nothing popular."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.files import FileSink, day_of
from core.events.popularity import HALF_LIFE, Decayed, Popular
from core.events.service import EventStream
from core.events.types import Claimed, Dismissed, Event, Generated, Liked, Recorded

NOW = 2_000_000_040.0


def record(folder: Path, *events: Event, ago: float = 0, first: bool = True) -> None:
    FileSink(folder).write([Recorded.now(event, NOW - ago, first=first) for event in events])


def popular(folder: Path) -> Popular:
    found = Popular(folder, lambda: NOW)
    found.refresh()
    return found


def test_a_count_halves_with_each_half_life() -> None:
    counts = Decayed(half_life=100)
    counts.add(("theme", "saga"), at=0, weight=8)
    assert [counts.top("theme", 1, now)[0][1] for now in (0, 100, 300)] == [8, 4, 1]
    counts.add(("theme", "saga"), at=300)
    assert counts.top("theme", 1, 300) == [("saga", 2)]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 1000)), min_size=1, max_size=4))
@settings(deadline=None)
def test_counts_do_not_depend_on_the_order_in_which_events_come(moves: list[tuple[str, int]]) -> None:
    expected = {name: sum(2 ** (-(1000 - at) / 100) for one, at in moves if one == name) for name, _ in moves}
    for order in itertools.permutations(moves):
        counts = Decayed(half_life=100)
        for name, at in order:
            counts.add(("theme", name), at)
        assert dict(counts.top("theme", 9, 1000)) == pytest.approx(expected)


def test_new_likes_outweigh_old_ones_and_single_ones_are_not_told(tmp_path: Path) -> None:
    record(tmp_path, *[Liked("old")] * 9, ago=2 * HALF_LIFE)
    record(tmp_path, *[Liked("new")] * 4, Liked("single"), Liked("single"), *[Dismissed("unloved")] * 9)
    found = popular(tmp_path).top("product", 10)
    assert [name for name, _ in found] == ["new"]
    assert dict(found)["new"] == pytest.approx(4)
    assert [name for name, _ in popular(tmp_path).top("product", 10, smallest=0)] == ["new", "old", "single"]


def test_one_visit_cannot_make_something_popular(tmp_path: Path) -> None:
    record(tmp_path, *[Generated("avatars", 8, theme="saga")] * 99, first=False)
    record(tmp_path, *[Generated("avatars", 8, theme="cats")] * 2, Claimed("cats"))
    assert [name for name, _ in popular(tmp_path).top("theme", 10)] == ["cats"]


def test_what_another_process_records_counts_here_without_starting_again(tmp_path: Path) -> None:
    here = popular(tmp_path)
    assert here.top("context", 3) == []
    for _process in range(3):
        record(tmp_path, Generated("emoji", 8, style="noto", context="joy+food"))
    here.refresh()
    here.refresh()
    assert here.top("context", 3) == [("joy+food", pytest.approx(3))]


def test_the_stream_reads_what_it_wrote_and_deletes_what_is_too_old(tmp_path: Path) -> None:
    record(tmp_path, *[Liked("old")] * 5, ago=40 * 24 * 3600)
    stream = EventStream(tmp_path, keep_days=30, clock=lambda: NOW)
    for _visit in range(3):
        stream.record(Liked("B000"))
    assert stream.close(30)
    assert [path.name for path in tmp_path.iterdir() if path.name >= f"day={day_of(NOW)}"]
    stream._look_after()
    assert stream.popular.top("product", 3) == [("B000", pytest.approx(3))]
    assert [path.name for path in tmp_path.iterdir()] == [f"day={day_of(NOW)}"]
