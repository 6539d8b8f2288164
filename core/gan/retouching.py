"""The last step of a generator whose pictures come out soft: outlines sharpened, then a median filter against grain.

How much is chosen by KID on held-out pictures and stored with the model, beside its latents' mean and deviation.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)
Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Retouching:
    """Unsharp masking by the share `sharpening` over a blur of `softness` pixels, then a median over `median` pixels.

    A `median` of 1 leaves the picture as it is; OpenCV takes 3 and 5 of pictures with up to four channels.
    """

    sharpening: float
    softness: float
    median: int = 1

    @classmethod
    def of(cls, numbers: NDArray[np.float32]) -> Self:
        """The way back from `numbers`."""
        sharpening, softness, median = numbers.tolist()
        return cls(sharpening, softness, round(median))

    @property
    def numbers(self) -> NDArray[np.float32]:
        """To store it: (3,)."""
        return np.array([self.sharpening, self.softness, self.median], np.float32)

    def __call__(self, pictures: Pictures) -> Pictures:
        """Pictures uint8 (N, H, W, C), opacity premultiplied if there is any."""
        result = np.empty_like(pictures)
        for picture, clear in zip(pictures, result, strict=True):
            soft = cv2.GaussianBlur(picture, (0, 0), self.softness)
            sharp = cv2.addWeighted(picture, 1 + self.sharpening, soft, -self.sharpening, 0)
            clear[:] = cv2.medianBlur(sharp, self.median) if self.median > 1 else sharp
        return result


CANDIDATES = tuple(
    Retouching(sharpening, softness, median)
    for softness, strengths in ((1.0, (0.5, 1.0, 2.0)), (1.5, (1.0, 2.0)))
    for sharpening in strengths
    for median in (1, 3)
)


def choose(
    pictures: Pictures, distance: Callable[[Pictures], float], candidates: Sequence[Retouching] = CANDIDATES
) -> tuple[Retouching | None, dict[str, Any]]:
    """The candidate that brings `pictures`, as the networks drew them, nearest to real ones; None if none does.

    Also how it was chosen, for the manifest. `distance` is such as KID, and needs pictures that no figure rests on.
    """
    before = distance(pictures)
    found: list[float] = []
    for candidate in candidates:
        found.append(distance(candidate(pictures)))
        log.info("%s: %.4f (as drawn: %.4f)", candidate, found[-1], before)
    place = int(np.argmin(found))
    best = candidates[place] if found[place] < before else None
    about = {"n": len(pictures), "kid_before": before, "kid": min(found[place], before)}
    return best, {**(asdict(best) if best else {}), **about}
