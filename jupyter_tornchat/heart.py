"""The heart: shows both sides of every line that the other one lives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection

from . import fanout
from .connection import Connection
from .protocol import Close, Heartbeat, encode


class Heart:
    """One timer for everyone: a ping finds the dead, a heartbeat is what a page can see.

    Args:
        seconds: between two beats.
        connections: all there are, at any time.
    """

    def __init__(self, seconds: float, connections: Collection[Connection]) -> None:
        self.seconds = seconds
        self._connections = connections

    async def beat(self) -> None:
        """Go on for ever."""
        while True:
            await asyncio.sleep(self.seconds)
            # Apart, so that in between nothing holds those who are gone by then.
            await self._beat_once()

    async def _beat_once(self) -> None:
        dead = asyncio.get_running_loop().time() - 2.5 * self.seconds
        for connection in list(self._connections):
            if connection.heard < dead:
                connection.end(Close.GOING_AWAY)
                await asyncio.sleep(0)  # all may be dead at once, after a night's sleep
        everyone = list(self._connections)
        ping = fanout.frame(b"", fanout.PING)
        pulse = fanout.frame(encode(self.pulse())) + ping
        await fanout.fan_out((c.wire, pulse) for c in everyone if not c.plain)
        await fanout.fan_out((c.wire, ping) for c in everyone if c.plain)

    def pulse(self, ref: str | None = None) -> Heartbeat:
        """The frame that says so."""
        return Heartbeat(now=wall_clock(), ref=ref)


def wall_clock() -> int:
    """Milliseconds since 1970 UTC."""
    return int(time.time() * 1000)
