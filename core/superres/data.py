"""Pairs of a small and a large picture, made from the product photos.

The large side comes from two sizes of the same catalogue: 96x128 (a quarter of the products) and the 60x80 originals.
The small side is made from it on the fly: scaled down with antialiasing by one of three filters, sometimes blurred a
little before, sometimes saved as JPEG after, so that the networks also know uploads and generated pictures. For
measuring it is the plain bicubic reduction, as in the literature.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core.datasets import products
from core.enlarging.resizing import FILTERS, enlarge, reduce
from core.errors import N_, DataError

LARGE, NATIVE = "images_128.parquet", "images_native.parquet"
_LARGE_SHAPE, _NATIVE_SHAPE = (128, 96), (80, 60)
_BAR = 16  # white columns at each side of a 128x128 picture


@dataclass(frozen=True)
class PhotoSet:
    """Photos uint8: `large` (N, 128, 96, 3) and `native` (M, 80, 60, 3), of overlapping sets of products."""

    large: NDArray[np.uint8]
    native: NDArray[np.uint8]


@dataclass(frozen=True)
class DegradationConfig:
    """How small pictures are made; shares of the pictures.

    `filters`: area, bicubic, Lanczos, and area after a Gaussian blur whose deviation is `blur` small pixels.
    """

    filters: tuple[float, float, float, float] = (0.3, 0.45, 0.1, 0.15)
    blur: float = 0.3
    jpeg: float = 0.15
    quality: tuple[int, int] = (70, 96)


def load(folder: Path, prepared: Path, limit: int | None = None) -> tuple[PhotoSet, PhotoSet]:
    """Training and validation photos; validation are the products that `core.datasets.products` holds back.

    With `limit`, at most that many of each size and set are decoded.

    Raises:
        DataError: a file is missing or does not hold what it should.
    """
    train, validation = (_decode(folder, set(part.table["id"]), limit) for part in products.load(folder, prepared))
    return train, validation


def load_validation(folder: Path, prepared: Path) -> PhotoSet:
    """The validation photos alone, as in `load`, in a tenth of the time."""
    return _decode(folder, set(products.load(folder, prepared)[1].table["id"]), None)


def _decode(folder: Path, ids: set[int], limit: int | None) -> PhotoSet:
    """The photos of the products `ids` that have the usual shape, without white bars."""
    large = _column(folder / LARGE, ids, _LARGE_SHAPE, _BAR, limit)
    return PhotoSet(large, _column(folder / NATIVE, ids, _NATIVE_SHAPE, 0, limit))


def _column(path: Path, ids: set[int], shape: tuple[int, int], bar: int, limit: int | None) -> NDArray[np.uint8]:
    try:
        table = pd.read_parquet(path, columns=["id", "jpeg"])
    except FileNotFoundError as error:
        raise DataError(
            N_("{path}: no such file; the product photos come from {origin}"), path=path, origin=products.ORIGIN
        ) from error
    except (OSError, ValueError, KeyError) as error:  # pyarrow's errors are of these kinds
        raise DataError(N_("{path} cannot be read ({error})"), path=path, error=error) from error
    photos: list[NDArray[np.uint8]] = []
    for product, jpeg in table[table["id"].isin(ids)].itertuples(index=False):
        if len(photos) == limit:
            break
        try:
            photo = np.asarray(Image.open(io.BytesIO(jpeg), formats=("JPEG",)).convert("RGB"))
        except OSError as error:
            raise DataError(
                N_("the photo of product {id} cannot be read ({error})"), id=product, error=error
            ) from error
        photo = photo[:, bar : photo.shape[1] - bar]
        if photo.shape[:2] == shape:
            photos.append(photo)
    if not photos:
        raise DataError(N_("{path} holds no photo of {height}x{width}"), path=path, height=shape[0], width=shape[1])
    return np.stack(photos)


def enlarge_all(pictures: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Bicubic enlargements (N, H, W, 3) -> (N, factor H, factor W, 3), from which every answer starts."""
    return np.stack([enlarge(picture, factor) for picture in pictures])


def degrade(
    pictures: NDArray[np.uint8], factor: int, config: DegradationConfig, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Small pictures as they may come: (N, H, W, 3) -> (N, H / factor, W / factor, 3)."""
    names = rng.choice(FILTERS, len(pictures), p=config.filters).tolist()
    small = reduce(pictures, factor, names, config.blur)
    for row in np.flatnonzero(rng.random(len(small)) < config.jpeg):
        coded = cv2.imencode(".jpg", small[row], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*config.quality))])[1]
        small[row] = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return small


class Pairs:
    """Batches of pairs, each a function of the step alone: for 2 and 4, "low2", its "enlarged2" and "high2", uint8.

    Half of the twofold pairs are cut from the native photos; the fourfold ones all come from the large photos. `sides`
    are those of the high pictures by factor.
    """

    def __init__(
        self, photos: PhotoSet, batch_size: int, sides: dict[int, int], config: DegradationConfig, seed: int
    ) -> None:
        self.photos, self.batch_size, self.sides = photos, batch_size, sides
        self.config, self.seed = config, seed

    def __call__(self, step: int) -> dict[str, NDArray[np.uint8]]:
        """The batch of a step: `batch_size` pairs for each factor."""
        rng = np.random.default_rng((self.seed, 3, step))
        half = self.batch_size // 2
        batch = {}
        for factor, native in ((2, half), (4, 0)):
            sources = [self.photos.native] * native + [self.photos.large] * (self.batch_size - native)
            high = np.stack([_cut(source[rng.integers(len(source))], self.sides[factor], rng) for source in sources])
            batch[f"high{factor}"] = high
            batch[f"low{factor}"] = degrade(high, factor, self.config, rng)
            batch[f"enlarged{factor}"] = enlarge_all(batch[f"low{factor}"], factor)
        return batch


def _cut(photo: NDArray[np.uint8], side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A square of the photo, turned and mirrored at random; of two places the one with more contrast.

    Most of a product photo is white.
    """
    tops, lefts = (rng.integers(0, length - side + 1, 2) for length in photo.shape[:2])
    cuts = [photo[top : top + side, left : left + side] for top, left in zip(tops, lefts, strict=True)]
    cut = max(cuts, key=lambda part: float(part[::2, ::2].std()))
    cut = np.rot90(cut, int(rng.integers(4)))
    return cut[:, ::-1] if rng.random() < 0.5 else cut
