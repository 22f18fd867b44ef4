"""Marks: how far people have read their rooms.

A mark goes to the disk once it has stood for a second, however often it moves, because a busy room
moves those of all who watch it with each message. Until then it is here.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Mapping
from functools import partial

from .keep import NEVER, mark_key
from .log import Log
from .view import View

WRITE_SECONDS = 1.0


class Marks:
    """The marks that have moved and are not on disk yet.

    Args:
        log: keeps them.
        view: knows those that are kept.
    """

    def __init__(self, log: Log, view: View) -> None:
        self._log = log
        self._view = view
        self._moved: dict[str, dict[str, int]] = {}
        """By the person's id and the room's name."""
        self._timer: asyncio.TimerHandle | None = None

    def of(self, user: str) -> Mapping[str, int]:
        """Those of the person with this id, by room."""
        return self._moved.get(user, {})

    async def up_to(self, user: str, room: str) -> tuple[int, int]:
        """How far somebody has read a room (`NEVER`, or from 0 on), and how far one can.

        Raises:
            Refusal: `no_such_room` or `unavailable`.
        """
        kept, newest = await self._view.mark(user, room)
        return self.further(user, room, kept), newest

    def further(self, user: str, room: str, kept: int) -> int:
        """How far somebody has read a room, where `kept` is what the disk says."""
        return max(kept, self.of(user).get(room, NEVER))

    def move(self, user: str, room: str, seq: int) -> None:
        """Somebody has read a room up to `seq`; it never goes back."""
        marks = self._moved.setdefault(user, {})
        marks[room] = max(seq, marks.get(room, NEVER))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WRITE_SECONDS, self.write)

    def write(self) -> None:
        """Put all of them on their way to the disk."""
        self.close()
        for user, marks in self._moved.items():
            for room, seq in marks.items():
                written = self._log.put(mark_key(user, room), str(seq))
                written.add_done_callback(partial(self._forget, user, room, seq))

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _forget(self, user: str, room: str, seq: int, written: Future[None]) -> None:
        """It is on disk, or cannot be; the next one may."""
        if not written.cancelled():
            written.exception()
        marks = self._moved.get(user, {})
        if marks.get(room) == seq:
            del marks[room]
        if not marks:
            self._moved.pop(user, None)
