"""Train the autoencoder whose latents the text-conditioned generator works on.

First it learns to restore photos: absolute difference of pixels and of their neighbours' differences, a perceptual
distance (of pictures with opacity over grounds drawn at random), and a small pull that keeps the latent centred with
unit deviation under noise. Then a critic of patches joins in, which the decoder has to fool, so that texture becomes
sharp (relativistic pairing, R1 and R2: Huang et al. 2024, arXiv:2501.05441; a critic on an autoencoder's decoder: Esser
et al. 2021, arXiv:2012.09841).
"""

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from core import images
from core.gan.autodiff import Logs, Program, minimise, numbers, state_of
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder, build_encoder, build_patch_critic
from core.gan.ema import Average
from core.gan.perceptual import PerceptualDistance
from core.gan.refining import balanced_pull, critic_terms
from core.gan.trainer import Drawn, RunState, Shuffled
from core.gan.transparency import for_people, laid_over
from core.runs import warmed_cosine

Tensor = Any
_SHOWN = 20  # photos on a sheet of samples


@dataclass(frozen=True)
class TrainingConfig:
    """One run. `adversarial_share` is how hard the critic pulls, as a share of the pull of the other losses.

    In the first cycle the critic joins at `critic_from` of the schedule, in later ones it is there at once; its pull
    grows over `critic_ramp`, and the learning rate is at most `refining_learning_rate` (twice that made it diverge).
    The rate rises over `warmup_steps` at the start of the run and over `warmup` of the schedule in every cycle.
    """

    network: AutoencoderConfig = field(default_factory=AutoencoderConfig)
    critic_widths: tuple[int, ...] = (32, 64, 128)
    batch_size: int = 64
    learning_rate: float = 5e-4
    refining_learning_rate: float = 2e-4
    critic_learning_rate: float = 2e-4
    beta_2: float = 0.99
    warmup: float = 0.01
    warmup_steps: int = 300
    floor: float = 0.02
    clip: float = 0.5
    gradient_weight: float = 1.0
    perceptual_weight: float = 0.15
    latent_noise: float = 0.15
    latent_pull: float = 0.02
    critic_from: float = 0.5
    critic_ramp: float = 0.1
    adversarial_share: float = 0.1
    penalty: float = 1.0
    ema_decay: float = 0.999
    validated: int = 512
    seed: int = 7


def to_unit(pixels: Tensor) -> Tensor:
    """Pixels 0..255 -> -1..1, float32."""
    return ops.cast(pixels, "float32") / 127.5 - 1


