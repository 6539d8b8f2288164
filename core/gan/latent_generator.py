"""A stored generator of pictures by way of latents, ready to serve: noise and condition in, pictures out."""

import hashlib
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.artifacts import ArtifactError, Manifest, load_keras
from core.errors import N_
from core.images import from_unit

GENERATOR, DECODER, STANDARD = "generator.keras", "decoder.keras", "standard.npz"
_BATCH = 8
UNUSABLE = N_(
    "The model {name} cannot be used: its file {file} does not open. Get the project's models folder again, or train "
    "it: python -m core train {name}"
)


def model_id(manifest: Manifest, more: str = "") -> str:
    """Twelve characters that change when any of the generator's files does, or what `more` says of its pictures."""
    made_of = "".join(manifest.files.get(name, "") for name in (GENERATOR, DECODER, STANDARD)) + more
    return hashlib.sha256(made_of.encode()).hexdigest()[:12]


class LatentGenerator:
    """Generator and decoder in one function; thread-safe after the first call of `pictures`."""

    def __init__(self, generator: Any, decoder: Any, mean: NDArray[np.float32], deviation: NDArray[np.float32]) -> None:
        import keras

        noise, condition = generator.inputs
        standard = keras.layers.Normalization(mean=mean, variance=np.square(deviation), axis=(1, 2, 3), invert=True)
        shape, layers = keras.layers.Reshape(mean.shape), keras.layers
        self._network = keras.Model([noise, condition], decoder(standard(shape(generator([noise, condition])))))
        plain, strength = keras.Input(condition.shape[1:]), keras.Input((1,))
        asked, without = generator([noise, condition]), generator([noise, plain])
        moved = layers.Add()([without, layers.Multiply()([strength, layers.Subtract()([asked, without])])])
        self._exaggerating = keras.Model([noise, condition, plain, strength], decoder(standard(shape(moved))))
        self.noise_size, self.condition_size = int(noise.shape[-1]), int(condition.shape[-1])

    @classmethod
    def load(cls, folder: Path) -> "LatentGenerator":
        """Open the networks in `folder`, whose manifest the caller has checked.

        Raises:
            core.artifacts.ArtifactError: a file is missing or damaged.
        """
        generator, decoder = load_keras(folder / GENERATOR), load_keras(folder / DECODER)
        try:
            with np.load(folder / STANDARD, allow_pickle=False) as saved:
                return cls(generator, decoder, saved["mean"], saved["deviation"])
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ArtifactError(UNUSABLE, name=folder.name, file=STANDARD) from error

    def pictures(self, noise: NDArray[np.float32], conditions: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Noise (N, noise_size) and conditions (N, condition_size) -> pictures uint8 (N, H, W, C).

        Every batch is filled up to the same number of rows, so a row gives the same pixels whatever it is asked with.
        """
        return self._drawn(self._network, noise, conditions)

    def exaggerated(
        self,
        noise: NDArray[np.float32],
        conditions: NDArray[np.float32],
        plain: NDArray[np.float32],
        strength: NDArray[np.float32],
    ) -> NDArray[np.uint8]:
        """As `pictures`, moved in the space of latents from those of the conditions `plain` (N, condition_size).

        `strength` (N,) says how far: 0 gives the pictures of `plain`, 1 those of `conditions`, more goes beyond them.
        The idea is that of Ho and Salimans 2022, arXiv:2207.12598 (there for diffusion).
        """
        return self._drawn(self._exaggerating, noise, conditions, plain, strength[:, None])

    def _drawn(self, network: Any, *inputs: NDArray[np.float32]) -> NDArray[np.uint8]:
        parts = [np.zeros((0, *network.output.shape[1:]), np.uint8)]
        for start in range(0, len(inputs[0]), _BATCH):
            rows = [array[start : start + _BATCH].astype(np.float32) for array in inputs]
            missing = _BATCH - len(rows[0])
            made = network.predict_on_batch([np.pad(array, ((0, missing), (0, 0))) for array in rows])
            parts.append(from_unit(np.asarray(made)[: _BATCH - missing]))
        return np.concatenate(parts)
