"""How fast expressions are read, as ratios within one run: `python -m benchmarks.expressions`.

Absolute times depend on the machine and on what else it does; the ratios (ours against the textbook network, one
photo's parts against each other) hold.
"""

import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import numpy as np
from numpy.typing import NDArray

from core.emotion.detection import detect_faces
from core.emotion.network import build_baseline
from core.emotion.service import EmotionRecognizer
from core.images import decode, fit_within
from core.settings import settings

SAMPLES = Path(__file__).resolve().parents[1] / "app" / "assets" / "samples"


def median_ms(run: Callable[[], object], repeats: int = 30) -> float:
    """Median duration of `run` in milliseconds, after two unmeasured calls."""
    run()
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def phone_photo(megapixels: int = 12) -> bytes:
    """A JPEG of that size, 4:3, showing one of the bundled faces."""
    face = cv2.imread(str(next(SAMPLES.glob("*.jpg"))))
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    photo = cv2.resize(face, (width, round(width * 3 / 4)), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def as_the_page_does(photo: bytes) -> NDArray[np.uint8]:
    """Decoded whole, for boxes in the file's own pixels, then made as small as the page makes it."""
    return fit_within(decode(photo), 1440)


def main() -> None:
    """Measure and print one table."""
    recognizer = EmotionRecognizer.load(settings().models / "emotion")
    recognizer.warm_up()
    textbook = build_baseline()
    rng = np.random.default_rng(0)
    rows: list[tuple[str, float]] = []
    for faces in (1, 8):
        cuts = rng.integers(0, 256, (faces, 48, 48), dtype=np.uint8)
        ours = median_ms(partial(recognizer.scores, cuts)) / faces
        theirs = median_ms(partial(textbook.predict_on_batch, cuts[..., None].astype(np.float32))) / faces
        rows.append((f"ours, all views of a face, {faces} at once, ms per face", ours))
        rows.append((f"textbook network, {faces} at once, ms per face", theirs))
        rows.append((f"  ratio ours / textbook, {faces} at once", ours / theirs))
    photo = phone_photo()
    image = as_the_page_does(photo)
    decoding = median_ms(lambda: as_the_page_does(photo), repeats=5)
    finding = median_ms(lambda: detect_faces(image), repeats=5)
    whole = median_ms(lambda: recognizer.recognize(as_the_page_does(photo)), repeats=5)
    rows.append(("12-megapixel photo: decoding, ms", decoding))
    rows.append(("12-megapixel photo: finding faces, ms", finding))
    rows.append(("12-megapixel photo: everything, ms", whole))
    rows.append(("  share of finding faces", finding / whole))
    rows.append(("finding faces, ms per megapixel looked at", finding / (image.shape[0] * image.shape[1] / 1e6)))
    for name, value in rows:
        print(f"{name:<58} {value:9.2f}")


if __name__ == "__main__":
    main()
