"""Fashion Product Images (Small): 41,867 shop photos (60x80) with names and attributes; 5 % for validation.

Origin: Kaggle, "Fashion Product Images (Small)" by Param Aggarwal (kaggle.com/datasets/paramaggarwal), MIT licence as
stated there. The photos are a shop's, with brand names and models' faces: for demonstration and research, not shipped.

A photo scaled to 48x64 is the middle of the 64x64 picture that everybody sees; the white bars at its sides hold nothing
to learn, so networks work on the 48x64 part (`ProductSet.images`) and `square` puts the bars back.
"""

import hashlib
import io
import logging
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core.datasets.pictures import picture_groups
from core.errors import N_, DataError

log = logging.getLogger(__name__)

NAME = "Fashion Product Images (Small)"
ORIGIN = "Kaggle, Param Aggarwal: kaggle.com/datasets/paramaggarwal/fashion-product-images-small"
TERMS = "MIT as stated on Kaggle; a shop's photos with brand names and models' faces, not redistributed"
SIDE, WIDTH = 64, 48
VALIDATION_SHARE = 0.05

# our names of the columns that are kept, and the source's
COLUMNS = {
    "name": "productDisplayName",
    "short_name": "short_name",
    "caption": "caption",
    "gender": "gender",
    "category": "masterCategory",
    "subcategory": "subCategory",
    "type": "articleType",
    "colour": "baseColour",
    "season": "season",
    "usage": "usage",
}
_FILES = ("images_native.parquet", "metadata_64.parquet")
_CACHE = "products.npz"


@dataclass(frozen=True)
class ProductSet:
    """Photos uint8 (N, 64, 48, 3) and `table`, one row each: `id` and the columns named in COLUMNS, all text."""

    images: NDArray[np.uint8]
    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.images)

    def subset(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "ProductSet":
        """The rows chosen by a mask or by indices."""
        return ProductSet(self.images[keep], self.table.iloc[np.arange(len(self))[keep]].reset_index(drop=True))


def square(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put the white bars back: uint8 (N, 64, 48, 3) -> (N, 64, 64, 3)."""
    bar = (images.shape[1] - images.shape[2]) // 2
    return np.pad(images, ((0, 0), (0, 0), (bar, bar), (0, 0)), constant_values=255)


def load(folder: Path, prepared: Path) -> tuple[ProductSet, ProductSet]:
    """Training and validation photos; decoded once from the files in `folder`, then read from a copy in `prepared`.

    The copy is made anew when the files in `folder` differ from those it was made of.

    Raises:
        DataError: neither the files nor the copy are there, or they do not hold what they should.
    """
    cache = prepared / _CACHE
    fingerprint = _fingerprint(folder)
    products = _read_cache(cache, fingerprint) if cache.exists() else None
    if products is None:
        if fingerprint is None:
            raise _missing(folder)
        log.info("decoding the product photos in %s; later runs read %s", folder, cache)
        products = read(folder)
        _write_cache(cache, products, fingerprint)
    held = validation_rows(picture_groups(products.images))
    return products.subset(~held), products.subset(held)


def require_files(folder: Path) -> None:
    """Check that the source files are in `folder`, whatever copy of them there is elsewhere.

    Raises:
        DataError: they are not.
    """
    if _fingerprint(folder) is None:
        raise _missing(folder)


def read(folder: Path) -> ProductSet:
    """Decode the photos and their table from the parquet files in `folder` (half a minute).

    Raises:
        DataError: a file is missing or does not hold what it should.
    """
    try:
        pictures = pd.read_parquet(folder / _FILES[0], columns=["id", "jpeg"])
        table = pd.read_parquet(folder / _FILES[1], columns=["id", *COLUMNS.values()])
    except FileNotFoundError as error:
        raise DataError(N_("{path}: no such file"), path=error.filename or folder) from error
    except (OSError, ValueError, KeyError) as error:  # pyarrow's errors are of these kinds
        raise DataError(
            N_("the product tables in {folder} cannot be read ({error})"), folder=folder, error=error
        ) from error
    if not np.array_equal(pictures["id"], table["id"]):
        raise DataError(N_("{images} and {metadata} hold different products"), images=_FILES[0], metadata=_FILES[1])
    images = np.empty((len(pictures), SIDE, WIDTH, 3), np.uint8)
    for row, (product, jpeg) in enumerate(zip(pictures["id"], pictures["jpeg"], strict=True)):
        try:
            images[row] = frame(Image.open(io.BytesIO(jpeg), formats=("JPEG",)))
        except OSError as error:
            raise DataError(
                N_("the photo of product {id} cannot be read ({error})"), id=product, error=error
            ) from error
    named = {ours: table[theirs].fillna("").astype(str) for ours, theirs in COLUMNS.items()}
    return ProductSet(images, pd.DataFrame({"id": table["id"].astype(np.int64), **named}))


def frame(photo: Image.Image) -> NDArray[np.uint8]:
    """Scale a photo to fit 48x64 and centre it there on white: (64, 48, 3)."""
    photo = photo.convert("RGB")
    scale = min(WIDTH / photo.width, SIDE / photo.height)
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    canvas = Image.new("RGB", (WIDTH, SIDE), "white")
    canvas.paste(photo.resize(size, Image.Resampling.LANCZOS), ((WIDTH - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(canvas)


def validation_rows(groups: NDArray[np.int64], share: float = VALIDATION_SHARE, seed: int = 7) -> NDArray[np.bool_]:
    """Which rows (N,) are for validation: whole groups, drawn until they hold `share` of the rows."""
    sizes = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(len(sizes))
    count = int(np.searchsorted(np.cumsum(sizes[order]), share * len(groups)))
    return np.isin(groups, order[:count])


def _missing(folder: Path) -> DataError:
    return DataError(
        N_("no product photos in {folder}: put {images} and {metadata} there ({origin})"),
        folder=folder, images=_FILES[0], metadata=_FILES[1], origin=ORIGIN,
    )  # fmt: skip


def _fingerprint(folder: Path) -> str | None:
    """What the source files are, without reading them: names and sizes; None when one is missing."""
    if not all((folder / name).is_file() for name in _FILES):
        return None
    sizes = [f"{name} {(folder / name).stat().st_size}" for name in _FILES]
    return hashlib.blake2b("\n".join([*sizes, *COLUMNS]).encode(), digest_size=8).hexdigest()


def _read_cache(path: Path, fingerprint: str | None) -> ProductSet | None:
    """The copy in `path`, or None when it was made of other files than those of `fingerprint` or is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            if fingerprint is not None and str(saved["fingerprint"]) != fingerprint:
                return None
            return ProductSet(saved["images"], pd.DataFrame({name: saved[name] for name in ("id", *COLUMNS)}))
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        log.warning("%s cannot be read (%s): made anew", path, error)
        return None


def _write_cache(path: Path, products: ProductSet, fingerprint: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    columns = {name: products.table[name].to_numpy(str) for name in COLUMNS}
    with draft.open("wb") as file:  # uncompressed: it is read at the start of every run
        np.savez(file, images=products.images, id=products.table["id"].to_numpy(), fingerprint=fingerprint, **columns)
    draft.replace(path)
