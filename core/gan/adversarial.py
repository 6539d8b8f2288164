"""Generator against critic, as `core.gan.trainer.Run` wants it: for pixels and latents, any game, any condition."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from core.gan import sampling
from core.gan.augmentation import AugmentationConfig, augment
from core.gan.autodiff import Logs, Program, input_gradient, minimise, state_of
from core.gan.blocks import LOOKED
from core.gan.ema import Average
from core.gan.losses import GAMES, gradient_penalty, interpolation_penalty, mismatched
from core.gan.trainer import Drawn, RunState, Shuffled

Tensor = Any
# rows (B,) and a generator of random numbers -> conditions (B, K); texts may be drawn among several for one row
Conditions = Callable[[NDArray[np.intp], np.random.Generator], NDArray[np.float32]]


@dataclass(frozen=True)
class AdversarialConfig:
    """How the game is played. Pairs are (at the start, at the end) of the schedule, and move geometrically.

    `penalty`: with the Wasserstein game the weight of the interpolation penalty, else gamma of R1 + R2 (0: none).
    `mismatch` weighs real pictures with wrong conditions against generated ones. `anchor` weighs the mean absolute
    difference of what is generated to the real row of the same condition, which helps where a condition says nearly all
    (Isola et al. 2017, arXiv:1611.07004); up to `alone` of the schedule the generator learns from that only, at a
    fraction of the cost. `noise` is normal or uniform in -1..1.
    """

    game: str = "relativistic"
    penalty: tuple[float, float] = (1.0, 0.1)
    mismatch: float = 0.5
    anchor: tuple[float, float] = (0.0, 0.0)
    alone: float = 0.0
    batch_size: int = 64
    learning_rate: tuple[float, float] = (2e-4, 5e-5)
    beta_1: float = 0.0
    beta_2: float = 0.99
    clip: float | None = None
    critic_steps: int = 1
    ema_decay: float = 0.999
    noise: Literal["normal", "uniform"] = "normal"
    augmentation: AugmentationConfig | None = None
    flip: bool = False
    seed: int = 7


# as the paper of DCGAN asks
DCGAN = AdversarialConfig(
    game="non_saturating", penalty=(0.0, 0.0), batch_size=128, learning_rate=(2e-4, 2e-4), beta_1=0.5, beta_2=0.999,
    noise="uniform",
)  # fmt: skip


def between(ends: tuple[float, float], progress: float) -> float:
    """Where a quantity stands that goes geometrically from one end to the other; 0 to 0 stays 0."""
    return ends[0] * (ends[1] / ends[0]) ** progress if ends[0] else 0.0


def in_two(critic: keras.Model) -> tuple[keras.Model, keras.Model]:
    """What `critic` sees in a picture before it is told the condition, and how it then judges; their weights are its.

    A second condition for the same picture thus costs the second part only: of DCGAN's critic a twentieth. A critic
    without a layer of the name `LOOKED` is told the condition from the first, and is the second part itself.
    """
    if LOOKED not in [layer.name for layer in critic.layers]:
        return keras.layers.Identity(), critic
    looked = critic.get_layer(LOOKED).output
    return keras.Model(critic.inputs[0], looked), keras.Model([looked, critic.inputs[1]], critic.output)


class AdversarialObjective:
    """`generator` learns to make what `critic` cannot tell from `real`.

    `real` is uint8 pixels (N, H, W, C), learned as -1..1, or float32 rows (N, ...), learned as they are. With
    `conditions` both networks take (input, condition). Rows come in turn, or as often as `shares` (N,) says. `measure`
    and `show` are given the averaged generator.
    """

    def __init__(
        self,
        generator: keras.Model,
        critic: keras.Model,
        real: NDArray[Any],
        config: AdversarialConfig,
        *,
        conditions: Conditions | None = None,
        shares: NDArray[np.float64] | None = None,
        measure: Callable[[keras.Model], dict[str, float]] | None = None,
        show: Callable[[keras.Model], NDArray[np.uint8]] | None = None,
    ) -> None:
        self.config, self.real, self.conditions = config, real, conditions
        self.generator, self.critic, self.game = generator, critic, GAMES[config.game]
        self._look, self._judge = in_two(critic)
        self.noise_size = generator.inputs[0].shape[-1]
        self.batch_size = config.batch_size
        in_turn = Shuffled(len(real), config.batch_size, config.seed)
        self.rows = in_turn if shares is None else Drawn(shares, config.batch_size, config.seed)
        self.average = Average(generator, config.ema_decay)
        self.optimizers = [
            keras.optimizers.Adam(
                config.learning_rate[0], beta_1=config.beta_1, beta_2=config.beta_2, global_clipnorm=config.clip
            )
            for _ in range(2)
        ]
        trained = dict(zip(self.optimizers, ([generator], [critic]), strict=True))
        self.variables = [*state_of([generator, critic], trained), *self.average.variables]
        self._measure, self._show = measure, show
        self._learn_critic = Program(self._criticise, self.variables)
        self._learn_generator = Program(self._generate, self.variables)
        self._learn_alone = Program(self._imitate, self.variables)

    def step(self, state: RunState) -> Logs:
        """Steps of the critic, then one of the generator, on fresh noise each."""
        rate = between(self.config.learning_rate, state.progress)
        for optimizer in self.optimizers:
            optimizer.learning_rate = rate
        if state.progress < self.config.alone:
            return self._learn_alone(self.draw(state.step))
        weight = np.float32(between(self.config.penalty, state.progress))
        logs: Logs = {}
        for turn in range(self.config.critic_steps):
            batch = self.draw(state.step * self.config.critic_steps + turn)
            logs = self._learn_critic(batch, weight)
        anchor = np.float32(between(self.config.anchor, state.progress))
        return {**logs, **self._learn_generator(batch, anchor)}

    def draw(self, number: int) -> dict[str, NDArray[Any]]:
        """The batch of that number: real rows, conditions, noise, and random numbers for augmentation and penalty."""
        config, rows = self.config, self.rows(number)
        rng = np.random.default_rng((config.seed, 2, number))
        count, real = len(rows), self.real[rows]
        if config.flip:
            real = np.where(rng.random(count)[:, None, None, None] < 0.5, real[:, :, ::-1], real)
        batch = {"real": real, "share": rng.random(count, np.float32)}
        for user in ("critic", "generator"):
            batch[f"{user}_noise"] = sampling.draw(rng, (count, self.noise_size), config.noise)
        if self.conditions:
            batch["condition"] = self.conditions(rows, rng)
        if config.augmentation:
            height, width = self.real.shape[1:3]
            drawn = [config.augmentation.draw(count, height, width, rng) for _ in range(2)]
            batch["drawn"] = np.stack(drawn, axis=1)  # the batch comes first, as in every array of it
        return batch

    def _inputs(self, x: Tensor, condition: Tensor | None) -> Tensor:
        return x if condition is None else [x, condition]

    def _real(self, batch: dict[str, Tensor]) -> Tensor:
        real = batch["real"]
        return ops.cast(real, "float32") / 127.5 - 1 if self.real.dtype == np.uint8 else real

    def _seen(self, x: Tensor, batch: dict[str, Tensor], turn: int) -> Tensor:
        """What the critic is shown of `x`."""
        return augment(x, batch["drawn"][:, turn], self.config.augmentation) if self.config.augmentation else x

    def _criticise(self, batch: dict[str, Tensor], weight: Tensor) -> Logs:
        condition = batch.get("condition")
        fake = self.generator(self._inputs(batch["critic_noise"], condition), training=True)
        real, fake = self._seen(self._real(batch), batch, 0), self._seen(ops.stop_gradient(fake), batch, 1)

        def judge(x: Tensor) -> Tensor:
            return self.critic(self._inputs(x, condition), training=True)

        def loss() -> tuple[Tensor, Logs]:
            smooth = self.config.penalty[0] > 0 and self.config.game != "wasserstein"
            looked = self._look(real, training=True)
            if smooth:
                (on_real, real_slopes), (on_fake, fake_slopes) = (input_gradient(judge, x) for x in (real, fake))
            else:
                on_real, on_fake = self._judge(self._inputs(looked, condition), training=True), judge(fake)
            judged = self.game.critic(on_real, on_fake)
            value, logs = judged, {"critic": judged, "margin": ops.mean(on_real) - ops.mean(on_fake)}
            if condition is not None and self.config.mismatch:
                other = mismatched(condition)
                wrong = self._judge(self._inputs(looked, other), training=True)
                same = ops.all(other == condition, axis=-1)  # the neighbour's is right here too: nothing to learn
                right, wrong = (ops.where(same, ops.stop_gradient(scores), scores) for scores in (on_real, wrong))
                value += self.config.mismatch * self.game.critic(right, wrong)
                logs["mismatch_margin"] = ops.mean(on_real) - ops.mean(wrong)
            if smooth:
                logs["penalty"] = 0.5 * (gradient_penalty(real_slopes) + gradient_penalty(fake_slopes))
            elif self.config.penalty[0] > 0:
                logs["penalty"] = interpolation_penalty(judge, real, fake, batch["share"])
            if "penalty" in logs:
                value += weight * logs["penalty"]
            return value, logs

        return minimise(loss, [self.critic], self.optimizers[1])

    def _generate(self, batch: dict[str, Tensor], anchor: Tensor) -> Logs:
        condition, rows = batch.get("condition"), self._real(batch)
        real = self._seen(rows, batch, 0)
        on_real = self.critic(self._inputs(real, condition), training=True)

        def loss() -> tuple[Tensor, Logs]:
            fake = self.generator(self._inputs(batch["generator_noise"], condition), training=True)
            on_fake = self.critic(self._inputs(self._seen(fake, batch, 1), condition), training=True)
            value = self.game.generator(on_real, on_fake)
            logs = {"generator": value}
            if self.config.anchor[0]:
                logs["anchor"] = ops.mean(ops.abs(fake - rows))
                value += anchor * logs["anchor"]
            return value, logs

        logs = minimise(loss, [self.generator], self.optimizers[0])
        self.average.update()
        return logs

    def _imitate(self, batch: dict[str, Tensor]) -> Logs:
        condition, rows = batch.get("condition"), self._real(batch)

        def loss() -> tuple[Tensor, Logs]:
            fake = self.generator(self._inputs(batch["generator_noise"], condition), training=True)
            missed = ops.mean(ops.abs(fake - rows))
            return missed, {"anchor": missed}

        logs = minimise(loss, [self.generator], self.optimizers[0])
        self.average.update()
        return logs

    def validate(self) -> dict[str, float]:
        """What `measure` finds; nothing without one."""
        return self._measure(self.average.model) if self._measure else {}

    def samples(self) -> NDArray[np.uint8] | None:
        """What `show` draws; nothing without one."""
        return self._show(self.average.model) if self._show else None
