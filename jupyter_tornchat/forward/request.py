"""A request that is handed on, and its answer that is handed back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.httpclient import HTTPError, HTTPRequest
from tornado.httputil import parse_response_start_line
from tornado.iostream import StreamClosedError, UnsatisfiableReadError
from tornado.web import stream_request_body

from ..chat import Chat
from ..protocol import LIMITS, Refusal
from .service import AWAY, PATIENCE
from .way import Way

LONGEST = 1800.0
"""Seconds that one request may take: a large history on a slow line."""
BODY_BYTES = 4 * LIMITS.file_bytes
"""As much of a body as the service reads of a file that is too big."""
ANSWERED = (
    *("Content-Type", "Content-Length", "Content-Disposition", "Content-Security-Policy"),
    *("Cache-Control", "Etag", "Retry-After", "Allow"),
)
"""What goes back of the headers of an answer."""
END = b""


@stream_request_body
class ForwardHandler(Way):
    """Anything but the socket and the page."""

    def initialize(self, chat: Chat, prefix: str) -> None:
        super().initialize(chat, prefix)
        self.pieces: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        """Of the body; END at its end, and None where it has none."""
        self.answered: asyncio.Future[Any] | None = None
        self.size = 0
        self.is_away = False
        """Whether something other than the chat answers."""
        self.patience: asyncio.Timeout | None = None

    def set_default_headers(self) -> None:
        super().set_default_headers()
        # As for every answer that comes before the body was read (`handlers.rest`).
        self.set_header("Connection", "close")

    def turn_away(self) -> None:
        if self.request.path == f"{self.prefix}api/health" and self.request.method == "GET":
            self.answer({"ok": True})
        else:
            super().turn_away()

    async def admit(self) -> None:
        await super().admit()
        if self._finished:
            return
        reads = self.request.method in {"GET", "HEAD"}
        try:
            if not reads and not self.who.access.writes:
                raise Refusal("forbidden")
            if int(self.request.headers.get("Content-Length", 0)) > BODY_BYTES:
                raise Refusal("too_big")
            self.answered = asyncio.ensure_future(self.service.client.fetch(self.asked(reads)))
            self.clear_header("Connection")
        except Refusal as refusal:
            self.refuse(refusal)

    def asked(self, reads: bool) -> HTTPRequest:
        """What is asked of the service."""
        body: Any = None if reads else self.produce
        headers = self.handed_on()
        if not reads and (size := self.request.headers.get("Content-Length")):
            headers["Content-Length"] = size
        return HTTPRequest(
            self.address(),
            method=self.request.method or "GET",
            headers=headers,
            body_producer=body,
            allow_nonstandard_methods=True,
            header_callback=self.hear,
            streaming_callback=self.pass_on,
            follow_redirects=False,
            decompress_response=False,
            connect_timeout=PATIENCE,
            request_timeout=LONGEST,
        )

    # ------------------------------------------------------------------------ the body

    async def data_received(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, chunk: bytes
    ) -> None:
        self.size += len(chunk)
        if self.size > BODY_BYTES or self.answered is None or self.answered.done():
            return
        # Where the service answers without having read, nobody takes this any more.
        taken = asyncio.ensure_future(self.pieces.put(chunk))
        await asyncio.wait({taken, self.answered}, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        taken.cancel()

    async def produce(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Write the body to the service as it comes."""
        while (piece := await self.pieces.get()) != END:
            if piece is None:
                raise StreamClosedError
            await write(piece)

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if self.pieces.full():
            self.pieces.get_nowait()
        self.pieces.put_nowait(None)

    # ---------------------------------------------------------------------- the answer

    async def hand_on(self, *_: str) -> None:
        """Wait for the answer, which is passed on as it comes."""
        assert self.answered is not None
        try:
            async with asyncio.timeout(PATIENCE) as self.patience:
                if self.request.method not in {"GET", "HEAD"}:
                    await asyncio.wait(
                        {self.answered, asyncio.ensure_future(self.pieces.put(END))},
                        return_when="FIRST_COMPLETED",
                    )
                await self.answered
        except HTTPError as error:
            if error.code == 599:
                self.give_up()
                return
        except (OSError, TimeoutError, StreamClosedError, UnsatisfiableReadError):
            self.give_up()
            return
        if self.is_away:
            self.give_up()
        elif not self._finished:
            self.finish()

    get = head = post = put = patch = delete = hand_on

    def give_up(self) -> None:
        """The service is not there, or not any more."""
        if self._headers_written:
            self.detach().close()  # an answer without its end is no answer
        elif not self._finished:
            self.clear()
            self.refuse(Refusal("unavailable", AWAY))

    def hear(self, line: str) -> None:
        """A line of what stands before the answer."""
        if self.patience:
            self.patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
        line = line.rstrip("\r\n")
        if line.startswith("HTTP/"):
            self.set_status(parse_response_start_line(line).code)
            self.clear_header("Content-Type")
        elif line:
            name, _, value = line.partition(":")
            if name.title() in ANSWERED:
                self.set_header(name.title(), value.strip())
        else:
            said = self._headers.get("Content-Type", "")
            good = self.get_status() < 300 or self.get_status() == 304
            # The chat's own pages are shown by this server: another page is somebody else's.
            good = good and not said.lower().startswith("text/html")
            self.is_away = not good and not said.startswith("application/json")

    async def pass_on(self, piece: bytes) -> None:
        """A piece of the answer: the next one is read when this one is taken."""
        if self.is_away:
            return
        self.write(piece)
        await self.flush()
        if self.patience:
            self.patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
