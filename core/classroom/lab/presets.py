"""Settings worth seeing: one that works and three that fail, each with a question to answer before it runs.

A question is answered by measuring the run itself, so the reveal is never wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.classroom.lab.config import LabConfig
from core.classroom.lab.simulation import Row, Snapshot
from core.errors import N_


@dataclass(frozen=True)
class Preset:
    """`title`, `question`, `options` and `why` are sentences to translate; `steps`: when the question is answered.

    `answer` finds the option that came true (a place in `options`) from the view at the start and at the end.
    """

    key: str
    title: str
    config: LabConfig
    question: str
    options: tuple[str, ...]
    why: str
    steps: int
    answer: Callable[[Snapshot, Snapshot], int]


def push(view: Snapshot) -> float:
    """Mean length of the arrows: how hard the discriminator's answer pushes the generated points."""
    return float(np.linalg.norm(view.arrows[:, 2:] - view.arrows[:, :2], axis=1).mean())


def swing(history: tuple[Row, ...]) -> float:
    """How far the generated points' centre strays from its own mean over the later half of a run (RMS)."""
    late = np.array([row.centre for row in history[len(history) // 2 :]])
    return float(np.sqrt(late.var(axis=0).sum())) if len(late) else 0.0


def _reached(_start: Snapshot, end: Snapshot) -> int:
    reached, total = end.clusters or (0, 1)
    return 0 if reached >= total - 1 else 1 if reached > 2 else 2


def _pushed(start: Snapshot, end: Snapshot) -> int:
    ratio = push(end) / max(push(start), 1e-12)
    return 0 if ratio > 1.5 else 2 if ratio < 0.1 else 1


STEADY = 0.2  # in the plane; a run that has settled stays within


def _settled(_start: Snapshot, end: Snapshot) -> int:
    return 0 if swing(end.history) < STEADY else 1


_CLUSTERS = (N_("All of them, or all but one"), N_("Some: three to six"), N_("One or two, or none"))

PRESETS = (
    Preset(
        "good",
        N_("It works"),
        LabConfig(),
        N_("The real points form eight groups. How many will the generated points reach after {steps} steps?"),
        _CLUSTERS,
        N_(
            "Both networks learn at a similar pace: the discriminator always knows a little more, and what it says is "
            "useful. The generated points spread over all groups."
        ),
        1_500,
        _reached,
    ),
    Preset(
        "collapse",
        N_("Mode collapse"),
        LabConfig(critic_rate=0.001, generator_steps=10),
        N_("The generator now takes ten steps for each one of the discriminator. How many groups will it reach?"),
        _CLUSTERS,
        N_(
            "The generator finds one place that the discriminator believes in and sends all its points there, before "
            "the discriminator can answer. When it does answer, all points jump elsewhere together."
        ),
        600,
        _reached,
    ),
    Preset(
        "strong",
        N_("Detective too strong"),
        LabConfig(loss="minimax", optimiser="momentum", critic_rate=0.1, generator_rate=0.05, critic_steps=10),
        N_("The discriminator takes ten large steps each time. What becomes of the arrows that guide the generator?"),
        (N_("They grow"), N_("They stay much the same"), N_("They all but vanish")),
        N_(
            "The discriminator is sure of everything: its answer is flat where the generated points are, and a flat "
            "answer has no direction. With the first paper’s loss the generator then learns nothing."
        ),
        600,
        _pushed,
    ),
    Preset(
        "oscillation",
        N_("Oscillation"),
        LabConfig(loss="wasserstein", critic_layers=1, critic_width=8, critic_rate=0.01, generator_rate=0.01),
        N_("Both networks learn fast, and nothing holds the discriminator back. Will the generated points settle?"),
        (N_("Yes, they settle"), N_("No, they wander to and fro")),
        N_(
            "Each network runs after the other’s last move and both overshoot, so they turn in circles. A "
            "discriminator that is ahead calms them down: give it five updates, and a gradient penalty of 0.1."
        ),
        800,
        _settled,
    ),
)
