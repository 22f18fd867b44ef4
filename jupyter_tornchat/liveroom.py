"""A live room: a room that somebody on this server is in.

It joins what waits and fans it out. `sent` is the `seq` up to which the fan-out has begun; who
joins gets everything up to `sent` from history and everything after it from the fan-out, so there
is neither a gap nor a double, whatever happens between reading the history and joining.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from .connection import Connection, Item, wire_bytes
from .fanout import Wire, fan_out
from .presence import RoomPresence
from .protocol import Entry, Passed, Presence, User, content_size
from .sight import Sight

WRITE_BYTES, WRITE_FRAMES = 256 * 1024, 256
"""What is joined into one write to each connection: encoding it holds the loop."""
RECENT = 256
"""Sent entries that are kept to fill the moment between reading history and
joining."""
WAITING = 4_000
"""Frames that may wait for the fan-out before the room takes no more."""

OTHER = ""
"""Whoever has no thread in what is sent."""
TOP = 2**53
"""Behind every message."""


class LiveRoom:
    """One room with people in it.

    Args:
        room: its name.
        empty: called when nobody is in it any more.
    """

    def __init__(self, room: str, empty: Callable[[LiveRoom], None]) -> None:
        self.room = room
        self.connections: dict[Connection, Sight] = {}
        """With what each of them sees of the room."""
        self.presence = RoomPresence(room, self._tell)
        self.sent: int | None = None
        self.joining = 0
        """Joins that are under way; they keep the room from being forgotten."""
        self._empty = empty
        self._waiting: deque[Item] = deque()
        self._recent: deque[Item] = deque(maxlen=RECENT)
        self._flushing: asyncio.Task[None] | None = None

    @property
    def crowded(self) -> bool:
        """Whether messages come faster than they can be handed out."""
        return len(self._waiting) >= WAITING

    def push(self, item: Item) -> None:
        """Send a frame to everyone in the room who may see it, after those that wait already."""
        self._waiting.append(item)
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    def since(self, seq: int, sight: Sight) -> list[Entry | Passed] | None:
        """What was sent after `seq`, as `sight` shows it, or None where it goes back further than
        is remembered."""
        if self.sent is None or self.sent <= seq:
            return []
        seen = [item.frame for item in _seen(self._recent, sight)]
        found = [f for f in seen if isinstance(f, Entry | Passed) and f.seq > seq]
        return found if len(found) == self.sent - seq else None

    def show(self, connection: Connection, sight: Sight) -> bool:
        """From now on a connection sees this of the room; whether it is in it and that is another
        sight than it had."""
        if self.connections.get(connection, sight) == sight:
            return False
        self.connections[connection] = sight
        return True

    def remove(self, connection: Connection, grace: float | None = None) -> None:
        """A connection has left, or its socket has closed."""
        self.connections.pop(connection, None)
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
        self.push(Item(frame, left))
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
            frame = item.frame
            if isinstance(frame, Entry):
                if self.sent is not None and frame.seq <= self.sent:
                    continue  # whoever is here got it from history
                self.sent = frame.seq
                self._recent.append(item)
                size += content_size(frame)
            items.append(item)
        return items

    async def _spread(self, items: list[Item]) -> None:
        # Whoever sees the same of these gets the same bytes. Where nothing is about a message of
        # old, and nothing in a thread of a help desk, that is everyone.
        askers = {item.asker for item in items if item.asker}
        oldest = min((about for item in items if (about := item.about)), default=TOP)
        groups: dict[tuple[bool, int, str | None], list[Wire]] = {}
        for connection, sight in self.connections.items():
            since = sight.since if sight.since >= oldest else 0
            asker = (
                sight.asker if sight.asker in askers else OTHER if askers and sight.asker else None
            )
            groups.setdefault((connection.plain, since, asker), []).append(connection.wire)
        for (as_plain, since, asker), wires in groups.items():
            await fan_out(wires, wire_bytes(_seen(items, Sight(since, asker)), as_plain))


def _seen(items: Iterable[Item], sight: Sight) -> list[Item]:
    """What of these a sight shows; of an entry that it hides, that there is one."""
    seen: list[Item] = []
    for item in items:
        if item.shown_to(sight):
            seen.append(item)
        elif isinstance(item.frame, Entry):
            seen.append(Item(Passed(room=item.frame.room, seq=item.frame.seq)))
    return seen
