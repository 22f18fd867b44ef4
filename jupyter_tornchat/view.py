"""The view: entries folded into SQLite tables that answer everything people read.

The view holds nothing that the log does not: folding all entries from the beginning gives the
same tables again, and a test does it for every kind of event. A view is always local. `fold`
writes, on the log's writer thread; `View` reads, on threads and connections of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import msgspec

from .log import Opened, Said
from .protocol import LIMITS, Message, Refusal, Room, User
from .readers import Readers

SCHEMA = """
CREATE TABLE rooms (
    room TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,             -- JSON of who opened it
    seq INTEGER NOT NULL   -- of its newest entry, 0 while there is none
) WITHOUT ROWID;
CREATE TABLE messages (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,    -- JSON of the event
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
"""

TABLES = ("rooms", "messages")

# Each statement takes all entries after one offset at once. A statement gives up the GIL at each
# step, and a busy event loop may keep it for 5 ms (sys.getswitchinterval), so a statement for
# each entry would let the loop decide how fast messages are kept.
FOLD = (
    """INSERT INTO rooms
       SELECT room, json_extract(body, '$.title'), json_extract(body, '$.at'),
              json_extract(body, '$.user'), 0
       FROM entries WHERE offset > ? AND kind = 'opened'""",
    """INSERT INTO messages
       SELECT room, seq, body FROM entries WHERE offset > ? AND kind = 'said'""",
    """UPDATE rooms SET seq = newest.seq
       FROM (SELECT room, max(seq) AS seq FROM entries WHERE offset > ? GROUP BY room) AS newest
       WHERE rooms.room = newest.room AND newest.seq > rooms.seq""",
)


def fold(db: sqlite3.Connection, after: int) -> None:
    """Write what the entries after offset `after` mean into the tables."""
    for statement in FOLD:
        db.execute(statement, (after,))


class Slice(msgspec.Struct):
    """Messages of one room that follow each other, oldest first."""

    messages: list[Message]
    more: bool
    """Whether there are more in the direction that was asked for."""
    last: int
    """`seq` of the room's newest entry when this was read; 0 where there is none."""


class View:
    """Reads the tables, each question on a reader thread.

    Args:
        connect: opens a connection for reading; called once on each reader thread.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._readers = Readers(connect)

    async def rooms(self) -> list[Room]:
        """All rooms, in the order of their names."""
        return await self._readers.ask(_rooms)

    async def room(self, room: str) -> Room:
        """One room.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: _room(db, room))

    async def older(self, room: str, before: int, limit: int) -> Slice:
        """The newest messages before `before`; `more` says that older ones exist.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: _older(db, room, before, limit))

    async def newer(self, room: str, after: int, limit: int) -> Slice:
        """The oldest messages after `after`; `more` says that newer ones exist.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: _newer(db, room, after, limit))

    async def message(self, room: str, seq: int) -> Message:
        """One message.

        Raises:
            Refusal: `no_such_room` or `no_such_message`.
        """
        found = await self.newer(room, seq - 1, 1)
        if not found.messages or found.messages[0].seq != seq:
            raise Refusal("no_such_message")
        return found.messages[0]

    async def value(self, key: str) -> str | None:
        """What `Log.put` kept under a key."""
        return await self._readers.ask(lambda db: _value(db, key))

    def close(self) -> None:
        """Let go of the reader threads; blocks for a moment, so not for the event loop."""
        self._readers.close()


_said = msgspec.json.Decoder(Said)


def _rooms(db: sqlite3.Connection) -> list[Room]:
    rows = db.execute("SELECT room, title, at, user FROM rooms ORDER BY room")
    return [_as_room(*row) for row in rows]


def _room(db: sqlite3.Connection, room: str) -> Room:
    row = db.execute("SELECT room, title, at, user FROM rooms WHERE room = ?", (room,)).fetchone()
    if row is None:
        raise Refusal("no_such_room")
    return _as_room(*row)


def _as_room(room: str, title: str, at: int, user: str | None) -> Room:
    by = msgspec.json.decode(user, type=User) if user else None
    return Opened(room, title, at, by).frame()


def _last(db: sqlite3.Connection, room: str) -> int:
    row = db.execute("SELECT seq FROM rooms WHERE room = ?", (room,)).fetchone()
    if row is None:
        raise Refusal("no_such_room")
    return row[0]


def _older(db: sqlite3.Connection, room: str, before: int, limit: int) -> Slice:
    last = _last(db, room)
    rows = db.execute(
        "SELECT seq, body FROM messages WHERE room = ? AND seq < ? ORDER BY seq DESC",
        (room, before),
    )
    messages, more = _take(rows, limit)
    return Slice(messages[::-1], more, last)


def _newer(db: sqlite3.Connection, room: str, after: int, limit: int) -> Slice:
    last = _last(db, room)
    rows = db.execute(
        "SELECT seq, body FROM messages WHERE room = ? AND seq > ? ORDER BY seq", (room, after)
    )
    messages, more = _take(rows, limit)
    return Slice(messages, more, last)


def _take(rows: sqlite3.Cursor, limit: int) -> tuple[list[Message], bool]:
    """A page from the front of `rows`: at most `limit` messages and `LIMITS.page_bytes`, but at
    least one; and whether there was more."""
    messages: list[Message] = []
    size = 0
    for seq, body in rows:
        size += len(body.encode())
        if len(messages) == limit or (messages and size > LIMITS.page_bytes):
            rows.close()
            return messages, True
        messages.append(_said.decode(body).frame(seq))
    return messages, False


def _value(db: sqlite3.Connection, key: str) -> str | None:
    row = db.execute("SELECT value FROM keep WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None
