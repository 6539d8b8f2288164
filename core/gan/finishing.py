"""The last stage of a generator of latents: its decoder learns from what the generator makes of noise.

Until then the decoder was given latents of real pictures only, which generated ones resemble but are not, and a critic
of patches. Here a critic judges that looks through a pretrained network (`core.gan.projection`), and pictures are held
near what they were, seen from a little further away: they become crisper, and stay as different from each other and as
true to their condition as they were. Learning without that hold got a better KID sooner, and distorted figures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from core.gan import sampling
from core.gan.adversarial import Conditions, between
from core.gan.augmentation import AugmentationConfig, augment
from core.gan.autodiff import Logs, Program, input_gradient, minimise, state_of
from core.gan.autoencoder import to_unit
from core.gan.ema import Average
from core.gan.latent_game import Standard
from core.gan.losses import gradient_penalty, mismatched, relativistic
from core.gan.projection import Projection, build_heads
from core.gan.trainer import Drawn, RunState, Shuffled
from core.gan.transparency import laid_over

Tensor = Any


@dataclass(frozen=True)
class FinishingConfig:
    """How the game is played; pairs are (at the start, at the end) of the schedule and move geometrically.

    Up to `critic_alone` of the first cycle the decoder waits for the critic to learn. `hold` weighs the mean absolute
    difference from what a picture was, both averaged over squares of `hold_side` pixels; `mismatch` real pictures with
    wrong conditions. Before the critic sees them, pictures are enlarged by `enlarge`. Of the way that the decoder's
    weights have gone, `share` is kept at the end: interpolated networks keep most of what is crisper and little of what
    is false (Wang et al. 2018, ESRGAN, arXiv:1809.00219).
    """

    batch_size: int = 32
    learning_rate: tuple[float, float] = (1e-4, 2e-5)
    critic_learning_rate: tuple[float, float] = (4e-4, 1e-4)
    critic_alone: float = 0.08
    penalty: float = 0.3
    mismatch: float = 0.5
    hold: float = 5.0
    hold_side: int = 2
    beta_2: float = 0.99
    clip: float = 1.0
    ema_decay: float = 0.995
    enlarge: int = 2
    share: float = 0.5
    augmentation: AugmentationConfig = field(default_factory=lambda: AugmentationConfig(shift=3))
    seed: int = 7


class FinishingObjective:
    """The decoder against the heads of `projection`, as `core.gan.trainer.Run` wants them.

    `generator` takes noise (B, n) and conditions (B, K) to rows that `standard` makes latents of `decoder`. `real` are
    pictures uint8 (N, H, W, 3), or 4 (`core.gan.transparency`), which come as often as `shares` (N,) says (default: all
    alike); `conditions` are theirs, for rows from N on, with `mirror`, those of the mirrored pictures. `measure` and
    `show` are given the averaged decoder.
    """

    def __init__(
        self,
        generator: keras.Model,
        decoder: keras.Model,
        standard: Standard,
        projection: Projection,
        real: NDArray[np.uint8],
        config: FinishingConfig,
        *,
        conditions: Conditions,
        mirror: bool = True,
        shares: NDArray[np.float64] | None = None,
        measure: Callable[[keras.Model], dict[str, float]],
        show: Callable[[keras.Model], NDArray[np.uint8]],
    ) -> None:
        keras.utils.set_random_seed(config.seed)
        self.generator, self.decoder, self.standard = generator, decoder, standard
        generator.trainable, decoder.trainable = False, True
        self.before = keras.models.clone_model(decoder)
        self.before.set_weights(decoder.get_weights())
        self.projection, self.real, self.config = projection, real, config
        self.conditions, self.mirror, self.batch_size = conditions, mirror, config.batch_size
        in_turn = Shuffled(len(real), config.batch_size, config.seed)
        self.rows = in_turn if shares is None else Drawn(shares, config.batch_size, config.seed)
        self.heads = build_heads([len(scale) for scale in projection.scales], generator.inputs[1].shape[-1])
        self.average = Average(decoder, config.ema_decay)
        self.optimizer, self.critic_optimizer = (
            keras.optimizers.Adam(rates[0], beta_1=0.0, beta_2=config.beta_2, global_clipnorm=config.clip)
            for rates in (config.learning_rate, config.critic_learning_rate)
        )
        trained = {self.optimizer: [decoder], self.critic_optimizer: self.heads}
        self.variables = [*state_of([decoder, *self.heads], trained), *self.average.variables]
        self._measure, self._show = measure, show
        fixed = [*generator.variables, *self.before.variables, *projection.variables]
        self._play = Program(self._playing, [*self.variables, *fixed])
        self._criticise = Program(self._criticising, [*self.variables, *fixed])

    def step(self, state: RunState) -> Logs:
        """One step of the decoder, then one of the critic on the same pictures."""
        self.optimizer.learning_rate = between(self.config.learning_rate, state.progress)
        self.critic_optimizer.learning_rate = between(self.config.critic_learning_rate, state.progress)
        alone = not state.cycle and state.progress < self.config.critic_alone
        return (self._criticise if alone else self._play)(self._draw(state.step))

    def _draw(self, number: int) -> dict[str, NDArray[Any]]:
        rng, rows = np.random.default_rng((self.config.seed, 3, number)), self.rows(number)
        mirrored = (rng.random(len(rows)) < 0.5) & self.mirror
        real = self.real[rows]
        height, width = real.shape[1:3]
        shifts = [self.config.augmentation.draw(len(rows), height, width, rng) for _ in range(2)]
        return {
            "real": np.where(mirrored[:, None, None, None], real[:, :, ::-1], real),
            "condition": self.conditions(rows + mirrored * len(self.real), rng),
            "noise": sampling.draw(rng, (len(rows), self.generator.inputs[0].shape[-1]), "normal"),
            "shifts": np.stack(shifts, axis=1),
            "ground": rng.random((len(rows), 1, 1, 1), np.float32),
        }

    def _latents(self, batch: dict[str, Tensor]) -> Tensor:
        rows = self.generator([batch["noise"], batch["condition"]], training=False)
        standard = self.standard
        return ops.reshape(rows, (-1, *standard.mean.shape)) * standard.deviation + standard.mean

    def _seen(self, pictures: Tensor, batch: dict[str, Tensor], turn: int) -> list[Tensor]:
        """What the pretrained network sees of pictures, moved a little, and over a ground if they can be seen through.

        Beyond -1..1 there is nothing to see; slopes are kept there, so that what went beyond comes back.
        """
        shown = pictures + ops.stop_gradient(ops.clip(pictures, -1, 1) - pictures)
        shown = laid_over(shown, batch["ground"]) if shown.shape[-1] == 4 else shown
        return self.projection(augment(shown, batch["shifts"][:, turn], self.config.augmentation))

    def _found(self, batch: dict[str, Tensor]) -> list[Tensor]:
        return self._seen(to_unit(batch["real"]), batch, 1)

    def _playing(self, batch: dict[str, Tensor]) -> Logs:
        config, condition, latents, found = self.config, batch["condition"], self._latents(batch), self._found(batch)
        scores = [head([each, condition]) for head, each in zip(self.heads, found, strict=True)]
        before = ops.clip(self.before(latents, training=False), -1, 1)

        def loss() -> tuple[Tensor, Logs]:
            pictures = self.decoder(latents, training=True)
            moved = ops.mean(ops.abs(ops.average_pool(pictures - before, config.hold_side, config.hold_side)))
            made = self._seen(pictures, batch, 0)
            judged = [head([each, condition]) for head, each in zip(self.heads, made, strict=True)]
            fooling = sum(relativistic(ours, real) for ours, real in zip(judged, scores, strict=True)) / len(judged)
            seen = {str(depth): ops.stop_gradient(each) for depth, each in enumerate(made)}
            return fooling + config.hold * moved, {"fooling": fooling, "moved": moved, **seen}

        logs = minimise(loss, [self.decoder], self.optimizer)
        made = [logs.pop(str(depth)) for depth in range(len(self.heads))]
        self.average.update()
        return {**logs, **self._learn_critic(found, made, condition)}

    def _criticising(self, batch: dict[str, Tensor]) -> Logs:
        made = self._seen(self.decoder(self._latents(batch), training=False), batch, 0)
        return self._learn_critic(self._found(batch), made, batch["condition"])

    def _learn_critic(self, found: list[Tensor], made: list[Tensor], condition: Tensor) -> Logs:
        twice, other = ops.concatenate([condition, condition]), mismatched(condition)
        differs = ops.cast(ops.any(other != condition, axis=-1), "float32")[:, None]

        def loss() -> tuple[Tensor, Logs]:
            terms: list[tuple[Tensor, Tensor, Tensor]] = []
            for head, real, ours in zip(self.heads, found, made, strict=True):

                def judge(x: Tensor, head: keras.Model = head) -> Tensor:
                    return head([x, twice])

                scores, slopes = input_gradient(judge, ops.concatenate([real, ours]))
                on_real, on_ours = ops.split(scores, 2)
                wrong = ops.mean(differs * ops.softplus(head([real, other]) - on_real))
                terms.append((relativistic(on_real, on_ours), gradient_penalty(slopes) / scores.shape[1], wrong))
            critic, penalty, wrong = (sum(each) / len(terms) for each in zip(*terms, strict=True))
            value = critic + self.config.penalty * penalty + self.config.mismatch * wrong
            return value, {"critic": critic, "penalty": penalty, "mismatch": wrong}

        return minimise(loss, self.heads, self.critic_optimizer)

    def finished(self) -> keras.Model:
        """The decoder that is kept."""
        weights = zip(self.before.get_weights(), self.average.model.get_weights(), strict=True)
        decoder = keras.models.clone_model(self.decoder)
        decoder.set_weights([before + self.config.share * (learned - before) for before, learned in weights])
        return decoder

    def validate(self) -> dict[str, float]:
        """What `measure` finds."""
        return self._measure(self.average.model)

    def samples(self) -> NDArray[np.uint8]:
        """What `show` draws."""
        return self._show(self.average.model)
