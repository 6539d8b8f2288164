"""What the two twins learn: the faithful one to err little, the sharp one to look right as well.

The faithful twin minimises the absolute difference. The sharp one starts from its weights and follows Ledig et al.
2017, arXiv:1609.04802: pixels, a perceptual distance, and a critic of patches (relativistic pairing with R1 and R2,
arXiv:2501.05441).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from core import images
from core.enlarging.network import UpscalerConfig, build_upscaler, one_factor
from core.enlarging.resizing import FACTORS, reduce
from core.gan.autodiff import Logs, Program, minimise, numbers, state_of
from core.gan.autoencoder import to_pixels, to_unit
from core.gan.ema import Average
from core.gan.perceptual import PerceptualDistance
from core.gan.refining import balanced_pull, critic_terms
from core.gan.trainer import RunState
from core.runs import warmed_cosine
from core.superres.data import DegradationConfig, Pairs, PhotoSet, enlarge_all
from core.superres.network import build_critic

Tensor = Any
_SHOWN = 6  # photos on a sheet of samples
_BATCH = 16  # photos measured at once


@dataclass(frozen=True)
class TrainingConfig:
    """One run of either stage. `sides` are those of the large pictures of a pair, for twofold and fourfold.

    `pixel_weight` and what follows concern the sharp twin only; `adversarial_share` is how hard the critic pulls, as a
    share of the pull of the other losses, and grows over the first `critic_ramp` of the schedule.
    """

    network: UpscalerConfig = field(default_factory=UpscalerConfig)
    degradation: DegradationConfig = field(default_factory=DegradationConfig)
    batch_size: int = 16
    sides: tuple[int, int] = (56, 96)
    learning_rate: float = 1e-3
    beta_2: float = 0.99
    warmup: float = 0.03
    floor: float = 0.02
    clip: float = 0.5
    ema_decay: float = 0.999
    validated: int = 96
    seed: int = 7
    pixel_weight: float = 0.5
    perceptual_weight: float = 0.3
    critic_widths: tuple[int, ...] = (24, 48, 96)
    critic_learning_rate: float = 2e-4
    critic_ramp: float = 0.1
    adversarial_share: float = 0.3
    penalty: float = 1.0


# the sharp twin starts from a trained network: gentler, and fewer pictures per step as each costs four times as much
SHARP = TrainingConfig(batch_size=8, learning_rate=2e-4)


class FaithfulObjective:
    """The PSNR-trained twin, as `core.gan.trainer.Run` wants it; `distance`, if given, is measured and not learned."""

    def __init__(
        self,
        train: PhotoSet,
        validation: PhotoSet,
        config: TrainingConfig,
        distance: PerceptualDistance | None = None,
        start: Sequence[NDArray[np.floating]] | None = None,
    ) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.distance = config, distance
        self.batch_size = len(FACTORS) * config.batch_size
        sides = dict(zip(FACTORS, config.sides, strict=True))
        self.pairs = Pairs(train, config.batch_size, sides, config.degradation, config.seed)
        shown = np.random.default_rng(config.seed).permutation(len(validation.large))[: config.validated]
        self.validation = validation.large[shown]
        self.network = build_upscaler(config.network)
        if start is not None:
            self.network.set_weights(start)
        self.average = Average(self.network, config.ema_decay)
        self.optimizer = keras.optimizers.Adam(config.learning_rate, beta_2=config.beta_2, global_clipnorm=config.clip)
        self.learned = {factor: one_factor(self.network, factor) for factor in FACTORS}
        self.served = {factor: one_factor(self.average.model, factor) for factor in FACTORS}
        critics = self._critics()
        trained = {self.optimizer: [self.network], **critics}
        models = [self.network, *(model for group in critics.values() for model in group)]
        self.variables = [*state_of(models, trained), *self.average.variables]
        everything = [*self.variables, *(distance.variables if distance else ())]
        self._learn = Program(self._learning, everything)
        self._measure = {
            factor: Program(lambda batch, factor=factor: self._measuring(batch, factor), everything)
            for factor in FACTORS
        }

    def _critics(self) -> dict[keras.optimizers.Optimizer, list[keras.Model]]:
        return {}

    def step(self, state: RunState) -> Logs:
        """Learn from the batch of `state.step`."""
        self._set_rates(state)
        return self._learn(self.pairs(state.step))

    def _set_rates(self, state: RunState) -> float:
        factor = warmed_cosine(state.progress, self.config.warmup, self.config.floor)
        self.optimizer.learning_rate = self.config.learning_rate * factor
        return factor

    def _learning(self, batch: dict[str, Tensor]) -> Logs:
        def loss() -> tuple[Tensor, Logs]:
            logs = {}
            for factor in FACTORS:
                restored = self._enlarged(self.learned[factor], batch, factor)
                logs[f"l1_x{factor}"] = ops.mean(ops.abs(restored - to_unit(batch[f"high{factor}"])))
            return sum(logs.values()), logs

        logs = minimise(loss, [self.network], self.optimizer)
        self.average.update()
        return logs

    def _enlarged(self, network: keras.Model, batch: dict[str, Tensor], factor: int) -> Tensor:
        detail = network(to_unit(batch[f"low{factor}"]), training=True)
        return to_unit(batch[f"enlarged{factor}"]) + detail

    def _measuring(self, batch: dict[str, Tensor], factor: int) -> Logs:
        high = to_unit(batch[f"high{factor}"])
        restored = ops.clip(self._enlarged(self.served[factor], batch, factor), -1, 1)
        plain = to_unit(batch[f"enlarged{factor}"])
        logs = {"psnr": ops.mean(_psnr(restored, high)), "gain": ops.mean(_psnr(restored, high) - _psnr(plain, high))}
        if self.distance:
            found, seen = self.distance.features(restored), self.distance.features(high)
            logs["perceptual"] = ops.mean(self.distance(found, seen))
        return logs

    def validate(self) -> dict[str, float]:
        """PSNR in dB, its gain over bicubic and perceptual distance (where there is one), by factor."""
        rows = []
        for start in range(0, max(len(self.validation) - _BATCH + 1, 1), _BATCH):
            row = {}
            for factor in FACTORS:
                figures = numbers(self._measure[factor](_pair(self.validation[start : start + _BATCH], factor)))
                row.update({f"validation_{name}_x{factor}": value for name, value in figures.items()})
            rows.append(row)
        return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}

    def samples(self) -> NDArray[np.uint8]:
        """Validation photos, fourfold, a row each: pixels as they are, bicubic, the networks' answers, the original."""
        factor = FACTORS[-1]
        batch = _pair(self.validation[:_SHOWN], factor)
        height, width = batch[f"high{factor}"].shape[1:3]
        plain = [cv2.resize(low, (width, height), interpolation=cv2.INTER_NEAREST) for low in batch[f"low{factor}"]]
        answers = [to_pixels(self._enlarged(one_factor(model, factor), batch, factor)) for model in self._answering()]
        rows = [np.stack(plain), batch[f"enlarged{factor}"], *answers, batch[f"high{factor}"]]
        return images.grid(np.concatenate(rows), len(plain))

    def _answering(self) -> list[keras.Model]:
        return [self.average.model]


