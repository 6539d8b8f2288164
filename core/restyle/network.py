"""The network that redraws an emoji in another style, and the critic of what it draws.

A U-Net (Ronneberger et al. 2015, arXiv:1505.04597) as a translator of pictures with a critic of patches that sees the
source as well (pix2pix: Isola et al. 2017, arXiv:1611.07004); one network for all styles, the wanted one given as
weights of styles (one-hot) where the picture is smallest and in every block after that. It works on squares of pixels
laid behind one another (Shi et al. 2016, arXiv:1609.05158): convolutions at full size would take three quarters of the
time.
"""

from dataclasses import dataclass

import keras
from keras import layers

from core.gan.blocks import activate, double, halve, he, modulate, packed, residual, unpacked

CHANNELS = 4  # red, green and blue, each times alpha, and alpha


@dataclass(frozen=True)
class RestylerConfig:
    """Channels from the largest grid down to the smallest, each half of the one before, and residual blocks there.

    The largest grid has a place for every 2x2 pixels. `blocks` are those after the style is known, in the
    same order; before it there are none.
    """

    styles: int = 8
    side: int = 64
    widths: tuple[int, ...] = (24, 48, 96, 128)
    blocks: tuple[int, ...] = (1, 1, 2, 1)

    @property
    def grid(self) -> int:
        """Rows and columns of the smallest grid."""
        return self.side // 2 ** len(self.widths)


def build_restyler(config: RestylerConfig) -> keras.Model:
    """Pictures (B, side, side, 4) in -1..1 and styles (B, styles) -> pictures of about -1..1 (clip them), float32.

    Colours are premultiplied by alpha. At first the picture comes back as it is.
    """
    picture = keras.Input((config.side, config.side, CHANNELS), name="picture")
    style = keras.Input((config.styles,), name="style")
    x = layers.Conv2D(config.widths[0], 3, padding="same", kernel_initializer=he(1.0))(packed(picture))
    passed = [x]
    for channels in config.widths[1:]:
        x = halve(x, channels)
        passed.append(x)
    everywhere = layers.UpSampling2D(config.grid)(layers.Reshape((1, 1, config.styles))(style))
    x = layers.Concatenate()([passed.pop(), everywhere])
    x = layers.Conv2D(config.widths[-1], 1, kernel_initializer=he(1.0))(x)
    for stage in reversed(range(len(config.widths))):
        if stage < len(config.widths) - 1:
            x = layers.Concatenate()([double(x, config.widths[stage]), passed.pop()])
            x = layers.Conv2D(config.widths[stage], 1, kernel_initializer=he(1.0))(x)
        for _ in range(config.blocks[stage]):
            x = residual(x, style)
    x = activate(modulate(x, style))
    change = layers.Conv2D(4 * CHANNELS, 3, padding="same", kernel_initializer="zeros", dtype="float32")(x)
    drawn = layers.Add(dtype="float32", name="drawn")([picture, unpacked(change)])
    return keras.Model([picture, style], drawn, name="restyler")


def build_critic(config: RestylerConfig, widths: tuple[int, ...]) -> keras.Model:
    """Sources, pictures (B, side, side, 4 each) and styles (B, styles) -> a score per patch, float32.

    (B, side / 8, side / 8, 1) for three `widths`. No normalisation.
    """
    shape = (config.side, config.side, CHANNELS)
    source, picture = keras.Input(shape, name="source"), keras.Input(shape, name="picture")
    style = keras.Input((config.styles,), name="style")
    x = layers.Concatenate()([source, picture])
    x = layers.Conv2D(widths[0], 4, strides=2, padding="same", kernel_initializer=he(1.0))(x)
    for channels in widths[1:]:
        x = residual(halve(x, channels), style)
    scores = layers.Conv2D(1, 1, dtype="float32", name="scores")(activate(modulate(x, style)))
    return keras.Model([source, picture, style], scores, name="conditional_patch_critic")
