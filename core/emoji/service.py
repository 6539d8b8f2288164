"""What pages and the command line call: the context of a message in, transparent emoji that did not exist out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.artifacts import Manifest, open_artifact
from core.datasets.emoji import THING
from core.emoji.drawings import Drawings
from core.emoji.network import AXES, DIRECTION, Condition
from core.emoji.orders import Controls, Emoji, EmojiContext, Order, Shares, between, ordered
from core.emoji.parts import Part, assembled, part_conditions, planned, retouched
from core.errors import N_, UserError
from core.gan import sampling
from core.gan.latent_generator import LatentGenerator, model_id
from core.gan.recipe import noise_of
from core.gan.transparency import cleaned, straight

MAX_FRAMES = 64
_NAMED = 30  # choices that a message to the visitor lists


class EmojiGenerator:
    """The trained generator of all contexts and styles; thread-safe after `warm_up`."""

    def __init__(self, network: LatentGenerator, drawings: Drawings, manifest: Manifest) -> None:
        self._network, self.drawings, self.manifest = network, drawings, manifest
        self.condition = Condition({axis: tuple(manifest.parameters["classes"][axis]) for axis in AXES})
        self.model = model_id(manifest)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the artifact in `folder`.

        Raises:
            core.artifacts.ArtifactError: the model is missing or damaged.
        """
        manifest = open_artifact(folder)
        return cls(LatentGenerator.load(folder), Drawings.load(folder), manifest)

    @property
    def classes(self) -> Mapping[str, Sequence[str]]:
        """What can be asked for on each axis: mood, topic, interaction, style."""
        return self.condition.classes

    def warm_up(self) -> None:
        """Build the networks' function before a visitor waits for it."""
        self.generate(EmojiContext(), 1)

    def generate(
        self, context: EmojiContext, n: int = 8, *, seed: int = 0, controls: Controls | None = None
    ) -> list[Emoji]:
        """`n` emoji that fit a context; equal arguments give equal pixels.

        Raises:
            UserError: a class is unknown, all weights are 0, or a number is outside its range.
        """
        return self.make(self.orders(context, n, seed=seed, controls=controls))

    def orders(
        self, context: EmojiContext, n: int = 8, *, seed: int = 0, controls: Controls | None = None
    ) -> list[Order]:
        """What `generate` makes its emoji from; many orders at once are made fastest.

        Raises:
            UserError: all weights are 0, or a number is outside its range.
        """
        return ordered(context, n, seed=seed, controls=controls or Controls())

    def more_like(self, order: Order, n: int = 8, *, seed: int = 0, strength: float = 0.35) -> list[Emoji]:
        """`n` emoji near that of `order`, of the same context.

        Raises:
            UserError: a number is outside its range, or the emoji descends from too many others.
        """
        return self.make([replace(order, recipe=recipe) for recipe in order.recipe.neighbours(seed, n, strength)])

    def morph(self, first: Order, second: Order, n: int = 8) -> list[Emoji]:
        """`n` emoji on the way from one to another, both ends included.

        Raises:
            UserError: a number is outside its range, or the emoji descends from too many others.
        """
        way = zip(first.recipe.towards(second.recipe, n), np.linspace(0, 1, n).tolist(), strict=True)
        return self.make([between(first, second, share, recipe) for recipe, share in way])

    def loop(self, order: Order, n: int = 16, *, seed: int = 0, strength: float = 0.5) -> list[Emoji]:
        """`n` frames of an animation that starts at the emoji of `order`, wanders around it and comes back.

        The frame after the last would be the first again; `strength` in 0..1 says how far it goes.

        Raises:
            UserError: a number is outside its range, or the emoji descends from too many others.
        """
        if not 1 <= n <= MAX_FRAMES:
            raise UserError(N_("Ask for 1 to {limit} frames."), limit=MAX_FRAMES)
        out, left, right = sampling.seeds(seed, 3)
        frames = []
        for turn in np.arange(n) * (2 * np.pi / n):
            # a closed curve: out and back along one direction, meanwhile aside on either side
            aside = left if turn < np.pi else right
            moved = (out, strength * (1 - float(np.cos(turn))) / 2), (aside, strength * abs(float(np.sin(turn))))
            recipe = replace(order.recipe, steps=(*order.recipe.steps, *moved))
            frames.append(replace(order, recipe=recipe))
        return self.make(frames)

    def make(self, orders: Sequence[Order]) -> list[Emoji]:
        """One emoji per order.

        Raises:
            UserError: a class is unknown.
        """
        noise = noise_of([order.recipe for order in orders], self.noise_size)
        plans = [self._plan(order.context, row) for order, row in zip(orders, noise, strict=True)]
        styles = np.stack([self._condition(order.context) for order in orders])[:, self.condition.start("style") :]
        strength = np.array([order.intensity for order in orders], np.float32)
        made = straight(self._drawn(plans, styles, noise, strength))
        return [Emoji(image, order, self.model) for image, order in zip(made, orders, strict=True)]

    def pictures(
        self, conditions: NDArray[np.float32], noise: NDArray[np.float32], strength: NDArray[np.float32]
    ) -> NDArray[np.uint8]:
        """Pictures uint8 (N, 64, 64, 4), premultiplied as `core.gan.transparency` says, of conditions (N, K) and noise.

        `strength` (N,) is the intensity: what is exaggerated is the difference of every part to one of the same style
        of which nothing else is said.
        """
        contexts = [self.condition.shares(row) for row in conditions]
        plans = [self._plan(context, row) for context, row in zip(contexts, noise, strict=True)]
        return self._drawn(plans, conditions[:, self.condition.start("style") :], noise, strength)

    def _drawn(
        self,
        plans: Sequence[Sequence[Part]],
        styles: NDArray[np.float32],
        noise: NDArray[np.float32],
        strength: NDArray[np.float32],
    ) -> NDArray[np.uint8]:
        """Emoji of planned parts, all parts in one go: see `pictures`."""
        open_ = ~styles.any(axis=1)  # one style for all parts, by chance: a mixture of all of them has no outlines
        styles = styles.copy()
        styles[open_, np.argmax(noise[open_, : styles.shape[1]], axis=1)] = 1
        rows = np.repeat(np.arange(len(plans)), [len(plan) for plan in plans])
        parts = [part for plan in plans for part in plan]
        asked = part_conditions(parts, styles[rows], self.drawings, self.condition)
        plain = np.zeros_like(asked)
        given = slice(self.condition.start("style"), self.condition.size)
        plain[:, given] = asked[:, given]
        drawn = self._network.exaggerated(noise[rows, : self._network.noise_size], asked, plain, strength[rows])
        drawn = cleaned(retouched(cleaned(drawn)))
        return np.stack([assembled(plan, drawn[rows == place]) for place, plan in enumerate(plans)])

    def recipe_of(self, order: Order) -> list[list[tuple[str, float]]]:
        """Which drawings (characters) each part of an emoji is a mixture of, with their shares, the largest first."""
        noise = noise_of([order.recipe], self.noise_size)[0]
        plan = self._plan(order.context, noise)
        named = [
            [
                (self.drawings.characters[place], float(part.weights[place]))
                for place in np.flatnonzero(part.weights).tolist()
            ]
            for part in plan
        ]
        return [sorted(mixture, key=lambda each: -each[1]) for mixture in named]

    @property
    def noise_size(self) -> int:
        """Numbers of noise per emoji: what the network takes, then those that choose its drawings."""
        return self._network.noise_size + 3 * DIRECTION

    def _plan(self, context: Mapping[str, Shares], noise: NDArray[np.float32]) -> list[Part]:
        self._check(context)
        return planned(context, noise[self._network.noise_size :], self.drawings, self.condition)

    def _check(self, context: Mapping[str, Shares]) -> None:
        for axis, shares in context.items():
            known = self.drawings.characters if axis == THING else self.classes[axis]
            for name in shares:
                if name not in known:
                    raise UserError(
                        N_("{name} is not known here. Choose one of: {known}."),
                        name=name[:40], known=", ".join(known[:_NAMED]),
                    )  # fmt: skip

    def _condition(self, context: Mapping[str, Shares]) -> NDArray[np.float32]:
        return self.condition.mixed({axis: context[axis] for axis in AXES if axis in context})
