"""The view: answers everything people read, from the tables that `fold` makes of the log.

A view is always local. `fold` writes, on the log's writer thread; `View` reads, on threads and
connections of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import msgspec

from . import grants, slices
from .events import HookMade, KeyMade, Opened
from .protocol import Message, Refusal, Room, RoomKey, StoredFile, User
from .readers import Readers
from .slices import Slice


class Standing(NamedTuple):
    """A room, and what somebody has not read of it."""

    room: Room
    seq: int
    """Of its newest entry; 0 where there is none."""
    unread: int | None
    """Messages of others, at most `UNREAD`; None where they never read the room."""


UNREAD = 100
"""Up to so many unread messages are counted."""


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

    async def standings(self, user: str, marks: Mapping[str, int]) -> list[Standing]:
        """All rooms in the order of their names, and how they stand for a person.

        Args:
            user: the person's id.
            marks: how far they have read, by room, where that is not kept yet.
        """
        return await self._readers.ask(lambda db: _standings(db, user, marks))

    async def mark(self, user: str, room: str) -> tuple[int, int]:
        """How far the person with this id has read a room, and how far one can.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: _mark(db, user, room))

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
        return await self._readers.ask(lambda db: slices.older(db, room, before, limit))

    async def newer(self, room: str, after: int, limit: int) -> Slice:
        """The oldest messages after `after`; `more` says that newer ones exist.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.newer(db, room, after, limit))

    async def missed(self, room: str, after: int, limit: int) -> Slice:
        """What was said or changed in the `limit` entries after entry `after`; `more` says that
        there is more.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.missed(db, room, after, limit))

    async def message(self, room: str, seq: int) -> Message:
        """One message.

        Raises:
            Refusal: `no_such_room` or `no_such_message`.
        """
        return await self._readers.ask(lambda db: slices.message(db, room, seq))

    async def of_id(self, room: str, id: str) -> Slice:
        """The message with this id, where there is one.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.of_id(db, room, id))

    async def id(self, room: str, seq: int) -> str | None:
        """The id of entry `seq`, a message or a change; None where there is no such entry.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.id_of(db, room, seq))

    async def of_kernel(self, kernel: str) -> list[Message]:
        """Questions that take answers and jobs that run, of the kernel with this id; where there
        are many, some of them."""
        return await self._readers.ask(lambda db: slices.of_kernel(db, kernel))

    async def kernels(self) -> set[str]:
        """Ids of the kernels of all questions that take answers and jobs that run."""
        return await self._readers.ask(slices.kernels)

    async def due(self, at: int) -> list[Message]:
        """Questions that take answers though their time is over `at`; where there are many, some
        of them."""
        return await self._readers.ask(lambda db: slices.due(db, at))

    async def next_due(self) -> int | None:
        """When the time of the first question that takes answers is over; None where there is
        none."""
        return await self._readers.ask(slices.next_due)

    async def files(self, room: str, hashes: Collection[str]) -> dict[str, StoredFile]:
        """Those of these files that were uploaded to the room, by hash."""
        return await self._readers.ask(lambda db: _files(db, room, hashes))

    async def shows(self, room: str, hash: str) -> bool:
        """Whether a message of the room shows this file."""
        return await self._readers.ask(lambda db: _shows(db, room, hash))

    async def shown(self, hashes: Collection[str]) -> set[str]:
        """Those of these files that a message of any room shows."""
        return await self._readers.ask(lambda db: _shown(db, hashes))

    async def uploads(self, hashes: Collection[str]) -> list[str]:
        """The keys under which the log keeps these files, in whatever room."""
        return await self._readers.ask(lambda db: _uploads(db, hashes))

    async def keys(self, room: str) -> list[RoomKey]:
        """The keys of a room, oldest first.

        Raises:
            Refusal: `no_such_room`.
        """
        found = await self._readers.ask(lambda db: _room(db, room) and grants.keys(db, room))
        return [RoomKey(k.id, k.name, k.at, k.user, used) for k, used in found]

    async def key(self, hash: str) -> tuple[KeyMade, int | None] | None:
        """The key with this hash, and when it was last used; None where it opens nothing."""
        return await self._readers.ask(lambda db: grants.key(db, hash))

    async def hooks(self, room: str | None = None) -> list[tuple[HookMade, str | None]]:
        """The hooks of a room or of all of them, oldest first, and how each stands."""
        return await self._readers.ask(lambda db: grants.hooks(db, room))

    async def value(self, key: str) -> str | None:
        """What `Log.put` kept under a key."""
        return await self._readers.ask(lambda db: _value(db, key))

    def close(self) -> None:
        """Let go of the reader threads; blocks for a moment, so not for the event loop."""
        self._readers.close()


