"""Feature networks read their weight files, refuse wrong ones by name, and measure what they should."""

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from core.gan import features, perceptual
from core.gan.perceptual import PerceptualDistance, WeightsError

SHAPES = {
    "conv1": (3, 3, 3, 64),
    **{
        f"fire{number}/{name}": shape
        for number, (below, squeezed, expanded) in enumerate(
            [
                (64, 16, 64),
                (128, 16, 64),
                (128, 32, 128),
                (256, 32, 128),
                (256, 48, 192),
                (384, 48, 192),
                (384, 64, 256),
                (512, 64, 256),
            ],
            start=2,
        )
        for name, shape in (
            ("squeeze1x1", (1, 1, below, squeezed)),
            ("expand1x1", (1, 1, squeezed, expanded)),
            ("expand3x3", (3, 3, squeezed, expanded)),
        )
    },
}


def write_squeezenet(folder: Path) -> Path:
    """Weights of random numbers, laid out as the real file is."""
    rng = np.random.default_rng(0)
    path = folder / perceptual.FILE
    with h5py.File(path, "w") as file:
        for number, (name, shape) in enumerate(SHAPES.items()):
            scale = np.sqrt(2 / np.prod(shape[:3])) / (100 if name == "conv1" else 1)
            file[f"{name}/uniform{number}"] = (scale * rng.standard_normal(shape)).astype(np.float32)
            file[f"{name}/{name}_b"] = np.zeros(shape[-1], np.float32)
    return path


def test_perceptual_distance_is_zero_for_equals_symmetric_and_grows_with_blur(tmp_path: Path) -> None:
    distance = PerceptualDistance(write_squeezenet(tmp_path))
    rng = np.random.default_rng(1)
    sharp = rng.uniform(-1, 1, (2, 64, 48, 3)).astype(np.float32)
    soft = (sharp + np.roll(sharp, 1, axis=1) + np.roll(sharp, 1, axis=2)) / 3
    seen = {name: distance.features(x) for name, x in (("sharp", sharp), ("soft", soft), ("nearly", sharp * 0.9))}
    assert np.asarray(distance(seen["sharp"], seen["sharp"])) == pytest.approx(0, abs=1e-6)
    near, far = (np.asarray(distance(seen["sharp"], seen[name])) for name in ("nearly", "soft"))
    assert near.shape == (2,)
    assert (near > 0).all()
    assert (near < far).all()
    assert (far < 6).all()
    np.testing.assert_allclose(far, np.asarray(distance(seen["soft"], seen["sharp"])), rtol=1e-5)


def test_missing_and_wrong_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=perceptual.FILE):
        perceptual.find_weights(tmp_path)
    (tmp_path / "features").mkdir()
    path = write_squeezenet(tmp_path / "features")
    assert perceptual.find_weights(tmp_path) == path
    path.write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="SqueezeNet"):
        PerceptualDistance(path)
    with pytest.raises(WeightsError, match="MobileNetV2"):
        features.mobilenet(path)
    with pytest.raises(WeightsError, match=features.MOBILENET_FILE):
        features.feature_network(tmp_path)


def outputs(layer: keras.layers.Layer) -> int:
    """Channels that leave a layer."""
    return int(layer.output.shape[-1])


def test_mobilenet_answers_with_features_and_the_classifier_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # no InceptionV3 there
    rng = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for layer in keras.applications.MobileNetV2(weights=None, classes=1001).layers:
        if not layer.weights or isinstance(layer, keras.layers.BatchNormalization):
            continue
        kernel = layer.get_weights()[0]
        shape = (
            (kernel.shape[1], 1, 1, kernel.shape[0]) if isinstance(layer, keras.layers.Dense)
            else (1, *kernel.shape[:3]) if isinstance(layer, keras.layers.DepthwiseConv2D)
            else tuple(np.array(kernel.shape)[[3, 0, 1, 2]])
        )  # fmt: skip
        arrays[f"{layer.name}/q"] = rng.integers(0, 256, shape).astype(np.uint8)
        arrays[f"{layer.name}/scale_zp"] = np.array([0.001, 128], np.float32)
        arrays[f"{layer.name}/bias"] = rng.uniform(0, 1, outputs(layer)).astype(np.float32)
    bias = np.zeros(1001, np.float32)
    bias[7] = 20.0
    arrays["predictions/bias"] = bias
    np.savez(tmp_path / features.MOBILENET_FILE, **arrays)
    network = features.feature_network(tmp_path)
    found, probabilities = network(rng.integers(0, 256, (3, 64, 64, 3)).astype(np.uint8), batch_size=2)
    assert network.name == "MobileNetV2"
    assert found.shape == (3, 1280)
    assert (found >= 0).all()
    assert probabilities.argmax(axis=1).tolist() == [7, 7, 7]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
