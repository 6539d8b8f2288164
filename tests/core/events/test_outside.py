"""Events reach other programs: a Redis stream, the DuckDB warehouse, the command line."""

import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import fakeredis
import pytest

from core.errors import DataError
from core.events.files import FileSink
from core.events.recorder import Pace, Recorder
from core.events.redis_streams import STREAM, BrokerError, RedisSink
from core.events.sinks import SinkError
from core.events.types import Claimed, Dismissed, Event, Generated, Liked, Recorded, Viewed
from core.events.warehouse import load
from core.settings import ROOT

EVENTS: list[Event] = [
    Viewed("avatars"), Generated("avatars", 8, theme="saga"), Claimed("saga"), Liked("B01"), Liked("B01"),
    Dismissed("B01"), Generated("emoji", 12, style="noto", context="joy+food"),
]  # fmt: skip


def recorded(at: float = 1_790_000_000) -> list[Recorded]:
    return [Recorded.now(event, at, first=True) for event in EVENTS]


@pytest.fixture
def broker() -> fakeredis.FakeServer:
    return fakeredis.FakeServer()


def test_a_redis_stream_gets_every_event_in_order(broker: fakeredis.FakeServer) -> None:
    events = recorded()
    recorder = Recorder(RedisSink(fakeredis.FakeRedis(server=broker), keep_days=90))
    for each in events:
        recorder.put(each)
    assert recorder.close(30)
    entries = fakeredis.FakeRedis(server=broker).xrange(STREAM)
    assert [Recorded.parse(fields[b"event"]) for _, fields in entries] == events
    assert [fields[b"kind"].decode() for _, fields in entries] == [event.kind for event in EVENTS]


def test_a_redis_stream_loses_what_is_too_old(broker: fakeredis.FakeServer) -> None:
    client = fakeredis.FakeRedis(server=broker)
    for number in range(5):
        client.xadd(STREAM, {"event": "old"}, id=f"{1000 + number}-1")
    sink = RedisSink(client, keep_days=30)
    sink.write(recorded()[:1])
    client.xtrim(STREAM, minid=int(time.time() * 1000) - 1000, approximate=False)  # a fake may not trim roughly
    assert [fields[b"kind"] for _, fields in client.xrange(STREAM)] == [b"viewed"]


def test_a_broker_that_is_away_gets_the_events_when_it_is_back(broker: fakeredis.FakeServer) -> None:
    broker.connected = False
    sink = RedisSink(fakeredis.FakeRedis(server=broker), keep_days=90)
    with pytest.raises(SinkError):
        sink.write(recorded())
    recorder = Recorder(sink, Pace(every=0.02, again=0.01, longest=0.02))
    for each in recorded():
        recorder.put(each)
    broker.connected = True
    assert recorder.close(30)
    assert fakeredis.FakeRedis(server=broker).xlen(STREAM) == len(EVENTS)


def test_an_address_that_is_none_is_said_at_once() -> None:
    with pytest.raises(BrokerError, match="redis://host:6379/0"):
        RedisSink.open("localhost:6379", 90)


def test_the_warehouse_gets_each_event_once(tmp_path: Path) -> None:
    warehouse, folder = tmp_path / "prepared" / "warehouse.duckdb", tmp_path / "events"
    assert load(folder, warehouse) == 0
    sink = FileSink(folder)
    sink.write(recorded())
    [file] = folder.glob("*/*.jsonl")
    with file.open("a") as stream:
        stream.write('{"id":"torn","schema":1,"at":17')
    assert load(folder, warehouse) == len(EVENTS)
    assert load(folder, warehouse) == 0
    FileSink(folder).write([Recorded.now(Liked("B02"), 1_790_000_000 + 24 * 3600, first=True)])
    assert load(folder, warehouse) == 1
    with duckdb.connect(warehouse, read_only=True) as connection:
        liked = connection.execute("SELECT * FROM liked_products").fetchall()
        themes = connection.execute("SELECT * FROM themes").fetchall()
        days = connection.execute("SELECT date_key, sum(pictures) FROM events_per_day GROUP BY ALL ORDER BY 1")
        assert days.fetchall() == [(20260921, 20), (20260922, None)]
    assert liked == [("B01", 2, 1), ("B02", 1, 0)]
    assert themes == [("saga", 8, 1)]


def test_a_file_that_is_no_warehouse_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    file.write_text("a shopping list, and more of it than a header has")
    with pytest.raises(DataError, match="cannot be written"):
        load(tmp_path / "events", file)
    assert file.read_text().startswith("a shopping list")


def test_the_command_line_says_what_is_popular(tmp_path: Path) -> None:
    FileSink(tmp_path / "events").write([Recorded.now(Liked("B01"), time.time(), first=True) for _ in range(4)])

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "core", "events", *arguments], cwd=ROOT, capture_output=True, text=True,
            env={"PATH": "", "EFFIGIES_STATE": str(tmp_path)},
        )  # fmt: skip

    [row] = json.loads(run("popular", "--json").stdout)["popular"]
    assert row["name"] == "B01"
    assert row["count"] == pytest.approx(4, rel=0.01)
    refused = run("popular", "--what", "visitors")
    assert refused.returncode == 2
    assert "choose from product" in refused.stderr
