"""A socket that is handed on: one here, and one of the service behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from tornado.httpclient import HTTPError, HTTPRequest
from tornado.iostream import StreamClosedError, UnsatisfiableReadError
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    WebSocketHandler,
    websocket_connect,
)

from ..handlers.socket import ChatSocket
from ..protocol import CLOSE_REASONS, SUBPROTOCOL, Close, Refusal
from .service import AWAY, PATIENCE
from .way import Way

MESSAGE_BYTES = 4 * 1024 * 1024
"""A frame of the service's that is longer ends the socket."""


class ForwardSocket(Way, ChatSocket):
    """`tornchat/chat`, and the same socket of the service behind it."""

    service_end: WebSocketClientConnection | None = None
    passing: asyncio.Task[None] | None = None
    unfollow: Callable[[], None] | None = None

    async def get(self, *args: Any, **kwargs: Any) -> None:
        said = self.request.headers.get("Sec-WebSocket-Protocol", "")
        speaks = SUBPROTOCOL in map(str.strip, said.split(","))
        if said and not speaks:
            raise Refusal("bad_frame", f"the only subprotocol here is {SUBPROTOCOL}")
        if not self.who.access.writes:
            raise Refusal("forbidden")
        if self.service.sockets >= self.chat.settings.max_connections:
            raise Refusal("full")
        self.service_end = await self.reach(speaks)
        await WebSocketHandler.get(self, *args, **kwargs)
        if self.ws_connection is None:
            self.service_end.close()

    async def reach(self, speaks: bool) -> WebSocketClientConnection:
        """A socket of the service.

        Raises:
            Refusal: it opens none.
        """
        address = self.address().replace("http", "ws", 1)
        asked = HTTPRequest(address, headers=self.handed_on(), connect_timeout=PATIENCE)
        try:
            return await websocket_connect(
                asked,
                subprotocols=[SUBPROTOCOL] if speaks else None,
                max_message_size=MESSAGE_BYTES,
            )
        except HTTPError as error:
            if error.code in {401, 403}:
                raise Refusal("forbidden", "the Hub lets this server not into its chat") from None
            raise Refusal("unavailable", AWAY) from None
        except (OSError, StreamClosedError, UnsatisfiableReadError, WebSocketError):
            raise Refusal("unavailable", AWAY) from None

    async def open(self, *args: Any, **kwargs: Any) -> None:
        self.set_nodelay(True)
        self.service.sockets += 1
        if self.who.vouched and self.chat.tokens:
            self.unfollow = self.chat.tokens.follow(self.who.vouched, self.end)
        self.passing = asyncio.get_running_loop().create_task(self.pass_on())

    async def pass_on(self) -> None:
        """What the service says, one frame after the other, as fast as it is taken here."""
        assert self.service_end is not None
        with suppress(WebSocketClosedError, StreamClosedError):
            while (said := await self.service_end.read_message()) is not None:
                await self.write_message(said, binary=isinstance(said, bytes))
        code = self.service_end.close_code
        if code is None or code == 1006:  # which cannot be said
            code = int(Close.RESTARTING)
        self.close(code, self.service_end.close_reason or CLOSE_REASONS.get(Close.RESTARTING))

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        return self.hand_on(message)

    async def hand_on(self, message: str | bytes) -> None:
        """The next one is read when this one is taken."""
        assert self.service_end is not None
        with suppress(WebSocketClosedError, StreamClosedError):
            await self.service_end.write_message(message, binary=isinstance(message, bytes))

    def on_ping(self, data: bytes) -> None:
        """Answered here: the service has its own way to know that a line is alive."""

    def on_close(self) -> None:
        if self.unfollow is not None:
            self.unfollow()
        self.service.sockets -= 1
        if self.service_end is not None:
            self.service_end.close()

    def end(self, code: Close) -> None:
        """Close with a code, after which nothing is passed on any more."""
        if self.passing is not None:
            self.passing.cancel()
        self.close(code, CLOSE_REASONS[code])
