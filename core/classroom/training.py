"""Trains the forgers of the game: a DCGAN on drawings of faces, stored at several moments.

There are few drawings, and a detective soon knows them by heart; shifting all that it sees (Zhao et al. 2020,
arXiv:2006.10738) keeps it fairer to drawings that it has not seen.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.artifacts import replacing, save_keras, write_manifest
from core.classroom.evaluation import JUDGED, measure
from core.classroom.forgers import HELD_OUT, NAME, Forgers, Pair, log_odds, split
from core.classroom.imagelab.pictures import SIDES, load
from core.classroom.midpoint import equal_errors
from core.gan import dcgan
from core.gan.adversarial import DCGAN, AdversarialObjective
from core.gan.augmentation import AugmentationConfig
from core.gan.ema import Average
from core.gan.trainer import RunState
from core.images import from_unit

log = logging.getLogger(__name__)

STEPS = (60, 600, 3500)  # blots, rough faces, faces
_NETWORK = dcgan.DcganConfig(height=SIDES["faces"], width_pixels=SIDES["faces"], width=16, stages=3, noise=32)
_GAME = replace(
    DCGAN, batch_size=32, learning_rate=(1e-3, 1e-3), ema_decay=0.99, flip=True, augmentation=AugmentationConfig()
)
_DATA = {
    "name": "Noto Emoji, smileys, 32 × 32",
    "origin": "https://github.com/googlefonts/noto-emoji",
    "terms": "Apache License 2.0",
}


def train(folder: Path, steps: Sequence[int] = STEPS, seed: int = 1) -> dict[str, float]:
    """Train, and store a forger and a detective for each number of `steps` in `folder`; what was measured of them.

    Figures are by stage, from 1: "sensitivity_1" over generated pictures, "specificity_1" over the drawings held out.

    Raises:
        core.errors.DataError: the pictures are missing or damaged.
    """
    learned, _kept = split(load("faces"))
    keras.utils.set_random_seed(seed)
    networks = dcgan.build_generator(_NETWORK), dcgan.build_critic(_NETWORK)
    game = AdversarialObjective(*networks, learned, replace(_GAME, seed=seed))
    detective = Average(game.critic, _GAME.ema_decay)  # from step to step its bias swings to and fro
    state, pairs = RunState(), []
    for number in steps:
        while state.step < number:
            game.step(state)
            detective.update()
            state.step += 1
        pairs.append(calibrated(_copy(game.average.model), _copy(detective.model), learned))
        log.info("step %d", number)
    return store(folder, pairs, {"steps": list(steps), "seed": seed})


def calibrated(forger: keras.Model, detective: keras.Model, learned: NDArray[np.uint8]) -> Pair:
    """A pair whose detective errs as often on the pictures (N, H, W, 3) it learned from as on forged ones.

    A detective in training leans to one side or the other; which one says nothing about what it can tell apart.
    """
    noise = np.random.default_rng(8).uniform(-1, 1, (JUDGED, _NETWORK.noise)).astype(np.float32)
    forged = log_odds(detective, from_unit(np.asarray(forger(noise, training=False))))
    real = log_odds(detective, learned)
    return Pair(forger, detective, equal_errors(real, forged))


def store(folder: Path, pairs: Sequence[Pair], parameters: Mapping[str, object]) -> dict[str, float]:
    """Measure the pairs, and make them the model in `folder`; the figures, as `train` gives them."""
    figures = measure(Forgers(pairs, split(load("faces"))[1]))
    with replacing(folder) as draft:
        for stage, pair in enumerate(pairs, start=1):
            save_keras(pair.forger, draft / f"forger_{stage}.keras", half=True)
            save_keras(pair.detective, draft / f"detective_{stage}.keras", half=True)
        write_manifest(
            draft,
            name=NAME,
            data=[_DATA],
            parameters={**parameters, "held_out": HELD_OUT, "midpoints": [pair.midpoint for pair in pairs]},
            metrics=figures,
            credits=["Drawings: Noto Emoji, Google, Apache License 2.0"],
        )
    return figures


def _copy(model: keras.Model) -> keras.Model:
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy
