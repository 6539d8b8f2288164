"""A judge of classes: looks at pictures and says, for each of its heads, which of the known values they show.

It is trained on real pictures only and takes no part in training the generator, so it can tell how well generated
pictures show what was asked for. Its accuracy on real, held-out pictures is the ceiling of that figure.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from core import artifacts
from core.artifacts import ArtifactError
from core.gan.autodiff import Logs, Program, minimise, state_of
from core.gan.ema import Average
from core.gan.judging import Changes, changed, cross_entropy, seen_in
from core.gan.latent_generator import UNUSABLE
from core.gan.stages import building, fit
from core.gan.trainer import RunState, Shuffled
from core.runs import warmed_cosine

Tensor = Any
NETWORK, WORDS = "judge.keras", "judge.json"
FILES = (NETWORK, WORDS)
_BATCH = 256


@dataclass(frozen=True)
class ClassifierConfig(Changes):
    """Shape and training: channels at half, quarter … of the size, and residual blocks there."""

    widths: tuple[int, ...] = (24, 48, 72, 96)
    blocks: tuple[int, ...] = (0, 0, 1, 1)
    dropout: float = 0.2
    batch_size: int = 128
    learning_rate: float = 2e-3
    warmup: float = 0.05
    floor: float = 0.01
    weight_decay: float = 2e-2
    clip: float = 1.0
    smoothing: float = 0.05
    ema_decay: float = 0.98
    seed: int = 7


class Classifier:
    """The trained judge; `labels` are the values that each head can name."""

    def __init__(self, network: keras.Model, labels: Mapping[str, Sequence[str]]) -> None:
        self._network, self.labels = network, {head: list(values) for head, values in labels.items()}

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        """Open the judge in `folder`; a manifest, where there is one, is checked by the caller.

        Raises:
            core.artifacts.ArtifactError: a file is missing or damaged.
        """
        network = artifacts.load_keras(folder / NETWORK)
        try:
            # pairs: a JSON object sorted by its keys would lose the order of the heads
            labels = {
                str(head): [str(value) for value in values]
                for head, values in json.loads((folder / WORDS).read_bytes())
            }
        except (OSError, ValueError, TypeError) as error:
            raise ArtifactError(UNUSABLE, name=folder.name, file=WORDS) from error
        if [output.shape[-1] for output in network.outputs] != [len(values) for values in labels.values()]:
            raise ArtifactError(UNUSABLE, name=folder.name, file=WORDS)
        return cls(network, labels)

    def save(self, folder: Path, *, half: bool = False) -> None:
        """Write the two files into `folder`."""
        artifacts.save_keras(self._network, folder / NETWORK, half=half)
        artifacts.write_json(folder / WORDS, list(self.labels.items()))

    def look(self, pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The most likely value of each head, as places in `labels` (N, heads), of pictures uint8 (N, H, W, C)."""
        parts = [np.zeros((0, len(self.labels)), np.int64)]
        for start in range(0, len(pictures), _BATCH):
            rows = pictures[start : start + _BATCH].astype(np.float32) / 127.5 - 1
            logits = keras.tree.flatten(self._network.predict_on_batch(rows))
            parts.append(np.stack([np.argmax(head, axis=1) for head in logits], axis=1))
        return np.concatenate(parts)


def build_classifier(
    shape: tuple[int, ...], labels: Mapping[str, Sequence[str]], config: ClassifierConfig
) -> keras.Model:
    """Pictures (B, *shape) in -1..1 -> a list of logits, one for each head of `labels`, float32."""
    pictures = keras.Input(shape, name="picture")
    features = seen_in(pictures, config.widths, config.blocks, config.dropout)
    logits = [layers.Dense(len(values), dtype="float32", name=head)(features) for head, values in labels.items()]
    return keras.Model(pictures, logits, name="judge")


class ClassifierObjective:
    """The classifier, as `core.gan.trainer.Run` wants it.

    Pictures are uint8 (N, H, W, C), `numbers` (N, heads) places in `labels`, -1 where the value is not known.
    """

    def __init__(
        self,
        train: tuple[NDArray[np.uint8], NDArray[np.int64]],
        validation: tuple[NDArray[np.uint8], NDArray[np.int64]],
        labels: Mapping[str, Sequence[str]],
        config: ClassifierConfig,
    ) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.labels, self.batch_size = config, labels, config.batch_size
        (self.images, self.numbers), self.validation = train, validation
        self.rows = Shuffled(len(self.images), config.batch_size, config.seed)
        self.network = build_classifier(self.images.shape[1:], labels, config)
        self.average = Average(self.network, config.ema_decay)
        self.optimizer = keras.optimizers.AdamW(
            config.learning_rate, weight_decay=config.weight_decay, global_clipnorm=config.clip
        )
        self.variables = [
            *state_of([self.network], {self.optimizer: [self.network]}), *self.average.variables,
        ]  # fmt: skip
        self._learn = Program(self._learning, self.variables)

    def step(self, state: RunState) -> Logs:
        """Learn from the batch of `state.step`."""
        config, rows = self.config, self.rows(state.step)
        rng = np.random.default_rng((config.seed, 3, state.step))
        self.optimizer.learning_rate = config.learning_rate * warmed_cosine(state.progress, config.warmup, config.floor)
        return self._learn(changed(self.images[rows], config, rng), self.numbers[rows].astype(np.int32))

    def _learning(self, pixels: Tensor, numbers: Tensor) -> Logs:
        pictures = ops.cast(pixels, "float32") / 127.5 - 1

        def loss() -> tuple[Tensor, Logs]:
            logits = keras.tree.flatten(self.network(pictures, training=True))  # Keras unwraps a list of one
            missed = {
                head: cross_entropy(each, numbers[:, place], self.config.smoothing)
                for place, (head, each) in enumerate(zip(self.labels, logits, strict=True))
            }
            value = sum(missed.values())
            return value, {"loss": value, **missed}

        logs = minimise(loss, [self.network], self.optimizer)
        self.average.update()
        return logs

    def validate(self) -> dict[str, float]:
        """Accuracy of each head on validation pictures whose value is known."""
        images, wanted = self.validation
        right = self.classifier().look(images) == wanted
        shares = {head: right[wanted[:, place] >= 0, place] for place, head in enumerate(self.labels)}
        return {f"validation_{head}": float(share.mean()) for head, share in shares.items() if len(share)}

    def samples(self) -> None:
        """There is nothing to show."""

    def classifier(self) -> Classifier:
        """The averaged network."""
        return Classifier(self.average.model, self.labels)


def fit_classifier(
    folder: Path,
    make: Callable[[ClassifierConfig], ClassifierObjective],
    config: ClassifierConfig,
    *,
    minutes: float,
    resume: bool,
    smoke: bool,
    devices: int = 1,
) -> None:
    """Train what `make` makes of `config`; at the end its average lies in `folder`.

    Raises:
        UserError: the checkpoint does not fit.
    """
    with building(devices, config.batch_size):
        objective = make(config)

    def save(folder: Path) -> None:
        network = build_classifier(objective.images.shape[1:], objective.labels, config)
        network.set_weights(objective.average.model.get_weights())
        Classifier(network, objective.labels).save(folder)

    fit(objective, folder, asdict(config), minutes=minutes, resume=resume, smoke=smoke, save=save)
