"""Pictures from strangers in, plain arrays out: decode safely, shrink, lay out in grids, encode.

The content of a file decides its format, never its name. Size is checked on the file's header, before any pixel is
decoded, and whatever is wrong with a file ends in one `ImageError` that says what to do. Colour profiles are ignored.
"""

import io
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, features

from core.errors import N_, UserError

log = logging.getLogger(__name__)

# first bytes of the formats that are read (by Pillow's name), then of some that people try and that are refused
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"8BPS", "Photoshop"),
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"PK\3\4", "ZIP"),
    (b"\x1aE\xdf\xa3", "WebM"),
)
_READ = {"JPEG", "PNG", "GIF", "BMP", "HEIF", *(name.upper() for name in ("webp", "avif") if features.check(name))}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs")
_AVIF_BRANDS = (b"avif", b"avis")
_SHARED_BRANDS = (b"mif1", b"msf1")  # HEIF or AVIF: the compatible brands tell

# A JPEG may hold any number of scans of a few bytes, and each costs a pass over all pixels; cameras and editors write
# about ten. A marker is FF and a byte; FF 00 (a stuffed FF) and FF D0-D7 (restarts) belong to the scan they are in.
_MAX_JPEG_SCANS = 100
_MAX_JPEG_MARKERS = 10_000
_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_JPEG_START, _JPEG_END, _JPEG_SCAN, _JPEG_TEM = 0xD8, 0xD9, 0xDA, 0x01

# BMP's run-length codes: Pillow unpacks them in Python, seconds for a few kilobytes
_BMP_RUN_LENGTHS = (1, 2)

# how to turn a picture upright, by its EXIF orientation
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageError(UserError):
    """A file that cannot be taken as a picture; the sentence says why and what to do."""


@dataclass(frozen=True)
class ImageLimits:
    """What `decode` accepts: file size in bytes, total pixels, longest and shortest side in pixels."""

    max_bytes: int = 15 * 2**20
    max_pixels: int = 50_000_000
    max_side: int = 20_000
    min_side: int = 8


DEFAULT_LIMITS = ImageLimits()


def decode(
    data: bytes,
    limits: ImageLimits = DEFAULT_LIMITS,
    *,
    max_long_side: int | None = None,
    transparency: bool = False,
) -> NDArray[np.uint8]:
    """Decode JPEG, PNG, WebP, BMP, GIF (first frame), HEIC or AVIF into RGB uint8 (H, W, 3), turned upright.

    Transparent parts become white; with `transparency`, pictures that have any come as RGBA (H, W, 4). With
    `max_long_side` a larger picture is shrunk to that many pixels on its longer side, which for JPEG is also several
    times faster. Safe to call from several threads.

    Raises:
        ImageError: the bytes are not such a picture, are damaged, or exceed `limits`.
    """
    if not data:
        raise ImageError(N_("This file is empty. Choose another picture."))
    if len(data) > limits.max_bytes:
        raise ImageError(
            N_("This file is larger than {limit} MB. Choose a smaller picture."), limit=f"{limits.max_bytes / 2**20:g}"
        )
    name = _identify(data)
    try:
        with Image.open(io.BytesIO(data), formats=(name,)) as picture:
            _check_header(picture, limits)
            if max_long_side:
                picture.draft(None, _fitted(picture.size, max_long_side))
            picture.load()
            _refuse_large(picture.size, limits)  # in HEIF the header and the coded picture may disagree
            plain = _plain(picture, max_long_side)
            return np.array(_upright(plain if transparency else _over_white(plain), _orientation(picture)))
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(limits) from error
    except Exception as error:  # damaged files make decoders raise nearly every kind of exception
        log.debug("%s not decoded: %r", name, error)
        raise _damaged(name) from error


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Encode uint8 pixels, grey (H, W), RGB (H, W, 3) or RGBA (H, W, 4), as PNG without loss."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def from_unit(pictures: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Pictures of about -1..1, as networks make them, -> pixels 0..255."""
    return np.clip(np.rint(pictures * 127.5 + 127.5), 0, 255).astype(np.uint8)


def fit_within(image: NDArray[np.uint8], long_side: int) -> NDArray[np.uint8]:
    """Shrink uint8 (H, W, 3) so that its longer side is at most `long_side`, averaging areas; never enlarge."""
    return np.array(_shrunk(Image.fromarray(image), long_side))


def grid(
    images: Sequence[NDArray[np.uint8]] | NDArray[np.uint8],
    columns: int,
    gap: int = 2,
    background: tuple[int, int, int] = (255, 255, 255),
) -> NDArray[np.uint8]:
    """Lay out equally large RGB pictures, N of (H, W, 3), row by row, `gap` pixels apart, into one picture.

    Raises:
        ValueError: no pictures, pictures of different shapes, or fewer than one column.
    """
    shapes = sorted({image.shape for image in images})
    if len(shapes) != 1 or columns < 1:
        raise ValueError(f"a grid needs pictures of one shape and at least one column, not {shapes} in {columns}")
    height, width, channels = shapes[0]
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    sheet = np.empty((rows * (height + gap) - gap, columns * (width + gap) - gap, channels), np.uint8)
    sheet[:] = background
    for place, image in enumerate(images):
        top, left = place // columns * (height + gap), place % columns * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet


