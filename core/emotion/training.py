"""Train our expression network: one loop for both Keras backends, within a budget of minutes, resumable.

    python -m core train emotion --minutes 90 [--resume]

SGD with Nesterov momentum and a cosine schedule over the budget (Loshchilov & Hutter 2017, arXiv:1608.03983), label
smoothing, mixup, an exponential moving average of the weights for serving, and training on small canvases first.
Resuming an interrupted run finishes its schedule; resuming a finished one (or, where no checkpoint is left, the stored
network) starts a gentler cosine cycle, whose end polishes without mixup.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.datasets import fer2013
from core.emotion.augmentation import AugmentationConfig, augment, mixup
from core.emotion.network import ResidualConfig, build_network
from core.emotion.views import mean_logits
from core.runs import set_aside, warmed_cosine

log = logging.getLogger(__name__)
Report = Callable[[dict[str, float]], None]


@dataclass(frozen=True)
class TrainingConfig:
    """One run. `canvases` are (share of the schedule from which it holds, side of the training pictures)."""

    network: ResidualConfig = field(default_factory=ResidualConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    batch_size: int = 128
    learning_rate: float = 0.1
    cycle_learning_rate: float = 0.04
    polish_from: float = 0.6
    warmup: float = 0.03
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    votes_weight: float = 0.5
    ema_decay: float = 0.998
    ema_every: int = 8
    choose_every: int = 5
    canvases: tuple[tuple[float, int], ...] = ((0.0, 36), (0.5, 40), (0.85, 48))
    seed: int = 7


@dataclass
class RunState:
    """Where a run stands; `progress` goes from 0 to 1 over each cosine cycle."""

    epoch: int = 0
    cycle: int = 0
    progress: float = 0.0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)


def learning_rate(config: TrainingConfig, cycle: int, progress: float) -> float:
    """Linear warm-up, then half a cosine down to zero; later cycles start lower."""
    peak = config.learning_rate if cycle == 0 else config.cycle_learning_rate
    return peak * warmed_cosine(progress, config.warmup)


def canvas(config: TrainingConfig, cycle: int, progress: float) -> int:
    """Side of the training pictures at this point; later cycles start from the last but one and polish at full size."""
    if cycle:
        return config.canvases[-1 if progress >= config.polish_from else -2][1]
    return [side for start, side in config.canvases if progress >= start][-1]


class FaceBatches:
    """Endless shuffled, augmented batches; `size` may change between them."""

    def __init__(self, faces: fer2013.FaceSet, config: TrainingConfig, seed: int) -> None:
        self.faces = faces
        self.config = config
        self.augmentation = config.augmentation
        self.rng = np.random.default_rng(seed)
        self.labels = np.eye(len(fer2013.CLASSES), dtype=np.float32)[faces.labels]
        self.votes, self.votes_share = faces.expression_votes()
        self.steps = len(faces) // config.batch_size

    def epoch(self, size: int) -> Iterator[tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]]:
        """One pass: pictures (B, size, size, 1) and targets label (B, 7), votes (B, 8), share (B,)."""
        order = self.rng.permutation(len(self.faces))
        with ThreadPoolExecutor(1) as pool:  # the next batch is drawn while this one is learned
            pending = pool.submit(self._draw, order[: self.config.batch_size], size)
            for step in range(self.steps):
                ready = pending.result()
                start = (step + 1) * self.config.batch_size
                pending = pool.submit(self._draw, order[start : start + self.config.batch_size], size)
                yield ready

    def _draw(self, rows: NDArray[np.intp], size: int) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]:
        batch = augment(self.faces.images[rows], size, self.augmentation, self.rng)
        targets = {"label": self.labels[rows], "votes": self.votes[rows], "share": self.votes_share[rows]}
        return mixup(batch, targets, self.augmentation.mixup_alpha, self.rng)


class Averaged:
    """Exponential moving average of all weights (normalisation statistics included), kept in NumPy."""

    def __init__(self, model: keras.Model, decay: float) -> None:
        self.model = model
        self.decay = decay
        self.values = [np.array(value) for value in model.get_weights()]
        self.updates = 0

    def update(self) -> None:
        """Take in the current weights; the first updates forget faster."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for kept, new in zip(self.values, self.model.get_weights(), strict=True):
            kept += (1 - decay) * (new - kept)


def compile_network(model: keras.Model, config: TrainingConfig) -> None:
    """Attach optimiser and losses; biases and normalisation are not decayed."""
    optimizer = keras.optimizers.SGD(
        config.learning_rate, momentum=config.momentum, nesterov=True, weight_decay=config.weight_decay
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimizer=optimizer,
        loss={
            "label": keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=config.label_smoothing),
            "votes": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        loss_weights={"label": 1.0, "votes": config.votes_weight},
    )


