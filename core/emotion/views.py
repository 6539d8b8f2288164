"""One answer from several looks: the picture and its mirror image, and both turned a little.

Averaging what a network says of such views is test-time augmentation (Krizhevsky et al. 2012, section 4.1). Faces are
never quite upright, and the network learned from turned ones. As both are turned the same way, a face and its mirror
image have the same views, and so the same answer.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

TURN = 7.0  # degrees
VIEWS = 4
_HEADS = ("label", "votes")


def views(cuts: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, H, W) -> (VIEWS, N, H, W): as they are and mirrored, then both turned by TURN."""
    both = [cuts, np.ascontiguousarray(cuts[:, :, ::-1])]
    return np.stack([*both, *map(_turned, both)])


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


def _turned(cuts: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = cuts.shape[1:]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), TURN, 1.0)
    turned = [
        cv2.warpAffine(cut, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        for cut in cuts
    ]
    return np.stack(turned)
