"""Distils the teacher: cosine to its vector of the English text, and telling it from the others in the batch.

    python -m core train text --minutes 8 [--resume]

The teacher's 384 dimensions are turned onto the 128 that hold most of the corpus (truncated SVD) and made unit length.
The contrastive term is InfoNCE (van den Oord et al. 2018, arXiv:1807.03748); texts of the same target count as right.
"""

import json
import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.runs import warmed_cosine
from core.text.captions import misspelt
from core.text.corpus import Corpus
from core.text.features import FeatureConfig, Featurizer
from core.text.network import EncoderConfig, build_network, weight_shapes
from core.text.words import words_of

log = logging.getLogger(__name__)

# how often a batch draws from each source
SHARES = {
    "description": 0.30, "message": 0.24, "emoji": 0.13, "everyday": 0.14, "name": 0.05, "caption": 0.04,
    "value": 0.05, "word": 0.05,
}  # fmt: skip


@dataclass(frozen=True)
class TrainingConfig:
    """One run. `misspelt` and `unseen` are chances per text and per known word."""

    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    features: FeatureConfig = field(default_factory=FeatureConfig)
    batch_size: int = 512
    learning_rate: float = 4e-3
    warmup_steps: int = 100
    temperature: float = 0.05
    contrast: float = 0.25
    misspelt: float = 0.2
    unseen: float = 0.15
    most_features: int = 96
    seed: int = 7


def project(vectors: NDArray[np.float32], width: int) -> tuple[NDArray[np.float32], float]:
    """Unit vectors (N, width) that keep most of the teacher's (N, 384), and the share of their energy that is kept."""
    values, axes = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors)
    kept = vectors @ axes[:, ::-1][:, :width].astype(np.float32)
    share = float(values[::-1][:width].sum() / values.sum())
    return kept / np.linalg.norm(kept, axis=1, keepdims=True), share


def distillation_loss(temperature: float, contrast: float) -> Callable[[Any, Any], Any]:
    """A Keras loss; what is true of a text is its target's vector followed by the target's number: (B, width + 1)."""
    ops = keras.ops

    def loss(truth: Any, vectors: Any) -> Any:
        targets, numbers = truth[:, :-1], truth[:, -1]
        cosine = ops.sum(targets * vectors, axis=1)
        logits = ops.matmul(vectors, ops.transpose(targets)) / temperature  # (B, B)
        same = ops.cast(ops.equal(numbers[:, None], numbers[None, :]), logits.dtype)
        right = ops.sum(ops.log_softmax(logits, axis=1) * same, axis=1) / ops.sum(same, axis=1)
        return (1.0 - cosine) - contrast * right

    return loss


class Batches:
    """Endless random batches as (rows, shares) and their truth for the loss.

    Noise comes from a second, misspelt form of every text and from leaving features out: a word's own row now and
    then, so that its n-grams must do, and a random part of whatever exceeds `TrainingConfig.most_features`.
    """

    def __init__(self, corpus: Corpus, featurizer: Featurizer, config: TrainingConfig) -> None:
        self.config = config
        self.vectors, self.energy = project(corpus.vectors, config.encoder.width)
        self.rng = np.random.default_rng(config.seed)
        texts = [words_of(pair.text) for pair in corpus.pairs]
        kept = [i for i, words in enumerate(texts) if words]
        self.count, self.targets, self.known = len(kept), corpus.rows[kept], len(featurizer.words)
        clean = [featurizer.features(texts[i]) for i in kept]
        slips = [featurizer.features(words_of(misspelt(" ".join(texts[i]), self.rng))) for i in kept]
        flat = clean + slips
        self.ends = np.cumsum([len(rows) for rows, _ in flat])
        self.starts = self.ends - [len(rows) for rows, _ in flat]
        self.flat_rows = np.concatenate([np.array(rows, np.int32) for rows, _ in flat])
        self.flat_shares = np.concatenate([np.array(shares, np.float32) for _, shares in flat])
        sources = np.array([corpus.pairs[i].source for i in kept])
        chance = np.zeros(len(kept))
        for name, share in SHARES.items():
            members = sources == name
            chance[members] = share / max(1, members.sum())
        self.cumulative = np.cumsum(chance / chance.sum())

    def draw(self) -> tuple[list[NDArray[Any]], NDArray[np.float32]]:
        """One batch: [rows (B, F), shares (B, F)] and truth (B, width + 1)."""
        config = self.config
        chosen = np.minimum(np.searchsorted(self.cumulative, self.rng.random(config.batch_size)), self.count - 1)
        form = chosen + self.count * (self.rng.random(config.batch_size) < config.misspelt)
        starts, lengths = self.starts[form], (self.ends - self.starts)[form]
        place = np.arange(lengths.max())
        inside = place < lengths[:, None]  # (B, longest)
        at = np.where(inside, starts[:, None] + place, 0)
        rows = np.where(inside, self.flat_rows[at], 0)
        shares = np.where(inside, self.flat_shares[at], 0)
        shares[(rows < self.known) & (self.rng.random(rows.shape) < config.unseen)] = 0
        order = np.where(shares > 0, self.rng.random(rows.shape), 2)
        if rows.shape[1] > config.most_features:
            picked = np.argpartition(order, config.most_features, axis=1)[:, : config.most_features]
            rows, shares = np.take_along_axis(rows, picked, 1), np.take_along_axis(shares, picked, 1)
        targets = self.targets[chosen]
        truth = np.concatenate([self.vectors[targets], targets[:, None]], axis=1)
        return [rows.astype(np.int32), shares.astype(np.float32)], truth.astype(np.float32)


