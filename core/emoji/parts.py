"""What an emoji is put together of: a face of its mood, before it a prop of its topic and a gesture of its interaction.

The generator draws each part by itself, from a mixture of the drawings it knows of that class, which the noise chooses;
then they are arranged as in the composites it is measured against (`core.datasets.emoji.composites`). An emoji of one
class alone is one drawing in full size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.emoji import THING
from core.datasets.emoji.composites import compose
from core.emoji.drawings import FACE, GESTURE, PROP, Drawings
from core.emoji.network import AXES, DIRECTION, Condition
from core.gan.transparency import premultiplied, straight

PURITY = 4.0  # above 1 the drawing that chance favours most counts more in the mixture
_SOFTNESS, _SHARPENING, _MEDIAN = 1.5, 2.0, 5  # pixels, share, pixels
_LEAST = 0.5  # share of an axis from which on there is a part for it: on the way between two emoji it appears half way
_ROLES = {"mood": FACE, "topic": PROP, "interaction": GESTURE}
Shares = Mapping[str, float]


@dataclass(frozen=True)
class Part:
    """Which drawings a part is a mixture of: weights (N,) that sum to 1; `role` is where it goes."""

    role: str
    weights: NDArray[np.float32]


def planned(
    context: Mapping[str, Shares], noise: NDArray[np.float32], drawings: Drawings, condition: Condition
) -> list[Part]:
    """The parts of an emoji for shares of classes per axis, by `noise` (3 * DIRECTION,); the largest is first.

    Where the context names things (`THING`: characters) the prop is one of them. The same noise near by chooses nearly
    the same mixture, so that emoji can be varied and led towards each other.
    """
    things = [drawings.characters.index(thing) for thing in context.get(THING, {})]
    axes = [axis for axis in AXES[:3] if sum(context.get(axis, {}).values()) >= _LEAST or (axis == "topic" and things)]
    parts = []
    for place, axis in enumerate(axes):
        pointer = noise[place * DIRECTION : (place + 1) * DIRECTION]
        weights = np.zeros(len(drawings), np.float32)
        if axis == "topic" and things:
            weights[things] = chosen(drawings.directions[things], pointer)
        else:
            role = _ROLES[axis] if len(axes) > 1 else None
            for name, share in context[axis].items():
                among = drawings.of(axis, list(condition.classes[axis]).index(name), role)
                weights[among] += share * chosen(drawings.directions[among], pointer)
        parts.append(Part(_ROLES[axis], weights / max(float(weights.sum()), 1e-9)))
    if not parts:
        parts.append(Part(FACE, chosen(drawings.directions, noise[:DIRECTION])))
    return parts


def chosen(directions: NDArray[np.float32], pointer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights (N,) of what lies in `directions` (N, D), unit vectors: the two that `pointer` (D,) points at most.

    They change steadily with the pointer: the second has no weight where the third is as near. Its length does not
    count; one of length 0 (truncation 0) points to the middle of all, so at the same two each time.
    """
    if len(directions) < 2:
        return np.ones(len(directions), np.float32)
    towards = pointer if pointer.any() else directions.mean(axis=0)
    nearness = directions @ (towards / max(float(np.linalg.norm(towards)), 1e-9))
    floor = np.sort(nearness)[-3] if len(nearness) > 2 else np.float32(-1)
    weights = np.maximum(nearness - floor, 0) ** PURITY
    total = float(weights.sum())
    shares = weights / total if total > 0 else np.full(len(directions), 1 / len(directions))
    return np.asarray(shares, np.float32)


def part_conditions(
    parts: Sequence[Part], styles: NDArray[np.float32], drawings: Drawings, condition: Condition
) -> NDArray[np.float32]:
    """What the generator is told of each part (P, axes + K), in styles given as shares (P, styles).

    As in training: all classes of the drawings, and the vector of their names.
    """
    weights = np.stack([part.weights for part in parts])
    labels = np.concatenate([drawings.labels, np.full((len(drawings), 1), -1)], axis=1)
    axes = weights @ condition.one_hot(labels)
    axes[:, condition.start("style") :] = styles
    vectors = weights @ drawings.vectors[:, 0]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return np.concatenate([axes, vectors], axis=1)


def retouched(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Drawn parts (P, 64, 64, 4) with the clear outlines and flat areas of drawings: sharpened, then a median filter.

    How much was chosen by KID on validation emoji.
    """
    result = np.empty_like(pictures)
    for picture, clear in zip(pictures, result, strict=True):
        soft = cv2.GaussianBlur(picture, (0, 0), _SOFTNESS)
        clear[:] = cv2.medianBlur(cv2.addWeighted(picture, 1 + _SHARPENING, soft, -_SHARPENING, 0), _MEDIAN)
    return result


def assembled(parts: Sequence[Part], pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures of the parts of one emoji (P, 64, 64, 4), premultiplied, as one (64, 64, 4), premultiplied."""
    if len(parts) == 1:
        return pictures[0]
    drawn = [Image.fromarray(picture) for picture in straight(pictures)]
    beside = {part.role: picture for part, picture in zip(parts[1:], drawn[1:], strict=True)}
    whole: NDArray[np.uint8] = premultiplied(compose(drawn[0], beside.get(PROP), beside.get(GESTURE))[None])[0]
    return whole
