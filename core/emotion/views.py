"""One answer from several looks: the picture, its mirror image, and the picture turned a little either way.

Averaging what a network says of such views is test-time augmentation (Krizhevsky et al. 2012, section 4.1). Faces are
never quite upright, and the network learned from turned ones; on FER2013's PublicTest the turned views bring about as
much as the mirror image does.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

TURNS = (-7.0, 7.0)  # degrees
VIEWS = 2 + len(TURNS)
_HEADS = ("label", "votes")


def views(cuts: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, H, W) -> (VIEWS, N, H, W): as they are, mirrored, and turned by each of TURNS."""
    return np.stack([cuts, cuts[:, :, ::-1], *(_turned(cuts, degrees) for degrees in TURNS)])


def mean_logits(
    look: Callable[[NDArray[np.float32]], dict[str, Any]], cuts: NDArray[np.uint8], batch_size: int = 128
) -> dict[str, NDArray[np.float32]]:
    """What `look` (pictures (B, H, W, 1) to logits) says on average of the views: "label" (N, 7) and "votes" (N, 8)."""
    parts: dict[str, list[NDArray[np.float32]]] = {name: [] for name in _HEADS}
    for start in range(0, len(cuts), batch_size):
        batch = cuts[start : start + batch_size]
        outputs = look(np.concatenate(views(batch))[..., None].astype(np.float32))
        for name, found in parts.items():
            found.append(np.asarray(outputs[name], np.float32).reshape(VIEWS, len(batch), -1).mean(axis=0))
    return {name: np.concatenate(found) for name, found in parts.items()}


def _turned(cuts: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    height, width = cuts.shape[1:]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turned = [
        cv2.warpAffine(cut, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        for cut in cuts
    ]
    return np.stack(turned)
