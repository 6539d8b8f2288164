"""The judge: looks at pictures of products and says type, colour and gender, and which of several texts fits best.

It is trained on real photos only and takes no part in training the generator, so it can tell how well generated
pictures show what was asked for. Its accuracy on real photos is the ceiling of that figure.

Classes are learned by cross-entropy, photos beside their texts by contrast within the batch (Radford et al. 2021,
arXiv:2103.00020), where all photos of one text are right answers. Photos are changed as `core.gan.judging` says.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from keras import ops
from numpy.typing import NDArray

from core import artifacts
from core.artifacts import ArtifactError
from core.datasets.products import ProductSet
from core.gan.autodiff import Logs, Program, minimise, state_of
from core.gan.ema import Average
from core.gan.judging import Changes, changed, cross_entropy
from core.gan.latent_generator import UNUSABLE
from core.gan.stages import building, fit
from core.gan.trainer import RunState, Shuffled
from core.product.judge_network import HEADS, JudgeConfig, build_photo_tower, build_text_tower, hashed
from core.product.training import photos, run_folder
from core.runs import warmed_cosine
from core.settings import Settings

Tensor = Any
PHOTO_TOWER, TEXT_TOWER, WORDS = "judge.keras", "judge_texts.keras", "judge.json"
FILES = (PHOTO_TOWER, TEXT_TOWER, WORDS)
LEAST = 20  # photos of a value that the judge learns to name
STAGE, VARIANT = "judge", "photos"  # of the run's folder
_BATCH = 256


@dataclass(frozen=True)
class Labels:
    """The values that the judge can name, most frequent first."""

    type: list[str]
    colour: list[str]
    gender: list[str]

    @classmethod
    def of(cls, table: pd.DataFrame, least: int = LEAST) -> "Labels":
        """Those that `least` or more products of `table` have; an empty value is none."""
        counts = {head: Counter(table[head]) for head in HEADS}
        return cls(**{h: [v for v, count in counts[h].most_common() if v and count >= least] for h in HEADS})

    def numbers(self, table: pd.DataFrame) -> NDArray[np.int64]:
        """Places in the lists (N, 3) of each product's type, colour and gender; -1 for what is not in them."""
        columns = [{value: place for place, value in enumerate(getattr(self, head))} for head in HEADS]
        found = [[known.get(v, -1) for v in table[head]] for head, known in zip(HEADS, columns, strict=True)]
        return np.array(found, np.int64).T

    @property
    def counts(self) -> list[int]:
        """How many values each head has."""
        return [len(getattr(self, head)) for head in HEADS]


@dataclass(frozen=True)
class Verdict:
    """What the judge sees: the most likely values (N, 3) as places in `Labels`, and embeddings (N, E)."""

    values: NDArray[np.int64]
    embeddings: NDArray[np.float32]


