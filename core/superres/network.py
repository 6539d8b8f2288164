"""The critic of an enlargement's texture; the enlarging network is `core.enlarging.network`."""

import keras
from keras import layers

from core.gan.blocks import activate, halve, he, residual


def build_critic(widths: tuple[int, ...]) -> keras.Model:
    """Pictures (B, H, W, 3) -> one score per overlapping patch, float32: (B, H / 8, W / 8, 1) for three `widths`.

    Patches: Isola et al. 2017, arXiv:1611.07004. No normalisation.
    """
    picture = keras.Input((None, None, 3), name="picture")
    x = layers.Conv2D(widths[0], 4, strides=2, padding="same", kernel_initializer=he(1.0))(picture)
    for channels in widths[1:]:
        x = residual(halve(x, channels))
    return keras.Model(picture, layers.Conv2D(1, 1, dtype="float32")(activate(x)), name="patch_critic")
