"""The rooms, and how each of them stands for a person: what is new to them.

Each function reads the view's tables through a connection of a reader thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from . import keep, slices
from .events import Opened
from .protocol import Refusal, Room, RoomKind, User
from .sight import Sight


class Standing(NamedTuple):
    """A room, and what somebody has not read of it."""

    room: Room
    seq: int
    """Of its newest entry; 0 where there is none."""
    unread: int | None
    """Messages of others, at most `UNREAD`; None where they never read the room."""


class Threshold(NamedTuple):
    """What of a room somebody meets who comes in."""

    room: Room
    mark: int
    """How far they have read it (`NEVER`, or from 0 on), as far as it is kept."""
    check: str | None
    """The id of the entry that they know last, whatever it is, where there is such an entry;
    nobody is told of it who does not know it."""
    since: int
    """All that was said up to this `seq` is cleared away."""


UNREAD = 100
"""Up to so many unread messages are counted."""


_user = msgspec.json.Decoder(User)


def rooms(db: sqlite3.Connection) -> list[Room]:
    """As `View.rooms`."""
    rows = db.execute("SELECT room, title, at, user, kind FROM rooms ORDER BY room")
    return [_as_room(*row) for row in rows]


def room(db: sqlite3.Connection, room: str) -> Room:
    """As `View.room`.

    Raises:
        Refusal: `no_such_room`.
    """
    row = db.execute(
        "SELECT room, title, at, user, kind FROM rooms WHERE room = ?", (room,)
    ).fetchone()
    if row is None:
        raise Refusal("no_such_room")
    return _as_room(*row)


def _as_room(room: str, title: str, at: int, user: str | None, kind: RoomKind) -> Room:
    by = _user.decode(user) if user else None
    return Opened(room, title, at, by, kind).frame()


# A mark that is not kept yet may still be behind one that another server kept.
STANDINGS = """
WITH marked AS (
    SELECT rooms.*, coalesce(json_extract(sight.value, '$[0]'), 0) AS hidden,
           json_extract(sight.value, '$[1]') AS own,
           max(coalesce(CAST(keep.value AS INTEGER), -1), coalesce(fresh.value, -1)) AS mark
    FROM rooms LEFT JOIN keep ON keep.key = 'read:' || :user || ':' || room
               LEFT JOIN json_each(:marks) AS fresh ON fresh.key = room
               JOIN json_each(:sights) AS sight ON sight.key = room)
SELECT room, title, at, user, kind, seq, CASE WHEN mark >= 0 THEN
    (SELECT count(*) FROM
        (SELECT 1 FROM messages AS m WHERE m.room = marked.room AND m.seq > max(mark, hidden)
             AND (m.asker = '' OR own IS NULL OR m.asker = own)
             AND m.user != :user AND NOT deleted LIMIT :most)) END
FROM marked ORDER BY room
"""


def standings(
    db: sqlite3.Connection, user: str, marks: Mapping[str, int], sights: Mapping[str, Sight]
) -> list[Standing]:
    """As `View.standings`, with what of each room the person sees."""
    asked = {"user": user, "marks": _json(marks), "sights": _json(sights), "most": UNREAD}
    rows = db.execute(STANDINGS, asked)
    return [Standing(_as_room(*row[:5]), row[5], row[6]) for row in rows]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def mark(db: sqlite3.Connection, user: str, room: str) -> tuple[int, int]:
    """As `View.mark`.

    Raises:
        Refusal: `no_such_room`.
    """
    return _mark(keep.value(db, keep.mark_key(user, room))), slices.newest(db, room)


def _mark(kept: str | None) -> int:
    return int(kept or keep.NEVER)


# One row: a reader thread passes Python's lock to and fro with the loop for each row that it asks
# for, and where thousands come in at once, that was a quarter of what they cost.
THRESHOLD = """
SELECT room, title, at, user, kind, since,
       (SELECT value FROM keep WHERE key = :mark),
       (SELECT json_extract(body, '$.id') FROM messages WHERE room = :room AND seq = :after
        UNION ALL SELECT id FROM changes WHERE room = :room AND seq = :after)
FROM rooms WHERE room = :room
"""


def threshold(db: sqlite3.Connection, user: str, room: str, after: int) -> Threshold:
    """As `View.threshold`.

    Raises:
        Refusal: `no_such_room`.
    """
    asked = {"room": room, "mark": keep.mark_key(user, room), "after": after}
    row = db.execute(THRESHOLD, asked).fetchone()
    if row is None:
        raise Refusal("no_such_room")
    *opened, since, kept, check = row
    return Threshold(_as_room(*opened), _mark(kept), check, since)
