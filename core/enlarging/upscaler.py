"""What pages and the command line call: one picture in, the same twice or four times as large out."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import images
from core.artifacts import load_keras, open_artifact
from core.enlarging.resizing import FACTORS, enlarge
from core.errors import N_, UserError

STYLES = ("sharp", "faithful")  # the one for looking at, the one that errs least
MAX_PIXELS = 1_000_000
_SHAPES = ((2, ()), (3, (3,)), (3, (4,)))  # number of axes, channels
_TILE = 256  # pixels of the input computed at once, to a side; bounds the memory


class UpscaleError(UserError):
    """A picture or a wish that cannot be served; the sentence says what can."""


class Upscaler:
    """The trained enlarging networks; thread-safe."""

    def __init__(self, models: dict[str, Any], reach: int) -> None:
        """`models` by style; `reach` is how many pixels away a network may look."""
        from core.enlarging.network import one_factor

        self.styles = tuple(models)
        self._margin = reach
        self._networks = {(style, f): one_factor(model, f) for style, model in models.items() for f in FACTORS}
        for network in self._networks.values():
            network.make_predict_function()  # now, so that no two threads build it at once

    @classmethod
    def load(cls, folder: Path) -> "Upscaler":
        """Open the artifact in `folder`.

        Raises:
            core.artifacts.ArtifactError: the model is missing or damaged.
        """
        manifest = open_artifact(folder)
        stored = [style for style in STYLES if file_of(style) in manifest.files]
        models = {style: load_keras(folder / file_of(style)) for style in stored}
        return cls(models, max(reach(manifest.parameters[style]) for style in stored))

    def warm_up(self) -> None:
        """Compile for any size before a visitor waits for it."""
        for network in self._networks.values():
            for side in (8, 12):  # the second size makes TensorFlow compile for all
                network.predict_on_batch(np.zeros((1, side, side + 1, 3), np.float32))

    def upscale(
        self, image: NDArray[np.uint8] | Image.Image, factor: int = 4, style: str = "sharp"
    ) -> NDArray[np.uint8]:
        """Enlarge a picture: uint8 RGB (H, W, 3), RGBA (H, W, 4), grey (H, W), or one of Pillow's; returns its kind.

        "faithful" errs least per pixel, "sharp" invents plausible texture. Transparency is enlarged bicubically, and
        colours under it never bleed into what is seen.

        Raises:
            UpscaleError: the picture is too large, or there is no such factor or style.
        """
        if factor not in FACTORS:
            raise UpscaleError(N_("Pictures can be enlarged 2 or 4 times, not {factor} times."), factor=factor)
        if (style, factor) not in self._networks:
            known = ", ".join(self.styles)
            raise UpscaleError(N_("There is no style {style}. Choose one of: {known}."), style=style, known=known)
        if isinstance(image, Image.Image):
            width, height = image.size
        else:
            height, width = image.shape[:2]
        if height * width > MAX_PIXELS:
            raise UpscaleError(
                N_("This picture has {width} x {height} pixels; up to {limit} million can be enlarged."),
                width=width, height=height, limit=f"{MAX_PIXELS / 1e6:g}",
            )  # fmt: skip
        pixels = as_pixels(image)
        if pixels.ndim == 2:
            large = self._enlarge(np.repeat(pixels[..., None], 3, axis=2), factor, style)
            return np.rint(large.mean(axis=2)).astype(np.uint8)
        if pixels.shape[2] == 3:
            return self._enlarge(pixels, factor, style)
        colours = self._enlarge(_spread_colours(pixels), factor, style)
        return np.dstack([colours, enlarge(np.ascontiguousarray(pixels[..., 3]), factor)])

    def _enlarge(self, pixels: NDArray[np.uint8], factor: int, style: str) -> NDArray[np.uint8]:
        """RGB (H, W, 3) -> (factor H, factor W, 3), tile by tile; tiles overlap by all that a network can see."""
        network, margin = self._networks[style, factor], self._margin
        large = enlarge(pixels, factor)
        height, width = pixels.shape[:2]
        for top in range(0, height, _TILE):
            for left in range(0, width, _TILE):
                bottom, right = min(top + _TILE, height), min(left + _TILE, width)
                above, before = min(margin, top), min(margin, left)
                seen = pixels[top - above : bottom + margin, left - before : right + margin]
                detail = np.asarray(network.predict_on_batch(seen[None].astype(np.float32) / 127.5 - 1))[0]
                detail = detail[above * factor :, before * factor :]
                place = np.s_[top * factor : bottom * factor, left * factor : right * factor]
                start = large[place].astype(np.float32) / 127.5 - 1
                large[place] = images.from_unit(start + detail[: start.shape[0], : start.shape[1]])
        return large


def reach(parameters: dict[str, Any]) -> int:
    """How many pixels away a network looks, from the parameters of its run."""
    from core.enlarging.network import UpscalerConfig

    return UpscalerConfig(**parameters["network"]).reach


def file_of(style: str) -> str:
    """The file of a style's network in the artifact."""
    return f"{style}.keras"


def as_pixels(image: NDArray[np.uint8] | Image.Image) -> NDArray[np.uint8]:
    """Any picture as uint8 grey (H, W), RGB or RGBA; what is no such array is a ValueError."""
    if isinstance(image, Image.Image):
        mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
        image = np.asarray(image.convert(mode))
    if image.dtype != np.uint8 or image.size == 0 or (image.ndim, image.shape[2:]) not in _SHAPES:
        raise ValueError(f"a picture is uint8 (H, W), (H, W, 3) or (H, W, 4), not {image.dtype} {image.shape}")
    return np.ascontiguousarray(image)


def _spread_colours(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours of RGBA pixels (H, W, 4), invisible ones replaced by the nearest visible: (H, W, 3)."""
    from scipy.ndimage import distance_transform_edt

    hidden = pixels[..., 3] == 0
    colours = np.ascontiguousarray(pixels[..., :3])
    if hidden.all() or not hidden.any():
        return colours
    rows, columns = distance_transform_edt(hidden, return_distances=False, return_indices=True)
    return colours[rows, columns]
