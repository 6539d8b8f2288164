"""What pages ask of the trainer of pictures and see of it; nobody changes these."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal, Protocol

from core.classroom.imagelab.config import ImageLabConfig
from core.classroom.imagelab.view import Checkpoint, ImageSnapshot
from core.errors import UserError

State = Literal["opening", "training", "paused", "asleep", "ended", "failed"]
Verb = Literal["pause", "resume", "end"]
Command = tuple[Verb, Hashable]


class TrainerBusyError(UserError):
    """Too many commands or visitors at once."""


class Trainable(Protocol):
    """A run: `core.classroom.imagelab.run.ImageRun`, or a stand-in."""

    @property
    def step_number(self) -> int:
        """Steps taken."""

    def step(self, count: int = 1) -> None:
        """Learn."""

    def snapshot(self) -> ImageSnapshot:
        """What is to be seen now."""


@dataclass(frozen=True)
class TrainerLimits:
    """Seconds and places. `patience`: without a look before a run pauses or a place in the line is lost.

    `keep`: how long a paused run nobody looks at is kept; `turn`: what a run gets when others wait; `slice_seconds`:
    training between two looks at the commands; `fresh`: between snapshots; `checkpoint`: between those kept for good.
    """

    patience: float = 12.0
    keep: float = 600.0
    turn: float = 120.0
    slice_seconds: float = 0.1
    fresh: float = 0.7
    checkpoint: float = 2.0
    checkpoints: int = 40
    waiting: int = 20
    commands: int = 32
    records: int = 6


@dataclass(frozen=True)
class Record:
    """What is kept of a run: its settings, how it stands, its checkpoints (evenly thinned), steps per second lately."""

    config: ImageLabConfig
    state: State
    step: int = 0
    seconds: float = 0.0
    speed: float = 0.0
    checkpoints: tuple[Checkpoint, ...] = ()
    latest: ImageSnapshot | None = None
    problem: UserError | None = None


@dataclass(frozen=True)
class TrainerView:
    """What one visitor sees: their `own` run, last or present, and the one whose turn it is now, perhaps the same.

    `place` in the line, 1 for the next, 0 for not waiting; `waiting`: how many wait; `left`: seconds of the running
    turn when others wait, else None.
    """

    own: Record | None
    running: Record | None
    mine: bool  # it is this visitor's turn
    place: int
    waiting: int
    left: float | None