class SharpObjective(FaithfulObjective):
    """The twin that also has to please a perceptual network and to fool a critic; `start` are the faithful weights."""

    distance: PerceptualDistance

    def __init__(
        self,
        train: PhotoSet,
        validation: PhotoSet,
        config: TrainingConfig,
        distance: PerceptualDistance,
        start: Sequence[NDArray[np.floating]],
    ) -> None:
        self.faithful = build_upscaler(config.network)
        self.faithful.set_weights(start)
        super().__init__(train, validation, config, distance, start)

    def _critics(self) -> dict[keras.optimizers.Optimizer, list[keras.Model]]:
        self.critic = build_critic(self.config.critic_widths)
        self.critic_optimizer = keras.optimizers.Adam(
            self.config.critic_learning_rate, beta_1=0.0, beta_2=self.config.beta_2
        )
        return {self.critic_optimizer: [self.critic]}

    def step(self, state: RunState) -> Logs:
        """Learn from the batch of `state.step`, network first, then critic."""
        factor = self._set_rates(state)
        self.critic_optimizer.learning_rate = self.config.critic_learning_rate * max(factor, 0.1)
        ramp = 1.0 if state.cycle else min(state.progress / self.config.critic_ramp, 1.0)
        return self._learn({**self.pairs(state.step), "share": np.float32(self.config.adversarial_share * ramp)})

    def _learning(self, batch: dict[str, Tensor]) -> Logs:
        restored: dict[int, Tensor] = {}
        high = {factor: to_unit(batch[f"high{factor}"]) for factor in FACTORS}

        def loss() -> tuple[Tensor, Logs]:
            total, logs = 0.0, {}
            for factor in FACTORS:
                answer = self._enlarged(self.learned[factor], batch, factor)
                restored[factor] = ops.stop_gradient(answer)
                differ = self._differing(high[factor])
                pull, figures = balanced_pull(answer, differ, self.critic, high[factor], batch["share"])
                total += pull
                logs.update({f"{name}_x{factor}": value for name, value in figures.items()})
                logs[f"restored{factor}"] = restored[factor]
            return total, logs

        logs = minimise(loss, [self.network], self.optimizer)
        self.average.update()
        answers = {factor: logs.pop(f"restored{factor}") for factor in FACTORS}

        def critic_loss() -> tuple[Tensor, Logs]:
            judged, penalty = 0.0, 0.0
            for factor in FACTORS:
                terms = critic_terms(self.critic, high[factor], answers[factor])
                judged, penalty = judged + terms[0] / len(FACTORS), penalty + terms[1] / len(FACTORS)
            return judged + self.config.penalty * penalty, {"critic": judged, "penalty": penalty}

        return {**logs, **minimise(critic_loss, [self.critic], self.critic_optimizer)}

    def _differing(self, high: Tensor) -> Callable[[Tensor], Tensor]:
        """How far pictures are from `high`, pixels and what is perceived."""
        seen = self.distance.features(high)

        def differ(x: Tensor) -> Tensor:
            perceived = ops.mean(self.distance(self.distance.features(x), seen))
            return self.config.pixel_weight * ops.mean(ops.abs(x - high)) + self.config.perceptual_weight * perceived

        return differ

    def _answering(self) -> list[keras.Model]:
        return [self.faithful, self.average.model]


def _pair(high: NDArray[np.uint8], factor: int) -> dict[str, NDArray[np.uint8]]:
    low = reduce(high, factor)
    return {f"high{factor}": high, f"low{factor}": low, f"enlarged{factor}": enlarge_all(low, factor)}


def _psnr(one: Tensor, other: Tensor) -> Tensor:
    """In dB, per picture of -1..1."""
    return 10 * ops.log10(4 / (ops.mean(ops.square(one - other), axis=(1, 2, 3)) + 1e-9))