def _identify(data: bytes) -> str:
    """Pillow's name of the format these bytes announce, if it is one that is read here."""
    name = _announced(data)
    if name is None:
        raise ImageError(N_("This file is not a picture. Choose a JPEG, PNG, WebP, HEIC, GIF or BMP file."))
    if name not in _READ:
        raise ImageError(
            N_("{format} files cannot be read here. Save the picture as JPEG or PNG and choose it again."), format=name
        )
    if name == "JPEG" and _jpeg_takes_long(data):
        raise _damaged(name)
    if name == "BMP" and int.from_bytes(data[30:34], "little") in _BMP_RUN_LENGTHS:
        raise ImageError(N_("Run-length BMP files are not read here. Save the picture as PNG and choose it again."))
    if name == "HEIF":
        _register_heif()
    return name


def _announced(data: bytes) -> str | None:
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF":
        return {b"WEBP": "WEBP", b"AVI ": "AVI"}.get(data[8:12])
    if data[4:8] == b"ftyp":  # ISO/IEC 14496-12: box size, "ftyp", major brand, version, compatible brands
        major, compatible = data[8:12], data[16 : min(int.from_bytes(data[:4], "big"), 256)]
        if major in _AVIF_BRANDS or (major in _SHARED_BRANDS and any(brand in compatible for brand in _AVIF_BRANDS)):
            return "AVIF"
        return "HEIF" if major in _HEIF_BRANDS + _SHARED_BRANDS else "MP4"
    return "SVG" if b"<svg" in data[:1024].lower() else None


def _jpeg_takes_long(data: bytes) -> bool:
    """Whether the first picture in a JPEG file has absurdly many scans; what follows it (a clip) does not count."""
    scans, position = 0, 0
    for _ in range(_MAX_JPEG_MARKERS):
        found = _JPEG_MARKER.search(data, position)
        if found is None or data[found.end() - 1] == _JPEG_END:
            return scans > _MAX_JPEG_SCANS
        marker, position = data[found.end() - 1], found.end()
        if marker not in (_JPEG_START, _JPEG_TEM):  # all others say how long they are
            position += max(2, int.from_bytes(data[position : position + 2], "big"))
        scans += marker == _JPEG_SCAN
    return True


@cache
def _register_heif() -> None:
    import pillow_heif  # only HEIC needs it, so machines that merely train can do without

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _check_header(picture: Image.Image, limits: ImageLimits) -> None:
    if min(picture.size) < limits.min_side:
        raise ImageError(
            N_("This picture is too small. Choose one with at least {limit} pixels on each side."),
            limit=limits.min_side,
        )
    if max(picture.size) > limits.max_side:
        raise ImageError(
            N_("One side of this picture is longer than {limit} pixels. Cut it or make it smaller, then try again."),
            limit=limits.max_side,
        )
    _refuse_large(picture.size, limits)


def _refuse_large(size: tuple[int, int], limits: ImageLimits) -> None:
    if size[0] * size[1] > limits.max_pixels:
        raise _too_many_pixels(limits)


def _too_many_pixels(limits: ImageLimits) -> ImageError:
    return ImageError(
        N_("This picture has more than {limit} million pixels. Make it smaller, then try again."),
        limit=f"{limits.max_pixels / 1e6:g}",
    )


def _damaged(name: str) -> ImageError:
    return ImageError(
        N_("This {format} file is damaged or incomplete. Save or download it again, or choose another picture."),
        format=name,
    )


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception as error:  # a damaged note about the picture is no reason to refuse the picture
        log.debug("EXIF not read: %r", error)
        return 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    return picture.transpose(_TURNS[orientation]) if orientation in _TURNS else picture


def _plain(picture: Image.Image, max_long_side: int | None) -> Image.Image:
    """Bring any mode to RGB of at most `max_long_side`, or to RGBA where there is transparency."""
    if picture.mode.startswith("I"):  # 16-bit grey, which Pillow would clip at 255
        picture = Image.fromarray(((np.asarray(picture, np.uint32) + 128) // 257).astype(np.uint8))
    picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return _shrunk(picture, max_long_side) if max_long_side else picture


def _over_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def _shrunk(picture: Image.Image, long_side: int) -> Image.Image:
    size = _fitted(picture.size, long_side)
    return picture if size == picture.size else picture.resize(size, Image.Resampling.BOX)


def _fitted(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    scale = min(1.0, long_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
