"""What the kernel carries between a page and the server: a socket's frames, and requests with their
answers.

Rules of this file:

- What is carried is not read here. All of it is bounded: what waits, what one note holds, and how
  often something is said, because Jupyter drops what a kernel says too often.
- What a page may ask for is listed here; all else is refused, and the server never hears of it.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress

import msgspec
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError

from ..protocol import LIMITS, REASONS
from .error import ChatError
from .line import LOST as BROKEN
from .line import open_socket
from .post import JSON, Post

ALLOWED = re.compile(
    r"GET api/(health|me|rooms|rooms/{room}/messages|rooms/{room}/files/[0-9a-f]{{64}})(\?[^#\s]*)?"
    r"|POST api/(rooms|rooms/{room}/files)(\?[^#\s]*)?".format(room=r"[a-z0-9][a-z0-9._-]{0,63}")
)
"""What the UI asks for beside its socket."""
PIECE_BYTES = 256 * 1024
"""What one note holds of an answer, or of the frames that wait."""
BODY_BYTES = LIMITS.file_bytes + 64 * 1024
"""What a request may hold; the server says itself by how much a file is too big."""
FRAMES = 100
"""Frames that wait for the page; while there are more, the socket is not read."""
NOTE_SECONDS = 0.05
"""Between two notes with frames."""
WRITES = 64
"""Frames that wait for the server."""
GONE, LOST = 1006, 4408
"""Close codes: the line broke; the client is too slow."""

Say = Callable[..., None]
"""Says something to the page: `say(type, **fields)`."""


class Asked(msgspec.Struct):
    """A request."""

    call: int
    """Its number."""
    method: str
    path: str
    content: str
    """The type of its body."""
    pieces: int
    """Those of its body; 0 where it has none."""


class Line:
    """A socket to the server, for a page."""

    def __init__(self, post: Post, say: Say, number: int) -> None:
        self.number = number
        self._post = post
        self._say = say
        self._socket: WebSocketClientConnection | None = None
        self._waiting = 0
        self.ended = False
        """Whether nothing is carried any more."""
        self._running = asyncio.ensure_future(self._run())

    def write(self, frame: str) -> None:
        if self._socket is None or len(frame) > LIMITS.frame_bytes or self._waiting >= WRITES:
            self._say("closed", line=self.number, code=LOST)
            self.close()
            return
        with suppress(WebSocketClosedError):  # `_run` hears of it, too
            self._waiting += 1
            asyncio.ensure_future(self._socket.write_message(frame)).add_done_callback(self._wrote)

    def _wrote(self, written: asyncio.Future[None]) -> None:
        self._waiting -= 1
        written.exception()

    def close(self) -> None:
        """Hang up. A socket that is about to open is closed when it is there."""
        self.ended = True
        if self._socket is not None:
            self._socket.close()

    async def _run(self) -> None:
        code = GONE
        with suppress(ChatError, *BROKEN):
            self._socket = await open_socket(self._post, self._post.place.find())
            if self.ended:
                self._socket.close()
            await self._carry(self._socket)
            code = self._socket.close_code or GONE
        if not self.ended:
            self._say("closed", line=self.number, code=code)
        self.ended = True

    async def _carry(self, socket: WebSocketClientConnection) -> None:
        """What the server says, several frames in one note where it says more than one at a time.
        Each note says how many frames were before it, so that the page knows when one is lost."""
        frames: asyncio.Queue[str | None] = asyncio.Queue(FRAMES)
        reading = asyncio.ensure_future(_read(socket, frames))
        before = 0
        try:
            while (frame := await frames.get()) is not None:
                note = [frame]
                while sum(map(len, note)) < PIECE_BYTES and not frames.empty():
                    if (frame := frames.get_nowait()) is None:
                        frames.put_nowait(None)
                        break
                    note.append(frame)
                if not self.ended:
                    self._say("frames", line=self.number, before=before, frames=note)
                before += len(note)
                await asyncio.sleep(NOTE_SECONDS)
        finally:
            reading.cancel()


async def _read(socket: WebSocketClientConnection, frames: asyncio.Queue[str | None]) -> None:
    while True:
        frame = await socket.read_message()
        await frames.put(None if frame is None else str(frame))
        if frame is None:
            return


class Call:
    """A request of a page, and its answer."""

    def __init__(self, post: Post, say: Say, asked: Asked) -> None:
        self._post = post
        self._say = say
        self._asked = asked
        self._body: dict[int, bytes] = {}
        self._answer: list[bytes] = []
        self._status = 0
        self._content = JSON
        self._asking: asyncio.Future[None] | None = None

    def add(self, piece: int, body: bytes) -> None:
        """A piece of the body came; with the last one the server is asked."""
        if self._asking is not None:
            return
        self._body[piece] = body
        whole = len(self._body) >= self._asked.pieces
        if whole or sum(map(len, self._body.values())) > BODY_BYTES:
            self._asking = asyncio.ensure_future(self._ask())

    def say(self, piece: int) -> None:
        """Say a piece of the answer, if it is there."""
        if not 0 <= piece < len(self._answer):
            return
        about = {"status": self._status, "content": self._content}
        self._say(
            "answer",
            call=self._asked.call,
            piece=piece,
            pieces=len(self._answer),
            body=b64encode(self._answer[piece]).decode(),
            **about,
        )

    def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self) -> None:
        body = b"".join(self._body[piece] for piece in sorted(self._body))
        self._body.clear()
        answer = await self._answered(body)
        pieces = range(0, max(len(answer), 1), PIECE_BYTES)
        self._answer = [answer[at : at + PIECE_BYTES] for at in pieces]
        self.say(0)

    async def _answered(self, body: bytes) -> bytes:
        asked = self._asked
        if not ALLOWED.fullmatch(f"{asked.method} {asked.path}"):
            return self._no("forbidden")
        if len(body) > BODY_BYTES:
            return self._no("too_big")
        sent = body if asked.method == "POST" else None
        try:
            response = await self._post.fetch(asked.method, asked.path, sent, asked.content)
        except ChatError as no:
            return self._no("unavailable", str(no))
        self._status = response.code
        self._content = response.headers.get("Content-Type", JSON)
        return response.body

    def _no(self, code: str, reason: str = "") -> bytes:
        self._status = REASONS[code].status
        return msgspec.json.encode({"code": code, "reason": reason or REASONS[code].says})
