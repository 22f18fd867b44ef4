"""A line that breaks: forwards TCP to a server on this machine, and cuts where it is told to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress


class Proxy:
    """Forwards its own `port` to `to`.

    Args:
        to: the server's port.
        budget: asked for each connection: after how many bytes, counted both ways, it is cut in
            the middle of whatever is on the line; None for never.
    """

    def __init__(self, to: int, budget: Callable[[], int | None] = lambda: None) -> None:
        self.to = to
        self.budget = budget
        self.port = 0
        self.cuts = 0
        self._lines: set[Line] = set()

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    def socket_url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}/{path}"

    def cut(self) -> None:
        """Break every connection that there is, at once and without a goodbye."""
        for line in list(self._lines):
            line.cut()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        line = Line(self.budget(), (reader, writer), there)
        self._lines.add(line)
        await line.ended()
        self._lines.discard(line)
        self.cuts += line.was_cut


Side = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Line:
    """One connection through the proxy."""

    def __init__(self, budget: int | None, here: Side, there: Side) -> None:
        self.budget = budget
        self.was_cut = False
        self._sides = (here, there)
        ways = itertools.permutations((here, there))
        self._ways = [
            asyncio.create_task(self._forward(reader, writer)) for (reader, _), (_, writer) in ways
        ]

    def cut(self) -> None:
        self.was_cut = True
        for _, writer in self._sides:
            writer.transport.abort()

    async def ended(self) -> None:
        await asyncio.wait(self._ways)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.budget is not None:
                    data = data[: self.budget]
                    self.budget -= len(data)
                writer.write(data)
                await writer.drain()
                if self.budget == 0:
                    self.cut()
                    return
        writer.close()
