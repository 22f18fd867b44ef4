"""News: in which rooms something was said, for people who are in others.

Everyone is told at most once a second, whatever is said; while nobody talks, nothing runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .protocol import Newer, News, Room

TELL_SECONDS = 1.0


class RoomNews:
    """What is new in the rooms since everyone was told.

    Args:
        tell: called with the news, and in a help desk with the id of whose threads they are of; it
            is empty for what everybody sees.
    """

    def __init__(self, tell: Callable[[News, str], None]) -> None:
        self._tell = tell
        self._rooms: dict[str, dict[str, tuple[int, int]]] = {}
        """By whose thread it is, and by name: `seq` of the newest message, and how many there
        are."""
        self._told = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def said(self, room: str, seq: int, asker: str) -> None:
        """Message `seq` was said in a room; in a help desk, in a thread of the person with the id
        `asker`."""
        rooms = self._rooms.setdefault(asker, {})
        _, messages = rooms.get(room, (0, 0))
        rooms[room] = (seq, messages + 1)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._told + TELL_SECONDS - loop.time())
            self._timer = loop.call_later(wait, self._tell_now)

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell_now(self) -> None:
        self._timer = None
        self._told = asyncio.get_running_loop().time()
        told, self._rooms = self._rooms, {}
        for asker, rooms in told.items():
            self._tell(News(rooms=[Newer(room, *new) for room, new in rooms.items()]), asker)


def part_of(frame: Room | News, is_open: Callable[[str], bool]) -> Room | News | None:
    """What of it concerns the rooms that are open to somebody."""
    if isinstance(frame, Room):
        return frame if is_open(frame.room) else None
    found = [newer for newer in frame.rooms if is_open(newer.room)]
    return News(rooms=found) if found else None
