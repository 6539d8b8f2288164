"""The shapes of the avatar networks: pictures are 64x64, the condition is one number per theme."""

import numpy as np
from numpy.typing import NDArray

from core.gan.autoencoder_network import AutoencoderConfig

SIDE = 64
AUTOENCODER = AutoencoderConfig(height=SIDE, width=SIDE)


def one_hot(labels: NDArray[np.integer], themes: int) -> NDArray[np.float32]:
    """Conditions float32 (N, themes) of themes by number (N,)."""
    return np.eye(themes, dtype=np.float32)[labels]


class ThemeConditions:
    """Conditions of training pictures with these labels (N,); rows from N on are the mirrored pictures."""

    def __init__(self, labels: NDArray[np.integer], themes: int) -> None:
        self.labels, self.themes = labels, themes

    def __call__(self, rows: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float32]:
        """Conditions (B, themes); nothing is drawn."""
        return one_hot(self.labels[rows % len(self.labels)], self.themes)
