"""Thirty phones at a running studio: how long polls and presses take, and whether an answer is lost.

`python -m tests.load.phones http://127.0.0.1:8501/gan-class [--phones 30] [--questions 5]`, with the settings of the
studio (same EFFIGIES_STATE or EFFIGIES_DATABASE_URL). Each phone is a websocket that speaks Streamlit's protocol: it
opens the page with its seat, polls as often as the page says, and presses one of the buttons after a moment's thought.
Start trainings in the studio before, to see what they do to phones. Prints the machine's load beside the figures.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

import websockets
from sqlalchemy import func, select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash

from core.classroom.quiz import choose, draft_bundled
from core.classroom.rooms import Host
from core.classroom.schema import answers, rounds
from core.classroom.service import Classroom
from core.settings import settings

_AGAIN = ForwardMsg.FINISHED_EARLY_FOR_RERUN
_CHANCE = Random(1)  # noqa: S311 - when to press, and what
_THINKING = 3.0  # seconds within which everybody has pressed


@dataclass
class Measured:
    """Seconds of each poll and press; presses that the page confirmed."""

    polls: list[float] = field(default_factory=list)
    presses: list[float] = field(default_factory=list)
    confirmed: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Phone:
    """One player's page."""

    address: str
    query: str
    measured: Measured
    fragment: str = ""
    interval: float = 1.0
    buttons: dict[str, str] = field(default_factory=dict)
    confirmed: bool = False

    async def play(self, started: asyncio.Event, over: asyncio.Event) -> None:
        """Open the page, then poll and press until the class is over."""
        here = urlsplit(self.address)
        self.page = calc_hash(here.path.strip("/"))
        async with websockets.connect(
            f"ws://{here.netloc}/_stcore/stream", max_size=None, subprotocols=["streamlit"], open_timeout=120,
            ping_timeout=120,
        ) as self.socket:  # fmt: skip
            await self._run()
            started.set()
            await asyncio.sleep(_CHANCE.uniform(0, self.interval))
            pressed = ""
            while not over.is_set():
                self.measured.polls.append(await self._run(fragment=True))
                offered = "|".join(sorted(self.buttons.values()))
                if self.buttons and offered != pressed:
                    pressed = offered
                    await asyncio.sleep(_CHANCE.uniform(0, _THINKING))
                    self.measured.presses.append(await self._run(fragment=True, press=True))
                    self.measured.confirmed += self.confirmed
                await asyncio.sleep(self.interval)

    async def _run(self, *, fragment: bool = False, press: bool = False) -> float:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self.query, self.page
        if fragment:
            asked.fragment_id, asked.is_auto_rerun = self.fragment, not press
        if press:
            state = asked.widget_states.widgets.add()
            state.id, state.trigger_value = _CHANCE.choice(list(self.buttons)), True
        began = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        self.buttons, self.confirmed = {}, False
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await self.socket.recv())
            kind = answer.WhichOneof("type")
            if kind == "auto_rerun":
                self.fragment, self.interval = answer.auto_rerun.fragment_id, answer.auto_rerun.interval
            elif kind == "delta":
                self._read(answer)
            elif kind == "script_finished" and answer.script_finished != _AGAIN:
                return time.perf_counter() - began

    def _read(self, answer: ForwardMsg) -> None:
        element = answer.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "button" and " · " in element.button.label:  # the choices, and nothing else on a phone
            self.buttons[element.button.id] = element.button.label
        elif kind == "alert":
            self.confirmed = self.confirmed or "Your answer is in" in element.alert.body
        elif kind == "exception":
            self.measured.problems.append(element.exception.message[:200])


async def drive(classroom: Classroom, host: Host, questions: int, over: asyncio.Event) -> None:
    """Ask one question after the other."""

    def version() -> int:
        live = classroom.look(host.room_id)
        return live.version if live else 0

    drafts = draft_bundled(choose(questions, seed=1), seconds=60)
    await asyncio.to_thread(classroom.start, host, version(), drafts)
    for number in range(questions):
        await asyncio.sleep(_THINKING + 6)
        await asyncio.to_thread(classroom.show_answer, host, version())
        await asyncio.sleep(3)
        if number < questions - 1:
            await asyncio.to_thread(classroom.turn, host, version())
    over.set()


def percentile(values: list[float], share: float) -> float:
    """In milliseconds."""
    return 1000 * sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


async def main(address: str, phones: int, questions: int) -> int:
    """Play; exit status 1 if an answer was lost or a page failed."""
    classroom = Classroom.open(settings())
    host, _key = classroom.create_room("127.0.0.1")
    live = classroom.look(host.room_id)
    if live is None:
        return 1
    keys = [classroom.join(live.code, f"Phone {number}", "127.0.0.1")[1] for number in range(phones)]
    measured, over = Measured(), asyncio.Event()
    players = []
    for key in keys:  # one after the other, as a class comes in
        started = asyncio.Event()
        phone = Phone(address, f"lang=en&room={live.code}&seat={key}", measured)
        players.append(asyncio.create_task(phone.play(started, over)))
        await asyncio.wait_for(started.wait(), 120)
    measured.polls.clear()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    await drive(classroom, host, questions, over)
    await asyncio.gather(*players)
    with classroom.database.read() as connection:
        mine = select(rounds.c.id).where(rounds.c.room_id == host.room_id)
        stored = connection.execute(select(func.count()).where(answers.c.round_id.in_(mine))).scalar_one()
    classroom.forget(host)
    lost = measured.confirmed - stored
    lines = [f"{phones} phones, {questions} questions; load {load:.1f} on {os.cpu_count()} cores"]
    for name, values in (("polls", measured.polls), ("presses", measured.presses)):
        p50 = 1000 * statistics.median(values) if values else float("nan")
        lines.append(f"{name}: {len(values)}, p50 {p50:.0f} ms, p95 {percentile(values, 0.95):.0f} ms, "
                     f"max {percentile(values, 1):.0f} ms")  # fmt: skip
    lines.append(
        f"answers: {len(measured.presses)} pressed, {measured.confirmed} confirmed, {stored} stored, {lost} lost"
    )
    lines += [f"page failed: {problem}" for problem in measured.problems[:5]]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(lost != 0 or bool(measured.problems))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--phones", type=int, default=30)
    parser.add_argument("--questions", type=int, default=5)
    chosen = parser.parse_args()
    sys.exit(asyncio.run(main(chosen.address, chosen.phones, chosen.questions)))
