"""The three networks of MTCNN, run by OpenCV: boxes, scores and five landmarks of the faces in a picture.

Zhang et al. 2016, "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional Networks",
arXiv:1604.02878. A proposal network slides over a pyramid of shrunken copies; the refinement network and the output
network look at each proposal again and move its box. The weights are those of the package `mtcnn` (MIT licence).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.artifacts import ArtifactError, open_artifact
from core.errors import N_, UserError
from core.settings import settings

FOLDER = "faces"
NETWORKS = ("proposal", "refinement", "output")
# columns of what `find` returns
BOX, SCORE, EYES_X, MOUTH_X, EYES_Y, MOUTH_Y = (
    slice(0, 4), 4, slice(5, 7), slice(8, 10), slice(10, 12), slice(13, 15),
)  # fmt: skip
_COLUMNS = 15
_WINDOW = 12  # what the proposal network sees at once, pixels
_STRIDE = 2
_PYRAMID_STEP = 0.709
_THRESHOLDS = {"proposal": 0.6, "refinement": 0.7, "output": 0.8}
# a picture of pure texture must not take minutes
_MOST_PER_LEVEL = 1000
_MOST_PROPOSALS = 300

Floats = NDArray[np.float32]


class DetectorError(UserError):
    """The face networks are missing or damaged."""


class _Networks:
    """The three networks; one caller at a time, since an OpenCV network keeps its input and its layers' results."""

    def __init__(self, folder: Path) -> None:
        try:
            open_artifact(folder)
            self._loaded = {name: cv2.dnn.readNetFromONNX(str(folder / f"{name}.onnx")) for name in NETWORKS}
        except (ArtifactError, cv2.error) as error:
            raise DetectorError(
                N_("The face detector is missing or damaged. Get the project's folder models/{folder} again."),
                folder=FOLDER,
            ) from error

    def run(self, name: str, blob: Floats, outputs: tuple[str, ...]) -> list[Floats]:
        self._loaded[name].setInput(blob)
        return list(self._loaded[name].forward(outputs))


@cache
def _idle(folder: Path) -> list[_Networks]:
    return []


@contextmanager
def _borrowed() -> Iterator[_Networks]:
    """Networks for this caller alone; as many copies exist as callers were ever busy at once."""
    folder = settings().models / FOLDER
    idle = _idle(folder)
    try:
        networks = idle.pop()
    except IndexError:
        networks = _Networks(folder)
    yield networks
    idle.append(networks)  # not after an error: its state is then unknown


def find(image: NDArray[np.uint8], smallest: float) -> Floats:
    """Faces that stand upright within about 30 degrees and are at least `smallest` pixels high.

    Args:
        image: RGB (H, W, 3).
        smallest: height of the smallest face looked for, in pixels of `image`; 20 or more is sensible.

    Returns:
        (N, 15), best first: left, top, right, bottom, score, then x of left eye, right eye, nose, left and right corner
        of the mouth (left as seen), then their y. Boxes may reach beyond the picture.

    Raises:
        DetectorError: the networks are missing or damaged.
    """
    with _borrowed() as networks:
        return _find(networks, image, smallest)


def _find(networks: _Networks, image: NDArray[np.uint8], smallest: float) -> Floats:
    boxes = _propose(networks, image, smallest)
    for name, side in (("refinement", 24), ("output", 48)):
        if not len(boxes):
            break
        squares = _squared(boxes)
        outputs = ("offsets", "scores") if name == "refinement" else ("offsets", "scores", "landmarks")
        offsets, scores, *landmarks = networks.run(name, _patches(image, squares, side), outputs)
        kept = scores[:, 1] > _THRESHOLDS[name]
        squares = squares[kept]
        extent = squares[:, 2:] - squares[:, :2]
        columns = [squares + offsets[kept] * np.tile(extent, 2), scores[kept, 1:]]
        if landmarks:  # shares of the square, five x then five y
            corner = np.repeat(squares[:, :2], 5, axis=1)
            columns.append(corner + landmarks[0][kept] * np.repeat(extent, 5, axis=1))
        boxes = np.hstack(columns)
        boxes = boxes[suppress(boxes[:, BOX], boxes[:, SCORE], 0.7, of_smaller=name == "output")]
    return boxes if len(boxes) else np.empty((0, _COLUMNS), np.float32)


