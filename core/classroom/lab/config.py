"""Everything that decides a run of the laboratory, and how an address says it: equal settings give equal numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from core.classroom.lab import data as points
from core.classroom.lab.game import LOSSES
from core.classroom.lab.mlp import ACTIVATIONS
from core.classroom.lab.optimisers import OPTIMISERS
from core.errors import N_, UserError

NOISES = ("uniform", "normal")
PREFIX = "lab_"  # addresses are shared by the whole page
# allowed values: named ones, or from..to
CHOICES: dict[str, tuple[str, ...]] = {
    "data": points.DATA,
    "noise": NOISES,
    "loss": LOSSES,
    "optimiser": OPTIMISERS,
    "activation": ACTIVATIONS,
}
RANGES: dict[str, tuple[float, float]] = {
    "noise_size": (1, 2),
    "penalty": (0, 100),
    "critic_rate": (1e-5, 1),
    "generator_rate": (1e-5, 1),
    "critic_layers": (0, 4),
    "generator_layers": (0, 4),
    "critic_width": (1, 64),
    "generator_width": (1, 64),
    "critic_steps": (0, 20),
    "generator_steps": (0, 20),
    "batch_size": (8, 512),
    "seed": (0, 2**31 - 1),
}


class LabError(UserError):
    """Settings that cannot be; the sentence says which and what can be."""


@dataclass(frozen=True)
class LabConfig:
    """A run of the laboratory.

    `points`, a visitor's own, count with data "points" only. `noise` in `noise_size` dimensions: uniform in -1..1 or
    standard normal. `penalty`: see `game.critic_step`. `critic_steps` and `generator_steps` are updates per step.

    Raises:
        LabError: a value is unknown or out of range.
        DataError: the points cannot be used.
    """

    data: str = "gaussians"
    noise: str = "normal"
    noise_size: int = 2
    loss: str = "non_saturating"
    penalty: float = 0.0
    optimiser: str = "adam"
    critic_rate: float = 0.004
    generator_rate: float = 0.002
    critic_layers: int = 2
    generator_layers: int = 2
    critic_width: int = 32
    generator_width: int = 32
    critic_steps: int = 1
    generator_steps: int = 1
    batch_size: int = 128
    activation: str = "tanh"
    seed: int = 1
    points: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise LabError(N_("{name} is one of: {allowed}."), name=name, allowed=", ".join(allowed))
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if not (whole or (name in _REAL and isinstance(value, float))) or not low <= value <= high:
                raise LabError(
                    N_("{name} is a number from {low} to {high}."), name=name, low=f"{low:g}", high=f"{high:g}"
                )
        if not self.critic_steps + self.generator_steps:
            raise LabError(N_("At least one of the two networks has to learn."))
        own = points.rounded(self.points) if self.data == points.OWN else ()
        object.__setattr__(self, "points", own)

    def to_query(self) -> dict[str, str]:
        """Parameters of an address that gives this run again; what is as usual is left out."""
        usual = LabConfig()
        written = {
            field.name: repr(getattr(self, field.name)) if field.name in RANGES else str(getattr(self, field.name))
            for field in fields(self)
            if field.name != "points" and getattr(self, field.name) != getattr(usual, field.name)
        }
        if self.points:
            written["points"] = points.written(self.points)
        return {PREFIX + name: value for name, value in written.items()}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """The run that an address asks for; other parameters are ignored.

        Raises:
            UserError: a value is unknown, out of range or damaged.
        """
        given: dict[str, Any] = {}
        for field in fields(cls):
            text = query.get(PREFIX + field.name)
            if text is None:
                continue
            if field.name == "points":
                given["points"] = points.read(text)
            elif field.name in RANGES:
                given[field.name] = _read(field.name, text)
            else:
                given[field.name] = text
        return cls(**given)


_REAL = ("penalty", "critic_rate", "generator_rate")


def _read(name: str, text: str) -> float:
    """A number as `to_query` writes it; nan is out of every range."""
    try:
        if len(text) > 30:
            return float("nan")
        return float(text) if name in _REAL else int(text)
    except ValueError:
        return float("nan")
