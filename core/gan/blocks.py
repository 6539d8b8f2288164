"""Pieces of generators, critics and autoencoders: residual, without normalisation, open to a condition.

Pictures are (B, H, W, C). Every block begins as the identity (its last kernel is zero), which keeps deep networks
without normalisation trainable: Zhang et al. 2019, arXiv:1901.09321.
"""

import keras
from keras import layers

SLOPE = 0.2  # of LeakyReLU below zero
LOOKED = "looked"  # the layer of a critic up to which it looks at the picture alone


def he(scale: float = 2.0) -> keras.initializers.Initializer:
    """Kernels whose outputs have `scale` times the variance of their inputs (2 suits a rectifier before them)."""
    return keras.initializers.VarianceScaling(scale, "fan_in", "untruncated_normal")


def activate(x: keras.KerasTensor) -> keras.KerasTensor:
    """The rectifier used throughout."""
    return layers.LeakyReLU(negative_slope=SLOPE)(x)


def modulate(x: keras.KerasTensor, condition: keras.KerasTensor | None) -> keras.KerasTensor:
    """Scale and shift the channels of `x` by what a linear layer reads from `condition` (B, K); at first not at all.

    The idea of fusing text by an affine change in every block is from Tao et al. 2022, DF-GAN, arXiv:2008.05865.
    """
    if condition is None:
        return x
    shape = (1,) * (len(x.shape) - 2) + (x.shape[-1],)
    scale = layers.Reshape(shape)(
        layers.Dense(x.shape[-1], kernel_initializer="zeros", bias_initializer="ones")(condition)
    )
    shift = layers.Reshape(shape)(layers.Dense(x.shape[-1], kernel_initializer="zeros")(condition))
    return layers.Add()([layers.Multiply()([x, scale]), shift])


def residual(x: keras.KerasTensor, condition: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """Two 3x3 convolutions beside a shortcut, each after modulation and rectifier; channels stay as they are."""
    channels = x.shape[-1]
    h = layers.Conv2D(channels, 3, padding="same", kernel_initializer=he())(activate(modulate(x, condition)))
    h = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(activate(modulate(h, condition)))
    return layers.Add()([x, h])


def dense_residual(x: keras.KerasTensor, condition: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """As `residual`, for vectors (B, C)."""
    width = x.shape[-1]
    h = layers.Dense(width, kernel_initializer=he())(activate(modulate(x, condition)))
    h = layers.Dense(width, kernel_initializer="zeros")(activate(modulate(h, condition)))
    return layers.Add()([x, h])


def halve(x: keras.KerasTensor, channels: int) -> keras.KerasTensor:
    """Half the height and width, with a learned 4x4 filter: (B, H, W, C) -> (B, H/2, W/2, channels)."""
    return layers.Conv2D(channels, 4, strides=2, padding="same", kernel_initializer=he())(activate(x))


def double(x: keras.KerasTensor, channels: int) -> keras.KerasTensor:
    """Twice the height and width, bilinear: (B, 2H, 2W, channels). The 1x1 convolution costs a quarter before that."""
    if x.shape[-1] != channels:
        x = layers.Conv2D(channels, 1, use_bias=False, kernel_initializer=he(1.0))(x)
    return layers.UpSampling2D(interpolation="bilinear")(x)


def packed(x: keras.KerasTensor) -> keras.KerasTensor:
    """Squares of 2x2 pixels as channels: (B, H, W, C) -> (B, H/2, W/2, 4C)."""
    height, width, channels = x.shape[1:]
    x = layers.Reshape((height // 2, 2, width // 2, 2, channels))(x)
    return layers.Reshape((height // 2, width // 2, 4 * channels))(layers.Permute((1, 3, 2, 4, 5))(x))


def unpacked(x: keras.KerasTensor) -> keras.KerasTensor:
    """The way back, which makes a convolution before it one of sub-pixels: Shi et al. 2016, arXiv:1609.05158."""
    height, width, channels = x.shape[1:]
    x = layers.Reshape((height, width, 2, 2, channels // 4), dtype="float32")(x)
    x = layers.Permute((1, 3, 2, 4, 5), dtype="float32")(x)
    return layers.Reshape((2 * height, 2 * width, channels // 4), dtype="float32")(x)


def projected_score(
    features: keras.KerasTensor, condition: keras.KerasTensor | None, size: int = 128
) -> keras.KerasTensor:
    """Scores (B,) float32: a linear function of the features (B, C), plus how well they fit the condition (B, K).

    The fit is the inner product of both, projected to `size` numbers: Miyato & Koyama 2018, arXiv:1802.05637.
    """
    score = layers.Dense(1, dtype="float32")(features)
    if condition is not None:
        seen, wanted = (layers.Dense(size, dtype="float32")(x) for x in (features, condition))
        fit = layers.Rescaling(size**-0.5, dtype="float32")(layers.Dot(1, dtype="float32")([seen, wanted]))
        score = layers.Add(dtype="float32")([score, fit])
    return layers.Reshape((), dtype="float32", name="score")(score)


def one_or_all(inputs: list[keras.KerasTensor]) -> keras.KerasTensor | list[keras.KerasTensor]:
    """The inputs of a model that takes noise or pictures alone, or with a condition."""
    return inputs if len(inputs) > 1 else inputs[0]
