"""A training run in a folder: within a budget, resumable, with a history one can plot and pictures one can look at.

The trainer knows nothing about pictures or adversaries; an `Objective` does. It serves generators of pixels, generators
of latents and autoencoders alike. What is random in a step is drawn from its number, so a run that was interrupted and
resumed learns what it would have learned in one go.
"""

import csv
import io
import json
import logging
import math
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from core.errors import N_, UserError
from core.gan.autodiff import Logs, numbers
from core.images import encode_png
from core.runs import set_aside

log = logging.getLogger(__name__)
Report = Callable[[dict[str, float]], None]
CHECKPOINT, HISTORY, SAMPLES = "checkpoint.npz", "history.csv", "samples"


@dataclass
class RunState:
    """Where a run stands; `progress` goes from 0 to 1 over each cycle of the schedule."""

    step: int = 0
    cycle: int = 0
    progress: float = 0.0
    seconds: float = 0.0
    images: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


class Objective(Protocol):
    """What is trained; the trainer calls these and nothing else."""

    variables: list[keras.Variable]
    batch_size: int

    def step(self, state: RunState) -> Logs:
        """Draw the batch of `state.step`, learn from it, and return scalars to be averaged in the history."""

    def validate(self) -> dict[str, float]:
        """Figures on data that is not trained on, with the averaged weights."""

    def samples(self) -> NDArray[np.uint8] | None:
        """A picture (H, W, 3) that shows what is learned, always of the same inputs; None where there is none."""


@dataclass(frozen=True)
class Pace:
    """How often things happen, in seconds of training; losses are read (and checked) every `read_every` steps."""

    report: float = 60
    checkpoint: float = 240
    read_every: int = 10


class TrainingError(UserError):
    """A run that cannot start or go on; the sentence says what to do."""


