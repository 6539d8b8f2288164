"""Losses of generators and critics, and the penalties that keep critics smooth.

Scores are numbers without bound, one per picture or per patch of it; high means real. The critic's and the generator's
side of a game are chosen together, by name: `GAMES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops

from core.gan.autodiff import input_gradient

Tensor = Any


@dataclass(frozen=True)
class Game:
    """What critic and generator minimise, each given the scores of real and of generated pictures."""

    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]


def relativistic(preferred: Tensor, other: Tensor) -> Tensor:
    """Pairs: how much less `preferred` scores than `other`. The critic prefers real pictures, the generator its own.

    Jolicoeur-Martineau 2018, arXiv:1807.00734; with R1 and R2 it converges (Huang et al. 2024, arXiv:2501.05441).
    """
    return ops.mean(ops.softplus(other - preferred))


def _logistic(real: Tensor, fake: Tensor) -> Tensor:
    return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))


def _wasserstein(real: Tensor, fake: Tensor) -> Tensor:
    return ops.mean(fake) - ops.mean(real)


def _least_squares(real: Tensor, fake: Tensor) -> Tensor:
    return 0.5 * ops.mean(ops.square(real - 1)) + 0.5 * ops.mean(ops.square(fake))


GAMES = {
    # Goodfellow et al. 2014, arXiv:1406.2661, with the generator's side that does not saturate
    "non_saturating": Game(_logistic, lambda real, fake: ops.mean(ops.softplus(-fake))),
    # Arjovsky et al. 2017, arXiv:1701.07875; needs `interpolation_penalty`
    "wasserstein": Game(_wasserstein, lambda real, fake: -ops.mean(fake)),
    # Mao et al. 2016, arXiv:1611.04076
    "least_squares": Game(_least_squares, lambda real, fake: 0.5 * ops.mean(ops.square(fake - 1))),
    "relativistic": Game(relativistic, lambda real, fake: relativistic(fake, real)),
}


def squared_lengths(slopes: Tensor) -> Tensor:
    """Squared length of each row's gradient: (B, ...) -> (B,)."""
    return ops.sum(ops.square(slopes), axis=tuple(range(1, len(slopes.shape))))


def gradient_penalty(slopes: Tensor) -> Tensor:
    """Mean over pictures of the squared length of the critic's gradient there: R1 on real ones, R2 on generated ones.

    Mescheder et al. 2018, arXiv:1801.04406. The papers' weight for each is gamma / 2.
    """
    return ops.mean(squared_lengths(slopes))


def interpolation_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """How far the critic's gradient is from length 1 between real and generated pictures; `share` (B,) says where.

    Gulrajani et al. 2017, arXiv:1704.00028 (weight 10 there).
    """
    share = ops.reshape(share, (-1,) + (1,) * (len(real.shape) - 1))
    _, slopes = input_gradient(critic, real + share * (fake - real))
    return ops.mean(ops.square(ops.sqrt(squared_lengths(slopes) + 1e-12) - 1))


def mismatched(condition: Tensor) -> Tensor:
    """Each row's condition replaced by its neighbour's: real pictures with wrong texts, which the critic must refuse.

    Reed et al. 2016, arXiv:1605.05396.
    """
    return ops.roll(condition, 1, axis=0)
