"""What the two networks of the laboratory minimise, and the slopes of it. The names are those of `core.gan.losses`.

Scores are numbers without bound, one per point; high means real.
"""

import numpy as np

from core.classroom.lab.mlp import Array, Mlp

LOSSES = ("non_saturating", "minimax", "least_squares", "wasserstein", "relativistic")
# of these a score says by itself how real a point is: its sigmoid is a probability, or it aims at 0 and 1
ABSOLUTE = ("non_saturating", "minimax", "least_squares")


def sigmoid(x: Array) -> Array:
    """The logistic function; tanh does not overflow."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def _softplus(x: Array) -> float:
    """Mean of log(1 + e^x)."""
    return float(np.mean(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))))


def critic_loss(name: str, real: Array, fake: Array) -> tuple[float, Array, Array]:
    """Value, and slopes with respect to the scores of real and of generated points (B,) each."""
    share = real.dtype.type(1 / len(real))
    if name in ("non_saturating", "minimax"):  # Goodfellow et al. 2014, arXiv:1406.2661
        return _softplus(-real) + _softplus(fake), -share * sigmoid(-real), share * sigmoid(fake)
    if name == "least_squares":  # Mao et al. 2016, arXiv:1611.04076
        value = 0.5 * float(np.mean((real - 1) ** 2) + np.mean(fake**2))
        return value, share * (real - 1), share * fake
    if name == "wasserstein":  # Arjovsky et al. 2017, arXiv:1701.07875
        return float(fake.mean() - real.mean()), np.full_like(real, -share), np.full_like(fake, share)
    slope = share * sigmoid(fake - real)  # Jolicoeur-Martineau 2018, arXiv:1807.00734
    return _softplus(fake - real), -slope, slope


def generator_loss(name: str, real: Array, fake: Array) -> tuple[float, Array]:
    """Value, and slope with respect to the scores of generated points (B,)."""
    share = fake.dtype.type(1 / len(fake))
    if name == "non_saturating":
        return _softplus(-fake), -share * sigmoid(-fake)
    if name == "minimax":  # log(1 - D): flat where the discriminator is sure, which is why it is hardly used
        return -_softplus(fake), -share * sigmoid(fake)
    if name == "least_squares":
        return 0.5 * float(np.mean((fake - 1) ** 2)), share * (fake - 1)
    if name == "wasserstein":
        return -float(fake.mean()), np.full_like(fake, -share)
    return _softplus(real - fake), -share * sigmoid(real - fake)


def critic_step(
    critic: Mlp, real: Array, fake: Array, name: str, *, penalty: float = 0.0, share: Array | None = None
) -> tuple[float, Array]:
    """Loss of the discriminator and its slopes (P,) on points (B, 2) each.

    `penalty` weighs, with the Wasserstein loss, how far the gradient between real and generated points is from length 1
    (Gulrajani et al. 2017, arXiv:1704.00028; `share` (B, 1) says where between); with the others it is gamma of R1,
    the squared gradient on real points (Mescheder et al. 2018, arXiv:1801.04406).
    """
    given = critic.layers(np.concatenate([real, fake]))
    scores = given[-1][:, 0]
    value, on_real, on_fake = critic_loss(name, scores[: len(real)], scores[len(real) :])
    slopes, _ = critic.backward(given, np.concatenate([on_real, on_fake])[:, None])
    if not penalty:
        return value, slopes
    slopes = slopes.copy()  # the network's own memory, which the penalty's pass overwrites
    between = real if name != "wasserstein" or share is None else real + share * (fake - real)
    given = critic.layers(between)
    gradient, passed = critic.input_slopes(given)
    squared = np.einsum("ij,ij->i", gradient, gradient)
    if name == "wasserstein":
        length = np.sqrt(squared + 1e-12)
        value += penalty * float(np.mean((length - 1) ** 2))
        outer = gradient * (2 * penalty / len(real) * (1 - 1 / length))[:, None]
    else:
        value += 0.5 * penalty * float(squared.mean())
        outer = gradient * (penalty / len(real))
    slopes += critic.penalty_slopes(given, passed, outer.astype(gradient.dtype, copy=False))
    return value, slopes


def generator_step(generator: Mlp, critic: Mlp, noise: Array, real: Array, name: str) -> tuple[float, Array, Array]:
    """Loss of the generator, its slopes (P,), and the loss's slope at each generated point (B, 2).

    `real` points (B, 2) matter only where the loss compares pairs.
    """
    made = generator.layers(noise)
    given = critic.layers(made[-1])
    on_real = critic(real)[:, 0] if name == "relativistic" else given[-1][:, 0]
    value, slope = generator_loss(name, on_real, given[-1][:, 0])
    at_points = critic.backward(given, slope[:, None])[1] @ critic.weights[0].T
    slopes, _ = generator.backward(made, at_points)
    return value, slopes, at_points
