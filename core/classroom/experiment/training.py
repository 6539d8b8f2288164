"""The generator of faces and the classifiers of all arms, each a run in a folder; finished ones are kept."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core import artifacts
from core.classroom.experiment.protocol import ARMS, SIDE, Faces, Images, Protocol, arm, parts
from core.datasets.fer2013 import CLASSES
from core.errors import N_, UserError
from core.gan import dcgan
from core.gan.adversarial import DCGAN, AdversarialObjective
from core.gan.augmentation import AugmentationConfig
from core.gan.classifier import ClassifierObjective
from core.gan.trainer import Run
from core.images import from_unit, grid
from core.runs import set_aside

log = logging.getLogger(__name__)
FORGER, PROTOCOL, DONE = "forger", "protocol.json", "network.keras"
HEAD = "expression"
_NETWORK = dcgan.DcganConfig(
    height=SIDE, width_pixels=SIDE, width=24, stages=3, noise=64, condition=len(CLASSES), channels=1
)  # fmt: skip
_GAME = replace(
    DCGAN, batch_size=64, learning_rate=(4e-4, 1e-4), ema_decay=0.995, flip=True,
    augmentation=AugmentationConfig(shift=4, cutout=0.25, fill=0.0),
)  # fmt: skip
_SHOWN = 40
_BATCH = 256


def train(data: Path, folder: Path, protocol: Protocol, *, resume: bool = False) -> dict[str, float]:
    """Train everything that is not finished yet in `folder`; accuracies on the validation part, by arm and seed.

    Raises:
        core.errors.DataError: FER2013 is missing or damaged.
        UserError: the runs in `folder` follow another protocol.
    """
    learned, kept = parts(data, protocol)
    if not resume:
        set_aside(folder)
    _agree(folder, protocol)
    _fit(folder / FORGER, lambda: forger_objective(learned, protocol), protocol.forger_steps)
    make = maker(folder, protocol)
    found = {}
    for seed in protocol.seeds:
        for name in ARMS:
            run = classifier_folder(folder, name, seed)

            def objective(name: str = name, seed: int = seed) -> ClassifierObjective:
                return classifier_objective(arm(name, learned, protocol, make, seed), kept, protocol, seed)

            _fit(run, objective, protocol.steps)
            chances = foretold(artifacts.load_keras(run / DONE), kept.images)
            found[f"{name}_{seed}"] = float((chances.argmax(axis=1) == kept.labels).mean())
            log.info("%s, seed %d: validation accuracy %.4f", name, seed, found[f"{name}_{seed}"])
    return found


def classifier_folder(folder: Path, name: str, seed: int) -> Path:
    """Where an arm's run from a seed lies."""
    return folder / f"{name}_{seed}"


def forger_objective(learned: Faces, protocol: Protocol) -> AdversarialObjective:
    """DCGAN, told the expression; all expressions are shown equally often, so that what faces share is learned too."""
    keras.utils.set_random_seed(_GAME.seed)
    told, counts = np.eye(len(CLASSES), dtype=np.float32), np.bincount(learned.labels, minlength=len(CLASSES))

    def show(generator: keras.Model) -> NDArray[np.uint8]:
        return grid(np.repeat(_drawn(generator, protocol.label, _SHOWN, seed=0), 3, axis=-1), 10)

    return AdversarialObjective(
        dcgan.build_generator(_NETWORK), dcgan.build_critic(_NETWORK), learned.images, _GAME,
        conditions=lambda rows, _rng: told[learned.labels[rows]], shares=1 / counts[learned.labels], show=show,
    )  # fmt: skip


def classifier_objective(learned: Faces, kept: Faces, protocol: Protocol, seed: int) -> ClassifierObjective:
    """The shared recipe of classifiers, on what an arm learns from."""
    train, validation = (
        (np.repeat(faces.images, 3, axis=-1), faces.labels[:, None]) for faces in (learned, kept)
    )  # fmt: skip
    return ClassifierObjective(train, validation, {HEAD: CLASSES}, replace(protocol.classifier, seed=seed))


def maker(folder: Path, protocol: Protocol) -> Callable[[int, int], Images]:
    """Draws made faces of the rarest expression with the finished generator in `folder`.

    Raises:
        core.artifacts.ArtifactError: there is none.
    """
    generator = artifacts.load_keras(folder / FORGER / DONE)
    return lambda count, seed: _drawn(generator, protocol.label, count, seed)


def foretold(network: keras.Model, images: Images) -> NDArray[np.float64]:
    """Probabilities of the expressions (N, 7) of faces (N, SIDE, SIDE, 1)."""
    rows = [np.zeros((0, len(CLASSES)))]
    for start in range(0, len(images), _BATCH):
        batch = np.repeat(images[start : start + _BATCH].astype(np.float32) / 127.5 - 1, 3, axis=-1)
        logits = np.asarray(network.predict_on_batch(batch), np.float64)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        rows.append(powers / powers.sum(axis=1, keepdims=True))
    return np.concatenate(rows)


def check(folder: Path, protocol: Protocol) -> None:
    """Whether `folder` holds runs of this protocol.

    Raises:
        UserError: it does not.
    """
    path = folder / PROTOCOL
    if not path.exists() or path.read_text("utf-8") != _written(protocol):
        raise UserError(
            N_("{folder} holds no experiment of this protocol: python -m core train classroom --experiment"),
            folder=folder,
        )


def _agree(folder: Path, protocol: Protocol) -> None:
    if not (folder / PROTOCOL).exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PROTOCOL).write_text(_written(protocol), encoding="utf-8", newline="\n")
    check(folder, protocol)


def _written(protocol: Protocol) -> str:
    return json.dumps(asdict(protocol), indent=1) + "\n"


def _fit(folder: Path, make: Callable[[], AdversarialObjective | ClassifierObjective], steps: int) -> None:
    """Train in `folder`, from its checkpoint if there is one, and keep the averaged network."""
    if (folder / DONE).exists():
        return
    objective = make()
    run = Run(objective, folder)
    run.restore()
    run.fit(0.0, steps=steps)
    artifacts.save_keras(objective.average.model, folder / DONE)


def _drawn(generator: keras.Model, label: int, count: int, seed: int) -> Images:
    rng, told = np.random.default_rng((seed, 5)), np.eye(len(CLASSES), dtype=np.float32)
    made = [np.zeros((0, SIDE, SIDE, 1), np.uint8)]
    for start in range(0, count, _BATCH):
        noise = rng.uniform(-1, 1, (min(_BATCH, count - start), _NETWORK.noise)).astype(np.float32)
        condition = np.repeat(told[label : label + 1], len(noise), axis=0)
        made.append(from_unit(np.asarray(generator.predict_on_batch([noise, condition]))))
    return np.concatenate(made)