class Shuffled:
    """Endless shuffled batches of row numbers, each a function of the step alone."""

    def __init__(self, rows: int, batch_size: int, seed: int) -> None:
        if rows < batch_size:
            raise TrainingError(N_("{rows} rows do not fill one batch of {size}"), rows=rows, size=batch_size)
        self.rows, self.batch_size, self.seed = rows, batch_size, seed
        self._epoch, self._order = -1, np.empty(0, np.intp)

    def __call__(self, step: int) -> NDArray[np.intp]:
        """The rows (B,) of a step; every row comes once per epoch, but for the remainder."""
        epoch, place = divmod(step, self.rows // self.batch_size)
        if epoch != self._epoch:
            self._epoch = epoch
            self._order = np.random.default_rng((self.seed, epoch)).permutation(self.rows)
        return self._order[place * self.batch_size : (place + 1) * self.batch_size]


class Drawn:
    """Endless batches of row numbers, each row as often as its share of all `shares` (N,), a function of the step."""

    def __init__(self, shares: NDArray[np.float64], batch_size: int, seed: int) -> None:
        self.batch_size, self.seed = batch_size, seed
        self._ends = np.cumsum(shares / shares.sum())

    def __call__(self, step: int) -> NDArray[np.intp]:
        """The rows (B,) of a step."""
        drawn = np.random.default_rng((self.seed, 4, step)).random(self.batch_size)
        return np.minimum(np.searchsorted(self._ends, drawn, side="right"), len(self._ends) - 1)


class Run:
    """Trains `objective` in `folder`: checkpoint.npz (everything), history.csv, samples/*.png."""

    def __init__(self, objective: Objective, folder: Path, pace: Pace | None = None) -> None:
        self.objective, self.folder, self.pace = objective, folder, pace or Pace()
        self.state = RunState()

    def start_afresh(self) -> None:
        """Move an earlier run aside, to `<folder>.before`, where the next one replaces it."""
        set_aside(self.folder)

    def restore(self) -> bool:
        """Go on from the last checkpoint, False when there is none; a finished schedule starts its next cycle.

        Raises:
            TrainingError: the checkpoint is damaged, or of a model of another shape.
        """
        path = self.folder / CHECKPOINT
        if not path.exists():
            return False
        self.state = load_variables(path, self.objective.variables)
        if self.state.progress >= 1:
            self.state.cycle, self.state.progress = self.state.cycle + 1, 0.0
        return True

    def fit(self, minutes: float, report: Report | None = None, *, steps: int | None = None) -> None:
        """Finish the schedule within `minutes` or (if given) in exactly `steps`; checkpoint on the way and at the end.

        Raises:
            FloatingPointError: a loss is not finite; the last checkpoint is from before.
        """
        start, already, before, first = time.monotonic(), self.state.progress, self.state.seconds, self.state.step
        reported, saved, seen = start, start, [self.state.images]
        losses: list[dict[str, float]] = []
        while self.state.progress < 1:
            logs = self.objective.step(self.state)
            self.state.step += 1
            self.state.images += self.objective.batch_size
            now = time.monotonic()
            spent = (self.state.step - first) / steps if steps else (now - start) / (60 * minutes)
            self.state.progress = min(already + (1 - already) * spent, 1.0)
            self.state.seconds = before + now - start
            over = self.state.progress >= 1
            due = over or now - reported >= self.pace.report
            if due or self.state.step % self.pace.read_every == 0:
                losses.append(self._checked(numbers(logs)))
            if not due:
                continue
            row = {name: float(np.mean([entry[name] for entry in losses if name in entry])) for name in losses[-1]}
            row["images_per_second"] = (self.state.images - seen.pop()) / max(now - reported, 1e-9)
            if over or now - saved >= self.pace.checkpoint:
                row.update(self._checked(self.objective.validate()))
                self._close(row)
                self.checkpoint()
                saved = time.monotonic()
            else:
                self._close(row)
            losses, reported = [], time.monotonic()
            seen.append(self.state.images)
            if report:
                report(self.state.history[-1])

    def checkpoint(self) -> None:
        """Write everything a later process needs, the history as CSV and a sheet of samples."""
        save_variables(self.folder / CHECKPOINT, self.objective.variables, self.state)
        write_history(self.folder / HISTORY, self.state.history)
        sheet = self.objective.samples()
        if sheet is not None:
            (self.folder / SAMPLES).mkdir(exist_ok=True)
            (self.folder / SAMPLES / f"{self.state.step:07d}.png").write_bytes(encode_png(sheet))

    def _close(self, losses: dict[str, float]) -> None:
        """Add a row to the history and say it."""
        place = {name: getattr(self.state, name) for name in ("cycle", "step", "images")}
        measured = {name: float(f"{value:.5g}") for name, value in losses.items()}
        row = {**place, "seconds": round(self.state.seconds, 1), "progress": round(self.state.progress, 5), **measured}
        self.state.history.append(row)
        log.info(
            "%5.1f %% of cycle %d, step %d, %.1f min: %s",
            100 * self.state.progress, self.state.cycle, self.state.step, self.state.seconds / 60,
            ", ".join(f"{name} {value:.4g}" for name, value in measured.items()),
        )  # fmt: skip

    def _checked(self, figures: dict[str, float]) -> dict[str, float]:
        for name, value in figures.items():
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"{name} is {value} at step {self.state.step}: the run has diverged. The last checkpoint is from "
                    "before: resume it, with a lower learning rate or a tighter clip if it happens again"
                )
        return figures


def save_variables(path: Path, variables: Sequence[keras.Variable], state: RunState) -> None:
    """Write variables in their order and where the run stands into one file, which is replaced whole.

    Raises:
        FloatingPointError: a value is not finite; the file is left as it was.
    """
    arrays = {f"{number:04d}": keras.ops.convert_to_numpy(v.value) for number, v in enumerate(variables)}
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise FloatingPointError(f"{variables[int(name)].path} is not finite at step {state.step}; nothing saved")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    with draft.open("wb") as file:
        np.savez(file, state=np.array(json.dumps(asdict(state))), **arrays)
    draft.replace(path)


def load_variables(path: Path, variables: Sequence[keras.Variable]) -> RunState:
    """Set `variables` from a file that `save_variables` wrote, and say where the run stood.

    Raises:
        TrainingError: the file is damaged, or holds variables of other shapes.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            arrays = [saved[name] for name in sorted(set(saved.files) - {"state"})]
            state = RunState(**json.loads(str(saved["state"])))
    except (OSError, KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise TrainingError(
            N_("{path} is not a checkpoint that can be read ({error})"), path=path, error=error
        ) from error
    if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
        raise TrainingError(
            N_("{path} is of a run with another model or optimizer: start afresh without --resume"), path=path
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return state


def write_history(path: Path, history: Sequence[dict[str, float]]) -> None:
    """Write one row per report; a figure that a row lacks stays empty."""
    names = list(dict.fromkeys(name for row in history for name in row))
    buffer = io.StringIO(newline="")
    table = csv.DictWriter(buffer, names, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(history)
    draft = path.with_name(f".{path.name}")
    draft.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    draft.replace(path)
