"""Uploads that are none: a clear answer, nothing kept, nobody else notices.

The number is that of the catalogue of bad input: 89 is about what is uploaded.
"""

from __future__ import annotations

import json
import os
import resource
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import images
from jupyter_tornchat.protocol import LIMITS
from places import NOTEBOOK, Place, unharmed
from raw import request
from test_files import at_the_notebook, fetch, kept, until, upload

FILES = "api/rooms/lobby/files"
PNG = images.png(64, 64)


class Bad(NamedTuple):
    """A body, and why it is refused."""

    body: bytes
    code: str = "bad_file"
    address: str = FILES


CASES = {
    "empty": Bad(b""),
    "50,000 by 50,000 pixels": Bad(images.png(50_000, 50_000, rows=1)),
    "one pixel too many": Bad(images.png(LIMITS.image_pixels // 1000 + 1, 1000, rows=1)),
    "no pixels": Bad(images.png(0, 5)),
    "png, cut off": Bad(PNG[:-20]),
    "png, cut off in its head": Bad(PNG[:20]),
    "png, only its first bytes": Bad(PNG[:8]),
    "png without a head": Bad(PNG[:8] + PNG[33:]),
    "jpeg, cut off": Bad(images.jpeg()[:-2]),
    "jpeg, only its first bytes": Bad(images.jpeg()[:3]),
    "jpeg without a size": Bad(b"\xff\xd8\xff\xda\0\2\xff\xd9"),
    "jpeg with 1,000 notes": Bad(images.jpeg(notes=1000)),
    "jpeg of a length that leads back": Bad(b"\xff\xd8\xff\xe1\0\0" + b"\xff\xe1\0\0" * 900),
    "jpeg of 65,535 squared": Bad(images.jpeg(65_535, 65_535)),
    "gif, cut off": Bad(images.gif()[:-1]),
    "gif of another version": Bad(b"GIF88a" + images.gif()[6:]),
    "gif and script": Bad(images.GIF_AND_SCRIPT[:-1]),
    "webp, cut off": Bad(images.WEBP_LOSSY[:-1]),
    "webp of no kind": Bad(images.WEBP_LOSSY.replace(b"VP8 ", b"VP9 ")),
    "webp of 2^24 squared": Bad(
        images.WEBP_ALPHA[:24] + b"\xff" * 6 + images.WEBP_ALPHA[30:],
    ),
    "a room that is not there": Bad(b"x", "no_such_room", "api/rooms/nowhere/files"),
    "a room of no name": Bad(b"x", "no_such_room", "api/rooms/..%2flobby/files"),
}


@unharmed
@at_the_notebook
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_bad_file_89_is_refused(place: Place, case: Bad) -> None:
    before = kept(place)
    me = list(place.person("mallory").items())
    answer = await place.ask("POST", case.address + "?name=a.png", me, case.body)
    assert answer.code == case.code, answer
    assert json.loads(answer.body)["reason"]
    assert kept(place) == before


def zip_bomb() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        for number in range(16):
            bomb.writestr(f"{number}", bytes(32 * 1024 * 1024))
    return packed.getvalue()


def pickle_in_npy() -> bytes:
    """The rest of an array of objects; whoever loads what is in it runs what it says."""
    return b"\1\0\x46\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }" + b" " * 10 + b"\n"


HARMLESS: dict[str, tuple[str, bytes]] = {
    "svg": ("a.svg", images.SVG),
    "svg that is called png": ("a.png", images.SVG),
    "html": ("a.html", images.HTML),
    "xml with a style sheet": ("a.xml", images.XML),
    "script": ("a.js", b"alert(1)"),
    "notebook": ("a.ipynb", b'{"cells": []}'),
    "pdf with a script": ("a.pdf", images.PDF),
    "512 MiB in a zip": ("a.zip", zip_bomb()),
    "program": ("a.exe", b"MZ\x90\0"),
    "html in an array's clothes": ("a.npy", images.HTML),
    "html behind Arrow's first bytes": ("a.html", b"ARROW1\0\0" + images.HTML),
    "pickle behind numpy's first bytes": ("a.npy", b"\x93NUMPY" + pickle_in_npy()),
    "html in a jpeg's clothes": ("a.jpg", images.HTML),
    "html in UTF-16": ("a.html", images.HTML.decode().encode("utf-16")),
}


@unharmed
@at_the_notebook
@pytest.mark.parametrize(("name", "body"), HARMLESS.values(), ids=HARMLESS)
async def test_bad_file_89_what_a_browser_would_run_is_only_handed_out(
    place: Place, name: str, body: bytes
) -> None:
    stored = json.loads((await upload(place, body, name, "mallory")).body)
    answer = await fetch(place, stored["hash"], "mallory")
    assert answer.body == body
    assert answer.headers["Content-Type"] in {
        "text/plain; charset=utf-8",
        "application/octet-stream",
    }
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@unharmed
@at_the_notebook
async def test_bad_file_89_a_gif_that_is_a_script_too_is_a_gif(place: Place) -> None:
    stored = json.loads((await upload(place, images.GIF_AND_SCRIPT, "a.js", "mallory")).body)
    answer = await fetch(place, stored["hash"], "mallory")
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in answer.headers["Content-Security-Policy"]


NAMES = {
    "../../x": "x",
    "a.png\0.html": "a.png .html",
    'a"b': "a_b",
    "a\r\nSet-Cookie: x=y": "a Set-Cookie: x=y",
    "a\u202egnp.exe": "agnp.exe",
    "": "file",
    "模.txt": "_.txt",
    "%2e%2e%2fx": "_2e_2e_2fx",
    "a" * 5000 + ".txt": "a" * (LIMITS.file_name_chars - 4) + ".txt",
}


@unharmed
@at_the_notebook
@pytest.mark.parametrize(("name", "plain"), NAMES.items(), ids=map(ascii, NAMES))
async def test_bad_file_89_a_name_is_mended(place: Place, name: str, plain: str) -> None:
    stored = json.loads((await upload(place, f"of {name}".encode(), name, "mallory")).body)
    answer = await fetch(place, stored["hash"], "mallory")
    (said,) = answer.headers.get_all("Content-Disposition")
    assert said.split("; ")[1] == f'filename="{plain}"'
    assert said.isascii()
    assert "Set-Cookie" not in answer.headers


@unharmed
@at_the_notebook
async def test_bad_file_89_one_byte_too_many(place: Place) -> None:
    """Whether it tells its length or not, it is read to its end, and nothing of it is kept. What
    is far too long is not even read."""
    before = kept(place)
    me = [("Host", place.host), *place.person("mallory").items()]
    told = await place.connect()
    length = ("Content-Length", str(LIMITS.file_bytes + 1))
    await told.send(request("POST", place.path(FILES), [*me, length]))
    await told.send(b"a" * (LIMITS.file_bytes + 1))
    far = await place.connect()
    length = ("Content-Length", str(500 * 1024 * 1024))
    await far.send(request("POST", place.path(FILES), [*me, length]))
    untold = await place.connect()
    await untold.send(request("POST", place.path(FILES), [*me, ("Transfer-Encoding", "chunked")]))
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    for _ in range(LIMITS.file_bytes // 0x10000):
        await untold.send(piece)
    await untold.send(b"1\r\na\r\n0\r\n\r\n")
    for line in (told, untold, far):
        answer = await line.answer()
        assert answer
        assert (answer.status, answer.code) == (413, "too_big")
        assert str(f"{LIMITS.file_bytes:,}") in json.loads(answer.body)["reason"]
    assert kept(place) == before
    assert (await upload(place, b"a" * LIMITS.file_bytes, who="mallory")).status == 201


@unharmed
@at_the_notebook
async def test_bad_file_89_what_breaks_off_leaves_nothing(place: Place) -> None:
    before = kept(place)
    me = [("Host", place.host), *place.person("mallory").items(), ("Content-Length", "1000000")]
    raw = await place.connect()
    await raw.send(request("POST", place.path(FILES), me) + b"a" * 500_000)
    await until(lambda: len(kept(place)) == len(before) + 1)
    await raw.close()
    await until(lambda: kept(place) == before)


@unharmed
@at_the_notebook
async def test_bad_file_89_who_breaks_off_fetching_one_is_no_error_of_the_server(
    place: Place,
) -> None:
    body = b"a" * LIMITS.file_bytes
    hash = json.loads((await upload(place, body, who="mallory")).body)["hash"]
    me = [("Host", place.host), *place.person("mallory").items()]
    raw = await place.connect(unread=4096)
    await raw.send(request("GET", place.path(f"{FILES}/{hash}"), me))
    await until(lambda: is_read(place, hash))
    raw.writer.transport.abort()
    await until(lambda: not is_read(place, hash))


def is_read(place: Place, hash: str) -> bool:
    """Whether the server has a file open."""
    opened = Path(f"/proc/{place.server.pid}/fd").iterdir()
    return any(hash in os.path.realpath(file) for file in opened)


@unharmed
@at_the_notebook
@pytest.mark.parametrize("hash", ["0" * 64, "F" * 64, "0" * 63, "..%2f..%2fchat.db", "new"])
async def test_bad_file_89_a_hash_that_is_none(place: Place, hash: str) -> None:
    assert (await fetch(place, hash, "mallory")).status == 404


async def test_bad_file_89_a_full_disk_is_said_and_passes(
    start_notebook_server: Callable[..., Any],
) -> None:
    """The system lets the process write files of 4 MiB at most, and then longer ones again."""
    place = Place(start_notebook_server(config={"TornChat": {"message_rate": 0}}), "tornchat/")
    body = b"a" * LIMITS.file_bytes
    full = (4 * 1024 * 1024, resource.RLIM_INFINITY)
    resource.prlimit(place.server.pid, resource.RLIMIT_FSIZE, full)
    answer = await upload(place, body)
    assert (answer.status, answer.code) == (507, "storage_full")
    assert json.loads(answer.body)["retry_after"] > 0
    assert kept(place) == set()
    assert (await upload(place, b"a small one")).status == 201
    no_limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(place.server.pid, resource.RLIMIT_FSIZE, no_limit)
    assert (await upload(place, body)).status == 201


async def test_bad_file_89_more_than_a_days_files(
    start_notebook_server: Callable[..., Any],
) -> None:
    place = Place(start_notebook_server(), "tornchat/")
    for number in range(LIMITS.files_a_day):
        assert (await upload(place, b"%d" % number)).status == 201
    answer = await upload(place, b"one more")
    assert (answer.status, answer.code) == (429, "too_many_files")
    assert 0 < json.loads(answer.body)["retry_after"] <= 24 * 3600
    assert (await upload(place, b"one more", who="ben")).status == 201


async def test_bad_file_89_nobody_uploads_before_they_have_a_name(places: dict[str, Place]) -> None:
    place = places[NOTEBOOK]
    with place.server.sign_in() as client:
        answer = client.post("tornchat/" + FILES, content=b"x")
    assert (answer.status_code, answer.json()["code"]) == (403, "unnamed")
