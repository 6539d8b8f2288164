"""What the restyling network learns: the target's pixels, edges and features, and to fool a critic of patches.

Pairs drawn by different hands do not lie on one another, so pixels alone would teach it to blur; the features (on a
ground of any colour, so that transparency counts) and the critic, which joins in later, keep its lines sharp.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from core import images
from core.gan.autodiff import Logs, Program, minimise, numbers, state_of
from core.gan.autoencoder import edges, to_pixels, to_unit
from core.gan.ema import Average
from core.gan.perceptual import PerceptualDistance
from core.gan.refining import balanced_pull, critic_terms
from core.gan.trainer import RunState
from core.gan.transparency import cleaned, laid_over, on_ground
from core.restyle.data import Pairs, StyledEmoji, cases, pictures_of
from core.restyle.network import RestylerConfig, build_critic, build_restyler
from core.runs import warmed_cosine

Tensor = Any
_COLUMNS = 14  # of a sheet of samples
_GREY = 0.5  # the ground that validation pictures are seen on


@dataclass(frozen=True)
class TrainingConfig:
    """One run. `adversarial_share` is how hard the critic pulls, as a share of the pull of the other losses.

    In the first cycle of the schedule the critic joins at `critic_from`, in later ones it is there at once; its pull
    grows over `critic_ramp`. For `composites`, `blurred` and `shift` see `core.restyle.data.Pairs`.
    """

    network: RestylerConfig = field(default_factory=RestylerConfig)
    batch_size: int = 16
    composites: float = 0.25
    blurred: float = 0.15
    shift: int = 3
    learning_rate: float = 8e-4
    beta_2: float = 0.99
    warmup: float = 0.02
    floor: float = 0.02
    clip: float = 0.5
    gradient_weight: float = 0.5
    perceptual_weight: float = 0.3
    critic_widths: tuple[int, ...] = (16, 40, 64)
    critic_learning_rate: float = 2e-4
    critic_from: float = 0.8
    critic_ramp: float = 0.1
    adversarial_share: float = 0.05
    penalty: float = 1.0
    ema_decay: float = 0.995
    validated: int = 256
    seed: int = 7

    def record(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


class RestyleObjective:
    """The restyling network and its critic, as `core.gan.trainer.Run` wants them."""

    def __init__(
        self, train: StyledEmoji, validation: StyledEmoji, distance: PerceptualDistance, config: TrainingConfig
    ) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.distance, self.batch_size = config, distance, config.batch_size
        self.pairs = Pairs(
            train, config.batch_size,
            composites=config.composites, blurred=config.blurred, shift=config.shift, seed=config.seed,
        )  # fmt: skip
        chosen = cases(validation, config.validated, config.seed)
        self.sources, self.targets = pictures_of(validation, chosen)
        self.styles = np.eye(config.network.styles, dtype=np.float32)[chosen.targets]
        self.network = build_restyler(config.network)
        self.critic = build_critic(config.network, config.critic_widths)
        self.average = Average(self.network, config.ema_decay)
        self.optimizer = keras.optimizers.Adam(config.learning_rate, beta_2=config.beta_2, global_clipnorm=config.clip)
        self.critic_optimizer = keras.optimizers.Adam(config.critic_learning_rate, beta_1=0.0, beta_2=config.beta_2)
        trained = {self.optimizer: [self.network], self.critic_optimizer: [self.critic]}
        self.variables = [*state_of([self.network, self.critic], trained), *self.average.variables]
        everything = [*self.variables, *distance.variables]
        self._imitate = Program(self._imitating, everything)
        self._refine = Program(self._refining, everything)
        self._measure = Program(self._measuring, everything)

    def step(self, state: RunState) -> Logs:
        """Learn from the batch of `state.step`, with the critic once its time has come."""
        config, batch = self.config, self.pairs(state.step)
        factor = warmed_cosine(state.progress, config.warmup, config.floor)
        self.optimizer.learning_rate = config.learning_rate * factor
        start = 0.0 if state.cycle else config.critic_from
        if state.progress < start:
            return self._imitate(batch)
        self.critic_optimizer.learning_rate = config.critic_learning_rate * max(factor, 0.1)
        ramp = 1.0 if state.cycle else min((state.progress - start) / config.critic_ramp, 1.0)
        return self._refine({**batch, "share": np.float32(config.adversarial_share * ramp)})

    def _imitating(self, batch: dict[str, Tensor]) -> Logs:
        source, target = to_unit(batch["source"]), to_unit(batch["target"])
        seen = self._seen(target, batch["ground"])

        def loss() -> tuple[Tensor, Logs]:
            answer = self.network([source, batch["style"]], training=True)
            return self._difference(answer, target, seen, batch["ground"])

        logs = minimise(loss, [self.network], self.optimizer)
        self.average.update()
        return logs

    def _refining(self, batch: dict[str, Tensor]) -> Logs:
        source, target, style = to_unit(batch["source"]), to_unit(batch["target"]), batch["style"]
        seen = self._seen(target, batch["ground"])

        def loss() -> tuple[Tensor, Logs]:
            answer = self.network([source, style], training=True)
            pull, logs = balanced_pull(
                answer,
                lambda x: self._difference(x, target, seen, batch["ground"])[0],
                lambda x: self.critic([source, x, style]),
                target,
                batch["share"],
            )
            return pull, {**logs, "answer": ops.stop_gradient(answer)}

        logs = minimise(loss, [self.network], self.optimizer)
        self.average.update()
        answer = logs.pop("answer")
        sources, styles = (ops.concatenate([x, x]) for x in (source, style))

        def critic_loss() -> tuple[Tensor, Logs]:
            judged, penalty = critic_terms(lambda x: self.critic([sources, x, styles]), target, answer)
            return judged + self.config.penalty * penalty, {"critic": judged, "penalty": penalty}

        logs["l1"] = ops.mean(ops.abs(answer - target))
        return {**logs, **minimise(critic_loss, [self.critic], self.critic_optimizer)}

    def _difference(self, answer: Tensor, target: Tensor, seen: list[Tensor], ground: Tensor) -> tuple[Tensor, Logs]:
        l1 = ops.mean(ops.abs(answer - target))
        pairs = zip(edges(answer), edges(target), strict=True)
        outline = sum(ops.mean(ops.abs(ours - theirs)) for ours, theirs in pairs)
        perceived = ops.mean(self.distance(self._seen(answer, ground), seen))
        value = l1 + self.config.gradient_weight * outline + self.config.perceptual_weight * perceived
        return value, {"difference": value, "l1": l1, "edges": outline, "perceptual": perceived}

    def _seen(self, pictures: Tensor, ground: Tensor) -> list[Tensor]:
        return self.distance.features(laid_over(pictures, ground))

    def _measuring(self, source: Tensor, target: Tensor, style: Tensor) -> Logs:
        given, wanted = to_unit(source), to_unit(target)
        answer = ops.clip(self.average.model([given, style], training=False), -1, 1)
        seen = self._seen(wanted, _GREY)
        return {
            "l1": ops.mean(ops.abs(answer - wanted)),
            "perceptual": ops.mean(self.distance(self._seen(answer, _GREY), seen)),
            "identity_l1": ops.mean(ops.abs(given - wanted)),
            "identity_perceptual": ops.mean(self.distance(self._seen(given, _GREY), seen)),
        }

    def validate(self) -> dict[str, float]:
        """Absolute difference (in -1..1) and perceptual distance on validation emoji, beside the source unchanged."""
        size = self.batch_size
        starts = range(0, max(len(self.sources) - size + 1, 1), size)
        rows = [
            numbers(self._measure(*(part[start : start + size] for part in (self.sources, self.targets, self.styles))))
            for start in starts
        ]
        return {f"validation_{name}": float(np.mean([row[name] for row in rows])) for name in rows[0]}

    def samples(self) -> NDArray[np.uint8]:
        """Validation emoji on white: sources, below each what the network draws, below that the artist's drawing."""
        shown = 2 * _COLUMNS
        given = self.sources[:shown].astype(np.float32) / 127.5 - 1
        answers = cleaned(to_pixels(self.average.model.predict_on_batch([given, self.styles[:shown]])))
        parts = [on_ground(part) for part in (self.sources[:shown], answers, self.targets[:shown])]
        rows = [part[start : start + _COLUMNS] for start in (0, _COLUMNS) for part in parts]
        return images.grid(np.concatenate(rows), _COLUMNS)
