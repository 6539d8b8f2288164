"""What is seen of a run of the picture laboratory: plain arrays that nobody changes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHOWN = 20  # pictures


@dataclass(frozen=True)
class ImageSnapshot:
    """`pictures` uint8 (SHOWN, H, W, 3) of noise that stays the same. Losses are None before the first step.

    `real_scores`, `fake_scores` (20,): shares of real and generated pictures by how real the critic finds them, in
    equal steps from 0 to 1; 1/2 is the line where it errs as often on real as on generated ones. `accuracy`: how often
    it is right there, with both kinds equally frequent.
    """

    step: int
    pictures: NDArray[np.uint8]
    real_scores: NDArray[Any]
    fake_scores: NDArray[Any]
    critic: float | None
    generator: float | None
    accuracy: float


@dataclass(frozen=True)
class Checkpoint:
    """What the scrubber goes back to."""

    seconds: float
    snapshot: ImageSnapshot


def thinned(checkpoints: tuple[Checkpoint, ...], most: int) -> tuple[Checkpoint, ...]:
    """At most `most` of them, spread over the run: the first and the last stay, the most crowded one goes."""
    while len(checkpoints) > most:
        inner = range(1, len(checkpoints) - 1)
        crowded = min(inner, key=lambda place: checkpoints[place + 1].seconds - checkpoints[place - 1].seconds)
        checkpoints = checkpoints[:crowded] + checkpoints[crowded + 1 :]
    return checkpoints
