"""Turns: who comes or goes at once does so one after the other.

A server that was away is asked by everybody in the same moment, and when the network fails all of
them are gone in one. Each of them takes less than a millisecond, but what is ready runs before the
loop looks at anything else again, so all of them together would hold it. Here one passes, and the
next one when the loop has had its turn.
"""

from __future__ import annotations

import asyncio
from collections import deque

AT_ONCE = 1
"""How many pass before the loop has its turn."""


class Turns:
    """The door that all of them come and go through."""

    def __init__(self) -> None:
        self._left = AT_ONCE
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._renewing = False

    async def take(self) -> None:
        """Wait until it is one's turn; who comes alone does not wait."""
        loop = asyncio.get_running_loop()
        if not self._renewing:
            self._renewing = True
            loop.call_soon(self._renew, loop)
        if self._left:
            self._left -= 1
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _renew(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop has had its turn."""
        self._left = AT_ONCE
        while self._left and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # who waited may be waiting no more
                turn.set_result(None)
                self._left -= 1
        if self._left < AT_ONCE:
            loop.call_soon(self._renew, loop)
        else:
            self._renewing = False
