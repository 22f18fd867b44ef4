"""Ears: what somebody has heard of a room and not handled yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..protocol import Message
from .error import ChatError

HELD = 1_000
"""Messages that wait for somebody; then the line waits."""


class Over(Exception):
    """Nobody listens with this ear any more."""


class Ear:
    """Messages of others, one after the other, each once.

    Args:
        mine: whether a message is this program's own.
        handled: called when the one before was handled, because the next one is asked for.
    """

    def __init__(self, mine: Callable[[Message], bool], handled: Callable[[Ear], None]) -> None:
        self.handled = (0, 0)
        """The last message that was handled: which history it was in, and its number there."""
        self._mine = mine
        self._tell_handled = handled
        self._waiting: asyncio.Queue[tuple[int, Message] | None] = asyncio.Queue(HELD)
        self._last: tuple[int, int] | None = None
        self._over: Exception | None = None

    async def next(self) -> Message:
        """The next message of somebody else; by this the last one is handled.

        Raises:
            ChatError: the room can be heard no longer, and why.
            Over: this ear is closed.
        """
        while True:
            if self._last is not None:
                self.handled, self._last = self._last, None
                self._tell_handled(self)
            if self._over is not None and self._waiting.empty():
                raise self._over
            found = await self._waiting.get()
            if found is None:
                continue
            history, message = found
            self._last = (history, message.seq)
            if not self._mine(message) and not message.deleted:
                return message

    async def hear(self, history: int, message: Message) -> None:
        """A message is new; waits where many wait already."""
        if self._over is None:
            await self._waiting.put((history, message))

    def end(self, no: ChatError) -> None:
        """Nothing more will be heard."""
        self._over = no
        if not self._waiting.full():
            self._waiting.put_nowait(None)

    def close(self) -> None:
        """Nobody listens any more."""
        self._over = Over()
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)
