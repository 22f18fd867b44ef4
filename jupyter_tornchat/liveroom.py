"""A live room: a room that somebody on this server is in.

It joins what waits and fans it out. Each connection has its place in what is sent, and gets at its
turn everything up to now, in one write: what comes while the fan-out goes round is brought by the
same round to whoever has their turn still to come. `sent` is the `seq` up to which entries were
taken in; who joins gets everything up to `sent` from history and everything after it from the
fan-out, so there is neither a gap nor a double, whatever happens between reading the history and
joining.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Collection, Iterator

from .connection import Connection, Item
from .fanout import Wire, fan_out
from .presence import RoomPresence
from .protocol import LIMITS, Entry, Passed, Presence, User
from .sight import Sight
from .stretch import WRITE_FRAMES, Stretch, seen

log = logging.getLogger(__name__)

RECENT = 256
"""Sent frames that are kept for those who come back after a moment, and to fill the one between
reading history and joining."""
WAITING = 4_000
"""Frames that may wait for the fan-out before the room takes no more."""
GONE = sys.maxsize
"""The place of a connection that gets nothing more."""


class Place:
    """Where a connection of a room is in what is sent.

    Args:
        connection: whose place it is.
        sight: what it sees of the room.
        at: how many frames of the room were sent to it, or before it came.
    """

    __slots__ = ("at", "connection", "ordinary", "sight", "wire")

    def __init__(self, connection: Connection, sight: Sight, at: int) -> None:
        self.connection = connection
        self.sight = sight
        self.at = at
        self.wire = connection.wire
        self.ordinary = not connection.plain and not sight.since
        """Whether it gets what most get."""


class LiveRoom:
    """One room with people in it.

    Args:
        room: its name.
        empty: called when nobody is in it any more.
    """

    def __init__(self, room: str, empty: Callable[[LiveRoom], None]) -> None:
        self.room = room
        self._places: dict[Connection, Place] = {}
        self.presence = RoomPresence(room, self._tell)
        self.sent: int | None = None
        self.joining = 0
        """Joins that are under way; they keep the room from being forgotten."""
        self._empty = empty
        self._items: list[Item] = []
        """What somebody has still to get, and what was sent not long ago."""
        self._end = 0
        """How many frames were ever sent or wait."""
        self._everyone = 0
        """How many of them everyone has."""
        self._flushing: asyncio.Task[None] | None = None

    @property
    def connections(self) -> Collection[Connection]:
        """Those that are in it."""
        return self._places.keys()

    @property
    def crowded(self) -> bool:
        """Whether messages come faster than they can be handed out."""
        return self._end - self._everyone >= WAITING

    def push(self, item: Item) -> None:
        """Send a frame to everyone in the room who may see it, after those that wait already."""
        if isinstance(item.frame, Entry):
            if self.sent is not None and item.frame.seq <= self.sent:
                return  # whoever is here got it from history
            self.sent = item.frame.seq
        self._items.append(item)
        self._end += 1
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    def since(self, seq: int, sight: Sight) -> list[Entry | Passed] | None:
        """What was sent after `seq`, as `sight` shows it, or None where it goes back further than
        is remembered."""
        if self.sent is None or self.sent <= seq:
            return []
        shown = [item.frame for item in seen(self._after(seq), sight)]
        found = [frame for frame in shown if isinstance(frame, Entry | Passed)]
        return found if len(found) == self.sent - seq else None

    def is_page(self, seq: int) -> bool:
        """Whether what was sent after `seq`, as far as it is remembered, fits into one page."""
        if self.sent is None or self.sent - seq > LIMITS.page_messages:
            return False
        size = 0
        for item in self._after(seq):
            size += len(item.data(as_plain=False))
            if size > LIMITS.page_bytes:
                return False
        return True

    def add(self, connection: Connection, sight: Sight) -> None:
        """A connection has everything that was sent up to now, and gets what comes."""
        self._drop(connection)
        self._places[connection] = Place(connection, sight, self._end)

    def show(self, connection: Connection, sight: Sight) -> bool:
        """From now on a connection sees this of the room. Where it is in it, and that is another
        sight than it had, it gets nothing more before it has joined anew; whether that is so."""
        place = self._places.get(connection)
        if place is None or place.sight == sight:
            return False
        self._drop(connection)
        return True

    def remove(self, connection: Connection, grace: float | None = None) -> None:
        """A connection has left, or its socket has closed."""
        self._drop(connection)
        if grace is None:
            self.presence.exit(connection.user, connection)
        else:
            self.presence.exit(connection.user, connection, grace)
        self.forget_if_empty()

    def forget_if_empty(self) -> None:
        """Say so when nobody is in the room any more."""
        if not (self._places or self.joining or len(self.presence)):
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

    def _after(self, seq: int) -> list[Item]:
        """The entries that were sent after `seq`, as far as they are remembered."""
        later: list[Item] = []
        for item in reversed(self._items):
            if isinstance(item.frame, Entry):
                if item.frame.seq <= seq:
                    break
                later.append(item)
        return later[::-1]

    def _drop(self, connection: Connection) -> None:
        """Nothing more is sent to a connection, by the round that goes on neither."""
        if place := self._places.pop(connection, None):
            place.at = GONE

    def _tell(self, frame: Presence, left: dict[str, User]) -> None:
        self.push(Item(frame, left))
        self.forget_if_empty()

    async def _flush(self) -> None:
        try:
            while self._everyone < self._end:
                await fan_out(self._round())
                self._everyone = min((p.at for p in self._places.values()), default=self._end)
                self._forget()
        except Exception:
            # Or the next one would meet the same again. Who misses something sees the gap in what
            # comes next, and joins anew.
            log.exception("jupyter_tornchat: what was to be sent in %s is lost", self.room)
            for place in self._places.values():
                place.at = self._end
            self._everyone = self._end
        finally:
            self._flushing = None

    def _round(self) -> Iterator[tuple[Wire, bytes]]:
        """To each connection, when it is its turn, what it has not got yet."""
        stretch = Stretch([], at=GONE, end=0)
        for place in tuple(self._places.values()):
            if place.at >= self._end:
                continue
            if stretch.at != place.at or stretch.end != self._end:
                start = len(self._items) - (self._end - place.at)
                items = self._items[start : start + WRITE_FRAMES]
                stretch = Stretch(items, place.at, self._end)
            place.at = stretch.until
            data = stretch.common if place.ordinary else None
            if data is None:
                data = stretch.data(place.connection, place.sight)
            if data:
                yield place.wire, data

    def _forget(self) -> None:
        """Let go of what nobody may need any more, now and then."""
        kept = self._end - self._everyone + RECENT
        if len(self._items) >= 2 * kept:
            del self._items[:-kept]
