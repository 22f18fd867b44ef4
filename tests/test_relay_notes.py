"""What a page may ask of the kernel that relays for it, and how much. The notes are given to the
relay as the comm of a panel would; all behind it is real."""

from __future__ import annotations

import asyncio
import os
from base64 import b64decode, b64encode
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from jupyter_tornchat.program import relay
from jupyter_tornchat.program.carried import BODY_BYTES
from jupyter_tornchat.program.loop import loop
from jupyter_tornchat.program.post import Post
from jupyter_tornchat.protocol import KEY_VARIABLE
from jupyter_tornchat.room import Room

PAGES = count()

pytestmark = pytest.mark.usefixtures("http_server")


class Panel:
    """The comm of a panel, as a browser page hears it."""

    def __init__(self) -> None:
        self.page = f"page {next(PAGES)}"
        self.post: Post = Room("lobby", name="far.ipynb").post
        self.told: list[dict[str, Any]] = []
        self._home = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._number = 0

    def send(self, content: dict[str, Any]) -> None:
        with suppress(RuntimeError):  # the test is over
            self._home.call_soon_threadsafe(self._hear, content)

    def _hear(self, note: dict[str, Any]) -> None:
        self.told.append(note)
        self._changed.set()

    def say(self, type: str, **fields: Any) -> None:
        self._number += 1
        note = {"type": type, "page": self.page, "number": self._number, **fields}
        relay.hear(self, self.post, note)

    async def hears(self, **fields: Any) -> dict[str, Any]:
        """The first note with these fields."""
        while True:
            for note in self.told:
                if fields.items() <= note.items():
                    return note
            self._changed.clear()
            await self._changed.wait()

    async def asks(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        call = 1000 + self._number
        about = {"call": call, "method": method, "path": path}
        sent = {"pieces": 1, "body": b64encode(body).decode()} if body else {}
        self.say("fetch", **about, **sent)
        return await self.hears(type="answer", call=call)


async def test_a_page_gets_what_its_ui_needs_and_never_the_key() -> None:
    panel = Panel()
    panel.say("ask")
    here = await panel.hears(type="here")
    assert here["program"] == "far.ipynb"
    assert here["chat"].endswith("/tornchat/")
    answer = await panel.asks("GET", "api/rooms")
    assert answer["status"] == 200
    assert b'"lobby"' in b64decode(answer["body"])
    panel.say("open", line=1)
    welcome = (await panel.hears(type="frames", before=0))["frames"][0]
    assert '"program:far.ipynb"' in welcome
    assert os.environ[KEY_VARIABLE] not in str(panel.told)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "api/rooms/lobby/keys"),
        ("POST", "api/rooms/lobby/keys"),
        ("POST", "api/rooms/lobby/messages"),
        ("PUT", "api/me"),
        ("DELETE", "api/rooms/lobby/messages/1"),
        ("GET", "../api/kernels"),
        ("GET", "api/../../api/kernels"),
        ("GET", "api/rooms/../../../api/contents/messages"),
        ("GET", "api/rooms/%2e%2e/messages"),
        ("GET", "http://127.0.0.1:1/api/rooms"),
        ("GET", "//127.0.0.1/api/rooms"),
        ("GET", "api/rooms#x"),
        ("GET", "api/rooms\r\nX: y"),
        ("POST", "api/kernels"),
        ("GET", ""),
    ],
)
async def test_all_else_is_refused_and_the_server_is_not_asked(
    method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = Panel()
    asked: list[str] = []
    monkeypatch.setattr(Post, "fetch", lambda *_: asked.append(path))
    answer = await panel.asks(method, path)
    assert answer["status"] == 403
    assert b"forbidden" in b64decode(answer["body"])
    assert not asked


async def test_what_is_too_big_or_unknown_or_lost_is_told() -> None:
    panel = Panel()
    answer = await panel.asks("POST", "api/rooms/lobby/files?name=x", b"x" * (BODY_BYTES + 1))
    assert answer["status"] == 413
    panel.say("more", call=7, piece=3)
    assert (await panel.hears(type="answer", call=7))["status"] == 502
    panel.say("frame", line=5, data="{}")
    assert (await panel.hears(type="closed", line=5))["code"] == 1006
    panel.say("open", line=6)
    await panel.hears(type="frames", line=6)
    panel._number += 1  # a note that never came
    panel.say("alive", line=6)
    assert (await panel.hears(type="closed", line=6))["code"] == 4408
    relay.hear(panel, panel.post, {"kind": "anywidget-command"})  # it is for somebody else


async def test_a_page_that_is_gone_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "BEAT_SECONDS", 0.01)
    panel = Panel()
    panel.say("open", line=1)
    assert (await panel.hears(type="closed", line=1))["code"] == 1006
    gone = asyncio.run_coroutine_threadsafe(_known(panel.page), loop())
    assert not await asyncio.wrap_future(gone)


async def _known(page: str) -> bool:
    return page in relay._pages
