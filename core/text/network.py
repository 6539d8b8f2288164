"""The encoder's mathematics, once: run by Keras in training and by NumPy when serving."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class EncoderConfig:
    """`width` is the size of the vectors; each residual block widens to `hidden` and back."""

    width: int = 128
    hidden: int = 256
    blocks: int = 2


def weight_shapes(config: EncoderConfig, rows: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all weights, in order; `rows` is the size of the embedding table."""
    shapes: dict[str, tuple[int, ...]] = {"table": (rows, config.width), "importance": (rows,)}
    for block in range(config.blocks):
        shapes |= {
            f"wide{block}": (config.width, config.hidden),
            f"bias{block}": (config.hidden,),
            f"narrow{block}": (config.hidden, config.width),
        }
    return shapes


def encode_rows(xp: Any, weights: dict[str, Any], rows: Any, shares: Any) -> Any:
    """Unit vectors (N, width) of texts given as table rows (N, F) and their shares (N, F); `xp` is NumPy or keras.ops.

    A weighted mean of the rows, each row's share scaled by its learned importance, then residual blocks on the
    root-mean-square-normalised vector.
    """
    pull = shares * xp.exp(xp.take(weights["importance"], rows, axis=0))  # (N, F)
    mean = xp.matmul(pull[:, None, :], xp.take(weights["table"], rows, axis=0))[:, 0]  # (N, width)
    x = mean / (xp.sum(pull, axis=1, keepdims=True) + 1e-6)
    block = 0
    while f"wide{block}" in weights:
        scaled = x / xp.sqrt(xp.mean(x * x, axis=1, keepdims=True) + 1e-6)
        x = scaled + xp.matmul(
            xp.maximum(xp.matmul(scaled, weights[f"wide{block}"]) + weights[f"bias{block}"], 0.0),
            weights[f"narrow{block}"],
        )
        block += 1
    return x / xp.sqrt(xp.sum(x * x, axis=1, keepdims=True) + 1e-9)


def build_network(config: EncoderConfig, rows: int) -> "keras.Model":
    """The trainable encoder: inputs rows int32 (N, F) and shares float32 (N, F), output unit vectors (N, width)."""
    import keras

    class Encoder(keras.layers.Layer):
        def build(self, input_shape: Any) -> None:
            for name, shape in weight_shapes(config, rows).items():
                if name == "table":
                    initializer: Any = keras.initializers.RandomNormal(stddev=0.1)
                elif name.startswith("wide"):
                    initializer = "he_normal"
                else:
                    initializer = "zeros"
                setattr(self, f"{name}_", self.add_weight(shape=shape, initializer=initializer, name=name))

        def call(self, inputs: Any) -> Any:
            weights = {name: getattr(self, f"{name}_") for name in weight_shapes(config, rows)}
            return encode_rows(keras.ops, weights, *inputs)

    inputs = [keras.Input((None,), dtype="int32", name="rows"), keras.Input((None,), dtype="float32", name="shares")]
    return keras.Model(inputs, Encoder(name="encoder")(inputs))
