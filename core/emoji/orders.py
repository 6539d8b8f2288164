"""What an emoji is made from: the context it has to fit, the knobs, and the recipe that gives it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from core.datasets.emoji import THING
from core.emoji.network import AXES
from core.errors import N_, UserError
from core.gan.picture import Picture
from core.gan.recipe import Recipe, recipes

KIND = "emoji"
MAX_INTENSITY = 3.0
_ASKED = (*AXES, THING)

Shares = Mapping[str, float]


@dataclass(frozen=True)
class EmojiContext:
    """What an emoji has to fit; None leaves it open."""

    interaction: str | None = None
    topic: str | None = None
    mood: str | None = None
    style: str | None = None


@dataclass(frozen=True)
class Controls:
    """Knobs: variety, how much the context is exaggerated (1: not), and several moods or styles by weight.

    Where weights are given they replace the mood or the style of the context. `things` are characters of drawings, one
    of which the prop has to be (`core.emoji.drawings.Drawings.named_in` finds those that a message names).
    """

    truncation: float = 1.0
    intensity: float = 1.0
    mood_weights: Shares | None = None
    style_weights: Shares | None = None
    things: Sequence[str] = ()


@dataclass(frozen=True)
class Order:
    """What one emoji is made from.

    `context` has the share of each class by axis (mood, topic, interaction, style), which sum to 1 at most; an axis
    that is not there is open. So are the things its prop may be, by character.
    """

    recipe: Recipe
    context: Mapping[str, Shares] = field(default_factory=dict)
    intensity: float = 1.0

    @property
    def main(self) -> EmojiContext:
        """What it has most of on each axis."""
        return EmojiContext(
            **{
                axis: max(self.context[axis], key=self.context[axis].__getitem__)
                for axis in AXES
                if axis in self.context
            }
        )

    @property
    def description(self) -> str:
        """For people who look at the file."""
        return ", ".join(name for shares in self.context.values() for name in shares)

    def as_dict(self) -> dict[str, Any]:
        """For JSON and for the notes in a PNG."""
        context = {axis: dict(sorted(shares.items())) for axis, shares in self.context.items()}
        return {"kind": KIND, "context": context, "intensity": self.intensity, **self.recipe.as_dict()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The way back.

        Raises:
            UserError: this does not describe an emoji.
        """
        context, intensity = content.get("context"), content.get("intensity", 1.0)
        if (
            content.get("kind") != KIND
            or not isinstance(context, dict)
            or not all(axis in _ASKED and _are_shares(shares) for axis, shares in context.items())
            or not _is_number(intensity, MAX_INTENSITY)
        ):
            raise UserError(N_("This picture does not say which emoji it is."))
        shares = {axis: {str(name): float(share) for name, share in context[axis].items()} for axis in context}
        return cls(Recipe.from_dict(content), shares, float(intensity))


class Emoji(Picture[Order]):
    """An emoji RGBA uint8 (64, 64, 4)."""


def ordered(context: EmojiContext, n: int, *, seed: int, controls: Controls) -> list[Order]:
    """Orders of `n` emoji that fit a context.

    Raises:
        UserError: all weights are 0, or a number is outside its range.
    """
    if not _is_number(controls.intensity, MAX_INTENSITY):
        raise UserError(N_("Intensity is a number from 0 to {largest}."), largest=MAX_INTENSITY)
    weights = {axis: {name: 1.0} for axis in AXES if (name := getattr(context, axis))}
    given = {"mood": controls.mood_weights, "style": controls.style_weights}
    weights |= {axis: dict(several) for axis, several in given.items() if several}
    if controls.things:
        weights[THING] = dict.fromkeys(controls.things, 1.0)
    shares = {axis: _normalised(weights[axis]) for axis in _ASKED if axis in weights}
    return [Order(recipe, shares, float(controls.intensity)) for recipe in recipes(seed, n, controls.truncation)]


def between(first: Order, second: Order, share: float, recipe: Recipe) -> Order:
    """The order at `share` of the way, with `recipe`."""
    context = {}
    for axis in (axis for axis in _ASKED if axis in first.context or axis in second.context):
        parts = (first.context.get(axis, {}), 1 - share), (second.context.get(axis, {}), share)
        mixed = {name: 0.0 for part, _ in parts for name in part}
        for part, amount in parts:
            for name, weight in part.items():
                mixed[name] += amount * weight
        if kept := {name: weight for name, weight in mixed.items() if weight}:
            context[axis] = kept
    return Order(recipe, context, (1 - share) * first.intensity + share * second.intensity)


def _normalised(weights: Shares) -> dict[str, float]:
    total = sum(weights.values())
    if not 0 < total < float("inf") or min(weights.values()) < 0:
        raise UserError(N_("Give at least one of the weights a value above 0, and none below."))
    return {name: weight / total for name, weight in weights.items() if weight}


def _is_number(value: object, largest: float) -> bool:
    return isinstance(value, int | float) and 0 <= value <= largest


def _are_shares(shares: object) -> bool:
    """Whether this maps names to shares that sum to 1 at most."""
    if not isinstance(shares, dict) or not shares or not all(_is_number(share, 1) for share in shares.values()):
        return False
    return 0 < sum(shares.values()) <= 1 + 1e-3
