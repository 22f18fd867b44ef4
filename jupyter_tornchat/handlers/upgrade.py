"""The upgrade: a request becomes a socket, and the request is let go.

tornado reads a socket inside the task of the request that opened it, which so keeps its headers,
cookies, arguments and a dozen waiting calls for days. Here a task of its own reads, that begins
with nothing. Beside `fanout` this is the only file that touches what tornado calls private.
"""

from __future__ import annotations

import asyncio
import sys
from contextvars import Context
from typing import Any, cast

from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketHandler, WebSocketProtocol13

from .base import ChatHandler

YIELD_FRAMES = 16
"""Frames of one connection after which the loop has its turn, be they messages or pings or parts
of what never ends."""


class Upgraded(WebSocketProtocol13):
    """tornado's socket, which outlives the request.

    Its `handler` is whoever hears what comes, and may be another one once it is open.
    """

    async def _receive_frame_loop(self) -> None:
        # A context of its own: the request's one holds its handler, and so would what it begins.
        # What the task waits for holds the task; one attribute more, and Python would keep those
        # of each socket in a dictionary of its own, which is 1.5 KB.
        asyncio.create_task(self._read(), context=Context())  # noqa: RUF006

    async def _read(self) -> None:
        """As tornado does where it is part of the request, but for the loop's turns: tornado 6.6
        gives it one after 250 frames, and before there was none as long as something came; and
        many who go at once go by turns."""
        hears: Any = self.handler  # of ours, so it has `take_leave`
        frames = 0
        try:
            while not self.client_terminated:
                await self._receive_frame()
                frames += 1
                if not frames % YIELD_FRAMES:
                    await asyncio.sleep(0)
        except StreamClosedError:
            self._abort()
        except (asyncio.CancelledError, ValueError):  # the latter: what came is malformed
            self._abort()
        except Exception:  # noqa: BLE001  logged, as all that goes wrong in a handler
            self.handler.log_exception(*sys.exc_info())
            self._abort()
        finally:
            # The frames of its traceback hold the stream, which holds it: 14 objects that only a
            # garbage collection would find.
            self.stream.error = None
            try:
                await hears.take_leave()
            finally:
                hears.on_ws_connection_close(self.close_code, self.close_reason)


def upgraded(handler: WebSocketHandler) -> Upgraded | None:
    """The socket that a handler makes of its request; None where it is of a version that there is
    not."""
    found = WebSocketHandler.get_websocket_protocol(handler)
    if found is not None:
        found.__class__ = Upgraded
    return cast("Upgraded | None", found)


def let_go(handler: WebSocketHandler, socket: Upgraded, hears: Any) -> None:
    """From now on `hears` is told what comes, and the handler is held by nothing."""
    socket.handler = hears
    handler.ws_connection = None
    handler.ui = None  # pyright: ignore[reportAttributeAccessIssue]  it points back at the handler


class Opening:
    """What somebody said who opened a socket: enough to find out again who they are.

    Args:
        handler: of the request.
    """

    __slots__ = ("_application", "_headers", "_kind", "_prefix", "_speaker", "_uri", "_way", "chat")

    def __init__(self, handler: ChatHandler) -> None:
        request = handler.request
        self.chat = handler.chat
        self._kind = type(handler)
        self._application = handler.application
        self._prefix = handler.prefix
        self._speaker = handler.speaker
        self._uri = request.uri
        self._way = (str(request.remote_ip), str(request.protocol))
        self._headers = "\r\n".join(f"{name}: {said}" for name, said in request.headers.get_all())

    def __str__(self) -> str:
        return f"a socket of {self._way[0]}"

    def again(self) -> ChatHandler:
        """A handler to which the same is said now."""
        headers, way = HTTPHeaders.parse(self._headers), Gone(*self._way)
        line = RequestStartLine("GET", self._uri or "/", "HTTP/1.1")
        request = HTTPServerRequest(headers=headers, connection=way, start_line=line)
        handler = self._kind(self._application, request, chat=self.chat, prefix=self._prefix)
        handler.speaker = self._speaker
        return handler


class Gone(HTTPConnection):
    """The connection of a request that was answered long ago.

    Args:
        remote_ip: whose it was.
        protocol: `http` or `https`.
    """

    def __init__(self, remote_ip: str, protocol: str) -> None:
        self.context = self
        self.remote_ip = remote_ip
        self.protocol = protocol

    def set_close_callback(self, callback: object) -> None:
        """It is closed already."""
