"""Nobody is counted who did not agree; who agrees is counted without a name, and what is popular greets newcomers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import events
from app.registry import HOME, ROOMS
from core.events.files import FileSink
from core.events.service import EventStream, folder_of
from core.events.types import Claimed, Dismissed, Generated, Liked, Recorded, Viewed
from core.settings import settings
from tests.app.conftest import Visit

[RECOMMENDATIONS] = [room for room in ROOMS if room.key == "recommendations"]


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Recorded]]:
    """Counting is offered; what is recorded."""
    taken: list[Recorded] = []
    monkeypatch.setenv("EFFIGIES_EVENTS", "true")
    monkeypatch.setenv("EFFIGIES_STATE", str(tmp_path))
    settings.cache_clear()
    events._stream.cache_clear()
    monkeypatch.setattr(EventStream, "start", lambda stream: None)

    def record(stream: EventStream, event: Liked, *, first: bool = True) -> None:
        taken.append(Recorded.now(event, 0, first=first))

    monkeypatch.setattr(EventStream, "record", record)
    yield taken
    settings.cache_clear()
    events._stream.cache_clear()


def agree(page: AppTest) -> AppTest:
    return page.toggle(key="events_toggle").set_value(True).run()


def test_where_the_settings_do_not_offer_it_nothing_is_asked_or_counted(visit: Visit) -> None:
    settings.cache_clear()
    events._stream.cache_clear()
    assert not [each for each in visit(HOME, "en").toggle if each.key == "events_toggle"]
    assert events.stream() is None
    assert events.close(0)


def test_nobody_is_counted_before_agreeing_or_after_taking_it_back(visit: Visit, offered: list[Recorded]) -> None:
    page = visit(HOME, "en")
    assert page.toggle(key="events_toggle").value is False
    assert offered == []
    page = agree(page).run()
    assert [each.event for each in offered] == [Viewed("home")]
    page.toggle(key="events_toggle").set_value(False).run()
    page.switch_page("../pages/results.py").run()
    assert [each.event for each in offered] == [Viewed("home")]


def doings() -> None:
    import streamlit as st

    from app import events

    st.session_state["events_agreed"] = True
    events.entered("avatars")
    events.entered("avatars")
    for _time in range(2):
        events.liked("B01")
        events.generated(8, theme="saga")
        events.generated(8, style="noto", context="joy+food")
        events.dismissed("B02")
        events.claimed("saga")


def test_everything_is_counted_and_told_apart_from_the_first_time(offered: list[Recorded]) -> None:
    run = AppTest.from_function(doings, default_timeout=60).run()
    assert not run.exception
    kinds = [
        Viewed("avatars"), Liked("B01"), Generated("avatars", 8, theme="saga"),
        Generated("avatars", 8, style="noto", context="joy+food"), Dismissed("B02"), Claimed("saga"),
    ]  # fmt: skip
    assert [each.event for each in offered if each.first] == kinds
    assert [each.event for each in offered if not each.first] == kinds[1:]


def test_what_is_popular_greets_who_has_picked_nothing(visit: Visit, offered: list[Recorded], tmp_path: Path) -> None:
    from app.resources import recommender

    loved, single = (product.id for product in recommender().shop.products[:2])
    stream = events.stream()
    assert stream is not None
    likes = [Liked(product) for product in (*[loved] * 4, *["unknown"] * 4, single)]
    FileSink(folder_of(settings())).write([Recorded.now(like, stream._clock(), first=True) for like in likes])
    page = visit(RECOMMENDATIONS, "en")
    assert not [each for each in page.subheader if each.value == "Popular right now"]
    stream.popular.refresh()
    page = agree(page).run()
    titles = [each.value for each in page.subheader]
    assert titles[1:3] == ["Popular right now", "What sold best when the data end (July 2014)"]
    assert [each.key for each in page.button if str(each.key).startswith("popular-")] == [f"popular-{loved}"]
    page = page.button(key=f"popular-{loved}").click().run()
    assert offered[-1].event == Liked(loved)
    assert not [each for each in page.subheader if each.value == "Popular right now"]
    page.button(key=next(str(each.key) for each in page.button if str(each.key).startswith("hide-"))).click().run()
    assert isinstance(offered[-1].event, Dismissed)
