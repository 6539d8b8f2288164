"""Features and class probabilities of a network trained on ImageNet, which the figures of `core.gan.metrics` rest on.

InceptionV3 where Keras has its weights (or may fetch them), else MobileNetV2 from a small file; figures carry its name.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from core.errors import N_
from core.gan.perceptual import WeightsError, find_weights

MOBILENET_FILE = "mobilenet_v2_imagenet_int8.npz"
MOBILENET_ORIGIN = "github.com/google-coral/test_data, Apache-2.0"
_INCEPTION_FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels.h5"


@dataclass(frozen=True)
class FeatureNetwork:
    """A fixed network under the name its figures carry."""

    name: str
    side: int
    model: keras.Model

    def __call__(
        self, images: NDArray[np.uint8], batch_size: int = 32
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Pictures (N, H, W, 3) -> features (N, D) and class probabilities (N, C); enlarged bicubically before."""
        features, probabilities = [], []
        for start in range(0, len(images), batch_size):
            size = (self.side, self.side)
            rows = [
                cv2.resize(image, size, interpolation=cv2.INTER_CUBIC) for image in images[start : start + batch_size]
            ]
            found = self.model.predict_on_batch(np.stack(rows).astype(np.float32) / 127.5 - 1)
            features.append(found[0])
            probabilities.append(found[1])
        return np.concatenate(features), np.concatenate(probabilities)


def feature_network(weights: Path, *, fetch: bool = False) -> FeatureNetwork:
    """InceptionV3 if Keras has its weights already (or `fetch`), else MobileNetV2 from the folder `weights`.

    Raises:
        WeightsError: the weights of neither can be had.
    """
    home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    if fetch or (home / "models" / _INCEPTION_FILE).is_file():
        with _exact():
            whole = keras.applications.InceptionV3(weights="imagenet")
            return FeatureNetwork("InceptionV3", 299, _with_features(whole))
    return mobilenet(find_weights(weights, MOBILENET_FILE, MOBILENET_ORIGIN))


def mobilenet(path: Path) -> FeatureNetwork:
    """MobileNetV2 (1001 ImageNet classes) from a file of its 8-bit kernels, normalisation folded in.

    Raises:
        WeightsError: the file cannot be read as these weights.
    """
    with _exact():
        whole = keras.applications.MobileNetV2(weights=None, classes=1001)
        try:
            with np.load(path, allow_pickle=False) as saved:
                for layer, following in zip(whole.layers, [*whole.layers[1:], None], strict=True):
                    if layer.weights and not isinstance(layer, keras.layers.BatchNormalization):
                        scale, zero = saved[f"{layer.name}/scale_zp"]
                        kernel = scale * (saved[f"{layer.name}/q"].astype(np.float32) - zero)
                        _fill(layer, following, kernel, saved[f"{layer.name}/bias"])
        except (OSError, KeyError, ValueError) as error:
            raise WeightsError(
                N_("{path} does not hold the weights of MobileNetV2 ({error})"), path=path, error=error
            ) from error
        return FeatureNetwork("MobileNetV2", 224, _with_features(whole))


@contextmanager
def _exact() -> Iterator[None]:
    """Build in float32 although a run trains in bfloat16: figures must not depend on that."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


def _fill(
    layer: keras.layers.Layer, norm: keras.layers.Layer | None, kernel: NDArray[np.float32], bias: NDArray[np.float32]
) -> None:
    """Set a layer from a kernel in TensorFlow Lite's layout; its bias goes into the normalisation after it."""
    if isinstance(layer, keras.layers.Dense):
        layer.set_weights([kernel[:, 0, 0, :].T, bias])
        return
    if not isinstance(norm, keras.layers.BatchNormalization):
        raise ValueError(f"{layer.name} is not followed by a normalisation")
    depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    layer.set_weights([kernel[0][..., None] if depthwise else kernel.transpose(1, 2, 3, 0)])
    ones, zeros = np.ones_like(bias), np.zeros_like(bias)
    norm.set_weights([ones, bias, zeros, ones - norm.epsilon])


def _with_features(whole: keras.Model) -> keras.Model:
    """The same network, answering with the input of its classifier, too."""
    return keras.Model(whole.input, [whole.layers[-1].input, whole.output])
