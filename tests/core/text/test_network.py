"""The encoder is one piece of mathematics: NumPy serves what Keras trained."""

import numpy as np

from core.text.network import EncoderConfig, build_network, encode_rows, weight_shapes

CONFIG = EncoderConfig(width=16, hidden=24, blocks=2)


def test_numpy_and_keras_agree() -> None:
    rng = np.random.default_rng(0)
    model = build_network(CONFIG, rows=50)
    model.set_weights([rng.normal(0, 0.3, value.shape).astype(np.float32) for value in model.get_weights()])
    weights = dict(zip(weight_shapes(CONFIG, 50), model.get_weights(), strict=True))
    rows = rng.integers(0, 50, (7, 11)).astype(np.int32)
    shares = rng.random((7, 11)).astype(np.float32)
    ours = encode_rows(np, weights, rows, shares)
    np.testing.assert_allclose(ours, np.asarray(model([rows, shares])), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_padding_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    weights = {name: rng.normal(size=shape) for name, shape in weight_shapes(CONFIG, 50).items()}
    rows, shares = rng.integers(0, 50, (2, 5)), rng.random((2, 5))
    padded = np.pad(rows, ((0, 0), (0, 3)), constant_values=9), np.pad(shares, ((0, 0), (0, 3)))
    np.testing.assert_allclose(encode_rows(np, weights, rows, shares), encode_rows(np, weights, *padded))
