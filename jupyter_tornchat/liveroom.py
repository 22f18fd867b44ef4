"""A live room: a room that somebody on this server is in.

It joins what waits and fans it out. `sent` is the `seq` up to which the fan-out has begun; who
joins gets everything up to `sent` from history and everything after it from the fan-out, so there
is neither a gap nor a double, whatever happens between reading the history and joining.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping

from .connection import NOBODY, Connection, Item, wire_bytes
from .fanout import fan_out
from .presence import RoomPresence
from .protocol import Entry, Presence, ServerFrame, User, content_size

WRITE_BYTES, WRITE_FRAMES = 256 * 1024, 256
"""What is joined into one write to each connection: encoding it holds the loop."""
RECENT = 256
"""Sent entries that are kept to fill the moment between reading history and
joining."""
WAITING = 4_000
"""Frames that may wait for the fan-out before the room takes no more."""


class LiveRoom:
    """One room with people in it.

    Args:
        room: its name.
        empty: called when nobody is in it any more.
    """

    def __init__(self, room: str, empty: Callable[[LiveRoom], None]) -> None:
        self.room = room
        self.connections: set[Connection] = set()
        self.presence = RoomPresence(room, self._tell)
        self.sent: int | None = None
        self.joining = 0
        """Joins that are under way; they keep the room from being forgotten."""
        self._empty = empty
        self._waiting: deque[Item] = deque()
        self._recent: deque[Entry] = deque(maxlen=RECENT)
        self._flushing: asyncio.Task[None] | None = None

    @property
    def crowded(self) -> bool:
        """Whether messages come faster than they can be handed out."""
        return len(self._waiting) >= WAITING

    def push(self, frame: ServerFrame, people: Mapping[str, User] = NOBODY) -> None:
        """Send a frame to everyone in the room, after those that wait already.

        Args:
            people: by id, whom the frame names by id alone.
        """
        self._waiting.append((frame, people))
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    def since(self, seq: int) -> list[Entry] | None:
        """What was sent after `seq`, or None where it goes back further than is remembered."""
        if self.sent is None or self.sent <= seq:
            return []
        found = [frame for frame in self._recent if frame.seq > seq]
        return found if len(found) == self.sent - seq else None

    def remove(self, connection: Connection, grace: float | None = None) -> None:
        """A connection has left, or its socket has closed."""
        self.connections.discard(connection)
        if grace is None:
            self.presence.exit(connection.user, connection)
        else:
            self.presence.exit(connection.user, connection, grace)
        self.forget_if_empty()

    def forget_if_empty(self) -> None:
        """Say so when nobody is in the room any more."""
        if not (self.connections or self.joining or len(self.presence)):
            self.close()
            self._empty(self)

    async def drain(self) -> None:
        """Wait until everyone was sent what waits."""
        if self._flushing is not None:
            await asyncio.wait([self._flushing])

    def close(self) -> None:
        """Stop everything that runs."""
        self.presence.close()
        if self._flushing is not None:
            self._flushing.cancel()

    def _tell(self, frame: Presence, left: dict[str, User]) -> None:
        self.push(frame, left)
        self.forget_if_empty()

    async def _flush(self) -> None:
        try:
            while self._waiting:
                if items := self._next_items():
                    await self._spread(items)
        finally:
            self._flushing = None

    def _next_items(self) -> list[Item]:
        """As many of what waits as go into one write."""
        items: list[Item] = []
        size = 0
        while self._waiting and size < WRITE_BYTES and len(items) < WRITE_FRAMES:
            item = self._waiting.popleft()
            frame = item[0]
            if isinstance(frame, Entry):
                if self.sent is not None and frame.seq <= self.sent:
                    continue  # whoever is here got it from history
                self.sent = frame.seq
                self._recent.append(frame)
                size += content_size(frame)
            items.append(item)
        return items

    async def _spread(self, items: list[Item]) -> None:
        for as_plain in (False, True):
            wires = [c.wire for c in self.connections if c.plain is as_plain]
            if wires:
                await fan_out(wires, wire_bytes(items, as_plain))
