"""The one thread that trains pictures live: whose turn it is, who waits, who watches, and when it stops.

Pages send commands, which wait in a bounded queue, and read views, which nobody changes; the thread alone touches the
networks and calls no page. One run trains at a time. Whoever asks meanwhile gets a place in the line and watches; a
turn ends after a while when others wait. When nobody has looked for some seconds the run pauses, and is given up later.
"""

import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from core.classroom.imagelab.config import ImageLabConfig
from core.classroom.imagelab.turns import Command, Record, Trainable, TrainerBusyError, TrainerLimits, TrainerView, Verb
from core.classroom.imagelab.view import Checkpoint, thinned
from core.errors import N_, UserError
from core.threads import ended

log = logging.getLogger(__name__)
Clock = Callable[[], float]


@dataclass
class _Current:
    visitor: Hashable
    run: Trainable
    began: float  # of its turn
    shot: float = 0.0
    kept: float = float("-inf")
    measured: tuple[float, int] = (0.0, 0)


class ImageTrainer:
    """`make` opens a run; `turn` is one round of the thread, which starts with the first command."""

    def __init__(
        self,
        make: Callable[[ImageLabConfig], Trainable],
        limits: TrainerLimits | None = None,
        clock: Clock = time.monotonic,
        *,
        threaded: bool = True,
    ) -> None:
        self.limits, self._make, self._clock, self._threaded = limits or TrainerLimits(), make, clock, threaded
        self._commands: queue.Queue[Command] = queue.Queue(self.limits.commands)
        self._lock = threading.Lock()  # for what pages and the thread both touch: the four below
        self._seen: dict[Hashable, float] = {}
        self._line: OrderedDict[Hashable, ImageLabConfig] = OrderedDict()
        self._records: OrderedDict[Hashable, Record] = OrderedDict()
        self._owner: Hashable | None = None
        self._current: _Current | None = None
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()

    def start(self, visitor: Hashable, config: ImageLabConfig) -> None:
        """Ask for a new training; it begins at once when none runs.

        Raises:
            TrainerBusyError: too many wait.
        """
        with self._lock:
            if len(self._line) >= self.limits.waiting and visitor not in self._line:
                raise TrainerBusyError(
                    N_("{count} people wait already. Watch this training, then ask again."), count=self.limits.waiting
                )
            self._seen[visitor] = self._clock()
            self._line[visitor] = config
        self._wake()

    def pause(self, visitor: Hashable) -> None:
        """Hold the visitor's training."""
        self._send("pause", visitor)

    def resume(self, visitor: Hashable) -> None:
        """Go on with it."""
        self._send("resume", visitor)

    def stop(self, visitor: Hashable) -> None:
        """End the visitor's training, or leave the line; what it drew stays to be seen."""
        with self._lock:
            self._line.pop(visitor, None)
            mine = self._owner == visitor
        if mine:
            self._send("end", visitor)

    def view(self, visitor: Hashable) -> TrainerView:
        """What the visitor sees now. Looking keeps the training going, and the visitor's place in the line."""
        now = self._clock()
        with self._lock:
            if self._thread or not self._threaded:  # else nobody counts who looks, nor forgets them
                self._seen[visitor] = now
            owner = self._owner
            place = list(self._line).index(visitor) + 1 if visitor in self._line else 0
            own, running = self._records.get(visitor), self._records.get(owner) if owner is not None else None
            current = self._current
            left = None
            if self._line and current and current.visitor == owner:
                left = max(0.0, self.limits.turn - (now - current.began))
            return TrainerView(own, running, owner == visitor, place, len(self._line), left)

    def _send(self, verb: Verb, visitor: Hashable) -> None:
        with self._lock:
            self._seen[visitor] = self._clock()
        try:
            self._commands.put_nowait((verb, visitor))
        except queue.Full as error:
            raise TrainerBusyError(N_("The trainer has too much to do. Try again in a moment.")) from error

    def shut_down(self, seconds: float) -> bool:
        """End the thread after the step it is at; whether it ended within so many seconds."""
        self._ending.set()
        return ended(self._thread, seconds)

    def _wake(self) -> None:
        with self._lock:
            if self._threaded and not self._ending.is_set() and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="image-trainer", daemon=True)
                self._thread.start()

    # ---- what follows runs on the thread

    def turn(self) -> bool:
        """Obey the commands, forget who is gone, train one slice; False when there was nothing to train."""
        while True:
            try:
                verb, visitor = self._commands.get_nowait()
            except queue.Empty:
                break
            self._obey(verb, visitor)
        now = self._clock()
        self._forget(now)
        self._let_in(now)
        current = self._current
        if current is None or self._records[current.visitor].state != "training":
            return False
        self._train(current, now)
        return True

    def _obey(self, verb: Verb, visitor: Hashable) -> None:
        with self._lock:
            current = self._current if self._owner == visitor else None
            record = self._records.get(visitor)
        if current is None or record is None:
            return
        if verb == "end":
            self._end(current)
        elif verb == "pause" and record.state == "training":
            self._shoot(current, keep=True)
            self._note(visitor, state="paused", speed=0.0)
        elif verb == "resume" and record.state in ("paused", "asleep"):
            self._go_on(current)

    def _forget(self, now: float) -> None:
        """Lose those who have not looked: their places in the line, the attention of the run, their records."""
        limits, current = self.limits, self._current
        with self._lock:
            for visitor in [v for v in self._line if now - self._seen.get(v, now) > limits.patience]:
                del self._line[visitor]
            gone = [v for v, seen in self._seen.items() if now - seen > limits.keep]
            for visitor in gone:
                del self._seen[visitor]
                if visitor != self._owner:
                    self._records.pop(visitor, None)
            latest = max(self._seen.values(), default=float("-inf"))
            owner_gone = self._owner is not None and self._owner in gone
        if current is None:
            return
        if owner_gone:
            self._end(current)
            with self._lock:
                self._records.pop(current.visitor, None)
        elif now - latest > limits.patience and self._records[current.visitor].state == "training":
            self._shoot(current, keep=True)
            self._note(current.visitor, state="asleep", speed=0.0)

    def _let_in(self, now: float) -> None:
        """End a turn that is over while others wait; open the run of whoever is next."""
        current = self._current
        with self._lock:
            waits, anew = bool(self._line), self._owner in self._line  # who asks for another run ends the one there is
            owner_seen = self._seen.get(self._owner, float("-inf")) if current else now
        if not waits:
            return
        if current:
            over = anew or now - current.began >= self.limits.turn
            if not over and now - owner_seen <= self.limits.patience:
                return
            self._end(current)
        with self._lock:
            if not self._line:  # whoever waited has left meanwhile
                return
            visitor, config = self._line.popitem(last=False)
            self._owner = visitor
            self._records[visitor] = Record(config, "opening")
            self._records.move_to_end(visitor)
            while len(self._records) > self.limits.records:
                self._records.popitem(last=False)
        try:
            run = self._make(config)
        except UserError as problem:
            log.warning("the training cannot start: %s", problem)
            self._note(visitor, state="failed", problem=problem)
            with self._lock:
                self._owner = None
            return
        began = self._clock()
        self._current = current = _Current(visitor, run, began, measured=(began, 0))
        self._note(visitor, state="training")
        self._shoot(current, keep=True)

    def _train(self, current: _Current, now: float) -> None:
        before = current.run.step_number
        while True:
            current.run.step()
            after = self._clock()
            if after - now >= self.limits.slice_seconds or current.run.step_number - before >= 50:
                break
        record = self._records[current.visitor]
        speed = record.speed
        if after - current.measured[0] >= 1:
            speed = (current.run.step_number - current.measured[1]) / (after - current.measured[0])
            current.measured = (after, current.run.step_number)
        self._note(current.visitor, step=current.run.step_number, seconds=record.seconds + after - now, speed=speed)
        if after - current.shot >= self.limits.fresh:
            self._shoot(current, keep=after - current.kept >= self.limits.checkpoint)

    def _shoot(self, current: _Current, *, keep: bool) -> None:
        """Take a snapshot, for good or until the next."""
        snapshot = current.run.snapshot()
        record = self._records[current.visitor]
        current.shot = self._clock()
        checkpoints = record.checkpoints
        if keep and (not checkpoints or checkpoints[-1].snapshot.step < snapshot.step):
            current.kept = current.shot
            checkpoints = thinned((*checkpoints, Checkpoint(record.seconds, snapshot)), self.limits.checkpoints)
        self._note(current.visitor, latest=snapshot, checkpoints=checkpoints)

    def _go_on(self, current: _Current) -> None:
        current.measured = (self._clock(), current.run.step_number)
        self._note(current.visitor, state="training")

    def _end(self, current: _Current) -> None:
        self._shoot(current, keep=True)
        self._note(current.visitor, state="ended", speed=0.0)
        with self._lock:
            self._current, self._owner = None, None

    def _note(self, visitor: Hashable, **changes: object) -> None:
        with self._lock:
            self._records[visitor] = replace(self._records[visitor], **changes)  # type: ignore[arg-type]

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                busy = self.turn()
            except Exception:  # a bug must not leave everyone waiting for ever
                log.exception("the training failed")
                self.give_up()
                busy = False
            time.sleep(0.005 if busy else 0.1)  # pages answer in between

    def give_up(self) -> None:
        """End the run that a bug broke, and say so to its owner."""
        current = self._current
        with self._lock:
            self._current, owner, self._owner = None, self._owner, None
        visitor = current.visitor if current else owner
        if visitor is not None and visitor in self._records:
            problem = UserError(N_("The training broke off. Start it again."))
            self._note(visitor, state="failed", speed=0.0, problem=problem)


class _LazyWorkshop:
    """Opened by the trainer's thread at the first run: until then nobody waits for Keras."""

    def __init__(self) -> None:
        self._open: Callable[[ImageLabConfig], Trainable] | None = None

    def __call__(self, config: ImageLabConfig) -> Trainable:
        if self._open is None:
            from core.classroom.imagelab.run import Workshop

            self._open = Workshop()
        return self._open(config)


SHARED = ImageTrainer(_LazyWorkshop())
