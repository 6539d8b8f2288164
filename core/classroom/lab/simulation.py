"""A run of the laboratory: two small networks against each other, step by step, and what can be seen of them."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.classroom.lab.config import LabConfig
from core.classroom.lab.data import VIEW, drawer
from core.classroom.lab.game import ABSOLUTE, critic_step, generator_loss, generator_step, sigmoid
from core.classroom.lab.measures import SAMPLES, Divergence, clusters_reached, divergence, reference, shares
from core.classroom.lab.mlp import Mlp
from core.classroom.lab.optimisers import Optimiser

Array = NDArray[Any]
Who = Literal["both", "critic", "generator"]
HEAT, MANIFOLD, CURVE = 40, 17, 200  # cells of the map, lines of the manifold, points of one in one dimension
SHOWN, ARROWS = 200, 50  # points and arrows drawn
BOUND = 1e6  # of losses, gradients and points: beyond it a run has failed, long before its numbers are infinite
_WATCHED = 16  # generated points looked at after each step
_BATCHES = 64  # drawn at once: random numbers cost less by the block
_MOST_ROWS = 400  # of the history; it is thinned when full, so that a run of any length fits


@dataclass(frozen=True)
class Row:
    """Losses at a step, the length of the generator's gradient, and the centre of the generated points."""

    step: int
    critic: float
    generator: float
    gradient: float
    centre: tuple[float, float]


@dataclass(frozen=True)
class Snapshot:
    """What is seen of a run; nobody changes it. Points are (x, y) within about -1..1.

    `heat` (HEAT, HEAT): how real the discriminator finds each place, rows from low to high y; probabilities when
    `absolute`, else scores from the lowest (0) to the highest (1). `manifold` (lines, points, 2): where a grid of noise
    lands, or (1, CURVE, 2) for noise in one dimension. `arrows` (ARROWS, 4): x and y of generated points and where the
    generator's loss pushes them, per unit of the loss of one point. `clusters`: reached, of how many. `broken`: the
    numbers have left BOUND; points are shown within it.
    """

    step: int
    critic_updates: int
    generator_updates: int
    real: Array
    fake: Array
    heat: Array
    absolute: bool
    manifold: Array
    arrows: Array
    history: tuple[Row, ...]
    divergence: Divergence
    floor: Divergence
    clusters: tuple[int, int] | None
    broken: bool


class _Stream:
    """Batches (B, n) of a distribution, drawn in blocks."""

    def __init__(self, draw: Callable[[int], Array], batch_size: int) -> None:
        self._draw, self._size = draw, batch_size
        self._block, self._place = np.empty((0, 0)), 0

    def __call__(self) -> Array:
        if self._place >= len(self._block):
            self._block, self._place = self._draw(_BATCHES * self._size).astype(np.float32), 0
        self._place += self._size
        return self._block[self._place - self._size : self._place]


