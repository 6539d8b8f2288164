"""A small dense network with its derivatives written out: first ones, and the second one that penalties need.

All weights lie in one flat vector, so that an optimiser's step is a handful of operations whatever the depth.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEAK = 0.2
ACTIVATIONS = ("tanh", "leaky_relu")


class Mlp:
    """Dense layers of `sizes` (inputs first, outputs last), `activation` between them, none at the end.

    `theta` (P,) holds all weights; `weights` and `biases` are views of it, and `use` writes new values through them.
    """

    def __init__(
        self, sizes: Sequence[int], rng: np.random.Generator, *, activation: str = "tanh", dtype: Any = np.float32
    ) -> None:
        self.sizes, self.activation = tuple(sizes), activation
        shapes = list(zip(self.sizes[:-1], self.sizes[1:], strict=True))
        self.theta = np.zeros(sum(rows * columns + columns for rows, columns in shapes), dtype)
        self._slopes = np.empty_like(self.theta)
        self.weights, self.biases = self._views(self.theta)
        self._weight_slopes, self._bias_slopes = self._views(self._slopes)
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            # inputs lie within -1..1: larger first weights and spread biases bend the plane where the data is
            gain = 2.0 if number == 0 else 1.0
            weight[...] = gain * rng.standard_normal(weight.shape) / np.sqrt(weight.shape[0])
            if number < len(shapes) - 1:
                bias[...] = 0.5 * rng.standard_normal(bias.shape)

    def _views(self, flat: Array) -> tuple[list[Array], list[Array]]:
        weights, biases, place = [], [], 0
        for rows, columns in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            weights.append(flat[place : place + rows * columns].reshape(rows, columns))
            place += rows * columns
            biases.append(flat[place : place + columns])
            place += columns
        return weights, biases

    def layers(self, x: Array) -> list[Array]:
        """What every layer gives for `x` (B, inputs): x itself, the hidden layers, the output (B, outputs)."""
        given = [x]
        last = len(self.weights) - 1
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            y = given[-1] @ weight
            y += bias
            if number < last:
                if self.activation == "tanh":
                    np.tanh(y, out=y)
                else:
                    np.maximum(y, LEAK * y, out=y)
            given.append(y)
        return given

    def __call__(self, x: Array) -> Array:
        """The output (B, outputs) for `x` (B, inputs)."""
        return self.layers(x)[-1]

    def _first(self, hidden: Array) -> Array:
        """Derivative of the activation, from its value."""
        if self.activation == "tanh":
            return 1 - hidden * hidden
        return np.where(hidden > 0, hidden.dtype.type(1), hidden.dtype.type(LEAK))

    def backward(
        self, given: list[Array], slope: Array, *, inside: Sequence[Array] | None = None
    ) -> tuple[Array, Array]:
        """Slopes of a loss with respect to `theta` (P,) and to the first layer's sums (B, n), before its activation.

        `slope` (B, outputs) is the loss's with respect to the output; `inside` adds to it at each hidden layer, before
        the activation. The first result is overwritten by the next call; the second times the first weights transposed
        is the slope with respect to the input.
        """
        for number in reversed(range(len(self.weights))):
            np.matmul(given[number].T, slope, out=self._weight_slopes[number])
            np.sum(slope, axis=0, out=self._bias_slopes[number])
            if number:
                slope = slope @ self.weights[number].T
                slope *= self._first(given[number])
                if inside is not None:
                    slope += inside[number - 1]
        return self._slopes, slope

    def input_slopes(self, given: list[Array]) -> tuple[Array, list[Array]]:
        """Gradient of a single output with respect to each row's own input (B, inputs), and what led to it.

        The second result holds the slopes before and after each activation, for `penalty_slopes`.
        """
        slope = np.ones_like(given[-1])
        passed = [slope]
        for number in reversed(range(1, len(self.weights))):
            before = slope @ self.weights[number].T
            slope = before * self._first(given[number])
            passed += [before, slope]
        return slope @ self.weights[0].T, passed

    def penalty_slopes(self, given: list[Array], passed: list[Array], outer: Array) -> Array:
        """Slopes with respect to `theta` (P,) of a loss that is a function of the input's gradient.

        `outer` (B, inputs) is the loss's slope with respect to what `input_slopes` gave. This is the reverse of that
        reverse pass: it runs forwards through the layers, then what it found about the activations runs back.
        """
        direct, _ = self._views(total := np.zeros_like(self.theta))
        inside, flowing = [], outer
        hidden = len(self.weights) - 1
        for number in range(hidden):
            before, after = passed[2 * (hidden - number) - 1], passed[2 * (hidden - number)]
            direct[number] += flowing.T @ after
            arriving = flowing @ self.weights[number]
            value = given[number + 1]
            flowing = arriving * self._first(value)
            # the second derivative of tanh is -2 y (1 - y^2); a leaky line has none
            inside.append(-2 * value * flowing * before if self.activation == "tanh" else np.zeros_like(value))
        direct[hidden] += flowing.T @ passed[0]
        through, _ = self.backward(given, np.zeros_like(given[-1]), inside=inside)
        total += through
        return total
