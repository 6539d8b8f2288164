"""What a visitor does in the laboratory in two dimensions: settings, a guess, points drawn; and the address of it."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field, replace

import streamlit as st

from app import stopping
from app.frame import page_memory
from core.classroom.lab.config import PREFIX, LabConfig
from core.classroom.lab.pool import SHARED as POOL
from core.classroom.lab.presets import PRESETS, Preset
from core.classroom.lab.simulation import Snapshot
from core.errors import UserError

_STATE = "lab"
_VISITOR = "lab_visitor"  # session state: who comes back from another page has the same place
_DRAWN_SEEDS = 10**4

stopping.before_the_end(POOL.shut_down)


@dataclass
class LabVisit:
    """One visitor's state. `version` counts how often the widgets have to follow the settings."""

    visitor: str
    config: LabConfig = field(default_factory=LabConfig)
    guess: int | None = None
    start: Snapshot | None = None  # soon after the run began: what a question compares with
    answer: int | None = None
    drawn: tuple[tuple[float, float], ...] = ()
    csv_rows: int = 0
    problem: UserError | None = None
    version: int = 0

    @property
    def preset(self) -> Preset | None:
        """The preset with these settings, whatever the seed."""
        same = (each for each in PRESETS if replace(each.config, seed=self.config.seed) == self.config)
        return next(same, None)

    def open(self, config: LabConfig) -> None:
        """Begin a run with these settings, and say them in the address."""
        if self._begin(config):
            self.config, self.guess = config, None
            self.version += 1
            self.say()

    def again(self, *, seed: int | None = None) -> None:
        """Begin this run again from its start, or with another seed."""
        self.open(self.config if seed is None else replace(self.config, seed=seed))

    def again_keeping_guess(self) -> None:
        """Begin this run again for a question that was just answered."""
        self._begin(self.config)

    def _begin(self, config: LabConfig) -> bool:
        self.problem = None
        try:
            POOL.open(self.visitor, config)
        except UserError as problem:
            self.problem = problem
            return False
        self.start, self.answer = None, None
        return True

    def reseed(self) -> None:
        """The same settings from another start."""
        self.again(seed=random.randrange(_DRAWN_SEEDS))  # noqa: S311  (chance, not secrecy)

    def say(self) -> None:
        """Write the settings into the address."""
        wanted = self.config.to_query()
        for name in [name for name in st.query_params if name.startswith(PREFIX) and name not in wanted]:
            del st.query_params[name]
        for name, value in wanted.items():
            if st.query_params.get(name) != value:
                st.query_params[name] = value


def enter() -> LabVisit:
    """The visitor's state; the first time with the settings that the address asks for."""
    memory = page_memory()
    visit: LabVisit | None = memory.get(_STATE)
    if visit is None:
        visit = memory[_STATE] = LabVisit(st.session_state.setdefault(_VISITOR, uuid.uuid4().hex))
        try:
            config = LabConfig.from_query(dict(st.query_params))
        except UserError as problem:
            visit.open(LabConfig())
            visit.problem = visit.problem or problem
        else:
            visit.open(config)
    elif POOL.view(visit.visitor) is None:  # given up while the page was closed
        visit.again()
    return visit
