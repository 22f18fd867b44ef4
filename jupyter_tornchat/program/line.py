"""The line to the server: one socket that comes back by itself.

Rule: it knows nothing of rooms. It hands on every frame, comes back after a pause with full jitter,
and ends where the close code says that there is no use in coming back. The browser's `line.ts` has
the same rules.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    websocket_connect,
)

from ..protocol import (
    CLOSE_REASONS,
    SUBPROTOCOL,
    AnyServerFrame,
    ClientFrame,
    Close,
    Welcome,
    encode,
)
from .error import ChatError
from .finding import Found
from .position import Entry, Frame
from .post import Numbers, Post

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
OPENING = 15.0
"""Seconds from the first try to `welcome`."""
STEADY = 10.0
"""A line that held this long was a good one: the next pause is short again."""
MISSED = 3
"""Heartbeats missed in a row, after which the line is dead."""
BUSY_STEP = 4
"""The step of the back-off from which a server that called us too many or too fast sees us."""
STARTING = 30.0
"""Seconds for which a server that starts may not know the key yet that it leaves here."""

_frames = msgspec.json.Decoder(AnyServerFrame)
_entries = msgspec.json.Decoder(Entry)


class Lost(Exception):
    """The socket is gone; another one will come."""


LOST = (Lost, HTTPClientError, WebSocketError, StreamClosedError, OSError)


async def open_socket(post: Post, found: Found) -> WebSocketClientConnection:
    """A socket to a server; whatever it says.

    Raises:
        HTTPClientError: the server said no.
        WebSocketError, StreamClosedError, OSError: nobody answers.
    """
    request = HTTPRequest(
        found.url.replace("http", "ws", 1) + "chat",
        headers=post.headers(found),
        connect_timeout=OPENING,
        follow_redirects=False,
    )
    return await websocket_connect(request, subprotocols=[SUBPROTOCOL], resolver=Numbers())


class Line:
    """A line, for as long as `keep` runs.

    Args:
        post: how the server is found, and who speaks.
        hear: is given each frame; while it waits, nothing more is read.
    """

    def __init__(self, post: Post, hear: Callable[[Frame], Awaitable[None]]) -> None:
        self._post = post
        self._hear = hear
        self._socket: WebSocketClientConnection | None = None
        self._silence = OPENING
        self._step = 0
        self._known = False
        """Whether a socket was ever open."""
        self._opened_at: float | None = None
        self._refused_at: float | None = None

    async def keep(self) -> None:
        """Keep the line for ever.

        Raises:
            ChatError: it is over, and why.
        """
        while True:
            try:
                await self._be_connected()
            except LOST:
                await asyncio.sleep(self._pause())

    def write(self, frame: ClientFrame) -> None:
        """Send a frame, if the line is open; that it did not arrive is heard by who reads."""
        if self._socket is not None:
            with suppress(WebSocketClosedError, StreamClosedError):
                self._socket.write_message(encode(frame)).add_done_callback(_arrived)

    def _pause(self) -> float:
        """Seconds until the next try."""
        now = asyncio.get_running_loop().time()
        if self._opened_at is not None and now - self._opened_at >= STEADY:
            self._step = 0
        self._opened_at = None
        bound = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._step)
        self._step += 1
        return random.random() * bound  # noqa: S311

    async def _be_connected(self) -> None:
        """Open a socket and hear, until it is lost."""
        found = self._find()
        try:
            socket = await open_socket(self._post, found)
        except HTTPClientError as error:
            self._check_status(error.code, found)
            raise
        self._socket, self._silence = socket, OPENING
        try:
            while True:
                if (frame := decode(await self._next(socket))) is not None:
                    self._welcomed(frame)
                    await self._hear(frame)
        finally:
            self._socket = None
            socket.close()

    def _find(self) -> Found:
        try:
            return self._post.place.find()
        except ChatError:
            if self._known:  # it is started again, and will say where it is
                raise Lost from None
            raise

    async def _next(self, socket: WebSocketClientConnection) -> str:
        try:
            async with asyncio.timeout(self._silence):
                data = await socket.read_message()
        except TimeoutError:
            raise Lost from None
        if data is None:
            self._check_close(socket.close_code or 0)
            raise Lost
        return str(data)

    def _welcomed(self, frame: Frame) -> None:
        if isinstance(frame, Welcome):
            self._known, self._refused_at = True, None
            self._opened_at = asyncio.get_running_loop().time()
            self._silence = frame.heartbeat * MISSED

    # -------------------------------------------------------------------- why it is not open

    def _check_status(self, status: int, found: Found) -> None:
        if status == 404 and not self._known:
            raise ChatError("error", f"there is no chat at {found.url}", retry=False) from None
        if status in {401, 403}:
            self._check_key()

    def _check_close(self, code: int) -> None:
        if code in (Close.TOO_MANY, Close.TOO_FAST):
            self._step = max(self._step, BUSY_STEP)
        if code == Close.SIGNED_OUT:
            self._check_key()
        elif 4500 <= code <= 4999:
            known = code in list(Close)
            why = CLOSE_REASONS[Close(code)] if known else "the server has ended it"
            raise ChatError("forbidden", why, retry=False)

    def _check_key(self) -> None:
        """The server does not know the key; one that starts again may not know it yet."""
        now = asyncio.get_running_loop().time()
        self._refused_at = self._refused_at or now
        if self._post.place.given or now - self._refused_at > STARTING:
            raise ChatError.of("signed_out", "the server does not let this program in") from None


def decode(data: str) -> Frame | None:
    """A frame; where this version does not know its type, what moves a program on in its room."""
    for decoder in (_frames, _entries):
        with suppress(msgspec.DecodeError):
            return decoder.decode(data)
    return None


def _arrived(written: asyncio.Future[None]) -> None:
    if not written.cancelled():
        written.exception()
