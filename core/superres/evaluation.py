"""How good enlarged pictures are: every figure of models/superres/metrics.json comes from here."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.enlarging.resizing import FACTORS, enlarge, reduce
from core.enlarging.upscaler import Upscaler
from core.gan.perceptual import PerceptualDistance
from core.superres.data import PhotoSet

Picture = NDArray[np.uint8]
Enlarge = Callable[[Picture, int], Picture]
FLOORS = ("bicubic", "lanczos")
_HIGHEST = 100.0  # dB, for equal pictures in a mean
_TIMED = 15
_TIMED_SHAPE = (64, 48)
_AT_ONCE = 16


def psnr(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Peak signal-to-noise ratio in dB of pictures 0..255 of any shape; infinite for equal ones."""
    error = float(np.mean((one.astype(np.float64) - other) ** 2))
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def luma(picture: Picture) -> NDArray[np.float64]:
    """ITU-R BT.601 Y' of RGB, 16 to 235: (H, W, 3) -> (H, W). The literature on super-resolution measures this."""
    return picture.astype(np.float64) @ np.array([65.481, 128.553, 24.966]) / 255 + 16


def ssim(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Structural similarity of grey pictures (H, W) 0..255, 11 x 11 at least: 1 for equal ones.

    Wang et al. 2004: Gaussian window of 11 pixels, deviation 1.5, K1 = 0.01, K2 = 0.03, where the window fits whole.
    """
    x, y = one.astype(np.float64), other.astype(np.float64)

    def smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return cv2.GaussianBlur(values, (11, 11), 1.5)[5:-5, 5:-5]

    mean_x, mean_y = smooth(x), smooth(y)
    var_x, var_y = smooth(x * x) - mean_x**2, smooth(y * y) - mean_y**2
    both = smooth(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similar = (2 * mean_x * mean_y + c1) * (2 * both + c2) / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
    return float(similar.mean())


def sharpness(picture: NDArray[Any]) -> float:
    """Mean length of the gradient of a grey picture (H, W)."""
    down, across = np.gradient(picture.astype(np.float64))
    return float(np.hypot(down, across).mean())


def compare(
    originals: NDArray[np.uint8], answers: Sequence[Picture], factor: int, distance: PerceptualDistance | None
) -> dict[str, float]:
    """Means over pictures (N, H, W, 3) of what `answers` reach.

    "psnr" is of RGB, "psnr_y" and "ssim" of luma without `factor` pixels at the border, "sharpness" a share of the
    originals'.
    """
    inner = np.s_[factor:-factor, factor:-factor]
    rows = []
    for original, answer in zip(originals, answers, strict=True):
        y, found = luma(original)[inner], luma(answer)[inner]
        rows.append([min(psnr(answer, original), _HIGHEST), min(psnr(found, y), _HIGHEST), ssim(found, y)])
    means = dict(zip(("psnr", "psnr_y", "ssim"), np.mean(rows, axis=0).tolist(), strict=True))
    edges = [np.mean([sharpness(luma(picture)) for picture in pictures]) for pictures in (answers, originals)]
    means["sharpness"] = float(edges[0] / edges[1])
    if distance:
        means["perceptual"] = _perceptual(originals, answers, distance)
    return means


def _perceptual(originals: NDArray[np.uint8], answers: Sequence[Picture], distance: PerceptualDistance) -> float:
    values: list[float] = []
    for start in range(0, len(originals), _AT_ONCE):
        one, other = (
            np.stack(list(pictures[start : start + _AT_ONCE])).astype(np.float32) / 127.5 - 1
            for pictures in (originals, answers)
        )
        values += np.asarray(distance(distance.features(one), distance.features(other))).tolist()
    return float(np.mean(values))


def evaluate(upscaler: Upscaler, photos: PhotoSet, distance: PerceptualDistance, stored: int) -> dict[str, Any]:
    """Everything measured on validation photos: for each set and factor, each method's means; `stored` is in bytes."""
    methods: dict[str, Enlarge] = {name: _floor(name) for name in FLOORS}
    methods.update({style: _styled(upscaler, style) for style in upscaler.styles})
    sets = {"large": photos.large, "native": photos.native}
    figures: dict[str, Any] = {}
    for name, originals in sets.items():
        for factor in FACTORS:
            small = reduce(originals, factor)
            figures[f"{name}_x{factor}"] = {
                "n": len(originals),
                "from": list(small.shape[1:3]),
                "to": list(originals.shape[1:3]),
                "methods": {
                    method: compare(originals, [answer(picture, factor) for picture in small], factor, distance)
                    for method, answer in methods.items()
                },
            }
    return {
        "sets": figures,
        "reduction": "antialiased bicubic (Pillow)",
        "perceptual": "SqueezeNet 1.1 features, unweighted LPIPS form; ours, not comparable with published LPIPS",
        "milliseconds": {
            f"{style}_x{f}": milliseconds(upscaler, style, f) for style in upscaler.styles for f in FACTORS
        },
        "timed_shape": list(_TIMED_SHAPE),
        "bytes": stored,
    }


def choice_figure(upscaler: Upscaler, style: str, photos: PhotoSet, distance: PerceptualDistance | None) -> float:
    """What decides whether a network replaces the stored one, higher is better, over both factors of the large photos.

    The faithful twin: PSNR in dB. The sharp one: the perceptual distance, negative.
    """
    name = "perceptual" if style == "sharp" else "psnr"
    found = []
    for factor in FACTORS:
        answers = [upscaler.upscale(picture, factor, style) for picture in reduce(photos.large, factor)]
        found.append(compare(photos.large, answers, factor, distance if style == "sharp" else None)[name])
    return float(np.mean(found)) * (-1 if style == "sharp" else 1)


def milliseconds(upscaler: Upscaler, style: str, factor: int) -> float:
    """Median time for one picture of 48x64."""
    picture = np.random.default_rng(0).integers(0, 256, (*_TIMED_SHAPE, 3), dtype=np.uint8)
    upscaler.upscale(picture, factor, style)
    times = []
    for _ in range(_TIMED):
        start = time.perf_counter()
        upscaler.upscale(picture, factor, style)
        times.append(1000 * (time.perf_counter() - start))
    return float(np.median(times))


def _floor(name: str) -> Enlarge:
    return lambda picture, factor: enlarge(picture, factor, name)


def _styled(upscaler: Upscaler, style: str) -> Enlarge:
    return lambda picture, factor: upscaler.upscale(picture, factor, style)