class Judge:
    """The trained judge."""

    def __init__(self, photo_tower: keras.Model, text_tower: keras.Model, labels: Labels) -> None:
        self._photos, self._texts, self.labels = photo_tower, text_tower, labels

    @classmethod
    def load(cls, folder: Path) -> "Judge":
        """Open the judge in `folder`; a manifest, where there is one, is checked by the caller.

        Raises:
            core.artifacts.ArtifactError: a file is missing or damaged.
        """
        photo_tower, text_tower = (artifacts.load_keras(folder / name) for name in (PHOTO_TOWER, TEXT_TOWER))
        try:
            labels = Labels(**json.loads((folder / WORDS).read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise ArtifactError(UNUSABLE, name=folder.name, file=WORDS) from error
        if [output.shape[-1] for output in photo_tower.outputs[:-1]] != labels.counts:
            raise ArtifactError(UNUSABLE, name=folder.name, file=WORDS)
        return cls(photo_tower, text_tower, labels)

    def save(self, folder: Path, *, half: bool = False) -> None:
        """Write the three files into `folder`."""
        for network, name in ((self._photos, PHOTO_TOWER), (self._texts, TEXT_TOWER)):
            artifacts.save_keras(network, folder / name, half=half)
        artifacts.write_json(folder / WORDS, asdict(self.labels))

    def look(self, pictures: NDArray[np.uint8]) -> Verdict:
        """Judge pictures uint8 (N, 64, 48, 3)."""
        values, embeddings = [], []
        for start in range(0, len(pictures), _BATCH):
            photos = pictures[start : start + _BATCH].astype(np.float32) / 127.5 - 1
            *logits, places = self._photos.predict_on_batch(photos)
            values.append(np.stack([head.argmax(axis=1) for head in logits], axis=1))
            embeddings.append(places)
        return Verdict(np.concatenate(values), np.concatenate(embeddings))

    def read(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embeddings (N, E) of texts, near those of the pictures they describe."""
        rows = hashed(texts, self._texts.inputs[0].shape[-1])
        parts = [self._texts.predict_on_batch(rows[start : start + _BATCH]) for start in range(0, len(rows), _BATCH)]
        return np.concatenate(parts)


@dataclass(frozen=True)
class JudgeTraining(Changes):
    """One run."""

    network: JudgeConfig = field(default_factory=JudgeConfig)
    batch_size: int = 128
    learning_rate: float = 2e-3
    warmup: float = 0.05
    floor: float = 0.01
    weight_decay: float = 2e-2
    clip: float = 1.0
    smoothing: float = 0.05
    temperature: float = 0.07
    contrast_weight: float = 0.5
    ema_decay: float = 0.995
    seed: int = 7


class JudgeObjective:
    """Photo tower and text tower, as `core.gan.trainer.Run` wants them."""

    def __init__(self, train: ProductSet, validation: ProductSet, config: JudgeTraining, labels: Labels) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.labels, self.batch_size = config, labels, config.batch_size
        self.images, self.validation = train.images, validation
        self.numbers = labels.numbers(train.table)
        self.texts = [[str(text) for text in train.table[column]] for column in ("caption", "short_name")]
        self.rows = Shuffled(len(train), config.batch_size, config.seed)
        towers = build_photo_tower(config.network, labels.counts), build_text_tower(config.network)
        self.towers = list(towers)
        self.averages = [Average(tower, config.ema_decay) for tower in towers]
        self.optimizer = keras.optimizers.AdamW(
            config.learning_rate, weight_decay=config.weight_decay, global_clipnorm=config.clip
        )
        self.variables = state_of(self.towers, {self.optimizer: self.towers})
        self.variables += [variable for average in self.averages for variable in average.variables]
        self._learn = Program(self._learning, self.variables)

    def step(self, state: RunState) -> Logs:
        """Learn from the batch of `state.step`."""
        config, rows = self.config, self.rows(state.step)
        rng = np.random.default_rng((config.seed, 3, state.step))
        chosen = [self.texts[int(which)][row] for which, row in zip(rng.integers(2, size=len(rows)), rows, strict=True)]
        _, same = np.unique(chosen, return_inverse=True)
        self.optimizer.learning_rate = config.learning_rate * warmed_cosine(state.progress, config.warmup, config.floor)
        return self._learn(
            changed(self.images[rows], config, rng, white=True),
            self.numbers[rows].astype(np.int32),
            hashed(chosen, config.network.buckets),
            (same[:, None] == same).astype(np.float32),
        )

    def _learning(self, pixels: Tensor, numbers: Tensor, texts: Tensor, same: Tensor) -> Logs:
        pictures = ops.cast(pixels, "float32") / 127.5 - 1

        def loss() -> tuple[Tensor, Logs]:
            *logits, seen = self.towers[0](pictures, training=True)
            read = self.towers[1](texts, training=True)
            smoothing = self.config.smoothing
            named = [cross_entropy(head, numbers[:, place], smoothing) for place, head in enumerate(logits)]
            scores = ops.matmul(seen, ops.transpose(read)) / self.config.temperature
            wanted = same / ops.sum(same, axis=1, keepdims=True)
            both = [-ops.mean(ops.sum(wanted * ops.log_softmax(s), axis=1)) for s in (scores, ops.transpose(scores))]
            contrast = (both[0] + both[1]) / 2
            value = named[0] + named[1] + named[2] + self.config.contrast_weight * contrast
            return value, {"loss": value, **dict(zip(HEADS, named, strict=True)), "contrast": contrast}

        logs = minimise(loss, self.towers, self.optimizer)
        for average in self.averages:
            average.update()
        return logs

    def validate(self) -> dict[str, float]:
        """Accuracy of each head on validation photos whose value it knows."""
        wanted = self.labels.numbers(self.validation.table)
        found = self.judge().look(self.validation.images).values
        shares = {head: (found[:, p] == wanted[:, p])[wanted[:, p] >= 0] for p, head in enumerate(HEADS)}
        return {f"validation_{head}": float(right.mean()) for head, right in shares.items() if len(right)}

    def samples(self) -> None:
        """There is nothing to show."""

    def judge(self) -> Judge:
        """The averaged towers."""
        photo_tower, text_tower = (average.model for average in self.averages)
        return Judge(photo_tower, text_tower, self.labels)


def train_judge(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> Path:
    """Train the judge on the training photos; at the end its averages lie in the folder that is returned.

    Raises:
        UserError: the photos are missing, or the checkpoint does not fit.
    """
    train, validation = photos(settings, smoke=smoke)
    config = JudgeTraining(batch_size=16 if smoke else 128)
    labels = Labels.of(train.table)
    with building(devices, config.batch_size):
        objective = JudgeObjective(train, validation, config, labels)
    folder = run_folder(settings, STAGE, VARIANT, smoke=smoke)

    def save(folder: Path) -> None:
        towers = build_photo_tower(config.network, labels.counts), build_text_tower(config.network)
        for tower, average in zip(towers, objective.averages, strict=True):
            tower.set_weights(average.model.get_weights())
        Judge(*towers, labels).save(folder)

    fit(objective, folder, asdict(config), minutes=minutes, resume=resume, smoke=smoke, save=save)
    return folder
