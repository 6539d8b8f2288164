"""Refining a network that restores or redraws pictures by a critic, whose pull needs no tuning.

How hard the critic pulls at a picture is set to a share of how hard the other losses pull there, as Esser et al. 2021,
arXiv:2012.09841, do. The game is relativistic with R1 and R2 (Huang et al. 2024, arXiv:2501.05441).
"""

import math
from collections.abc import Callable
from typing import Any

from keras import ops

from core.gan.autodiff import Logs, input_gradient
from core.gan.losses import gradient_penalty, relativistic

Tensor = Any
Critic = Callable[[Tensor], Tensor]


def balanced_pull(
    answer: Tensor, differ: Callable[[Tensor], Tensor], critic: Critic, real: Tensor, share: Tensor
) -> tuple[Tensor, Logs]:
    """A number to minimise and figures to log, for pictures `answer` (B, H, W, C) a network has made.

    Its slope at `answer` is that of `differ`, plus that of fooling `critic`, which prefers `real`, scaled to `share` of
    the former's length. Its value means nothing. Call it inside the loss that `core.gan.autodiff.minimise` takes.
    """
    fixed = ops.stop_gradient(answer)
    scores = ops.stop_gradient(critic(real))
    difference, slope = input_gradient(differ, fixed)
    fooling, push = input_gradient(lambda x: relativistic(critic(x), scores), fixed)
    scale = share * ops.sqrt(ops.sum(ops.square(slope)) / (ops.sum(ops.square(push)) + 1e-20))
    wanted = ops.stop_gradient(slope + scale * push)
    return ops.sum(wanted * answer), {"difference": difference, "fooling": fooling}


def critic_terms(critic: Critic, real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
    """What the critic minimises for pairs of pictures (B, H, W, C): its loss, and its penalty per score of a picture.

    `critic` is called once, with `real` before `made`: a condition has to be repeated likewise.
    """
    scores, slopes = input_gradient(critic, ops.concatenate([real, made]))
    return relativistic(*ops.split(scores, 2)), gradient_penalty(slopes) / math.prod(scores.shape[1:])
