"""Pictures to tell apart: drawings of shapes, different for each seed."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw


def drawing(seed: int, side: int = 256) -> NDArray[np.uint8]:
    """A face-like drawing uint8 (side, side, 3): one layout for all, different parts, places and colours."""
    rng = np.random.default_rng(seed)

    def colour() -> tuple[int, ...]:
        return tuple(int(part) for part in rng.integers(0, 256, 3))

    canvas = Image.new("RGB", (256, 256), colour())
    draw = ImageDraw.Draw(canvas)
    draw.ellipse([40, 40, 216, 236], fill=colour())
    for _ in range(int(rng.integers(6, 12))):
        x, y, width, height = (int(part) for part in (*rng.integers(20, 200, 2), *rng.integers(12, 80, 2)))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape([x, y, x + width, y + height], fill=colour())
    return np.array(canvas.resize((side, side), Image.Resampling.LANCZOS))
