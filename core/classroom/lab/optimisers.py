"""Steps along a slope: plain, with momentum, and Adam. Each keeps its memory in vectors as long as the weights."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
OPTIMISERS = ("sgd", "momentum", "adam")
MOMENTUM = 0.9
BETA_1, BETA_2, EPSILON = 0.5, 0.999, 1e-8  # beta_1 as the paper of DCGAN asks


class Optimiser:
    """Changes `theta` (P,) in place; `kind` is one of OPTIMISERS."""

    def __init__(self, kind: str, rate: float, theta: Array) -> None:
        self.kind, self.rate, self.theta = kind, theta.dtype.type(rate), theta
        self.steps = 0
        self._mean, self._square = np.zeros_like(theta), np.zeros_like(theta)
        self._work = np.empty_like(theta)

    def step(self, slopes: Array) -> None:
        """Go down `slopes` (P,) once."""
        self.steps += 1
        if self.kind == "sgd":
            np.multiply(slopes, self.rate, out=self._work)
        elif self.kind == "momentum":
            self._mean *= self._mean.dtype.type(MOMENTUM)
            self._mean += slopes
            np.multiply(self._mean, self.rate, out=self._work)
        else:  # Kingma and Ba 2014, arXiv:1412.6980
            number = self.theta.dtype.type
            self._mean += number(1 - BETA_1) * (slopes - self._mean)
            np.multiply(slopes, slopes, out=self._work)
            self._work -= self._square
            self._work *= number(1 - BETA_2)
            self._square += self._work
            np.divide(self._square, number(1 - BETA_2**self.steps), out=self._work)
            np.sqrt(self._work, out=self._work)
            self._work += number(EPSILON)
            np.divide(self._mean, self._work, out=self._work)
            self._work *= number(self.rate / (1 - BETA_1**self.steps))
        self.theta -= self._work
