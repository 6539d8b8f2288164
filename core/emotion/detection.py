"""Every face of a picture, however it is turned, and the upright 48 x 48 grey cut the expression network reads.

`benchmarks/face_detection.py` compares this detector with OpenCV's cascades and with the package `mtcnn`; the figures
stand in models/emotion/detection.json.
"""

from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from core.emotion import mtcnn

# The picture is shrunk to this long side before faces at least _SMALLEST pixels high are looked for in it.
_LONG_SIDE = 1440
_TURNED_LONG_SIDE = 720
_SMALLEST = 24
# The networks know upright faces. Turned copies cost time and, being pictures of an odd world, deserve more doubt.
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
_LEAST_SCORE = {0: 0.9, 90: 0.97, 180: 0.97, 270: 0.97}
_MOST_SHARED = 0.35
# Faces of FER2013 fill their 48 pixels so: the median box, as a square of the same area, is 44.7 pixels wide there.
_CUT_SCALE = 48 / 44.7


@dataclass(frozen=True)
class FaceBox:
    """A square around a face, in whole pixels, clipped where it leaves the picture.

    `angle` is how far the head is turned clockwise in the picture's plane, in degrees from -180 (not included) to 180;
    0 is upright. `source` names the pass that found the face, `score` is the detector's, 0..1.
    """

    x: int
    y: int
    width: int
    height: int
    angle: float
    source: str
    score: float


@dataclass(frozen=True)
class _Found:
    """A face in fractions of a pixel of the whole picture, before clipping."""

    x: float
    y: float
    side: float
    angle: float
    turn: int
    score: float

    def corners(self) -> list[float]:
        half = self.side / 2
        return [self.x - half, self.y - half, self.x + half, self.y + half]


def detect_faces(image: NDArray[np.uint8], *, max_faces: int = 100) -> list[FaceBox]:
    """All faces of an RGB picture uint8 (H, W, 3), the largest first; at most `max_faces` of them.

    The picture as it is, then a smaller copy turned by 90, 180 and 270 degrees; the same face found twice counts once.

    Raises:
        core.emotion.mtcnn.DetectorError: the networks are missing or damaged.
    """
    upright = _limited(image, _LONG_SIDE)
    small = _limited(upright, _TURNED_LONG_SIDE)
    found = _find(upright, 0, image.shape[1])
    for turn, code in _TURNS.items():
        found += _find(cv2.rotate(small, code), turn, image.shape[1])
    if not found:
        return []
    corners = np.array([face.corners() for face in found], np.float32)
    kept = mtcnn.suppress(corners, np.array([face.score for face in found], np.float32), _MOST_SHARED)
    largest = sorted((found[row] for row in kept), key=lambda face: -face.side)
    boxes = (_clipped(face, image.shape[1], image.shape[0]) for face in largest)
    return [box for box in boxes if box is not None][:max_faces]


def cut_face(image: NDArray[np.uint8], box: FaceBox, side: int = 48) -> NDArray[np.uint8]:
    """The face in `box` of an RGB picture uint8 (H, W, 3): grey (side, side), upright, framed as in FER2013.

    Beyond the picture's edge its last pixels are repeated.
    """
    height, width = image.shape[:2]
    centre_x, centre_y, length = _unclipped(box, width, height)
    length *= _CUT_SCALE
    reach = ceil(length * 0.75) + 2  # half the diagonal of the turned square, and room to interpolate
    left, top = max(int(centre_x) - reach, 0), max(int(centre_y) - reach, 0)
    part = image[top : int(centre_y) + reach + 1, left : int(centre_x) + reach + 1]
    grey = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY)
    full = max(side, round(length))  # turn at full size, then shrink by areas: no aliasing
    matrix = cv2.getRotationMatrix2D((centre_x - left - 0.5, centre_y - top - 0.5), box.angle, full / length)
    matrix[:, 2] += (full - 1) / 2 - np.array([centre_x - left - 0.5, centre_y - top - 0.5])
    turned = cv2.warpAffine(grey, matrix, (full, full), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(turned, (side, side), interpolation=cv2.INTER_AREA)


def _limited(image: NDArray[np.uint8], long_side: int) -> NDArray[np.uint8]:
    scale = long_side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _find(copy: NDArray[np.uint8], turn: int, width: int) -> list[_Found]:
    """Faces of a copy turned counter-clockwise by `turn`, in pixels of the picture, which is `width` wide."""
    high, wide = copy.shape[:2]
    scale = width / (wide if turn % 180 == 0 else high)
    found = []
    for row in mtcnn.find(copy, _SMALLEST):
        if row[mtcnn.SCORE] < _LEAST_SCORE[turn]:
            continue
        left, top, right, bottom = row[mtcnn.BOX].tolist()
        x, y = (left + right) / 2, (top + bottom) / 2
        back = {0: (x, y), 90: (high - y, x), 180: (wide - x, high - y), 270: (y, wide - x)}[turn]
        side = ((right - left) * (bottom - top)) ** 0.5
        angle = (_tilt(row) + turn + 180) % 360 - 180
        found.append(_Found(back[0] * scale, back[1] * scale, side * scale, angle, turn, float(row[mtcnn.SCORE])))
    return found


def _tilt(row: NDArray[np.float32]) -> float:
    """Degrees clockwise of a face, from the line of its eyes and the line from eyes to mouth together.

    In profile the eyes lie too close together to tell; the lengths weigh the two.
    """
    eyes, mouth = (row[mtcnn.EYES_X], row[mtcnn.EYES_Y]), (row[mtcnn.MOUTH_X], row[mtcnn.MOUTH_Y])
    down = (mouth[0].mean() - eyes[0].mean(), mouth[1].mean() - eyes[1].mean())
    right = (eyes[0][1] - eyes[0][0] + down[1], eyes[1][1] - eyes[1][0] - down[0])
    return float(np.degrees(np.arctan2(right[1], right[0])))


def _clipped(face: _Found, width: int, height: int) -> FaceBox | None:
    left, top, right, bottom = (round(value) for value in face.corners())
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if right <= left or bottom <= top:
        return None
    angle = round(face.angle, 1) + 0.0  # no minus zero
    source = "upright" if face.turn == 0 else f"turned {face.turn}"
    return FaceBox(left, top, right - left, bottom - top, angle, source, round(face.score, 4))


def _unclipped(box: FaceBox, width: int, height: int) -> tuple[float, float, float]:
    """Centre and side of the square a box was before the picture's edges cut it."""
    side = max(box.width, box.height)
    x, y = float(box.x), float(box.y)
    if box.width < side:  # it leaves the picture on one side, or on both
        at_left, at_right = box.x <= 0, box.x + box.width >= width
        x -= (side - box.width) * (0.5 if at_left == at_right else float(at_left))
    if box.height < side:
        at_top, at_bottom = box.y <= 0, box.y + box.height >= height
        y -= (side - box.height) * (0.5 if at_top == at_bottom else float(at_top))
    return x + side / 2, y + side / 2, float(side)
