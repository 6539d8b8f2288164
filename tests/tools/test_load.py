"""The visitors that load tests send, against a server that says what Streamlit's says; and what is told of them."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.server import ServerConnection, serve

from app.streamlit_client import visiting
from tools.load import Tally, Walk, crowd, memory, told, trend, visit

PAGES = {"": "hash-home", "products": "hash-products"}


def finished(status: int = ForwardMsg.FINISHED_SUCCESSFULLY) -> bytes:
    message = ForwardMsg()
    message.script_finished = status
    return message.SerializeToString()


def navigation() -> bytes:
    message = ForwardMsg()
    for path, script in PAGES.items():
        page = message.navigation.app_pages.add()
        page.url_pathname, page.page_script_hash = path, script
    return message.SerializeToString()


def broken(said: str) -> bytes:
    message = ForwardMsg()
    message.delta.new_element.exception.message = said
    return message.SerializeToString()


class Studio:
    """Answers every run with `answers`, and remembers what was asked by whom."""

    def __init__(self, answers: Callable[[BackMsg], list[bytes]]) -> None:
        self.answers, self.asked, self.visitors = answers, list[BackMsg](), set[str]()

    async def _serve(self, line: ServerConnection) -> None:
        async for request in line:
            asked = BackMsg()
            asked.ParseFromString(request)
            self.asked.append(asked)
            self.visitors.add(line.remote_address[0])
            for answer in self.answers(asked):
                await line.send(answer)

    def while_open(self, test: Callable[[str], Awaitable[None]]) -> None:
        async def run() -> None:
            async with serve(self._serve, "127.0.0.1", 0, subprotocols=["streamlit"]) as server:
                await test(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")

        asyncio.run(run())


def test_a_run_ends_where_the_script_ended_and_not_where_it_begins_anew() -> None:
    studio = Studio(lambda _: [finished(ForwardMsg.FINISHED_EARLY_FOR_RERUN), navigation(), finished()])
    kinds: list[str] = []

    async def test(host: str) -> None:
        async with visiting(host) as visitor:
            await visitor.run(lambda kind, _: kinds.append(kind), page="p", query="lang=en", fragment="f", press="b")

    studio.while_open(test)
    assert kinds == ["script_finished", "navigation", "script_finished"]
    asked = studio.asked[0].rerun_script
    assert (asked.page_script_hash, asked.query_string, asked.fragment_id) == ("p", "lang=en", "f")
    assert [(each.id, each.trigger_value) for each in asked.widget_states.widgets] == [("b", True)]


def test_a_page_that_is_never_drawn_ends_in_a_time_out() -> None:
    async def test(host: str) -> None:
        async with visiting(host) as visitor:
            visitor.patience = 0.05
            with pytest.raises(TimeoutError, match="not drawn within"):
                await visitor.run(lambda kind, message: None)

    Studio(lambda _: []).while_open(test)


def test_a_crowd_walks_all_rooms_each_visitor_as_somebody_else() -> None:
    studio = Studio(lambda _: [navigation(), finished()])
    found: list[Tally] = []

    async def test(host: str) -> None:
        found.append(await crowd(host, os.getpid(), 3, Walk(pause=0)))

    studio.while_open(test)
    (tally,) = found
    assert {row["room"]: row["pages"] for row in tally.rows()} == {"home": 3 + 6, "products": 6, "all": 15}
    assert len(studio.visitors) == (3 if sys.platform == "linux" else 1)
    assert not tally.errors
    lines = told(tally)
    assert lines[-3].split()[:2] == ["all", "15"]
    assert "MB at 0 s" in lines[-2]


def test_when_the_time_is_over_a_visitor_leaves_however_many_rounds_are_left() -> None:
    studio, tally = Studio(lambda _: [navigation(), finished()]), Tally(os.getpid())

    async def test(host: str) -> None:
        await visit(host, 0, Walk(rounds=1000, minutes=1e-9, pause=0), tally)

    studio.while_open(test)
    assert (len(studio.asked), dict(tally.errors)) == (1, {})


def test_what_a_page_shows_as_an_exception_is_an_error_of_its_room() -> None:
    def answers(asked: BackMsg) -> list[bytes]:
        at_products = asked.rerun_script.page_script_hash == "hash-products"
        return [navigation(), *([broken("no such model")] if at_products else []), finished()]

    tally = Tally(os.getpid())

    async def test(host: str) -> None:
        await visit(host, 0, Walk(rounds=1, pause=0), tally)

    Studio(answers).while_open(test)
    assert dict(tally.errors) == {"products": ["no such model"]}


def test_a_server_that_goes_away_is_an_error_and_no_crash() -> None:
    tally = Tally()
    asyncio.run(visit("127.0.0.1:1", 0, Walk(pause=0), tally))
    assert [row["errors"] for row in tally.rows()] == [1, 1]
    assert "the visitor left" in tally.errors["home"][0]


def test_the_trend_is_that_of_the_second_half_in_megabytes_an_hour() -> None:
    warming = [(float(second), 100.0 + 10 * second) for second in range(0, 50, 10)]
    flat = [(float(second), 600.0) for second in range(50, 110, 10)]
    rising = [(second, 600 + second / 36) for second in range(50, 110, 10)]
    assert trend([*warming, *flat]) == pytest.approx(0, abs=1e-6)
    assert trend([*warming, *rising]) == pytest.approx(100)
    assert trend([(0.0, 1.0)]) is None


def test_memory_is_that_of_the_process() -> None:
    assert 10 < memory(os.getpid()) < 100_000
    assert memory(2**22 + 1) == 0
