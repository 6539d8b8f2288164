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

# The picture is shrunk to this long side before faces at least so many pixels high are looked for in it.
_LONG_SIDE, _SMALLEST = 1440, 24
# The networks know upright faces: the rest is looked for in turned copies, which are smaller, to save time.
_TURNED_LONG_SIDE, _TURNED_SMALLEST = 720, 36
_ALWAYS, _IF_NOTHING = (90, 180, -90), (40, -40)
_LEAST_SCORE = 0.9
# What a turned copy shows must be seen again, straightened and in this size in pixels: chance finds seldom are.
_SECOND_LOOK = 64
_MOST_SHARED = 0.35
# Faces of FER2013 fill their 48 pixels so: the median box, as a square of the same area, is 44.7 pixels wide there.
_CUT_SCALE = 48 / 44.7


@dataclass(frozen=True)
class FaceBox:
    """A square around a face, in whole pixels, clipped where it leaves the picture.

    `angle` is how far the head is turned clockwise in the picture's plane, in degrees from -180 to 180;
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

    The picture as it is, then a smaller copy turned by 90, 180 and 270 degrees, and by 40 degrees either way when there
    is still no face. What a turned copy shows is looked at twice; the same face found twice counts once.

    Raises:
        core.emotion.mtcnn.DetectorError: the networks are missing or damaged.
    """
    upright = _limited(image, _LONG_SIDE)
    small = _limited(upright, _TURNED_LONG_SIDE)
    found = _find(upright, 0, image.shape[1] / upright.shape[1])
    for turns in (_ALWAYS, _IF_NOTHING):
        for turn in () if found and turns is _IF_NOTHING else turns:
            candidates = _find(small, turn, image.shape[1] / small.shape[1])
            found += [face for face in candidates if _seen_again(image, face)]
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
    x, y, length = _unclipped(box, image.shape[1], image.shape[0])
    cut = _straight_square(image, x, y, length * _CUT_SCALE, box.angle, side)
    return cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY)


def _straight_square(
    image: NDArray[np.uint8], x: float, y: float, length: float, angle: float, side: int
) -> NDArray[np.uint8]:
    """The square around (x, y), `length` wide and turned clockwise by `angle`, as an upright (side, side, 3)."""
    reach = ceil(length * 0.75) + 2  # half the diagonal of the turned square, and room to interpolate
    left, top = max(int(x) - reach, 0), max(int(y) - reach, 0)
    part = np.ascontiguousarray(image[top : int(y) + reach + 1, left : int(x) + reach + 1])
    full = max(side, round(length))  # turn at full size, then shrink by areas: no aliasing
    centre = (x - left - 0.5, y - top - 0.5)
    matrix = cv2.getRotationMatrix2D(centre, angle, full / length)
    matrix[:, 2] += (full - 1) / 2 - np.array(centre)
    turned = cv2.warpAffine(part, matrix, (full, full), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(turned, (side, side), interpolation=cv2.INTER_AREA)


def _limited(image: NDArray[np.uint8], long_side: int) -> NDArray[np.uint8]:
    scale = long_side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _find(copy: NDArray[np.uint8], turn: int, scale: float) -> list[_Found]:
    """Faces turned clockwise by about `turn` degrees in a copy of the picture that is `scale` times smaller."""
    straight, back = _straightened(copy, turn)
    found = []
    for row in mtcnn.find(straight, _TURNED_SMALLEST if turn else _SMALLEST):
        if row[mtcnn.SCORE] < _LEAST_SCORE:
            continue
        left, top, right, bottom = row[mtcnn.BOX].tolist()
        x, y = back @ ((left + right) / 2, (top + bottom) / 2, 1)
        side = ((right - left) * (bottom - top)) ** 0.5
        angle = (_tilt(row) + turn + 180) % 360 - 180
        found.append(_Found(x * scale, y * scale, side * scale, angle, turn, float(row[mtcnn.SCORE])))
    return found


def _seen_again(image: NDArray[np.uint8], face: _Found) -> bool:
    """Whether the networks see the face once more when it is straightened and has a little room around it."""
    patch = _straight_square(image, face.x, face.y, 2 * face.side, face.angle, 2 * _SECOND_LOOK)
    for row in mtcnn.find(patch, 0.7 * _SECOND_LOOK):
        left, top, right, bottom = row[mtcnn.BOX].tolist()
        away = max(abs((left + right) / 2 - _SECOND_LOOK), abs((top + bottom) / 2 - _SECOND_LOOK))
        if row[mtcnn.SCORE] >= _LEAST_SCORE and away < _SECOND_LOOK / 4 and abs(_tilt(row)) < 30:
            return True
    return False


def _straightened(copy: NDArray[np.uint8], turn: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The copy turned counter-clockwise by `turn` on a canvas that holds all of it, and the way back (2, 3)."""
    if turn == 0:
        return copy, np.eye(2, 3)
    height, width = copy.shape[:2]
    forth = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
    wide, high = np.ceil(np.abs(forth[:, :2]) @ (width, height) - 1e-6).astype(int).tolist()
    forth[:, 2] += (wide - width) / 2, (high - height) / 2
    canvas = cv2.warpAffine(copy, forth, (wide, high), borderMode=cv2.BORDER_CONSTANT, borderValue=(127, 127, 127))
    return canvas, cv2.invertAffineTransform(forth)


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