class Lab:
    """A run; the same configuration and the same steps give the same numbers on the same machine."""

    def __init__(self, config: LabConfig) -> None:
        self.config = config
        weights, real, noise, share = (np.random.default_rng((config.seed, user)) for user in range(4))
        self.generator = Mlp(
            (config.noise_size, *[config.generator_width] * config.generator_layers, 2),
            weights,
            activation=config.activation,
        )
        self.critic = Mlp((2, *[config.critic_width] * config.critic_layers, 1), weights, activation=config.activation)
        self._optimisers = {
            "critic": Optimiser(config.optimiser, config.critic_rate, self.critic.theta),
            "generator": Optimiser(config.optimiser, config.generator_rate, self.generator.theta),
        }
        draw = drawer(config.data, config.points)
        self._real = _Stream(lambda count: draw(real, count), config.batch_size)
        self._noise = _Stream(lambda count: self._drawn(noise, count), config.batch_size)
        self._share = _Stream(lambda count: share.random((count, 1)), config.batch_size)
        shown = np.random.default_rng((config.seed, 4))
        self._shown_real = draw(shown, SHOWN).astype(np.float32)
        self._shown_noise = self._drawn(shown, SAMPLES).astype(np.float32)
        self.step_number, self.broken = 0, False
        self._history: list[Row] = []
        self._every = 1
        self._losses = (0.0, 0.0, 0.0)

    def _drawn(self, rng: np.random.Generator, count: int) -> Array:
        shape = (count, self.config.noise_size)
        return rng.standard_normal(shape) if self.config.noise == "normal" else rng.uniform(-1, 1, shape)

    def step(self, count: int = 1, who: Who = "both") -> None:
        """Take `count` steps: the discriminator's updates, then the generator's, or those of one of them only.

        A run whose numbers have grown beyond all bounds stays as it is.
        """
        for _ in range(count):
            if self.broken:
                return
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # told by `broken`
                self._step(who)

    def _step(self, who: Who) -> None:
        config = self.config
        on_critic, on_generator, length = self._losses
        if who != "generator":
            for _ in range(config.critic_steps if who == "both" else max(config.critic_steps, 1)):
                share = self._share() if config.loss == "wasserstein" and config.penalty else None
                fake = self.generator(self._noise())
                on_critic, slopes = critic_step(
                    self.critic, self._real(), fake, config.loss, penalty=config.penalty, share=share
                )
                self._optimisers["critic"].step(slopes)
        if who != "critic":
            for _ in range(config.generator_steps if who == "both" else max(config.generator_steps, 1)):
                on_generator, slopes, _at = generator_step(
                    self.generator, self.critic, self._noise(), self._real(), config.loss
                )
                length = float(np.sqrt(slopes @ slopes))
                self._optimisers["generator"].step(slopes)
        self._losses = (on_critic, on_generator, length)
        self.step_number += 1
        self.broken = not (self._within(np.array(self._losses)) and self._finite())
        if self.step_number % self._every == 0 and not self.broken:
            self._remember()

    def _within(self, numbers: Array) -> bool:
        """Whether these and a few generated points are within BOUND; NaN is not."""
        made = self.generator(self._shown_noise[:_WATCHED])
        return bool((np.abs(numbers) <= BOUND).all() and (np.abs(made) <= BOUND).all())

    def _finite(self) -> bool:
        if self.step_number % 16:
            return True
        return bool(np.isfinite(self.critic.theta).all() and np.isfinite(self.generator.theta).all())

    def _remember(self) -> None:
        x, y = self.generator(self._shown_noise[:64]).mean(axis=0)
        self._history.append(Row(self.step_number, *self._losses, (float(x), float(y))))
        if len(self._history) >= _MOST_ROWS:
            self._history = self._history[1::2]
            self._every *= 2

    @property
    def history(self) -> tuple[Row, ...]:
        """Rows over the whole run, evenly apart."""
        return tuple(self._history)

    def sample(self, count: int, seed: int = 0) -> Array:
        """Generated points (count, 2)."""
        return self.generator(self._drawn(np.random.default_rng((seed, 5)), count).astype(np.float32))

    def snapshot(self) -> Snapshot:
        """What is to be seen now; the run is not changed by it."""
        with np.errstate(all="ignore"):
            fake = _bounded(self.generator(self._shown_noise))
            real_shares, floor = reference(self.config.data, self.config.points)
            parts = {
                "real": self._shown_real.copy(), "fake": fake[:SHOWN].copy(), "heat": self._heat(),
                "manifold": self._manifold(), "arrows": self._arrows(),
            }  # fmt: skip
            for array in parts.values():
                array.flags.writeable = False
            return Snapshot(
                step=self.step_number,
                critic_updates=self._optimisers["critic"].steps,
                generator_updates=self._optimisers["generator"].steps,
                absolute=self.config.loss in ABSOLUTE,
                history=self.history,
                divergence=divergence(real_shares, shares(fake)),
                floor=floor,
                clusters=clusters_reached(self.config.data, fake),
                broken=self.broken,
                **parts,
            )

    def _heat(self) -> Array:
        half = VIEW / HEAT
        steps = np.linspace(-VIEW + half, VIEW - half, HEAT, dtype=np.float32)
        x, y = np.meshgrid(steps, steps)
        scores = np.nan_to_num(self.critic(np.column_stack([x.ravel(), y.ravel()]))[:, 0]).reshape(HEAT, HEAT)
        if self.config.loss == "least_squares":
            return np.clip(scores, 0, 1)
        if self.config.loss in ABSOLUTE:
            return sigmoid(scores)
        low, high = float(scores.min()), float(scores.max())
        return (scores - low) / max(high - low, 1e-9)

    def _manifold(self) -> Array:
        def steps(count: int) -> Array:
            inner = (np.arange(count) + 0.5) / count
            if self.config.noise == "uniform":
                return 2 * inner - 1
            return np.array([NormalDist().inv_cdf(share) for share in inner])

        if self.config.noise_size == 1:
            grid = steps(CURVE)[None, :, None]
        else:
            grid = np.stack(np.meshgrid(steps(MANIFOLD), steps(MANIFOLD), indexing="ij"), axis=-1)
        made = self.generator(grid.reshape(-1, grid.shape[-1]).astype(np.float32))
        return _bounded(made).reshape(*grid.shape[:2], 2)

    def _arrows(self) -> Array:
        noise, real = self._shown_noise[:ARROWS], self._shown_real[:ARROWS]
        given = self.critic.layers(self.generator(noise))
        on_real = self.critic(real)[:, 0]
        _, slope = generator_loss(self.config.loss, on_real, given[-1][:, 0])
        # times their number: the push on a point does not depend on how many others are drawn
        gradient, _ = self.critic.input_slopes(given)
        pushed = given[0] - ARROWS * slope[:, None] * gradient
        return _bounded(np.column_stack([given[0], pushed]))


def _bounded(points: Array) -> Array:
    """Points that can be drawn and told in numbers, whatever they were."""
    return np.asarray(np.clip(np.nan_to_num(points), -BOUND, BOUND))
