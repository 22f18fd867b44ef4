"""Files: what is uploaded is kept whole, typed by its content, and given to whom it is for."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import images
from jupyter_tornchat.files import DAY
from jupyter_tornchat.protocol import LIMITS
from places import GUESTS, NOTEBOOK, Place
from raw import PATIENCE, Answer, request

at_the_notebook = pytest.mark.parametrize("place", [NOTEBOOK], indirect=True)
CHUNKED = ("Transfer-Encoding", "chunked")


async def upload(
    place: Place, body: bytes, name: str = "x", who: str = "ann", room: str = "lobby"
) -> Answer:
    address = f"api/rooms/{room}/files?name={quote(name)}"
    return await place.ask("POST", address, list(place.person(who).items()), body)


async def fetch(place: Place, hash: str, who: str = "ann", room: str = "lobby") -> Answer:
    headers = list(place.person(who).items())
    return await place.ask("GET", f"api/rooms/{room}/files/{hash}", headers)


def folder(place: Place) -> Path:
    return place.server.home.data / "tornchat" / "chat.db-files"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  a folder tells nobody that it changed
            await asyncio.sleep(0.01)


def kept(place: Place) -> set[str]:
    """Every file that lies in the store, whole or half."""
    return {path.name for path in folder(place).rglob("*") if path.is_file()}


FILES: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "png": ("plot.png", images.png(640, 480), {"type": "image/png", "width": 640, "height": 480}),
    "jpeg": ("a.jpg", images.jpeg(), {"type": "image/jpeg", "width": 7, "height": 6}),
    "jpeg with many notes": (
        "a.jpg",
        images.jpeg(notes=100),
        {"type": "image/jpeg", "width": 7, "height": 6},
    ),
    "gif": ("a.gif", images.gif(), {"type": "image/gif", "width": 5, "height": 4}),
    "webp": ("a", images.WEBP_LOSSY, {"type": "image/webp", "width": 1, "height": 1}),
    "webp, lossless": ("a", images.WEBP_LOSSLESS, {"type": "image/webp", "width": 1, "height": 1}),
    "webp with alpha": ("a", images.WEBP_ALPHA, {"type": "image/webp", "width": 1, "height": 1}),
    "pdf": ("a.pdf", images.PDF, {"type": "application/pdf"}),
    "zip": ("a.zip", b"PK\5\6" + b"\0" * 18, {"type": "application/zip"}),
    "table of Arrow": (
        "a.arrow",
        b"ARROW1\0\0" + b"\0" * 9,
        {"type": "application/vnd.apache.arrow.file"},
    ),
    "array of numpy": ("a.npy", b"\x93NUMPY\1\0" + b"\0" * 9, {"type": "application/x-npy"}),
    "text": ("notes.txt", "näher\n模型".encode(), {"type": "text/plain"}),
    "csv": ("Table.CSV", b"a,b\n1,2\n", {"type": "text/csv"}),
    "tsv": ("t.tsv", b"a\tb\n", {"type": "text/tab-separated-values"}),
    "csv that is no text": ("t.csv", b"a,b\n\xff\n", {"type": "application/octet-stream"}),
    "text with a NUL": ("t.txt", b"a\0b", {"type": "application/octet-stream"}),
    "text cut off in a letter": ("t.txt", b"\xe6\xa8", {"type": "application/octet-stream"}),
    "png that is text": ("plot.png", b"no image", {"type": "text/plain"}),
    "text that is png": ("notes.txt", images.png(), {"type": "image/png", "width": 3, "height": 2}),
    "svg": ("a.svg", images.SVG, {"type": "text/plain"}),
    "html": ("a.html", images.HTML, {"type": "text/plain"}),
}


@at_the_notebook
@pytest.mark.parametrize(("name", "body", "found"), FILES.values(), ids=FILES)
async def test_a_file_is_kept_whole_and_typed_by_its_content(
    place: Place, name: str, body: bytes, found: dict[str, Any]
) -> None:
    answer = await upload(place, body, name)
    assert answer.status == 201, answer
    hash = hashlib.sha256(body).hexdigest()
    assert json.loads(answer.body) == {"hash": hash, "name": name, "size": len(body)} | found
    path = folder(place) / hash[:2] / hash
    assert path.read_bytes() == body
    assert path.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in (path.parent, folder(place))} == {0o700}
    back = await fetch(place, hash)
    assert (back.status, back.body) == (200, body)
    image = found["type"].startswith("image/")
    assert back.headers["Content-Disposition"].startswith("inline" if image else "attachment")
    served = "text/plain; charset=utf-8" if found["type"].startswith("text/") else None
    served = found["type"] if image else served or "application/octet-stream"
    assert back.headers["Content-Type"] == served


@at_the_notebook
async def test_a_file_is_served_so_that_no_browser_runs_it(place: Place) -> None:
    hash = json.loads((await upload(place, images.png(9, 9))).body)["hash"]
    answer = await fetch(place, hash)
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"].startswith("private, max-age=")
    assert headers["Etag"] == f'"{hash}"'
    me = [*place.person("ann").items(), ("If-None-Match", f'"{hash}"')]
    again = await place.ask("GET", f"api/rooms/lobby/files/{hash}", me)
    assert (again.status, again.body) == (304, b"")
    # Whoever may not have it is not told either that theirs is the same.
    them = [*place.person("ben").items(), ("If-None-Match", f'"{hash}"')]
    assert (await place.ask("GET", f"api/rooms/lobby/files/{hash}", them)).status == 404


@at_the_notebook
async def test_before_it_is_sent_a_file_is_for_those_who_uploaded_it(place: Place) -> None:
    body = b"the same from two people"
    first, second = await upload(place, body, "one.txt"), await upload(place, body, "b", "ben")
    hash = json.loads(first.body)["hash"]
    assert json.loads(second.body)["hash"] == hash
    for who, status in (("ann", 200), ("ben", 200), ("mallory", 404)):
        assert (await fetch(place, hash, who)).status == status, who
    made = await place.ask(
        "POST", "api/rooms", list(place.person("ann").items()), b'{"room": "files-elsewhere"}'
    )
    assert made.status in {201, 409}
    assert (await fetch(place, hash, room="files-elsewhere")).code == "no_such_file"


@at_the_notebook
async def test_a_file_comes_in_without_being_held_in_memory(place: Place) -> None:
    """Many at a time, each of the full size: the process grows by far less than they have."""
    body = b"\xff" * LIMITS.file_bytes
    before = memory(place.server.pid)
    most = 0
    me = [("Host", place.host), CHUNKED, *place.person("ann").items()]
    lines = [await place.connect() for _ in range(8)]
    for line in lines:
        await line.send(request("POST", place.path("api/rooms/lobby/files?name=x"), me))
    piece = b"10000\r\n" + body[:0x10000] + b"\r\n"
    for _ in range(LIMITS.file_bytes // 0x10000):
        for line in lines:
            await line.send(piece)
        most = max(most, memory(place.server.pid))
    for line in lines:
        await line.send(b"0\r\n\r\n")
        answer = await line.answer()
        assert answer
        assert answer.status == 201
    assert most - before < 8 * 1024 * 1024


def memory(pid: int) -> int:
    """Bytes that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (held,) = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(held) * 1024


