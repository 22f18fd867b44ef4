"""The chat for a browser page that cannot reach its server: the kernel speaks with it instead.

Rules of this file:

- A page learns the chat's address and the program's name, never what opens the chat.
- The kernel's own thread hears a note and says so; all else is done on the loop of `loop.py`, so
  that what comes in reaches the page while a cell runs.
- Notes are custom messages of the panel's comm, never synced traits: widget state is saved into
  notebooks. Bytes go as text: Jupyter's gateway breaks on messages with buffers.
"""

from __future__ import annotations

import asyncio
import gzip
import os
from base64 import b64encode
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from .carried import GONE, LOST, Asked, Call, Line
from .error import ChatError
from .loop import loop
from .name import kernel_id
from .post import JSON

if TYPE_CHECKING:
    from .post import Post

WHOLE = Path(__file__).parent.parent / "static" / "whole.js"
"""The UI as one file."""

CALLS = 8
"""Requests of one page whose answers are kept, in case that a piece of one is lost."""
PAGES = 16
"""Pages of one kernel."""
BEAT_SECONDS = 20.0
SILENT_BEATS = 9
"""A page that is not heard at so many beats, at each of which the kernel had time, is gone."""


class Panel(Protocol):
    """A widget."""

    def send(self, content: Any) -> None: ...


class Note(msgspec.Struct):
    """What a page says. `page` is its key, `number` counts what it says."""

    type: str
    page: str
    number: int
    ui: bool = False
    """Of `ask`: whether the page needs the UI, too."""
    line: int = 0
    """Of `open`, `frame`, `close` and `alive`: the socket."""
    data: str = ""
    """Of `frame`."""
    call: int = 0
    """Of `fetch` and `more`: the request."""
    path: str = ""
    method: str = ""
    content: str = JSON
    """The type of a request's body."""
    piece: int = 0
    pieces: int = 0
    """Those of a request's body; 0 where it has none."""
    body: bytes = b""
    """This piece of it, in base64."""


def hear(panel: Panel, post: Post, said: Any) -> None:
    """A panel's page said something. Called on the thread that hears the panel's comm."""
    try:
        note = msgspec.convert(said, Note)
    except msgspec.ValidationError:
        return  # it is not for us
    panel.send({"type": "heard", "page": note.page, "number": note.number})
    here: asyncio.AbstractEventLoop | None = None
    with suppress(RuntimeError):
        here = asyncio.get_running_loop()
    loop().call_soon_threadsafe(_take, panel, post, note, here)


_pages: dict[str, Page] = {}


def _take(panel: Panel, post: Post, note: Note, here: asyncio.AbstractEventLoop | None) -> None:
    if note.type == "ask":
        _welcome(panel, post, note)
        return
    page = _pages.get(note.page)
    if page is None:
        while len(_pages) >= PAGES:
            next(iter(_pages.values())).end()
        page = _pages[note.page] = Page(note.page, post)
    page.panel, page.here, page.silent = panel, here, 0
    page.hear(note)


def _welcome(panel: Panel, post: Post, note: Note) -> None:
    """Say where the chat is, and send the UI to a page that has none."""
    try:
        chat = post.place.find().url
        ui = {"ui": _ui()} if note.ui else {}
    except (ChatError, OSError) as error:
        panel.send({"type": "none", "page": note.page, "reason": str(error)})
        return
    here = {"type": "here", "page": note.page, "chat": chat}
    here |= {"program": post.name.said or "program", "kernel": kernel_id() or str(os.getpid())}
    panel.send(here | ui)


@cache
def _ui() -> str:
    return b64encode(gzip.compress(WHOLE.read_bytes())).decode()


class Page:
    """A browser page.

    Args:
        key: it says this with each note.
        post: what speaks with the server.
    """

    panel: Panel
    """The one by which the page spoke last."""
    here: asyncio.AbstractEventLoop | None
    """The loop that hears that panel; None where there is none."""

    def __init__(self, key: str, post: Post) -> None:
        self.key = key
        self.post = post
        self.silent = 0
        """Beats since it was heard, at which the kernel had time to hear it."""
        self._heard = 0
        """The number of the note that came last."""
        self._line: Line | None = None
        self._calls: dict[int, Call] = {}
        self._beating = asyncio.ensure_future(self._beat())

    def say(self, type: str, **note: Any) -> None:
        self.panel.send({"type": type, "page": self.key, **note})

    def hear(self, note: Note) -> None:
        """What was lost on the way may have been a frame: the page resumes."""
        lost, self._heard = note.number > self._heard + 1, note.number
        if lost and self._line is not None:
            self.say("closed", line=self._line.number, code=LOST)
            self._hang_up()
        self._take(note)

    def _take(self, note: Note) -> None:
        line = self._line
        if note.type == "open":
            self._hang_up()
            self._line = Line(self.post, self.say, note.line)
        elif note.type == "fetch":
            self._fetch(note)
        elif note.type == "more":
            self._more(note)
        elif line is None or line.number != note.line or line.ended:
            self.say("closed", line=note.line, code=GONE)
        elif note.type == "frame":
            line.write(note.data)
        elif note.type == "close":
            self._hang_up()

    def end(self) -> None:
        _pages.pop(self.key, None)
        self._beating.cancel()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    # ------------------------------------------------------------------------------ requests

    def _fetch(self, note: Note) -> None:
        asked = Asked(note.call, note.method, note.path, note.content, note.pieces)
        call = self._calls.setdefault(note.call, Call(self.post, self.say, asked))
        while len(self._calls) > CALLS:
            self._calls.pop(next(iter(self._calls))).close()
        call.add(note.piece, note.body)

    def _more(self, note: Note) -> None:
        if note.call in self._calls:
            self._calls[note.call].say(note.piece)
        else:
            gone = {"status": 502, "content": JSON, "body": ""}
            self.say("answer", call=note.call, piece=note.piece, pieces=1, **gone)

    # ------------------------------------------------------------------------- is it there?

    async def _beat(self) -> None:
        """Ends when the page is gone. Nobody tells: a comm outlives the page that it led to."""
        while self.silent < SILENT_BEATS:
            await asyncio.sleep(BEAT_SECONDS)
            await self._kernel_has_time()
            self.silent += 1
        self.say("closed", line=self._line.number if self._line else 0, code=GONE)
        self.end()

    async def _kernel_has_time(self) -> None:
        """What a page says while a cell runs may wait for the end of it."""
        ours, had_time = asyncio.get_running_loop(), asyncio.Event()
        here = self.here
        if here is None:
            return
        with suppress(RuntimeError):  # it ended
            here.call_soon_threadsafe(ours.call_soon_threadsafe, had_time.set)
        while here.is_running() and not had_time.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(had_time.wait(), BEAT_SECONDS)
