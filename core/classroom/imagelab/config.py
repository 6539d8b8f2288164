"""What decides a run of the picture laboratory; no Keras here, so that pages can read it at once."""

from dataclasses import dataclass

from core.errors import N_, UserError

DATA = ("faces", "digits")
RATES = (0.0002, 0.0005, 0.001, 0.002)
MOST_CRITIC_STEPS = 5
MAX_SEED = 2**31 - 1


class ImageLabError(UserError):
    """Settings that cannot be."""


@dataclass(frozen=True)
class ImageLabConfig:
    """Pictures, learning rate of both networks, the critic's updates per step, seed.

    Raises:
        ImageLabError: a value is unknown or out of range.
    """

    data: str = "faces"
    rate: float = 0.001
    critic_steps: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        if (
            self.data not in DATA
            or self.rate not in RATES
            or not 1 <= self.critic_steps <= MOST_CRITIC_STEPS
            or not 0 <= self.seed <= MAX_SEED
        ):
            raise ImageLabError(N_("These settings of the picture laboratory are unknown."))
