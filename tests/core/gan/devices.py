"""The same training on one and on two devices: run under JAX with two simulated ones, it writes its numbers to a file.

python -m tests.core.gan.devices OUT.npz
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
from keras import ops

from core import artifacts
from core.errors import UserError
from core.gan import autoencoder_network, dcgan, stages
from core.gan.adversarial import AdversarialConfig, AdversarialObjective
from core.gan.augmentation import AugmentationConfig
from core.gan.autodiff import over
from core.gan.latent_game import PriorConfig
from core.gan.latent_generator import DECODER, GENERATOR
from core.gan.trainer import RunState, load_variables, save_variables
from tests.core.gan.steps import fill

PIXELS = dcgan.DcganConfig(8, 8, width=4, stages=1, noise=4)
AUTOENCODER = autoencoder_network.AutoencoderConfig(
    4, 4, widths=(4,), encoder_blocks=(0,), decoder_blocks=(0,), latent_channels=1
)


def game(devices: int) -> AdversarialObjective:
    """Gradients of gradients, statistics over the batch, augmented pictures: all that the parts of a batch share."""
    real = np.random.default_rng(11).integers(0, 256, (8, 8, 8, 3)).astype(np.uint8)
    config = AdversarialConfig(batch_size=4, augmentation=AugmentationConfig(shift=1, cutout=0.3))
    with over(devices, config.batch_size):
        players = fill(dcgan.build_generator(PIXELS), 9), fill(dcgan.build_critic(PIXELS), 10)
        for player in players:
            for variable in player.non_trainable_variables:
                variable.assign(ops.ones(variable.shape))
        return AdversarialObjective(*players, real, config)


def learned(scratch: Path) -> dict[str, np.ndarray]:
    """All variables after three steps on one and on two devices; then one goes on from the checkpoint of two."""
    found = {}

    def look(name: str, objective: AdversarialObjective) -> None:
        for number, variable in enumerate(objective.variables):
            found[f"{name}/{number:03d}"] = ops.convert_to_numpy(variable.value)
        found[f"{name}/held_by"] = np.array(min(len(v.value.sharding.device_set) for v in objective.variables))

    alone, together = game(1), game(2)
    for name, objective in (("alone", alone), ("together", together)):
        for step in range(3):
            objective.step(RunState(step=step, progress=step / 3))
        look(name, objective)
    save_variables(scratch / "checkpoint.npz", together.variables, RunState(step=3))
    load_variables(scratch / "checkpoint.npz", alone.variables)
    for name, objective in (("resumed_alone", alone), ("resumed_together", together)):
        objective.step(RunState(step=3, progress=0.9))
        look(name, objective)
    return found


def stage(folder: Path) -> dict[str, np.ndarray]:
    """A whole stage on two devices: latents of an odd number of pictures, training, validation, samples, saving."""
    (folder / "autoencoder").mkdir(parents=True)
    for build, name in (
        (autoencoder_network.build_encoder, stages.ENCODER),
        (autoencoder_network.build_decoder, DECODER),
    ):
        artifacts.save_keras(build(AUTOENCODER), folder / "autoencoder" / name)
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (33, 4, 4, 3)).astype(np.uint8)
    conditions = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 66)]
    config = PriorConfig(width=8, blocks=1, noise=3, game=AdversarialConfig(batch_size=8))
    stages.fit_prior(
        folder / "prior", folder / "autoencoder", pictures, pictures[:7], config, devices=2,
        conditions=lambda rows, rng: conditions[rows], asked=conditions[:7], minutes=1, resume=False, smoke=True,
    )  # fmt: skip
    kept = keras.saving.load_model(folder / "prior" / GENERATOR, compile=False, safe_mode=True)
    sheets = len(list((folder / "prior" / "samples").iterdir()))
    return {"drawn": np.asarray(kept([np.zeros((5, 3)), conditions[:5]])), "sheets": np.array(sheets)}


def refusals() -> dict[str, np.ndarray]:
    """What is said to those who ask for what cannot be."""
    said = {}
    for name, (devices, batch) in {"indivisible": (2, 9), "too_many": (3, 9)}.items():
        try:
            with over(devices, batch):
                said[name] = np.array("nothing")
        except UserError as error:
            said[name] = np.array(str(error))
    return said


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        found = {**learned(Path(scratch)), **stage(Path(scratch) / "stage"), **refusals()}
    np.savez(sys.argv[1], **found)
