"""Fan-out: one frame to many connections.

Rules of this file:

- A WebSocket frame is built once (RFC 6455, 5.2: what a server sends is not masked, so the bytes
  are the same for everyone) and written to each connection's stream as it is. Nothing else in
  the project writes to a stream or looks inside one.
- What waits is written in one write to each connection, in slices of about a millisecond that
  yield the loop, because the loop is the notebook server's.
- One write is mostly the kernel's work (5 µs of 6, docs/benchmarks.md), so what is said here for
  each write is as little as can be.
- A connection holds a bounded number of unread bytes. Over it, it is slow: it is closed, comes
  back and resumes.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

UNREAD_BYTES = 1024 * 1024
"""What one connection may leave unread (Centrifuge's default queue is 1 MiB too)."""
SLICE_SECONDS = 0.001
"""How long a fan-out may hold the loop."""
TEXT, PING = 0x81, 0x89
"""First bytes of a whole text frame and of a ping."""


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A WebSocket frame with `payload`, as it stands on the wire."""
    size = len(payload)
    if size < 126:
        return bytes((opcode, size)) + payload
    if size < 65536:
        return bytes((opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((opcode, 127)) + size.to_bytes(8, "big") + payload


class Wire:
    """The outgoing side of one connection.

    Args:
        stream: the connection's tornado `IOStream`.
        on_slow: called once, when more than `UNREAD_BYTES` would wait.
    """

    __slots__ = ("_buffer", "_socket", "_stream", "on_slow", "open")

    def __init__(self, stream: Any, on_slow: Callable[[], None]) -> None:
        self._stream = stream
        self._buffer = stream._write_buffer  # noqa: SLF001
        # A plain socket is written to directly while nothing waits before it. TLS is not: its
        # records are made by the stream.
        plain = type(stream.socket) is socket.socket
        self._socket: socket.socket | None = stream.socket if plain else None
        self.on_slow = on_slow
        # Who broke off while they came in has no buffer any more.
        self.open = not stream.closed()

    def write(self, data: bytes) -> None:
        """Write whole frames, or call `on_slow`; never waits and never raises."""
        if not self.open:
            return
        waiting: int = self._buffer._size  # noqa: SLF001  its `__len__` takes three times as long
        if not waiting and self._socket is not None:
            try:
                sent = self._socket.send(data)
            except OSError:
                sent = 0  # full, or broken: the stream finds out which, and tells its handler
            if sent == len(data):
                return
            data = data[sent:]
        elif waiting and waiting + len(data) > UNREAD_BYTES:
            self.open = False
            self.on_slow()
            return
        self._hand_over(data)

    @property
    def full(self) -> bool:
        """Whether more waits than may; others than us write here too, to answer pings."""
        return not self._stream.closed() and self._buffer._size > UNREAD_BYTES  # noqa: SLF001

    def drop(self) -> None:
        """Close at once, without waiting for the other side's goodbye."""
        self.open = False
        self._stream.close()

    def _hand_over(self, data: bytes) -> None:
        try:
            future: asyncio.Future[None] = self._stream.write(data)
        except OSError:  # StreamClosedError is one: it was closed before
            return
        # Nobody waits for this write; that it failed is heard through the stream's close.
        future.add_done_callback(_heard)


def _heard(write: asyncio.Future[None]) -> None:
    """Take note of how a write went, so that asyncio does not complain that nobody did."""
    if not write.cancelled():
        write.exception()


async def fan_out(writes: Iterable[tuple[Wire, bytes]]) -> None:
    """Write to every wire what is its own, and let the loop do other things in between; what comes
    next is asked for when it is its turn."""
    until = perf_counter() + SLICE_SECONDS
    for wire, data in writes:
        wire.write(data)
        if perf_counter() > until:
            await asyncio.sleep(0)
            until = perf_counter() + SLICE_SECONDS
