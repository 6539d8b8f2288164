"""Files that are two things at once, or far larger inside than outside: pixels come out of them, and nothing else."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from core.classroom.question_files import QuestionFileError, read_questions
from core.images import ImageError, decode, encode_png
from core.picture_notes import KEY, notes_of

pytestmark = pytest.mark.security

SCRIPT = b"<script>alert(document.cookie)</script>"
PHP = b"<?php system($_GET['c']); ?>"
PIXELS = np.random.default_rng(0).integers(0, 256, (24, 32, 3)).astype(np.uint8)
MEGABYTES = 2**20


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*chunks: bytes, pixels: np.ndarray = PIXELS) -> bytes:
    """A PNG with chunks of others behind its header."""
    whole = encode_png(pixels)
    return whole[:33] + b"".join(chunks) + whole[33:]


def saved(form: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, form, **options)
    return file.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def jpeg_with_comment() -> bytes:
    whole = saved("JPEG")
    comment = SCRIPT + PHP
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + whole[2:]


def text_chunks() -> list[bytes]:
    compressed = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SCRIPT))
    return [chunk(b"tEXt", b"Author\0" + SCRIPT), compressed, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PHP)]


POLYGLOTS = {
    "png and script in its texts": png(*text_chunks()),
    "png and zip": png() + zipped("evil.html", SCRIPT),
    "png and html": png() + b"<html>" + SCRIPT,
    "gif and javascript": saved("GIF") + b"/*" + SCRIPT + b"*/=1;",
    "jpeg and php": jpeg_with_comment(),
    "jpeg and exif": saved("JPEG", exif=Image.Exif(), comment=SCRIPT),
    "webp and xmp": saved("WEBP", lossless=True, xmp=b"<x:xmpmeta>" + SCRIPT + PHP + b"</x:xmpmeta>"),
    "bmp and java archive": saved("BMP") + zipped("META-INF/MANIFEST.MF", PHP),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_of_a_file_that_is_two_things_only_pixels_are_kept(name: str) -> None:
    image = decode(POLYGLOTS[name])
    assert image.shape == PIXELS.shape
    kept = encode_png(image)
    assert not any(part in kept for part in (b"script", b"php", b"PK\x03\x04", b"xmpmeta"))
    chunks, place = [], 8
    while place < len(kept):
        chunks.append(kept[place + 4 : place + 8])
        place += 12 + int.from_bytes(kept[place : place + 4], "big")
    assert set(chunks) <= {b"IHDR", b"IDAT", b"IEND"}


XXE = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="a">&x;</svg>'
LAUGHS = b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'


@pytest.mark.parametrize(
    "data",
    [
        XXE,
        LAUGHS,
        b"\xef\xbb\xbf  <svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>",
        b"<html>" + SCRIPT + encode_png(PIXELS),
        b"%PDF-1.7\n" + encode_png(PIXELS),
        b"MZ" + encode_png(PIXELS),
        zipped("photo.png", encode_png(PIXELS)),
        b"\x1f\x8b\x08" + encode_png(PIXELS),
        b"#!/bin/sh\nrm -rf /\n" + encode_png(PIXELS),
    ],
)
def test_what_only_holds_a_picture_is_none(data: bytes) -> None:
    for read in (decode, notes_of):
        with pytest.raises(ImageError):
            read(data)


def bombs() -> dict[str, bytes]:
    """Small files that want hundreds of megabytes."""
    zeros = zlib.compressobj(9)
    packed = b"".join(zeros.compress(bytes(MEGABYTES)) for _ in range(200)) + zeros.flush()
    return {
        "compressed text": png(chunk(b"zTXt", b"Comment\0\0" + packed)),
        "compressed unicode text": png(chunk(b"iTXt", KEY.encode() + b"\0\1\0\0\0" + packed)),
        "many compressed texts": png(*[chunk(b"zTXt", b"Comment\0\0" + packed)] * 20),
        "colour profile": png(chunk(b"iCCP", b"icc\0\0" + packed)),
        "pixels behind a small header": png()[:33] + chunk(b"IDAT", packed) + chunk(b"IEND", b""),
    }


BOMBS = bombs()


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_packed_inside_a_picture_fills_no_memory(name: str) -> None:
    data = BOMBS[name]
    assert len(data) < 5 * MEGABYTES
    for read in (decode, notes_of):
        tracemalloc.start()
        try:
            read(data)  # the picture is read, or refused: what matters is what it costs
        except ImageError:
            pass
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 64 * MEGABYTES


@pytest.mark.parametrize(
    "data",
    [
        zipped("questions.csv", b"question,a,b,answer\n" * 100),
        zipped("xl/workbook.xml", XXE),
        zlib.compress(b"question,a,b,answer\n"),
        b"\x1f\x8b" + bytes(500),
        XXE,
        encode_png(PIXELS),
        b"question,a,b,answer\n" + b"x" * MEGABYTES,
        b'"' + b"question,a,b,answer\n" * 10_000,
        b"\0" * 1000,
    ],
)
def test_a_question_file_that_is_something_else_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(QuestionFileError) as caught:
        read_questions(data)
    assert len(str(caught.value)) < 300


def test_notes_of_strangers_are_bounded_and_never_more_than_text() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt(KEY, '{"text": "' + "x" * 30_000 + '"}', zip=True)
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, "PNG", pnginfo=info)
    assert notes_of(file.getvalue()) is None
