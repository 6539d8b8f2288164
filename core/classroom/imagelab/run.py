"""A DCGAN of small pictures, trained live: settings, steps, and what can be seen of it."""

from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.classroom.imagelab.config import ImageLabConfig
from core.classroom.imagelab.pictures import SIDES, load
from core.classroom.imagelab.view import SHOWN, ImageSnapshot
from core.classroom.midpoint import equal_errors
from core.gan import dcgan
from core.gan.adversarial import DCGAN, AdversarialObjective
from core.gan.autodiff import Logs, numbers
from core.gan.trainer import RunState, Shuffled
from core.images import from_unit

NOISE = 32
_JUDGED = 128  # real and generated pictures whose scores are shown
_BINS = 20


@dataclass(frozen=True)
class Shape:
    """What is compiled once: how wide the networks are and how many pictures a step sees."""

    width: int = 16
    batch_size: int = 32


SHAPES = {"digits": Shape(16, 64), "faces": Shape(16, 32)}


class Networks:
    """Generator, critic and their compiled steps for one set of pictures; used by one run after another.

    Compiling takes seconds and memory that TensorFlow does not give back, so a new run only sets all variables anew.
    """

    def __init__(self, data: str, images: NDArray[np.uint8], shape: Shape) -> None:
        side = SIDES[data]
        config = dcgan.DcganConfig(
            height=side, width_pixels=side, width=shape.width, stages=int(np.log2(side // 4)), noise=NOISE
        )
        self.images = images
        self._game = replace(DCGAN, batch_size=min(shape.batch_size, len(images)), ema_decay=0.99, flip=data == "faces")
        self.objective = AdversarialObjective(
            dcgan.build_generator(config), dcgan.build_critic(config), images, self._game
        )
        self._start = [np.array(variable.numpy()) for variable in self.objective.variables]

    def restart(self, config: ImageLabConfig) -> None:
        """Fresh weights from the seed, and the run's settings."""
        objective = self.objective
        for variable, value in zip(objective.variables, self._start, strict=True):
            variable.assign(value)
        rng = np.random.default_rng((config.seed, 0))
        for network in (objective.generator, objective.critic):
            for variable in network.trainable_variables:
                if len(variable.shape) > 1:  # kernels; biases and normalisation start as they were
                    variable.assign(0.02 * rng.standard_normal(variable.shape))
        objective.average.model.set_weights(objective.generator.get_weights())
        objective.config = replace(
            self._game, learning_rate=(config.rate, config.rate), critic_steps=config.critic_steps, seed=config.seed
        )
        objective.rows = Shuffled(len(self.images), objective.batch_size, config.seed)


class ImageRun:
    """One training; the same configuration gives the same pictures on the same machine."""

    def __init__(self, networks: Networks, config: ImageLabConfig) -> None:
        networks.restart(config)
        self.config, self._objective = config, networks.objective
        self._state = RunState()
        rng = np.random.default_rng((config.seed, 6))
        self._noise = rng.uniform(-1, 1, (_JUDGED, NOISE)).astype(np.float32)
        rows = rng.choice(len(networks.images), min(_JUDGED, len(networks.images)), replace=False)
        self._real = (networks.images[rows].astype(np.float32) / 127.5) - 1
        self._logs: Logs = {}

    @property
    def step_number(self) -> int:
        """Steps taken."""
        return self._state.step

    def step(self, count: int = 1) -> None:
        """Learn from `count` batches."""
        for _ in range(count):
            self._logs = self._objective.step(self._state)
            self._state.step += 1

    def snapshot(self) -> ImageSnapshot:
        """Pictures of fixed noise, and how the critic scores real and generated ones.

        Batch normalisation moves all of a critic's scores when it is asked outside of training: only how far apart
        they are says something, so they are shown from the line where it errs as often on either kind.
        """
        generator: keras.Model = self._objective.average.model
        made = np.asarray(generator(self._noise, training=False))
        scores = [
            np.asarray(self._objective.critic(pictures, training=False)).astype(float).ravel()
            for pictures in (self._real, made)
        ]
        line = equal_errors(*scores)
        chances = [1 / (1 + np.exp(np.clip(line - each, -60, 60))) for each in scores]
        counts = [np.histogram(each, _BINS, (0, 1))[0] / len(each) for each in chances]
        losses = numbers(self._logs) if self._logs else {}
        return ImageSnapshot(
            step=self.step_number,
            pictures=_frozen(from_unit(made[:SHOWN])),
            real_scores=_frozen(counts[0]),
            fake_scores=_frozen(counts[1]),
            critic=losses.get("critic"),
            generator=losses.get("generator"),
            accuracy=float((np.mean(scores[0] >= line) + np.mean(scores[1] < line)) / 2),
        )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


class Workshop:
    """Makes runs; keeps the compiled networks of each set of pictures."""

    def __init__(self, shapes: dict[str, Shape] | None = None) -> None:
        self._shapes = shapes or SHAPES
        self._networks: dict[str, Networks] = {}

    def __call__(self, config: ImageLabConfig) -> ImageRun:
        """A run at its start; the one before it with these pictures must no longer be used.

        Raises:
            DataError: the pictures are missing or damaged.
        """
        if config.data not in self._networks:
            self._networks[config.data] = Networks(config.data, load(config.data), self._shapes[config.data])
        return ImageRun(self._networks[config.data], config)
