"""`make load-class`: a studio of its own, both laboratories training, thirty phones that poll and answer.

The studio opens models when they are asked for, as a teacher's machine may (EFFIGIES_OPEN_MODELS=false).

Plays a quiz twice, first while nothing trains, then while points and pictures do. Prints polls, presses and lost
answers of each, the trainings' speed, and the most memory the studio took. Fails if an answer was lost, a page failed,
a training did not run, or the studio took more than 1.2 GB (of 10⁹ bytes).
"""

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash

from app.registry import room
from app.streamlit_client import problem, visiting
from tests.load import phones
from tools.load import memory, serving

PATH = room("gan-class").url_path
MOST_MEGABYTES = 1.2e9 / 2**20
START_SECONDS = 180.0  # until a training shows steps: opening Keras takes some
_NUMBER = 200  # of the first watcher; phones count from 0
_TRAININGS = {"lab": "lab_play", "images": "image_lab_start"}  # parts of the page, and what starts their training


@dataclass
class Watcher:
    """A tab that starts a training and looks on: without a look trainings pause."""

    part: str
    number: int
    buttons: set[str] = field(default_factory=set)  # their ids, which end with their keys
    figures: dict[str, str] = field(default_factory=dict)  # what the page's metrics say, by label
    problems: list[str] = field(default_factory=list)
    fragment: str = ""
    interval: float = 1.0

    async def look(self, host: str, running: asyncio.Event, over: asyncio.Event) -> None:
        """Start the training, tell when it runs, look until it is over, and end it."""
        where = {"page": calc_hash(PATH), "query": f"lang=en&part={self.part}"}
        async with visiting(host, self.number) as visitor:
            await visitor.run(self._see, **where)
            await visitor.run(self._see, **where, press=self._button(_TRAININGS[self.part]))
            while not over.is_set():
                await asyncio.sleep(self.interval)
                await visitor.run(self._see, **where, fragment=self.fragment, by_itself=True)
                if self.speed:
                    running.set()

    @property
    def speed(self) -> str:
        """Steps a second as the page says them; "" while it does not."""
        said = self.figures.get("Steps a second") or self.figures.get("Step · delta", "")
        return said if any(character.isdigit() for character in said) else ""

    def _button(self, key: str) -> str:
        return next(name for name in self.buttons if name.endswith(f"-{key}"))

    def _see(self, kind: str, answer: ForwardMsg) -> None:
        if wrong := problem(kind, answer):
            self.problems.append(wrong)
        if kind == "auto_rerun":
            self.fragment, self.interval = answer.auto_rerun.fragment_id, answer.auto_rerun.interval
        if kind != "delta":
            return
        element = answer.delta.new_element
        if element.WhichOneof("type") == "button":
            self.buttons.add(element.button.id)
        elif element.WhichOneof("type") == "metric":
            self.figures[element.metric.label] = element.metric.body
            self.figures[f"{element.metric.label} · delta"] = element.metric.delta


async def lesson(host: str, server: int, count: int, questions: int) -> bool:
    """Both quizzes; whether all went well."""
    address, most, over = f"http://{host}/{PATH}", 0.0, asyncio.Event()

    async def weigh() -> None:
        nonlocal most
        while True:
            most = max(most, memory(server))
            await asyncio.sleep(0.5)

    weighing = asyncio.create_task(weigh())
    sys.stdout.write("while nothing trains\n")
    well = await phones.main(address, count, questions) == 0
    watchers = [Watcher(part, _NUMBER + place) for place, part in enumerate(_TRAININGS)]
    running = [asyncio.Event() for _ in watchers]
    looking = [
        asyncio.create_task(watcher.look(host, event, over)) for watcher, event in zip(watchers, running, strict=True)
    ]
    await asyncio.wait_for(asyncio.gather(*(event.wait() for event in running)), START_SECONDS)
    sys.stdout.write("while points and pictures train\n")
    well &= await phones.main(address, count, questions) == 0
    over.set()
    await asyncio.gather(*looking)
    weighing.cancel()
    for watcher in watchers:
        sys.stdout.write(f"training of {watcher.part}: {watcher.speed} (steps a second)\n")
        sys.stdout.writelines(f"page failed: {wrong}\n" for wrong in watcher.problems[:3])
        well &= not watcher.problems
    sys.stdout.write(f"memory: {most:.0f} MB at most (allowed {MOST_MEGABYTES:.0f})\n")
    return well and most <= MOST_MEGABYTES


def main() -> int:
    """Serve and play; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.lesson", description=__doc__.splitlines()[0])
    parser.add_argument("--phones", type=int, default=30)
    parser.add_argument("--questions", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        os.environ["EFFIGIES_STATE"] = state  # for the phones, which look into the studio's database
        os.environ["EFFIGIES_OPEN_MODELS"] = "false"
        with serving(Path(state)) as (host, server):
            return int(not asyncio.run(lesson(host, server, chosen.phones, chosen.questions)))


if __name__ == "__main__":
    sys.exit(main())