class Run:
    """A training run that lives in `folder`: weights with optimiser, and `state.json`."""

    def __init__(self, corpus: Corpus, words: list[str], config: TrainingConfig, folder: Path) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.folder = config, folder
        featurizer = Featurizer({word: row for row, word in enumerate(words)}, config.features)
        self.batches = Batches(corpus, featurizer, config)
        self.model = build_network(config.encoder, featurizer.rows)
        self.model.compile(
            optimizer=keras.optimizers.Adam(config.learning_rate, beta_2=0.99),
            loss=distillation_loss(config.temperature, config.contrast),
            jit_compile=False,
        )
        self.rows = featurizer.rows
        self.state: dict[str, Any] = {"steps": 0, "seconds": 0.0, "cycles": 0, "history": []}

    def restore(self) -> bool:
        """Continue from the checkpoint with a new, gentler cycle; False when there is none."""
        if not (self.folder / "state.json").exists():
            return False
        self.state = json.loads((self.folder / "state.json").read_text())
        self.model.optimizer.build(self.model.trainable_variables)
        self.model.load_weights(self.folder / "run.weights.h5")
        self.batches.rng = np.random.default_rng((self.config.seed, self.state["steps"]))
        return True

    def checkpoint(self) -> None:
        """Write what a later process needs; files are replaced whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(self.folder / "new.weights.h5")
        (self.folder / "new.json").write_text(json.dumps(self.state))
        for new, name in (("new.weights.h5", "run.weights.h5"), ("new.json", "state.json")):
            (self.folder / new).replace(self.folder / name)

    def fit(self, minutes: float, *, every: float = 60.0) -> None:
        """Train for `minutes`, with a cosine schedule over them; a checkpoint and a log line every `every` seconds."""
        peak = self.config.learning_rate * (0.4 if self.state["cycles"] else 1.0)
        start = told = time.monotonic()
        before, first, losses = self.state["seconds"], self.state["steps"], []
        with ThreadPoolExecutor(1) as pool:  # the next batch is drawn while this one is learned
            pending = pool.submit(self.batches.draw)
            progress = 0.0
            while progress < 1:
                inputs, truth = pending.result()
                pending = pool.submit(self.batches.draw)
                warm = min(1.0, (self.state["steps"] - first + 1) / self.config.warmup_steps)
                self.model.optimizer.learning_rate = warm * peak * warmed_cosine(progress)
                losses.append(float(self.model.train_on_batch(inputs, truth)))
                self.state["steps"] += 1
                now = time.monotonic()
                progress = (now - start) / (60 * minutes)
                if now - told > every or progress >= 1:
                    told = now
                    self.state["seconds"] = before + now - start
                    self._report(losses)
                    losses.clear()
            pending.result()
        self.state["cycles"] += 1
        self.checkpoint()

    def _report(self, losses: list[float]) -> None:
        loss = float(np.mean(losses))
        if not math.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss} at step {self.state['steps']}; lower the learning rate")
        row = {"step": self.state["steps"], "seconds": round(self.state["seconds"], 1), "loss": round(loss, 4)}
        self.state["history"].append(row)
        log.info("%s", row)
        self.checkpoint()

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The trained arrays under the names of `core.text.network.weight_shapes`."""
        names = weight_shapes(self.config.encoder, self.rows)
        return {name: np.asarray(value) for name, value in zip(names, self.model.get_weights(), strict=True)}

    def parameters(self) -> dict[str, Any]:
        """What the manifest says of the run."""
        return {
            **asdict(self.config),
            "steps": self.state["steps"],
            "minutes": self.state["seconds"] / 60,
            "teacher_energy_kept": self.batches.energy,
            "texts": self.batches.count,
        }
