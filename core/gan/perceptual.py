"""A perceptual distance from SqueezeNet 1.1 (Iandola et al. 2016, arXiv:1602.07360), for training and measuring only.

The distance is that of Zhang et al. 2018 (arXiv:1801.03924) without its learned weights: features scaled to unit length
over channels, squared difference, averaged over places. The weights (3 MB, ImageNet) are read from a file named below
and are never part of a model.
"""

from pathlib import Path

import h5py
import keras
from keras import layers, ops

from core.errors import N_, UserError

FILE = "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"
ORIGIN = "github.com/DeepCognition/keras-squeezenet"
# (squeezed, expanded) channels of each fire module; None pools
_FIRES: tuple[tuple[int, int] | None, ...] = ((16, 64), (16, 64), None, (32, 128), (32, 128))
_DEEPER: tuple[tuple[int, int] | None, ...] = (None, (48, 192), (48, 192), (64, 256), (64, 256))
_BLUE_GREEN_RED_MEANS = (103.939, 116.779, 123.68)  # of ImageNet, which the network takes away


class WeightsError(UserError):
    """The weights of a feature network are not where they should be."""


def find_weights(folder: Path, name: str = FILE, origin: str = ORIGIN) -> Path:
    """The file `name` in `folder` or in its subfolder `features`.

    Raises:
        WeightsError: it is in neither.
    """
    for path in (folder / name, folder / "features" / name):
        if path.is_file():
            return path
    raise WeightsError(
        N_("the feature network {name} ({origin}) is needed: put it in {folder}, or use --weights"),
        name=name, origin=origin, folder=folder,
    )  # fmt: skip


def squeezenet(path: Path, *, whole: bool = False) -> keras.Model:
    """The first half of the network: `as_network_input` (B, H, W, 3) -> features after conv1, fire3 and fire5.

    With `whole` all of it but the classifier; features then are those after the three poolings and after fire9.

    Raises:
        WeightsError: the file cannot be read as these weights.
    """
    pictures = keras.Input((None, None, 3))
    x = layers.Conv2D(64, 3, strides=2, activation="relu", name="conv1")(pictures)
    before = [x]
    x = layers.MaxPooling2D(3, 2)(x)
    after = [x]
    for number, fire in enumerate(_FIRES + _DEEPER if whole else _FIRES):
        if fire is None:
            before.append(x)
            x = layers.MaxPooling2D(3, 2)(x)
            after.append(x)
            continue
        module = f"fire{number + 3 - len(after)}"
        x = layers.Conv2D(fire[0], 1, activation="relu", name=f"{module}_squeeze1x1")(x)
        near = layers.Conv2D(fire[1], 1, activation="relu", name=f"{module}_expand1x1")(x)
        wide = layers.Conv2D(fire[1], 3, padding="same", activation="relu", name=f"{module}_expand3x3")(x)
        x = layers.Concatenate()([near, wide])
    model = keras.Model(pictures, [*(after if whole else before), x], name="squeezenet")
    try:
        with h5py.File(path, "r") as file:
            for layer in model.layers:
                if layer.weights:
                    _set(layer, file[layer.name.replace("_", "/")])
    except (OSError, KeyError, ValueError) as error:
        raise WeightsError(
            N_("{path} does not hold the weights of SqueezeNet ({error})"), path=path, error=error
        ) from error
    model.trainable = False
    return model


def as_network_input(pictures: keras.KerasTensor) -> keras.KerasTensor:
    """RGB pictures (B, H, W, 3) in -1..1 as the network was trained on them: blue first, 0..255, less their mean."""
    return ops.flip(pictures, axis=-1) * 127.5 + (127.5 - ops.array(_BLUE_GREEN_RED_MEANS, "float32"))


def _set(layer: keras.layers.Layer, group: h5py.Group) -> None:
    arrays: list[h5py.Dataset] = []
    group.visititems(lambda _, item: arrays.append(item) if isinstance(item, h5py.Dataset) else None)
    kernel, bias = sorted((item[()] for item in arrays), key=lambda array: -array.ndim)
    layer.set_weights([kernel, bias])


class PerceptualDistance:
    """Distance between pictures (B, H, W, 3) in -1..1: one number per pair, 0 when equal, at most 6."""

    def __init__(self, weights: Path) -> None:
        self.network = squeezenet(weights)

    @property
    def variables(self) -> list[keras.Variable]:
        """The fixed weights, which a compiled step reads."""
        return self.network.variables

    def features(self, pictures: keras.KerasTensor) -> list[keras.KerasTensor]:
        """Features of unit length, float32, at three depths."""
        found = [ops.cast(layer, "float32") for layer in self.network(as_network_input(pictures), training=False)]
        return [layer * ops.rsqrt(ops.sum(ops.square(layer), axis=-1, keepdims=True) + 1e-6) for layer in found]

    def __call__(self, features: list[keras.KerasTensor], others: list[keras.KerasTensor]) -> keras.KerasTensor:
        """Distance between what `features` gave for two sets of pictures: (B,)."""
        parts = [
            ops.mean(ops.sum(ops.square(a - b), axis=-1), axis=(1, 2)) for a, b in zip(features, others, strict=True)
        ]
        return sum(parts[1:], start=parts[0])