_stored = msgspec.json.Decoder(StoredFile)


def _rooms(db: sqlite3.Connection) -> list[Room]:
    rows = db.execute("SELECT room, title, at, user FROM rooms ORDER BY room")
    return [_as_room(*row) for row in rows]


# A mark that is not kept yet may still be behind one that another server kept.
STANDINGS = """
WITH marked AS (
    SELECT rooms.*,
           max(coalesce(CAST(keep.value AS INTEGER), -1), coalesce(fresh.value, -1)) AS mark
    FROM rooms LEFT JOIN keep ON keep.key = 'read:' || :user || ':' || room
               LEFT JOIN json_each(:marks) AS fresh ON fresh.key = room)
SELECT room, title, at, user, seq, CASE WHEN mark >= 0 THEN
    (SELECT count(*) FROM
        (SELECT 1 FROM messages WHERE messages.room = marked.room AND messages.seq > mark
                                  AND messages.user != :user AND NOT deleted LIMIT :most)) END
FROM marked ORDER BY room
"""


def _standings(db: sqlite3.Connection, user: str, marks: Mapping[str, int]) -> list[Standing]:
    asked = {"user": user, "marks": msgspec.json.encode(marks).decode(), "most": UNREAD}
    rows = db.execute(STANDINGS, asked)
    return [Standing(_as_room(*row[:4]), row[4], row[5]) for row in rows]


def mark_key(user: str, room: str) -> str:
    """The key under which the log keeps how far somebody has read a room."""
    return f"read:{user}:{room}"


def _mark(db: sqlite3.Connection, user: str, room: str) -> tuple[int, int]:
    return int(_value(db, mark_key(user, room)) or 0), slices.newest(db, room)


def _room(db: sqlite3.Connection, room: str) -> Room:
    row = db.execute("SELECT room, title, at, user FROM rooms WHERE room = ?", (room,)).fetchone()
    if row is None:
        raise Refusal("no_such_room")
    return _as_room(*row)


def _as_room(room: str, title: str, at: int, user: str | None) -> Room:
    by = msgspec.json.decode(user, type=User) if user else None
    return Opened(room, title, at, by).frame()


def file_key(room: str, hash: str) -> str:
    """The key under which the log keeps what file was uploaded to a room."""
    return f"file:{room}:{hash}"


def _files(db: sqlite3.Connection, room: str, hashes: Collection[str]) -> dict[str, StoredFile]:
    keys = msgspec.json.encode([file_key(room, hash) for hash in hashes]).decode()
    rows = db.execute(
        "SELECT value FROM keep WHERE key IN (SELECT value FROM json_each(?))", (keys,)
    )
    found = [_stored.decode(value) for (value,) in rows]
    return {file.hash: file for file in found}


def _shows(db: sqlite3.Connection, room: str, hash: str) -> bool:
    row = db.execute("SELECT 1 FROM shown WHERE room = ? AND hash = ? LIMIT 1", (room, hash))
    return row.fetchone() is not None


def _shown(db: sqlite3.Connection, hashes: Collection[str]) -> set[str]:
    rows = db.execute(
        "SELECT DISTINCT hash FROM shown WHERE hash IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(hashes)).decode(),),
    )
    return {hash for (hash,) in rows}


def _uploads(db: sqlite3.Connection, hashes: Collection[str]) -> list[str]:
    rows = db.execute(
        "SELECT key FROM keep WHERE key GLOB 'file:*' AND substr(key, -64) IN"
        " (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(hashes)).decode(),),
    )
    return [key for (key,) in rows]


def _value(db: sqlite3.Connection, key: str) -> str | None:
    row = db.execute("SELECT value FROM keep WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None
