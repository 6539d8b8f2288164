"""Boxes and heat maps drawn onto pictures."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.emotion.detection import FaceBox

_BOX = (255, 214, 0)
_EDGE = (20, 20, 20)


def number_faces(image: NDArray[np.uint8], boxes: Sequence[FaceBox]) -> NDArray[np.uint8]:
    """A copy of an RGB picture (H, W, 3) with each box drawn, turned with its face, and numbered from 1."""
    drawn, unit = _boxed(image, boxes)
    scale = unit / 2.6
    for number, box in enumerate(boxes, start=1):
        (wide, high), _ = cv2.getTextSize(str(number), cv2.FONT_HERSHEY_SIMPLEX, scale, unit)
        left, top = max(box.x, 0), max(box.y, high + 3 * unit)
        cv2.rectangle(drawn, (left, top - high - 3 * unit), (left + wide + 3 * unit, top), _BOX, -1)
        origin = (left + unit, top - unit)
        cv2.putText(drawn, str(number), origin, cv2.FONT_HERSHEY_SIMPLEX, scale, _EDGE, unit, cv2.LINE_AA)
    return drawn


def label_faces(image: NDArray[np.uint8], boxes: Sequence[FaceBox], labels: Sequence[str]) -> NDArray[np.uint8]:
    """As `number_faces`, with a label of any Latin letters at each box; labels stay inside the picture."""
    from matplotlib import get_data_path  # its typeface has accents, those of OpenCV and Pillow have none

    drawn, unit = _boxed(image, boxes)
    canvas = Image.fromarray(drawn)
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.truetype(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"), max(12, 7 * unit))
    for box, label in zip(boxes, labels, strict=True):
        wide, high = round(pen.textlength(label, font)) + 2 * unit, sum(font.getmetrics())
        left, top = max(min(box.x, canvas.width - wide), 0), max(box.y - high, 0)
        pen.rectangle((left, top, left + wide, top + high), _BOX)
        pen.text((left + unit, top), label, _EDGE, font)
    return np.array(canvas)


def _boxed(image: NDArray[np.uint8], boxes: Sequence[FaceBox]) -> tuple[NDArray[np.uint8], int]:
    """A copy with the boxes drawn, and the width of their lines in pixels."""
    drawn = image.copy()
    unit = max(2, round(max(image.shape[:2]) / 300))
    for box in boxes:
        centre = (box.x + box.width / 2, box.y + box.height / 2)
        corners = cv2.boxPoints((centre, (box.width, box.height), _nearest_tilt(box.angle)))
        for colour, width in ((_EDGE, 3 * unit), (_BOX, unit)):  # light on dark: visible on any picture
            cv2.polylines(drawn, [np.round(corners).astype(np.int32)], True, colour, width, cv2.LINE_AA)
    return drawn, unit


def _nearest_tilt(angle: float) -> float:
    # a square turned by 90 degrees is itself: only the rest shows
    return (angle + 45) % 90 - 45


def overlay_heat(cut: NDArray[np.uint8], heat: NDArray[np.float32], side: int = 192) -> NDArray[np.uint8]:
    """A grey face (48, 48) with its heat map (48, 48, 0..1) on it, enlarged: RGB (side, side, 3)."""
    grey = cv2.cvtColor(cv2.resize(cut, (side, side), interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2RGB)
    large = cv2.resize(heat, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    colours = cv2.cvtColor(cv2.applyColorMap((large * 255).astype(np.uint8), cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    weight = 0.65 * large[..., None]
    return (grey * (1 - weight) + colours * weight).astype(np.uint8)
