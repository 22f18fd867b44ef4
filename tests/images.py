"""Images and other files to upload: whole ones of a few bytes, and how to break them."""

from __future__ import annotations

import base64
import struct
import zlib

PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
XML = b'<?xml version="1.0"?><?xml-stylesheet href="javascript:alert(1)"?><x/>'
GIF_AND_SCRIPT = b"GIF89a/*\x2a\0" + b"\0" * 20 + b"*/=1;alert(1);"
"""A GIF of 10,799 by 42 pixels to one reader, a script to another."""
WEBP_LOSSY = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
WEBP_LOSSLESS = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
WEBP_ALPHA = base64.b64decode(
    "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4"
    "AAA3AAP7mtQAAAA=="
)


def png(width: int = 3, height: int = 2, rows: int | None = None) -> bytes:
    """A PNG of one colour; `rows` are those that are really in it."""
    line = b"\0" + b"\x30\x60\x90" * width
    pixels = zlib.compress(line * (height if rows is None else rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND")


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def gif(width: int = 5, height: int = 4) -> bytes:
    """A GIF of one colour."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\x30\x60\x90\0\0\0"
    image = struct.pack("<BHHHHB", 0x2C, 0, 0, width, height, 0) + b"\2\2\x44\1\0"
    return b"GIF89a" + screen + image + b";"


def jpeg(width: int = 7, height: int = 6, notes: int = 1) -> bytes:
    """The frame of a JPEG, with as many segments of a camera's notes before its size."""
    said = b"\xff\xe1" + struct.pack(">H", 1002) + b"n" * 1000
    size = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\1\1\0\0\x3f\0" + b"\x12\x34"
    return b"\xff\xd8" + said * notes + size + scan + b"\xff\xd9"
