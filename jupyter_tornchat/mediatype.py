"""What a file is, by its content and never by its name.

Rules of this file:

- It reads heads and ends, in small pieces; nothing is decoded, unpacked or run.
- An image is one only where its size can be read and its end is there. What begins like an image
  and is none is refused: a browser would make of it what it likes.
- Whatever else a browser might run (SVG, HTML, XML, scripts) is text here, or bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from .protocol import LIMITS, Refusal

BYTES = "application/octet-stream"
TEXT = "text/plain"
TABLES = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}
"""A table is a text whose name says so."""
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
DATA = (
    ("application/vnd.apache.arrow.file", b"ARROW1\0\0"),
    ("application/x-npy", b"\x93NUMPY"),
)
"""Tables and arrays of programs, and how a file of them begins. Nobody here looks further into
them: who takes one out again does."""
END = 64 * 1024
"""Bytes at the end among which an image's last mark stands: some programs write more behind it."""
MARKS = 500
"""Segments of a JPEG before its size: enough for every camera's notes."""
# The segments that hold a JPEG's size: C4, C8 and CC are of the same row and mean something else.
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


class Media(NamedTuple):
    """What a file is; width and height, in pixels, where it is an image."""

    type: str
    width: int = 0
    height: int = 0


def find(file: BinaryIO, size: int, is_text: bool, name: str) -> Media:
    """What the file is.

    Args:
        file: open for reading.
        size: its bytes.
        is_text: whether all of it is UTF-8 without a NUL.
        name: tells a table from other text, and nothing else.

    Raises:
        Refusal: `bad_file`, for an image that is broken or has too many pixels.
    """
    head = file.read(16)
    for type, magic, measure in READERS:
        if head.startswith(magic) and (type != "image/webp" or head[8:12] == b"WEBP"):
            return _image(type, file, size, measure)
    if head.startswith(b"%PDF-"):
        return Media("application/pdf")
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return Media("application/zip")
    for type, magic in DATA:
        if head.startswith(magic):
            return Media(type)
    if is_text:
        ending = name[name.rfind(".") :].lower()
        return Media(TABLES.get(ending, TEXT))
    return Media(BYTES)


Size = tuple[int, int]
Measure = Callable[[BinaryIO, int], Size]


def _image(type: str, file: BinaryIO, size: int, measure: Measure) -> Media:
    kind = type.removeprefix("image/").upper()
    try:
        width, height = measure(file, size)
    except (struct.error, ValueError):
        raise Refusal("bad_file", f"this {kind} image is broken or cut off") from None
    if not width or not height:
        raise Refusal("bad_file", f"this {kind} image has no size")
    if width * height > LIMITS.image_pixels:
        over = f"the image has {width:,} × {height:,} pixels; {LIMITS.image_pixels:,} are allowed"
        raise Refusal("bad_file", over)
    return Media(type, width, height)


def _png(file: BinaryIO, size: int) -> Size:
    length, kind, width, height = struct.unpack(">I4sII", _at(file, 8, 16))
    _check(length == 13 and kind == b"IHDR" and b"IEND\xaeB`\x82" in _end(file, size))
    return width, height


def _gif(file: BinaryIO, size: int) -> Size:
    (version,) = struct.unpack("3s", _at(file, 3, 3))
    _check(version in {b"87a", b"89a"} and _end(file, size).rstrip(b"\0").endswith(b";"))
    return struct.unpack("<HH", _at(file, 6, 4))


def _jpeg(file: BinaryIO, size: int) -> Size:
    _check(b"\xff\xd9" in _end(file, size))
    for mark, place in _segments(file):
        if mark in FRAMES:
            height, width = struct.unpack(">HH", _at(file, place + 5, 4))
            return width, height
    raise ValueError


def _segments(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """The segments of a JPEG before its pixels: what each is, and where its length stands."""
    place = 2
    for _ in range(MARKS):
        begin, mark, length = struct.unpack(">BBH", _at(file, place, 4))
        if begin != 0xFF or mark == 0xDA:
            return
        if mark == 0xFF:  # a byte that only fills
            place += 1
        else:
            yield mark, place
            place += 2 + length


def _webp(file: BinaryIO, size: int) -> Size:
    (length,) = struct.unpack("<I", _at(file, 4, 4))
    _check(length + 8 <= size)
    kind = _at(file, 12, 4)
    if kind == b"VP8X":
        low_width, high_width, low_height, high_height = struct.unpack("<HBHB", _at(file, 24, 6))
        return (high_width << 16 | low_width) + 1, (high_height << 16 | low_height) + 1
    if kind == b"VP8L":
        mark, bits = struct.unpack("<BI", _at(file, 20, 5))
        _check(mark == 0x2F)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    mark, width, height = struct.unpack("<3sHH", _at(file, 23, 7))
    _check(kind == b"VP8 " and mark == b"\x9d\x01\x2a")
    return width & 0x3FFF, height & 0x3FFF


READERS: tuple[tuple[str, bytes, Measure], ...] = (
    ("image/png", b"\x89PNG\r\n\x1a\n", _png),
    ("image/jpeg", b"\xff\xd8\xff", _jpeg),
    ("image/gif", b"GIF8", _gif),
    ("image/webp", b"RIFF", _webp),
)
"""By type: how a file of it begins, and what reads its size."""


def _at(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _end(file: BinaryIO, size: int) -> bytes:
    return _at(file, max(0, size - END), END)


def _check(holds: bool) -> None:
    if not holds:
        raise ValueError