def suppress(boxes: Floats, scores: Floats, most: float, *, of_smaller: bool = False) -> list[int]:
    """Rows to keep, best first, such that no two boxes (left, top, right, bottom) share more than `most`.

    The share is that of the union, or of the smaller box.
    """
    order = np.argsort(-scores, kind="stable")
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    keep = []
    while len(order):
        best, rest = order[0], order[1:]
        keep.append(int(best))
        sides = np.minimum(boxes[best, 2:], boxes[rest, 2:]) - np.maximum(boxes[best, :2], boxes[rest, :2])
        common = np.prod(np.maximum(sides, 0), axis=1)
        whole = np.minimum(areas[best], areas[rest]) if of_smaller else areas[best] + areas[rest] - common
        order = rest[common <= most * whole]
    return keep


def _propose(networks: _Networks, image: NDArray[np.uint8], smallest: float) -> Floats:
    """Windows of every size that may hold a face: (N, 5), box and score."""
    height, width = image.shape[:2]
    levels = []
    scale = _WINDOW / smallest
    while min(height, width) * scale >= _WINDOW:
        size = (round(width * scale), round(height * scale))
        blob = cv2.dnn.blobFromImage(_shrunk(image, size), 1 / 128, size, (127.5, 127.5, 127.5))
        offsets, scores = networks.run("proposal", blob, ("offsets", "scores"))  # (1, 4, h, w), (1, 2, h, w)
        y, x = np.nonzero(scores[0, 1] > _THRESHOLDS["proposal"])
        if len(y):
            corner = _STRIDE * np.stack([x, y, x, y], axis=1) + np.array([0, 0, _WINDOW, _WINDOW])
            moved = corner + _WINDOW * offsets[0][:, y, x].T
            found = np.column_stack([moved / np.tile([size[0] / width, size[1] / height], 2), scores[0, 1, y, x]])
            found = found[np.argsort(-found[:, SCORE], kind="stable")[:_MOST_PER_LEVEL]].astype(np.float32)
            levels.append(found[suppress(found[:, BOX], found[:, SCORE], 0.5)])
        scale *= _PYRAMID_STEP
    if not levels:
        return np.empty((0, 5), np.float32)
    boxes = np.concatenate(levels)
    return boxes[suppress(boxes[:, BOX], boxes[:, SCORE], 0.7)[:_MOST_PROPOSALS]]


def _squared(boxes: Floats) -> Floats:
    centre = (boxes[:, :2] + boxes[:, 2:4]) / 2
    half = (boxes[:, 2:4] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.hstack([centre - half, centre + half])


def _patches(image: NDArray[np.uint8], squares: Floats, side: int) -> Floats:
    """Each square of the picture as (3, side, side), about -1..1; what lies outside the picture is grey."""
    patches = np.empty((len(squares), 3, side, side), np.float32)
    for row, (left, top, right, bottom) in enumerate(np.rint(squares).astype(int)):
        right, bottom = max(right, left + 1), max(bottom, top + 1)
        patch = np.full((bottom - top, right - left, 3), 127, np.uint8)
        inside = image[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        patch[max(-top, 0) : max(-top, 0) + len(inside), max(-left, 0) : max(-left, 0) + inside.shape[1]] = inside
        patches[row] = _shrunk(patch, (side, side)).transpose(2, 0, 1)
    return (patches - np.float32(127.5)) / np.float32(128)


def _shrunk(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    method = cv2.INTER_AREA if size[0] < image.shape[1] else cv2.INTER_LINEAR
    return cv2.resize(image, size, interpolation=method)
