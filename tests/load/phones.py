"""Thirty phones at a running studio: how long polls and presses take, and whether an answer is lost.

`python -m tests.load.phones http://127.0.0.1:8501/gan-class [--phones 30] [--questions 5]`, with the settings of the
studio (same EFFIGIES_STATE or EFFIGIES_DATABASE_URL). Each phone (`app.streamlit_client`) opens
the page with its seat, polls as often as the page says, and presses one of the buttons after a moment's thought.
Start trainings in the studio before, to see what they do to phones. Prints the machine's load beside the figures.
"""

import argparse
import asyncio
import os
import sys
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

from sqlalchemy import func, select
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash

from app.streamlit_client import problem, visiting
from core.classroom.quiz import choose, draft_bundled
from core.classroom.rooms import Host
from core.classroom.schema import answers, rounds
from core.classroom.service import Classroom
from core.settings import settings
from tools.load import percentile

_CHANCE = Random(1)  # noqa: S311 - when to press, and what
_THINKING = 3.0  # seconds within which everybody has pressed
_PATIENCE = 120.0  # seconds for one answer


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
    number: int
    measured: Measured
    fragment: str = ""
    interval: float = 1.0
    buttons: dict[str, str] = field(default_factory=dict)
    confirmed: bool = False

    async def play(self, started: asyncio.Event, over: asyncio.Event) -> None:
        """Open the page, then poll and press until the class is over."""
        here = urlsplit(self.address)
        self.page = calc_hash(here.path.strip("/"))
        async with visiting(here.netloc, self.number, _PATIENCE) as self.visitor:
            await self.visitor.run(self._see, page=self.page, query=self.query)
            started.set()
            await asyncio.sleep(_CHANCE.uniform(0, self.interval))
            pressed = ""
            while not over.is_set():
                self.measured.polls.append(await self._again())
                offered = "|".join(sorted(self.buttons.values()))
                if self.buttons and offered != pressed:
                    pressed = offered
                    await asyncio.sleep(_CHANCE.uniform(0, _THINKING))
                    self.measured.presses.append(await self._again(_CHANCE.choice(list(self.buttons))))
                    self.measured.confirmed += self.confirmed
                await asyncio.sleep(self.interval)

    async def _again(self, press: str = "") -> float:
        self.buttons, self.confirmed = {}, False
        return await self.visitor.run(
            self._see, page=self.page, query=self.query, fragment=self.fragment, by_itself=not press, press=press
        )

    def _see(self, kind: str, answer: ForwardMsg) -> None:
        if wrong := problem(kind, answer):
            self.measured.problems.append(wrong[:200])
        if kind == "auto_rerun":
            self.fragment, self.interval = answer.auto_rerun.fragment_id, answer.auto_rerun.interval
        if kind != "delta":
            return
        element = answer.delta.new_element
        shown = element.WhichOneof("type")
        if shown == "button" and " · " in element.button.label:  # the choices, and nothing else on a phone
            self.buttons[element.button.id] = element.button.label
        elif shown == "alert":
            self.confirmed = self.confirmed or "Your answer is in" in element.alert.body


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
    for number, key in enumerate(keys):  # one after the other, as a class comes in
        started = asyncio.Event()
        phone = Phone(address, f"lang=en&room={live.code}&seat={key}", number, measured)
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
        if values:
            found = ", ".join(f"p{share} {percentile(values, share):.0f} ms" for share in (50, 95, 100))
            lines.append(f"{name}: {len(values)}, {found}")
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
