"""The two networks that are compared: a textbook CNN, and ours, a small pre-activation residual network.

Ours follows He et al. 2016, "Identity mappings in deep residual networks" (arXiv:1603.05027), with one batch
normalisation per block, and two heads on the same features: the FER2013 label (7 classes) and the FER+ votes
(8 classes, contempt included; Barsoum et al. 2016, arXiv:1608.01041). It is fully convolutional up to the global
average, so it trains on small crops and serves whole 48x48 faces.
"""

from dataclasses import dataclass

import keras
from keras import layers

from core.datasets.fer2013 import CLASSES, CLASSES_WITH_CONTEMPT, SIDE


@dataclass(frozen=True)
class ResidualConfig:
    """Shape of our network: `width` channels in the first stage, doubled in each later one."""

    width: int = 48
    blocks: tuple[int, ...] = (2, 2, 2)
    dropout: float = 0.3


def build_network(config: ResidualConfig | None = None) -> keras.Model:
    """Ours: (B, H, W, 1) grey values 0..255 -> {"label": (B, 7) logits, "votes": (B, 8) logits}."""
    config = config or ResidualConfig()
    inputs = keras.Input((None, None, 1), name="face")
    x = layers.Rescaling(1 / 63.75, offset=-2.0)(inputs)
    x = layers.Conv2D(config.width // 2, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    x = layers.Conv2D(config.width, 3, strides=2, padding="same", kernel_initializer="he_normal")(x)
    for stage, count in enumerate(config.blocks):
        for block in range(count):
            x = _block(x, config.width * 2**stage, strides=2 if stage and not block else 1)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dropout(config.dropout)(x)
    return keras.Model(
        inputs,
        {
            "label": layers.Dense(len(CLASSES), dtype="float32", name="label")(x),
            "votes": layers.Dense(len(CLASSES_WITH_CONTEMPT), dtype="float32", name="votes")(x),
        },
        name="residual",
    )


def _block(x: keras.KerasTensor, channels: int, strides: int) -> keras.KerasTensor:
    h = layers.Activation("relu")(layers.BatchNormalization()(x))
    shortcut = x
    if strides > 1 or x.shape[-1] != channels:
        shortcut = layers.AveragePooling2D(strides, padding="same")(h) if strides > 1 else h
        shortcut = layers.Conv2D(channels, 1, use_bias=False, kernel_initializer="he_normal")(shortcut)
    h = layers.Conv2D(channels, 3, strides=strides, padding="same", activation="relu", kernel_initializer="he_normal")(
        h
    )
    # starting at zero makes every block begin as the identity, so one normalisation per block is enough
    h = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(h)
    return layers.Add()([shortcut, h])


def build_baseline(dropout: float = 0.3) -> keras.Model:
    """The textbook CNN: conv 32-32, 64-64, 128-128 with batch normalisation and max pooling, dense, seven outputs.

    (B, 48, 48, 1) grey values 0..255 -> {"label": (B, 7) logits}.
    """
    inputs = keras.Input((SIDE, SIDE, 1), name="face")
    x = layers.Rescaling(1 / 255)(inputs)
    for channels in (32, 64, 128):
        for _ in range(2):
            x = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
            x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D()(x)
        x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu")(x)
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, {"label": layers.Dense(len(CLASSES), dtype="float32", name="label")(x)}, name="textbook")
