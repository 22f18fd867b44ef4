"""Bytes on a TCP connection: what no client library would send, and what comes back."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from email.message import Message
from email.parser import BytesParser
from typing import Any, NamedTuple

PATIENCE = 15.0
"""Seconds that an answer may take; only a test that fails ever waits so long."""
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

Headers = Iterable[tuple[str, str]]


class Answer(NamedTuple):
    """One HTTP response."""

    status: int
    headers: Message
    body: bytes

    @property
    def code(self) -> str | None:
        """Which of the protocol's reasons it gives."""
        found = json.loads(self.body)
        return found.get("code") if isinstance(found, dict) else None


class Raw:
    """One TCP connection to a server on this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, port: int, unread: int | None = None) -> Raw:
        """Connect to a port of this machine. `unread` is how many bytes to take in before
        somebody reads them, about, where it is not the system's to say."""
        if unread is None:
            return cls(*await asyncio.open_connection("127.0.0.1", port))
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, unread)
        return cls(*await asyncio.open_connection(sock=line, limit=unread))

    async def send(self, data: bytes) -> None:
        """Send bytes; whether the server still wants them is seen by what it answers."""
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def answer(self, method: str = "GET") -> Answer | None:
        """The next HTTP response; None where the server hangs up instead."""
        async with asyncio.timeout(PATIENCE):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return None
            line, _, rest = head.partition(b"\r\n")
            headers = BytesParser().parsebytes(rest)
            size = 0 if method == "HEAD" else int(headers["Content-Length"] or 0)
            body = await self.reader.readexactly(size)
            return Answer(int(line.split()[1]), headers, body)

    async def frame(self) -> tuple[int, bytes] | None:
        """Opcode and payload of the next frame; None where there is none any more."""
        async with asyncio.timeout(PATIENCE):
            try:
                first, size = await self.reader.readexactly(2)
                if size == 126:
                    (size,) = struct.unpack("!H", await self.reader.readexactly(2))
                elif size == 127:
                    (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
                return first & 0x0F, await self.reader.readexactly(size)
            except (asyncio.IncompleteReadError, ConnectionError):
                return None

    async def expect(self, type: str, **fields: Any) -> dict[str, Any]:
        """The next text frame of this type with these fields; others are passed over."""
        async with asyncio.timeout(PATIENCE):
            while (frame := await self.frame()) is not None:
                if frame[0] == TEXT:
                    found = json.loads(frame[1])
                    if found["type"] == type and fields.items() <= found.items():
                        return found
        raise AssertionError(f"the socket ended without a {type} with {fields}")

    async def ended(self) -> int | None:
        """Read until the server has ended the socket; its close code, None where it gave none."""
        code = None
        async with asyncio.timeout(PATIENCE):
            while (found := await self.frame()) is not None:
                opcode, payload = found
                if opcode == CLOSE and len(payload) >= 2:
                    (code,) = struct.unpack("!H", payload[:2])
                    await self.send(
                        frame(payload, CLOSE)
                    )  # else it would wait some seconds for that
        return code

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


async def ask(
    port: int, method: str, target: str, headers: Headers = (), body: bytes = b""
) -> Answer:
    """One request on a connection of its own, by the name 127.0.0.1 where no other is given.

    Raises:
        AssertionError: the server hung up instead of answering.
    """
    headers = list(headers)
    if not any(name == "Host" for name, _ in headers):
        headers.append(("Host", f"127.0.0.1:{port}"))
    raw = await Raw.connect(port)
    try:
        await raw.send(request(method, target, headers, body))
        answer = await raw.answer(method)
    finally:
        await raw.close()
    assert answer, "the server hung up"
    return answer


def request(method: str, target: str, headers: Headers, body: bytes = b"") -> bytes:
    """An HTTP request with these very headers, and `Content-Length` where there is a body."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def upgrade(**changes: str | None) -> list[tuple[str, str]]:
    """The headers that ask for a WebSocket; `Header_Name=…` changes one, None leaves it out."""
    headers: dict[str, str | None] = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "tornchat.v1",
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    return [(name, value) for name, value in headers.items() if value is not None]


def frame(payload: bytes | str | dict[str, Any], opcode: int = TEXT, **odd: Any) -> bytes:
    """A client's frame (RFC 6455, 5.2). What is odd about it: `fin=False`, `rsv=1…7`,
    `masked=False`, `size=` a length that is not its payload's."""
    if isinstance(payload, dict):
        payload = json.dumps(payload)
    if isinstance(payload, str):
        payload = payload.encode()
    size = odd.get("size", len(payload))
    masked = odd.get("masked", True)
    first = (0x80 if odd.get("fin", True) else 0) | odd.get("rsv", 0) << 4 | opcode
    mask_bit = 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first, mask_bit | size)
    elif size < 65536:
        head = struct.pack("!BBH", first, mask_bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
