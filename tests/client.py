"""A person at a WebSocket: says frames, keeps what it is sent, waits for what it wants."""

from __future__ import annotations

import asyncio
import json
import ssl
import uuid
from collections.abc import Mapping
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

SUBPROTOCOL = "tornchat.v1"
PATIENCE = 10.0
"""Seconds that a frame may take; only a test that fails ever waits so long."""

Frame = dict[str, Any]


class Client:
    """One connection. `frames` is everything it received, in order.

    `expect` reads on from the last frame it returned, so two equal frames are found one by one.
    A line that is not JSON (the plain protocol) is kept as `{"type": "line", "text": line}`.
    """

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.connection: WebSocketClientConnection | None = None
        self.ended = False
        self._read = 0
        self._news = asyncio.Event()

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        subprotocol: str | None = SUBPROTOCOL,
        trust: ssl.SSLContext | None = None,
        address: str | None = None,
    ) -> Client:
        """Open a socket; `trust` says whom to believe behind https, and `address` where one is.

        Raises:
            tornado.httpclient.HTTPClientError: the server refused it; `code` is the status.
        """
        client = cls()
        client.connection = await websocket_connect(
            HTTPRequest(
                url,
                headers=dict(headers or {}),
                connect_timeout=PATIENCE,
                ssl_options=trust,
                network_interface=address,
            ),
            subprotocols=[subprotocol] if subprotocol else None,
            on_message_callback=client._receive,
        )
        return client

    def _receive(self, data: str | bytes | None) -> None:
        if data is None:
            self.ended = True
        else:
            self.frames.append(read(data))
        self._news.set()

    # ------------------------------------------------------------------------------ say

    async def write(self, data: str | bytes) -> None:
        """These very bytes; text goes as a text frame, bytes as a binary one."""
        assert self.connection is not None
        await self.connection.write_message(data, binary=isinstance(data, bytes))

    async def say(self, type: str, **fields: Any) -> None:
        """One frame."""
        await self.write(json.dumps({"type": type, **fields}))

    async def join(self, room: str = "lobby", **position: Any) -> Frame:
        """Enter a room; returns the `joined`, `reset` or `rejected` that answers."""
        ref = uuid.uuid4().hex
        await self.say("join", room=room, ref=ref, **position)
        return await self.expect("joined", "reset", "rejected", ref=ref)

    async def send(self, text: str, room: str = "lobby", id: str | None = None) -> str:
        """Say `text` and return the message's id, without waiting for the answer."""
        id = id or uuid.uuid4().hex
        await self.say("send", room=room, id=id, text=text)
        return id

    # ----------------------------------------------------------------------------- hear

    async def expect(self, *types: str, timeout: float = PATIENCE, **fields: Any) -> Frame:
        """The next frame of one of these types with these fields; others before it are passed
        over, and stay in `frames`.

        Raises:
            AssertionError: the socket ended, or nothing like it came in time.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self._next(types, fields)
        except TimeoutError:
            raise AssertionError(self._missing(types, fields)) from None

    async def _next(self, types: tuple[str, ...], fields: Frame) -> Frame:
        while True:
            while self._read < len(self.frames):
                frame = self.frames[self._read]
                self._read += 1
                if frame["type"] in types and fields.items() <= frame.items():
                    return frame
            if self.ended:
                raise AssertionError(f"the socket closed. {self._missing(types, fields)}")
            self._news.clear()
            await self._news.wait()

    def _missing(self, types: tuple[str, ...], fields: Frame) -> str:
        return f"no {' or '.join(types)} with {fields} in {self.frames[-10:]}"

    def heard(self, type: str) -> list[Frame]:
        """Every frame of this type so far."""
        return [frame for frame in self.frames if frame["type"] == type]

    # ------------------------------------------------------------------------------ end

    async def closed(self, timeout: float = PATIENCE) -> int | None:
        """Wait until the server ended the socket; its close code."""
        assert self.connection is not None
        async with asyncio.timeout(timeout):
            while not self.ended:
                self._news.clear()
                await self._news.wait()
        return self.connection.close_code

    async def close(self) -> None:
        assert self.connection is not None
        self.connection.close()
        await self.closed()


def read(data: str | bytes) -> Frame:
    assert isinstance(data, str), f"the server sent a binary frame of {len(data)} bytes"
    try:
        frame = json.loads(data)
    except ValueError:
        return {"type": "line", "text": data}
    return frame if isinstance(frame, dict) and "type" in frame else {"type": "line", "text": data}
