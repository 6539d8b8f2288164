"""Where a discriminator in training draws its line: what it says leans to one side or the other from step to step."""

import numpy as np
from numpy.typing import NDArray


def equal_errors(real: NDArray[np.float64], forged: NDArray[np.float64]) -> float:
    """The score from which on a picture counts as real, so that as many of `real` (N,) as of `forged` (M,) are missed.

    It lies half-way between two scores, so that where all are told apart none of them touches it.
    """
    scores = np.unique(np.concatenate([real, forged]))
    lines = (scores[1:] + scores[:-1]) / 2 if len(scores) > 1 else scores
    gaps = [abs(np.mean(real < line) - np.mean(forged >= line)) for line in lines]
    return float(lines[int(np.argmin(gaps))])