@pytest.mark.parametrize("place", [GUESTS], indirect=True)
async def test_a_guest_uploads_nothing(place: Place) -> None:
    answer = await upload(place, b"x")
    assert (answer.status, answer.code) == (403, "forbidden")
    assert kept(place) == set()


async def test_what_nobody_sends_within_a_day_is_removed(
    start_notebook_server: Callable[..., Any],
) -> None:
    """Two uploads of which one is sent, and one of each that is taken back: a day later only what
    a message shows is there, and half an upload is not."""
    server = start_notebook_server()
    place = Place(server, "tornchat/")
    sent, unsent, deleted = [
        json.loads((await upload(place, body)).body)["hash"] for body in (b"1", b"2", b"3")
    ]
    me = list(place.person("ann").items())
    for number, hash in enumerate((sent, deleted), 1):
        said = {"id": f"{number}", "files": [{"hash": hash, "name": "x"}]}
        answer = await place.ask("POST", "api/rooms/lobby/messages", me, json.dumps(said).encode())
        assert answer.status == 201, answer
        assert json.loads(answer.body)["files"][0]["size"] == 1
        assert (await fetch(place, hash, "ben")).status == 200
    gone = await place.ask("DELETE", "api/rooms/lobby/messages/2", me, b'{"id": "4"}')
    assert gone.status in {200, 204}, gone
    assert (await fetch(place, deleted, "ben")).status == 404
    (folder(place) / "new" / "half").write_bytes(b"half")
    server.stop()
    two_days_ago = time.time() - 2 * DAY
    for path in folder(place).rglob("*"):
        os.utime(path, (two_days_ago, two_days_ago))
    young = folder(place) / unsent[:2] / ("0" * 64)
    young.write_bytes(b"young")
    stray = folder(place) / ".stray"  # as some systems leave them
    stray.write_bytes(b"none of ours")
    place = Place(server.start(), "tornchat/")
    await until(lambda: kept(place) == {sent, young.name, stray.name})
    assert (await fetch(place, sent)).body == b"1"
    assert (await fetch(place, unsent)).status == 404
    me = list(place.person("ann").items())
    said = {"id": "3", "files": [{"hash": unsent, "name": "x"}]}
    answer = await place.ask("POST", "api/rooms/lobby/messages", me, json.dumps(said).encode())
    assert (answer.status, answer.code) == (404, "no_such_file")