def to_pixels(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures of about -1..1 -> uint8."""
    return images.from_unit(np.asarray(ops.convert_to_numpy(pictures), np.float32))


def edges(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of neighbours, downwards and to the right."""
    return pictures[:, 1:] - pictures[:, :-1], pictures[:, :, 1:] - pictures[:, :, :-1]


class AutoencoderObjective:
    """Encoder, decoder and patch critic, as `core.gan.trainer.Run` wants them.

    Pictures come in turn, or as often as `shares` (N,) says.
    """

    def __init__(
        self,
        train: NDArray[np.uint8],
        validation: NDArray[np.uint8],
        distance: PerceptualDistance,
        config: TrainingConfig,
        shares: NDArray[np.float64] | None = None,
    ) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.train, self.distance = config, train, distance
        shown = np.random.default_rng(config.seed).permutation(len(validation))[: config.validated]
        self.validation = validation[shown]
        self.batch_size = config.batch_size
        in_turn = Shuffled(len(train), config.batch_size, config.seed)
        self.rows = in_turn if shares is None else Drawn(shares, config.batch_size, config.seed)
        self.encoder, self.decoder = build_encoder(config.network), build_decoder(config.network)
        shape = config.network.height, config.network.width
        self.critic = build_patch_critic(*shape, config.critic_widths, config.network.channels)
        self.averages = [Average(self.encoder, config.ema_decay), Average(self.decoder, config.ema_decay)]
        self.optimizer = keras.optimizers.Adam(config.learning_rate, beta_2=config.beta_2, global_clipnorm=config.clip)
        self.critic_optimizer = keras.optimizers.Adam(config.critic_learning_rate, beta_1=0.0, beta_2=config.beta_2)
        models = [self.encoder, self.decoder]
        trained = {self.optimizer: models, self.critic_optimizer: [self.critic]}
        self.variables = state_of([*models, self.critic], trained)
        self.variables += [variable for average in self.averages for variable in average.variables]
        everything = [*self.variables, *distance.variables]
        self._restore = Program(self._restoring, everything)
        self._refine = Program(self._refining, everything)
        self._measure = Program(self._measuring, everything)

    def step(self, state: RunState) -> Logs:
        """Learn from the batch of `state.step`, with the critic once its time has come."""
        config = self.config
        rng = np.random.default_rng((config.seed, 1, state.step))
        photos = self.train[self.rows(state.step)]
        photos = np.where(rng.random(len(photos))[:, None, None, None] < 0.5, photos[:, :, ::-1], photos)
        noise = rng.standard_normal((len(photos), *config.network.latent_shape), np.float32) * config.latent_noise
        ground = rng.random((len(photos), 1, 1, 1), np.float32)
        factor = warmed_cosine(state.progress, config.warmup, config.floor)
        start = 0.0 if state.cycle else config.critic_from
        if state.progress < start:
            self.optimizer.learning_rate = config.learning_rate * min(factor, (state.step + 1) / config.warmup_steps)
            return self._restore(photos, noise, ground)
        self.optimizer.learning_rate = min(config.learning_rate * factor, config.refining_learning_rate)
        self.critic_optimizer.learning_rate = config.critic_learning_rate * max(factor, 0.1)
        ramp = 1.0 if state.cycle else min((state.progress - start) / config.critic_ramp, 1.0)
        return self._refine(photos, noise, ground, np.float32(config.adversarial_share * ramp))

    def _restoring(self, pixels: Tensor, noise: Tensor, ground: Tensor) -> Logs:
        photos = to_unit(pixels)
        seen = self._perceived(photos, ground)

        def loss() -> tuple[Tensor, Logs]:
            restored, pull = self._pass(photos, noise)
            value, logs = self._difference(restored, photos, seen, ground)
            return value + self.config.latent_pull * pull, {**logs, "latent_pull": pull}

        logs = minimise(loss, [self.encoder, self.decoder], self.optimizer)
        self._follow()
        return logs

    def _refining(self, pixels: Tensor, noise: Tensor, ground: Tensor, share: Tensor) -> Logs:
        photos = to_unit(pixels)
        seen = self._perceived(photos, ground)

        def loss() -> tuple[Tensor, Logs]:
            restored, pull = self._pass(photos, noise)
            value, logs = balanced_pull(
                restored, lambda x: self._difference(x, photos, seen, ground)[0], self.critic, photos, share
            )
            logs = {**logs, "latent_pull": pull, "restored": ops.stop_gradient(restored)}
            return value + self.config.latent_pull * pull, logs

        logs = minimise(loss, [self.encoder, self.decoder], self.optimizer)
        self._follow()
        restored = logs.pop("restored")

        def critic_loss() -> tuple[Tensor, Logs]:
            judged, penalty = critic_terms(self.critic, photos, restored)
            return judged + self.config.penalty * penalty, {"critic": judged, "penalty": penalty}

        logs["l1"] = ops.mean(ops.abs(restored - photos))
        return {**logs, **minimise(critic_loss, [self.critic], self.critic_optimizer)}

    def _pass(self, photos: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Restored photos, and how far the batch of latents is from zero mean and unit deviation."""
        latents = self.encoder(photos, training=True)
        mean, variance = ops.moments(latents, axes=0)
        pull = ops.mean(ops.square(mean)) + ops.mean(ops.square(ops.sqrt(variance + 1e-4) - 1))
        return self.decoder(latents + noise, training=True), pull

    def _perceived(self, photos: Tensor, ground: Tensor) -> list[Tensor]:
        """What the perceptual network sees, of pictures with opacity over `ground`."""
        return self.distance.features(photos if self.config.network.channels == 3 else laid_over(photos, ground))

    def _difference(self, restored: Tensor, photos: Tensor, seen: list[Tensor], ground: Tensor) -> tuple[Tensor, Logs]:
        l1 = ops.mean(ops.abs(restored - photos))
        pairs = zip(edges(restored), edges(photos), strict=True)
        outline = sum(ops.mean(ops.abs(ours - theirs)) for ours, theirs in pairs)
        perceived = ops.mean(self.distance(self._perceived(restored, ground), seen))
        value = l1 + self.config.gradient_weight * outline + self.config.perceptual_weight * perceived
        return value, {"difference": value, "l1": l1, "edges": outline, "perceptual": perceived}

    def _follow(self) -> None:
        for average in self.averages:
            average.update()

    def _measuring(self, pixels: Tensor) -> Logs:
        photos = to_unit(pixels)
        restored = ops.clip(self._restored(photos), -1, 1)
        seen, found = (self._perceived(each, 1.0) for each in (photos, restored))
        return {
            "l1": ops.mean(ops.abs(restored - photos)),
            "psnr": ops.mean(10 * ops.log10(4 / ops.mean(ops.square(restored - photos), axis=(1, 2, 3)))),
            "perceptual": ops.mean(self.distance(found, seen)),
        }

    def _restored(self, photos: Tensor) -> Tensor:
        encoder, decoder = (average.model for average in self.averages)
        return decoder(encoder(photos, training=False), training=False)

    def validate(self) -> dict[str, float]:
        """Absolute difference (in -1..1), PSNR in dB and perceptual distance on validation photos."""
        size = self.batch_size
        starts = range(0, max(len(self.validation) - size + 1, 1), size)
        rows = [numbers(self._measure(self.validation[start : start + size])) for start in starts]
        return {f"validation_{name}": float(np.mean([row[name] for row in rows])) for name in rows[0]}

    def samples(self) -> NDArray[np.uint8]:
        """Validation photos, each with its restoration below it."""
        photos = self.validation[:_SHOWN]
        restored = to_pixels(self._restored(to_unit(photos)))
        columns = _SHOWN // 2
        rows = [part[start : start + columns] for start in (0, columns) for part in (photos, restored)]
        return images.grid(for_people(np.concatenate(rows)), columns)
