"""What both backends must agree on: run as a program under one of them, it writes its numbers to a file.

python -m tests.core.gan.steps OUT.npz MODEL.keras
"""

import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from keras import ops

from core.gan import dcgan, latent, losses, residual
from core.gan.adversarial import DCGAN, AdversarialConfig, AdversarialObjective
from core.gan.augmentation import AugmentationConfig, augment
from core.gan.autodiff import Program, gradients, input_gradient
from core.gan.trainer import RunState

PIXELS = residual.ResidualConfig(height=8, width_pixels=6, widths=(6, 4), noise=5, condition=3, mixed=8)
CRITIC = residual.ResidualConfig(height=6, width_pixels=4, widths=(6,), condition=3)
LATENT = latent.LatentConfig(size=6, noise=4, condition=3, width=16, blocks=1)
AUGMENTATION = AugmentationConfig(shift=2, cutout=0.3)


def fill(model: keras.Model, seed: int) -> keras.Model:
    """Weights that do not depend on the backend's own random numbers."""
    rng = np.random.default_rng(seed)
    model.set_weights([0.3 * rng.standard_normal(weight.shape).astype(np.float32) for weight in model.weights])
    return model


def arrays(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


def penalty_gradients() -> dict[str, np.ndarray]:
    """Gradients of a critic's weights through R1 and the interpolation penalty, which hold gradients themselves."""
    critic = fill(residual.build_critic(CRITIC), 1)
    real, fake, condition, share = arrays(2, (4, 6, 4, 3), (4, 6, 4, 3), (4, 3), (4,))

    drawn = AUGMENTATION.draw(4, 6, 4, np.random.default_rng(5))

    def step(real: object, fake: object, condition: object, share: object) -> dict[str, object]:
        def judge(x: object) -> object:
            return critic([augment(x, drawn, AUGMENTATION), condition], training=True)

        def loss() -> tuple[object, dict[str, object]]:
            scores, slopes = input_gradient(judge, real)
            between = losses.interpolation_penalty(judge, real, fake, share)
            value = losses.relativistic(scores, judge(fake)) + losses.gradient_penalty(slopes) + between
            return value, {"value": value}

        _, logs, found = gradients(loss, critic.trainable_variables)
        return {**logs, **{f"gradient{number:03d}": slope for number, slope in enumerate(found)}}

    logs = Program(step, critic.variables)(real, fake, condition, share)
    return {name: ops.convert_to_numpy(value) for name, value in logs.items()}


def trained_weights() -> dict[str, np.ndarray]:
    """Weights, averages and optimizers after three steps of the game with a condition."""
    generator, critic = fill(latent.build_generator(LATENT), 3), fill(latent.build_critic(LATENT), 4)
    real, conditions = arrays(6, (16, 6), (16, 3))
    config = AdversarialConfig(batch_size=8)
    objective = AdversarialObjective(generator, critic, real, config, conditions=lambda rows, rng: conditions[rows])
    for step in range(3):
        objective.step(RunState(step=step, progress=step / 3))
    return {f"trained{number:03d}": ops.convert_to_numpy(v.value) for number, v in enumerate(objective.variables)}


def trained_dcgan() -> dict[str, np.ndarray]:
    """As above for DCGAN, whose normalisation keeps statistics that change inside the loss."""
    shape = dcgan.DcganConfig(8, 8, width=4, stages=2, noise=4, condition=3)
    players = fill(dcgan.build_generator(shape), 9), fill(dcgan.build_critic(shape), 10)
    for player in players:
        for variable in player.non_trainable_variables:
            variable.assign(ops.ones(variable.shape))
    real = np.random.default_rng(11).integers(0, 256, (8, 8, 8, 3)).astype(np.uint8)
    (texts,) = arrays(12, (8, 3))
    objective = AdversarialObjective(
        *players, real, replace(DCGAN, batch_size=4), conditions=lambda rows, rng: texts[rows]
    )
    objective.step(RunState())
    statistics = [v for player in players for v in player.non_trainable_variables]
    return {f"statistics{number:03d}": ops.convert_to_numpy(v.value) for number, v in enumerate(statistics)}


def pixels(path: Path) -> dict[str, np.ndarray]:
    """What a saved generator draws."""
    model = keras.saving.load_model(path, compile=False, safe_mode=True)
    return {"pixels": ops.convert_to_numpy(model(arrays(7, (4, PIXELS.noise), (4, PIXELS.condition))))}


if __name__ == "__main__":
    np.savez(sys.argv[1], **penalty_gradients(), **trained_weights(), **trained_dcgan(), **pixels(Path(sys.argv[2])))