class Run:
    """A training run that lives in `folder`: weights, optimiser state, average, progress, history."""

    def __init__(self, config: TrainingConfig, folder: Path, train: fer2013.FaceSet, choose: fer2013.FaceSet) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.folder, self.choose = config, folder, choose
        self.model = build_network(config.network)
        self.serving = build_network(config.network)
        compile_network(self.model, config)
        self.average = Averaged(self.model, config.ema_decay**config.ema_every)
        self.state = RunState()
        self.batches = FaceBatches(train, config, config.seed)

    def start_afresh(self) -> None:
        """Move the checkpoint of an earlier run aside, to `<folder>.before`, where the next one replaces it."""
        set_aside(self.folder)

    def restore(self) -> bool:
        """Continue from the last checkpoint; False when there is none."""
        if not (self.folder / "state.json").exists():
            return False
        self._stand_at(RunState(**json.loads((self.folder / "state.json").read_text())))
        self.model.optimizer.build(self.model.trainable_variables)
        self.model.load_weights(self.folder / "run.weights.h5")
        with np.load(self.folder / "average.npz", allow_pickle=False) as saved:
            self.average.values = [saved[name] for name in saved.files]
        if self.state.progress >= 1:
            self.state = replace(self.state, cycle=self.state.cycle + 1, progress=0.0)
            self.model.set_weights(self.average.values)
        return True

    def go_on_from(self, network: keras.Model, history: list[dict[str, float]]) -> None:
        """Begin a gentler cycle from a finished `network` whose checkpoint is gone; `history` has a row per epoch."""
        self.average.values = [np.array(value) for value in network.get_weights()]
        self.model.set_weights(self.average.values)
        cycles = sum(row["learning_rate"] == 0 for row in history)
        last = history[-1]
        self._stand_at(RunState(int(last["epoch"]), max(cycles, 1), seconds=last["seconds"], history=[*history]))

    def _stand_at(self, state: RunState) -> None:
        """Average and draw as a run does that has come so far."""
        self.state, self.average.updates = state, 10**6
        self.batches.rng = np.random.default_rng((self.config.seed, state.epoch))

    def checkpoint(self) -> None:
        """Write everything a later process needs; files are replaced whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(self.folder / "new.weights.h5")
        np.savez(self.folder / "new.npz", *self.average.values)
        (self.folder / "new.json").write_text(json.dumps(asdict(self.state)))
        for new, name in (("new.weights.h5", "run.weights.h5"), ("new.npz", "average.npz"), ("new.json", "state.json")):
            (self.folder / new).replace(self.folder / name)

    def fit(self, minutes: float, report: Report | None = None, *, epochs: int | None = None) -> None:
        """Train until this call's schedule is over, `minutes` or (if given) `epochs` long; checkpoint every epoch."""
        start, already, before, first = time.monotonic(), self.state.progress, self.state.seconds, self.state.epoch
        while self.state.progress < 1:
            losses: list[float] = []
            size = canvas(self.config, self.state.cycle, self.state.progress)
            if self.state.cycle and self.state.progress >= self.config.polish_from:
                # the end of later cycles polishes: the pictures come closer to those that are served
                self.batches.augmentation = replace(self.config.augmentation, mixup_alpha=0.0, erase_probability=0.1)
            for step, (pictures, targets) in enumerate(self.batches.epoch(size)):
                share = targets.pop("share")
                self.model.optimizer.learning_rate = learning_rate(self.config, self.state.cycle, self.state.progress)
                weights = {"label": np.ones_like(share), "votes": share}
                result = self.model.train_on_batch(pictures, targets, sample_weight=weights, return_dict=True)
                losses.append(float(result["loss"]))
                if step % self.config.ema_every == 0:
                    self.average.update()
                if epochs:
                    spent = (self.state.epoch - first + (step + 1) / self.batches.steps) / epochs
                else:
                    spent = (time.monotonic() - start) / (60 * minutes)
                self.state.progress = already + (1 - already) * min(spent, 1.0)
                if self.state.progress >= 1:
                    break
            self.state.seconds = before + time.monotonic() - start
            self._close_epoch(losses, size, report)

    def _close_epoch(self, losses: list[float], size: int, report: Report | None) -> None:
        self.state.epoch += 1
        row = {
            "epoch": self.state.epoch,
            "seconds": round(self.state.seconds, 1),
            "canvas": size,
            "learning_rate": learning_rate(self.config, self.state.cycle, self.state.progress),
            "loss": float(np.mean(losses)),
        }
        if not math.isfinite(row["loss"]):
            raise FloatingPointError(f"the loss is {row['loss']} in epoch {self.state.epoch}; lower the learning rate")
        if self.state.epoch % self.config.choose_every == 0 or self.state.progress >= 1:
            self.serving.set_weights(self.average.values)
            logits = mean_logits(self.serving.predict_on_batch, self.choose.images)["label"]
            row["accuracy"] = float((logits.argmax(axis=1) == self.choose.labels).mean())
        self.state.history.append(row)
        self.checkpoint()
        log.info("cycle %d, %.1f %%: %s", self.state.cycle, 100 * self.state.progress, row)
        if report:
            report(row)
