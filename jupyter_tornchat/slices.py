"""Slices: messages of a room as they are now, read from the tables that `fold` makes.

Each function here is a question of `View`, in one read transaction; a room that is not there is
refused. The last ones ask of all rooms what is not finished: a question that takes answers, a job
that runs. An index holds those and no others.
"""

from __future__ import annotations

import sqlite3

import msgspec

from .events import Said
from .protocol import LIMITS, Message, Refusal


class Slice(msgspec.Struct):
    """Messages of one room as they are now, oldest first."""

    messages: list[Message]
    more: bool
    """Whether there are more in the direction that was asked for."""
    last: int
    """`seq` of the newest entry that this holds: the room's newest one when this was read, or,
    where there is more that is newer, the last one of this page. 0 where there is none."""
    check: str | None
    """The id of entry `last`."""


UNFINISHED = 200
"""Up to so many unfinished messages are read at a time."""

_said = msgspec.json.Decoder(Said)


def newest(db: sqlite3.Connection, room: str) -> int:
    """`seq` of a room's newest entry, 0 where there is none."""
    row = db.execute("SELECT seq FROM rooms WHERE room = ?", (room,)).fetchone()
    if row is None:
        raise Refusal("no_such_room")
    return row[0]


def older(db: sqlite3.Connection, room: str, before: int, limit: int) -> Slice:
    last = newest(db, room)
    rows = _rows(db, "room = ? AND seq < ? ORDER BY seq DESC", room, before)
    messages, _, more = _take(rows, limit)
    return Slice(messages[::-1], more, last, _id(db, room, last))


def newer(db: sqlite3.Connection, room: str, after: int, limit: int) -> Slice:
    last = newest(db, room)
    rows = _rows(db, "room = ? AND seq > ? ORDER BY seq", room, after)
    messages, _, more = _take(rows, limit)
    return Slice(messages, more, last, _id(db, room, last))


# A message that was said and changed since comes where it was said, or who knows everything up to
# the page before would take its change for one of a message that they do not have.
MISSED = """
SELECT seq, seq AS entry, edited, deleted, body FROM messages
WHERE room = :room AND seq > :after AND seq <= :to
UNION ALL
SELECT seq, last AS entry, edited, deleted, body FROM messages
WHERE room = :room AND last > :after AND last <= :to AND seq <= :after
ORDER BY entry
"""


def missed(db: sqlite3.Connection, room: str, after: int, limit: int) -> Slice:
    last = newest(db, room)
    to = min(last, after + limit)
    rows = db.execute(MISSED, {"room": room, "after": after, "to": to})
    messages, entry, cut = _take(rows, limit)
    messages.sort(key=lambda message: message.seq)
    to = entry if cut else to
    return Slice(messages, to < last, to, _id(db, room, to))


def message(db: sqlite3.Connection, room: str, seq: int) -> Message:
    newest(db, room)
    messages, _, _ = _take(_rows(db, "room = ? AND seq = ?", room, seq), 1)
    if not messages:
        raise Refusal("no_such_message")
    return messages[0]


def of_id(db: sqlite3.Connection, room: str, id: str) -> Slice:
    """The message with this id, where there is one."""
    last = newest(db, room)
    entry = "SELECT seq FROM entries WHERE room = ? AND id = ? AND kind = 'said'"
    seq = db.execute(entry, (room, id)).fetchone() or (0,)
    messages, _, _ = _take(_rows(db, "room = ? AND seq = ?", room, *seq), 1)
    return Slice(messages, False, last, None)


def id_of(db: sqlite3.Connection, room: str, seq: int) -> str | None:
    """The id of entry `seq`, a message or a change."""
    newest(db, room)
    return _id(db, room, seq)


def _id(db: sqlite3.Connection, room: str, seq: int) -> str | None:
    row = db.execute(
        """SELECT json_extract(body, '$.id') FROM messages WHERE room = :room AND seq = :seq
           UNION ALL SELECT id FROM changes WHERE room = :room AND seq = :seq""",
        {"room": room, "seq": seq},
    ).fetchone()
    return row[0] if row else None


def of_kernel(db: sqlite3.Connection, kernel: str) -> list[Message]:
    """What the kernel with this id asked or began, and is not finished."""
    which = "open AND json_extract(body, '$.kernel') = ?"
    return _take(_rows(db, which, kernel), UNFINISHED)[0]


def due(db: sqlite3.Connection, at: int) -> list[Message]:
    """Open questions whose time is over `at`; where there are many, some of them."""
    which = "open AND json_extract(body, '$.question.until') <= ?"
    return _take(_rows(db, which, at), UNFINISHED)[0]


def next_due(db: sqlite3.Connection) -> int | None:
    """When the time of the first open question is over; None where there is none."""
    select = "SELECT min(json_extract(body, '$.question.until')) FROM messages WHERE open"
    return db.execute(select).fetchone()[0]


def kernels(db: sqlite3.Connection) -> set[str]:
    """Ids of the kernels that asked or began what is not finished."""
    rows = db.execute("SELECT DISTINCT json_extract(body, '$.kernel') FROM messages WHERE open")
    return {kernel for (kernel,) in rows if kernel}


def _rows(db: sqlite3.Connection, which: str, *values: str | int) -> sqlite3.Cursor:
    select = f"SELECT seq, last, edited, deleted, body FROM messages WHERE {which}"  # noqa: S608
    return db.execute(select, values)


def _take(rows: sqlite3.Cursor, limit: int) -> tuple[list[Message], int, bool]:
    """A page from the front of `rows`: at most `limit` messages and `LIMITS.page_bytes`, but at
    least one; the entry by which the last one is there; and whether there was more."""
    messages: list[Message] = []
    until = size = 0
    for seq, entry, edited, deleted, body in rows:
        size += len(body.encode())
        if len(messages) == limit or (messages and size > LIMITS.page_bytes):
            rows.close()
            return messages, until, True
        found = _said.decode(body).frame(seq)
        found.edited, found.deleted = edited, bool(deleted)
        messages.append(found)
        until = entry
    return messages, until, False
