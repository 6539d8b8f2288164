"""Pictures from strangers: every format and mode reads, everything else ends in one clear sentence."""

import io
import re
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, features

from core.images import ImageError, ImageLimits, decode, encode_png, fit_within, grid

pillow_heif.register_heif_opener()

FORMATS = ["JPEG", "PNG", "WEBP", "BMP", "GIF", "HEIF", *(["AVIF"] if features.check("avif") else [])]
TINY = ImageLimits(min_side=1)
QUARTERS = np.array([[(250, 20, 20), (20, 230, 20)], [(20, 20, 240), (240, 240, 240)]], np.uint8)  # r g / b white


def picture(height: int = 32, width: int = 48) -> NDArray[np.uint8]:
    """Red, green, blue and white quarters: upside down or mirrored shows."""
    return QUARTERS.repeat(height // 2, axis=0).repeat(width // 2, axis=1)


def write(image: Image.Image, name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def sample(name: str, height: int = 32, width: int = 48) -> bytes:
    options = {"quality": 95} if name in ("JPEG", "WEBP", "HEIF", "AVIF") else {}
    return write(Image.fromarray(picture(height, width)), name, **options)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def quarter_colours(image: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The colour in the middle of each quarter (2, 2, 3)."""
    height, width = image.shape[:2]
    return image[height // 4 :: height // 2, width // 4 :: width // 2][:2, :2].astype(np.int64)


def refusal(data: bytes, limits: ImageLimits = TINY) -> str:
    with pytest.raises(ImageError) as caught:
        decode(data, limits)
    return str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_its_picture(name: str) -> None:
    image = decode(sample(name))
    assert image.shape == (32, 48, 3)
    assert image.dtype == np.uint8
    assert image.flags.writeable
    assert np.abs(quarter_colours(image) - QUARTERS).max() <= 12


@pytest.mark.parametrize("name", ["PNG", "BMP"])
@given(image=hnp.arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3))))
@settings(deadline=None, max_examples=25)
def test_lossless_formats_are_exact(name: str, image: NDArray[np.uint8]) -> None:
    data = encode_png(image) if name == "PNG" else write(Image.fromarray(image), name)
    assert np.array_equal(decode(data, TINY), image)


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("1", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"),
        ("1", "BMP"), ("L", "BMP"), ("P", "BMP"), ("RGBA", "BMP"),
        ("L", "GIF"), ("P", "GIF"), ("RGBA", "GIF"),
        ("L", "JPEG"), ("CMYK", "JPEG"), ("YCbCr", "JPEG"),
        ("RGBA", "WEBP"), ("L", "HEIF"), ("LA", "HEIF"), ("RGBA", "HEIF"), ("I;16", "HEIF"),
    ],
)  # fmt: skip
def test_every_mode_keeps_light_and_dark(mode: str, name: str) -> None:
    grey = np.full((16, 16), 10, np.uint8)
    grey[:8] = 245
    if mode == "I;16":
        original = Image.fromarray(grey.astype(np.uint16) * 257)
    else:
        original = Image.fromarray(np.stack([grey] * 3, axis=-1)).convert(mode, palette=Image.Palette.ADAPTIVE)
    image = decode(write(original, name)).astype(int)
    assert image.shape == (16, 16, 3)
    assert image[2:6].min() >= 230
    assert image[10:14].max() <= 25


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(8, axis=0)
    image = decode(write(Image.fromarray(ramp), "PNG"))
    assert np.array_equal(image[0, :, 0], np.arange(256))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB", "L"])
def test_transparent_parts_become_white(mode: str) -> None:
    black = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    black.paste((0, 0, 0, 255), (8, 0, 16, 16))
    if mode in ("RGB", "L"):  # one colour marked as transparent
        data = write(Image.new(mode, (16, 16), "blue" if mode == "RGB" else 7), "PNG",
                     transparency=(0, 0, 255) if mode == "RGB" else 7)  # fmt: skip
        assert (decode(data) == 255).all()
        return
    image = decode(write(black.convert(mode), "PNG")) if mode != "P" else decode(write(black, "GIF"))
    assert (image[:, :8] == 255).all()
    assert (image[:, 8:] <= 5).all()


def test_transparency_is_kept_where_it_is_asked_for_and_there() -> None:
    half = Image.new("RGBA", (16, 8), (255, 0, 0, 128))
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    for name in ("PNG", "WEBP"):
        kept = decode(write(half, name, exif=turned, lossless=True), transparency=True)
        assert kept.shape == (16, 8, 4)
        assert kept[0, 0].tolist() == [255, 0, 0, 128]
    assert decode(write(half.convert("RGB"), "JPEG"), transparency=True).shape == (8, 16, 3)


def test_half_transparent_red_is_pink() -> None:
    image = decode(write(Image.new("RGBA", (16, 16), (255, 0, 0, 128)), "PNG"))
    assert np.abs(image.astype(int) - (255, 127, 127)).max() <= 1


@pytest.mark.parametrize("max_long_side", [None, 64])
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("BMP", "GIF")])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientations_land_upright(orientation: int, name: str, max_long_side: int | None) -> None:
    # what a camera stores for each orientation: the upright picture with the inverse turn applied
    inverse = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
               5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
               8: Image.Transpose.ROTATE_270}  # fmt: skip
    upright = Image.fromarray(picture(200, 300))
    stored = upright.transpose(inverse[orientation]) if orientation in inverse else upright
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = decode(write(stored, name, exif=exif.tobytes()), max_long_side=max_long_side)
    assert image.shape == ((200, 300, 3) if max_long_side is None else (43, 64, 3))
    assert np.abs(quarter_colours(image) - QUARTERS).max() <= 30


@pytest.mark.security
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_does_not_lose_the_picture() -> None:
    data = write(Image.fromarray(picture()), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert decode(data).shape == (32, 48, 3)


def test_moving_pictures_show_their_first_frame() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    for name in ("GIF", "WEBP", "PNG"):
        image = decode(write(frames[0], name, save_all=True, append_images=frames[1:])).astype(int)
        assert np.abs(image - (255, 0, 0)).max() <= 3, name


def test_several_pictures_in_one_jpeg_show_the_first() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    image = decode(write(frames[0], "MPO", save_all=True, append_images=frames[1:])).astype(int)
    assert np.abs(image - (255, 0, 0)).max() <= 3


@pytest.mark.parametrize("name", FORMATS)
def test_large_pictures_can_be_shrunk_while_decoding(name: str) -> None:
    image = decode(sample(name, 480, 720), max_long_side=90)
    assert image.shape == (60, 90, 3)
    assert np.abs(quarter_colours(image) - QUARTERS).max() <= 12
    assert decode(sample(name), max_long_side=90).shape == (32, 48, 3)


def test_transparent_pixels_do_not_bleed_when_shrunk() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)  # transparent black
    pixels[::2] = (255, 0, 0, 255)
    image = decode(write(Image.fromarray(pixels), "PNG"), max_long_side=16).astype(int)
    assert np.abs(image - (255, 127, 127)).max() <= 2


def test_empty_file() -> None:
    assert "empty" in refusal(b"")


@pytest.mark.security
@pytest.mark.parametrize("data", [b"hello", b"\0" * 500, "très bien".encode() * 99, b"RIFF\0\0\0\0WAVEfmt ", b"\xff"])
def test_not_a_picture(data: bytes) -> None:
    assert "not a picture" in refusal(data)


@pytest.mark.security
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (write(Image.new("RGB", (16, 16)), "TIFF"), "TIFF"),
        (write(Image.new("RGB", (16, 16)), "PDF"), "PDF"),
        (write(Image.new("RGB", (16, 16)), "ICO"), "ICO"),
        (write(Image.new("RGB", (16, 16)), "EPS"), "PostScript"),
        (b"8BPS\0\1", "Photoshop"),
        (b'<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"PK\3\4photos", "ZIP"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2mp41", "MP4"),
        (b"RIFF\0\0\0\0AVI LIST", "AVI"),
        (b"\x1aE\xdf\xa3\x9f", "WebM"),
    ],
)
def test_other_formats_are_named(data: bytes, name: str) -> None:
    assert refusal(data).startswith(f"{name} files cannot be read here. Save the picture as JPEG or PNG")


@pytest.mark.security
def test_formats_that_are_not_listed_reach_no_decoder() -> None:
    for name in ("PPM", "TGA", "PCX", "SGI", "DDS", "JPEG2000"):
        refusal(write(Image.new("RGB", (16, 16)), name))


@pytest.mark.security
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_truncated_files_are_called_damaged(name: str, share: float) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (64, 64, 3), np.uint8)
    data = write(Image.fromarray(noise), name)
    assert "damaged or incomplete" in refusal(data[: int(share * len(data))])


@pytest.mark.security
def test_limits_name_what_is_allowed() -> None:
    assert "larger than 0.5 MB" in refusal(b"\xff\xd8\xff" + bytes(2**20), ImageLimits(max_bytes=2**19))
    assert "more than 0.1 million pixels" in refusal(sample("PNG", 400, 400), ImageLimits(max_pixels=100_000))
    assert "longer than 40 pixels" in refusal(sample("PNG"), ImageLimits(max_side=40))
    assert "at least 33 pixels" in refusal(sample("PNG"), ImageLimits(min_side=33))
    assert decode(sample("PNG"), ImageLimits(min_side=32, max_side=48, max_pixels=32 * 48)).shape == (32, 48, 3)


@pytest.mark.parametrize("code", [1, 2])
def test_bitmaps_that_are_slow_to_unpack_are_refused_before(code: int) -> None:
    bmp = bytearray(sample("BMP"))
    bmp[30:34] = code.to_bytes(4, "little")
    assert "Run-length" in refusal(bytes(bmp))


def bombs() -> dict[str, bytes]:
    giant = 60_000
    pixels = Image.new("1", (9000, 9000))
    gif = bytearray(sample("GIF"))
    gif[6:10] = struct.pack("<HH", giant, giant)
    bmp = bytearray(sample("BMP"))
    bmp[18:26] = struct.pack("<ii", giant, giant)
    webp = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (16_000).to_bytes(3, "little") * 2 + b"VP8 \0\0\0\0"
    heic = sample("HEIF", 64, 64)
    heic = heic.replace(
        b"ispe\0\0\0\0" + struct.pack(">II", 64, 64), b"ispe\0\0\0\0" + struct.pack(">II", giant, giant)
    )
    return {
        "png header": png_header(giant, giant),
        "png header, not yet too many for Pillow": png_header(9000, 9000),
        "real png": write(pixels, "PNG"),
        "gif": bytes(gif),
        "bmp": bytes(bmp),
        "webp": webp,
        "heic": heic,
    }


BOMBS = bombs()


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of the pictures whose pixels are decoded from now on, whatever their format."""
    sizes: list[tuple[int, int]] = []

    def spy(kind: type[Image.Image], load: Any) -> None:
        def noted(self: Image.Image) -> Any:
            sizes.append(self.size)
            return load(self)

        monkeypatch.setattr(kind, "load", noted)

    kinds: list[type[Image.Image]] = [ImageFile.ImageFile]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
        if "load" in vars(kind):
            spy(kind, vars(kind)["load"])
    return sizes


@pytest.mark.security
@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused_before_any_pixel(kind: str, loads: list[tuple[int, int]]) -> None:
    data = BOMBS[kind]
    assert len(data) < 20_000
    tracemalloc.start()
    try:
        message = refusal(data, ImageLimits())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert re.search(r"more than 50 million pixels|longer than 20000 pixels", message)
    assert loads == []
    assert peak < 5_000_000


def test_jpeg_is_shrunk_inside_the_decoder(loads: list[tuple[int, int]]) -> None:
    decode(sample("JPEG", 1600, 2400), max_long_side=300)
    assert loads[0] == (300, 200)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_within_the_limits_is_loaded(name: str, loads: list[tuple[int, int]]) -> None:
    decode(sample(name))
    assert (48, 32) in loads


@pytest.mark.security
def test_claimed_size_of_a_png_is_checked_on_pixels_alone() -> None:
    assert "million pixels" in refusal(png_header(9000, 9000), ImageLimits(max_side=100_000))
    assert "longer than 20000 pixels" in refusal(png_header(60_000, 100), ImageLimits())


def test_warnings_turned_into_errors_change_no_sentence() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "million pixels" in refusal(png_header(9900, 9900), ImageLimits(max_side=100_000))


@pytest.mark.security
def test_endless_scans_are_refused() -> None:
    start, *scans = write(Image.new("L", (64, 64)), "JPEG", progressive=True).split(b"\xff\xda")
    assert decode(b"\xff\xda".join([start, *scans])).shape == (64, 64, 3)
    many = b"\xff\xda".join([start, *scans[:-1], *[scans[-1][:-2]] * 500]) + b"\xff\xd9"
    assert "damaged" in refusal(many)
    assert "damaged" in refusal(b"\xff\xd8" + b"\xff\x01" * 100_000)


def test_a_clip_behind_a_photo_is_no_reason_to_refuse_it() -> None:
    clip = bytes(8) + b"\xff\xda\0\2" * 500
    assert decode(sample("JPEG") + clip).shape == (32, 48, 3)


@pytest.mark.security
@pytest.mark.parametrize("start", [b"", *(sample(name)[:32] for name in FORMATS)])
@given(data=st.binary(max_size=600))
@settings(deadline=None, max_examples=40)
def test_random_bytes_end_in_one_sentence_or_a_picture(start: bytes, data: bytes) -> None:
    decode_or_refuse(start + data)


@pytest.mark.security
@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_files_end_in_one_sentence_or_a_picture(name: str, data: st.DataObject) -> None:
    changed = bytearray(SAMPLES[name])
    places = st.integers(0, len(changed) - 1)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(places)] = data.draw(st.integers(0, 255))
    cut = data.draw(st.none() | places)
    decode_or_refuse(bytes(changed[:cut]))


SAMPLES = {name: sample(name) for name in FORMATS}


def decode_or_refuse(data: bytes) -> None:
    for max_long_side in (None, 16):
        result = outcome(data, ImageLimits(min_side=1, max_pixels=1_000_000), max_long_side)
        if isinstance(result, str):
            assert result.endswith(".")
            assert "\n" not in result
        else:
            assert result.ndim == 3
            assert result.shape[2] == 3
            assert result.dtype == np.uint8


def outcome(data: bytes, limits: ImageLimits = TINY, max_long_side: int | None = None) -> NDArray[np.uint8] | str:
    """The picture, or the sentence that refuses it."""
    try:
        return decode(data, limits, max_long_side=max_long_side)
    except ImageError as error:
        return str(error)


def test_threads_do_not_disturb_each_other() -> None:
    files = [sample(name) for name in FORMATS] * 4 + [b"junk", sample("PNG")[:60]] * 4
    expected = [outcome(data) for data in files]
    with ThreadPoolExecutor(8) as pool:
        for result, alone in zip(pool.map(outcome, files), expected, strict=True):
            assert np.array_equal(result, alone)


def test_fit_within_shrinks_and_never_enlarges() -> None:
    image = picture(64, 96)
    assert np.array_equal(fit_within(image, 96), image)
    assert np.array_equal(fit_within(image, 500), image)
    assert np.array_equal(fit_within(image, 48), picture(32, 48))
    assert fit_within(np.zeros((1000, 2, 3), np.uint8), 10).shape == (10, 1, 3)


def test_shrinking_averages_areas() -> None:
    stripes = np.zeros((8, 8, 3), np.uint8)
    stripes[:, ::2] = 200
    assert (fit_within(stripes, 4) == 100).all()


def test_grid_places_pictures_row_by_row() -> None:
    images = [np.full((2, 3, 3), value, np.uint8) for value in (10, 20, 30)]
    sheet = grid(images, columns=2, gap=1, background=(0, 255, 0))
    assert sheet.shape == (5, 7, 3)
    assert (sheet[:2, :3] == 10).all()
    assert (sheet[:2, 4:] == 20).all()
    assert (sheet[3:, :3] == 30).all()
    assert (sheet[2] == (0, 255, 0)).all()
    assert (sheet[3:, 4:] == (0, 255, 0)).all()
    assert np.array_equal(grid(np.stack(images), columns=2, gap=1, background=(0, 255, 0)), sheet)
    assert grid(images, columns=9, gap=0).shape == (2, 9, 3)


@pytest.mark.parametrize(
    ("shapes", "columns"), [([(4, 4, 3), (4, 5, 3)], 2), ([(4, 4, 3), (4, 4)], 2), ([], 2), ([(4, 4, 3)], 0)]
)
def test_grid_refuses_what_does_not_fit_together(shapes: list[tuple[int, ...]], columns: int) -> None:
    with pytest.raises(ValueError, match="one shape and at least one column"):
        grid([np.zeros(shape, np.uint8) for shape in shapes], columns)


def test_importing_is_light() -> None:
    code = (
        "import sys, core.images; print([m for m in ('tensorflow', 'keras', 'streamlit', 'cv2') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
