"""Slices: messages of a room as they are now, read from the tables that `fold` makes.

Each function here is a question of `View`, in one read transaction; a room that is not there is
refused, and what `sight` hides is not there. The last ones ask of all rooms what is not finished:
a question that takes answers, a job that runs. An index holds those and no others.
"""
# ruff: noqa: S608  what is put into a statement is written here

from __future__ import annotations

import sqlite3

import msgspec

from . import events
from .events import Said
from .protocol import LIMITS, Message, Moderated, Refusal
from .sight import Sight


class Slice(msgspec.Struct):
    """Messages of one room as they are now, oldest first."""

    messages: list[Message]
    more: bool
    """Whether there are more in the direction that was asked for."""
    last: int
    """`seq` of the newest entry that this holds: the room's newest one when this was read, or,
    where there is more that is newer, the last one of this page. 0 where there is none."""
    check: str | None
    """The id of entry `last`, where it is to be seen."""
    moderated: list[Moderated] = []
    """How order was kept among them."""
    since: int = 0
    """All that was said up to this `seq` is cleared away."""


UNFINISHED = 200
"""Up to so many unfinished messages are read at a time."""
DEEDS = 200
"""Up to so many deeds of moderators come with a page."""
COLUMNS = "seq, last, edited, deleted, body"
# What `Sight.shows` says, of the rows of a room. SQLite goes to where one lower bound is, and reads
# on from there: where there are two, it has to be told which one is higher.
OPEN = "room = :room AND (asker = '' OR :asker IS NULL OR asker = :asker)"
SEEN = f"{OPEN} AND seq > :since"

_said = msgspec.json.Decoder(Said)
_moderated = msgspec.json.Decoder(events.Moderated)


def newest(db: sqlite3.Connection, room: str) -> int:
    """`seq` of a room's newest entry, 0 where there is none."""
    row = db.execute("SELECT seq FROM rooms WHERE room = ?", (room,)).fetchone()
    if row is None:
        raise Refusal("no_such_room")
    return row[0]


def older(db: sqlite3.Connection, room: str, before: int, limit: int, sight: Sight) -> Slice:
    last = newest(db, room)
    rows = _rows(db, f"{SEEN} AND seq < :before ORDER BY seq DESC", room, sight, before=before)
    messages, _, more = _take(rows, limit)
    start = messages[-1].seq if more else 0
    deeds = moderated(db, room, start, before - 1, sight)
    check, since = _check(db, room, last, sight), cleared(db, room)
    return Slice(messages[::-1], more, last, check, deeds, since)


def newer(db: sqlite3.Connection, room: str, after: int, limit: int, sight: Sight) -> Slice:
    last = newest(db, room)
    rows = _rows(db, f"{SEEN} ORDER BY seq", room, sight, since=max(after, sight.since))
    messages, _, more = _take(rows, limit)
    return Slice(messages, more, last, _check(db, room, last, sight))


# A message that was said and changed since comes where it was said, or who knows everything up to
# the page before would take its change for one of a message that they do not have. SQLite would
# look for changes among all that was said before, were it not told where they are.
MISSED = f"""
SELECT seq, seq AS entry, edited, deleted, body FROM messages
WHERE {OPEN} AND seq > max(:since, :after) AND seq <= :to
UNION ALL
SELECT seq, last AS entry, edited, deleted, body FROM messages INDEXED BY messages_by_last
WHERE {SEEN} AND last > :after AND last <= :to AND seq <= :after
ORDER BY entry
"""


def missed(db: sqlite3.Connection, room: str, after: int, limit: int, sight: Sight) -> Slice:
    last = newest(db, room)
    to = min(last, after + limit)
    rows = db.execute(MISSED, _asked(room, sight, after=after, to=to))
    messages, entry, cut = _take(rows, limit)
    messages.sort(key=lambda message: message.seq)
    to = entry if cut else to
    deeds = moderated(db, room, after, to, sight)
    check, since = _check(db, room, to, sight), cleared(db, room)
    return Slice(messages, to < last, to, check, deeds, since)


def cleared(db: sqlite3.Connection, room: str) -> int:
    """`seq` of the entry that cleared a room, 0 where none did."""
    return db.execute("SELECT since FROM rooms WHERE room = ?", (room,)).fetchone()[0]


def message(db: sqlite3.Connection, room: str, seq: int, sight: Sight) -> Message:
    newest(db, room)
    messages, _, _ = _take(_rows(db, f"{SEEN} AND seq = :seq", room, sight, seq=seq), 1)
    if not messages:
        raise Refusal("no_such_message")
    return messages[0]


def of_id(db: sqlite3.Connection, room: str, id: str, sight: Sight) -> Slice:
    """The message with this id, where there is one."""
    last = newest(db, room)
    entry = "SELECT seq FROM entries WHERE room = ? AND id = ? AND kind = 'said'"
    (seq,) = db.execute(entry, (room, id)).fetchone() or (0,)
    messages, _, _ = _take(_rows(db, f"{SEEN} AND seq = :seq", room, sight, seq=seq), 1)
    return Slice(messages, False, last, None)


def waiting(db: sqlite3.Connection, room: str, sight: Sight) -> list[Message]:
    """Requests for help that are not resolved, those that wait longest first; where there are many,
    some of them."""
    newest(db, room)
    which = f"{SEEN} AND waits ORDER BY seq"
    return _take(_rows(db, which, room, sight), UNFINISHED)[0]


def moderated(
    db: sqlite3.Connection, room: str, after: int, to: int, sight: Sight
) -> list[Moderated]:
    """How order was kept from behind entry `after` up to entry `to`; of many, what came last."""
    # Of a message that is not to be seen, it is not told that it was taken away.
    which = f"""SELECT seq, body FROM moderated
                WHERE {OPEN} AND seq > max(:since, :after) AND seq <= :to
                AND coalesce(json_extract(body, '$.of'), seq) > :since"""
    asked = _asked(room, sight, after=after, to=to, most=DEEDS)
    rows = db.execute(f"{which} ORDER BY seq DESC LIMIT :most", asked).fetchall()
    return [_moderated.decode(body).frame(seq) for seq, body in rows[::-1]]


def asker_of(db: sqlite3.Connection, room: str, seq: int) -> str:
    """Whose thread message `seq` is in; empty where in none."""
    row = db.execute("SELECT asker FROM messages WHERE room = ? AND seq = ?", (room, seq))
    return (row.fetchone() or ("",))[0]


def _check(db: sqlite3.Connection, room: str, seq: int, sight: Sight) -> str | None:
    """The id of entry `seq`, where it is to be seen."""
    row = db.execute(
        f"""SELECT json_extract(body, '$.id') FROM messages WHERE {SEEN} AND seq = :seq
            UNION ALL SELECT id FROM changes WHERE {SEEN} AND seq = :seq""",
        _asked(room, sight, seq=seq),
    ).fetchone()
    return row[0] if row else None


def of_kernel(db: sqlite3.Connection, kernel: str) -> list[Message]:
    """What the kernel with this id asked or began, and is not finished."""
    return _unfinished(db, "json_extract(body, '$.kernel') = ?", kernel)


def due(db: sqlite3.Connection, at: int) -> list[Message]:
    """Open questions whose time is over `at`; where there are many, some of them."""
    return _unfinished(db, "json_extract(body, '$.question.until') <= ?", at)


def next_due(db: sqlite3.Connection) -> int | None:
    """When the time of the first open question is over; None where there is none."""
    select = "SELECT min(json_extract(body, '$.question.until')) FROM messages WHERE open"
    return db.execute(select).fetchone()[0]


def kernels(db: sqlite3.Connection) -> set[str]:
    """Ids of the kernels that asked or began what is not finished."""
    rows = db.execute("SELECT DISTINCT json_extract(body, '$.kernel') FROM messages WHERE open")
    return {kernel for (kernel,) in rows if kernel}


def _unfinished(db: sqlite3.Connection, which: str, value: str | int) -> list[Message]:
    select = f"SELECT {COLUMNS} FROM messages WHERE open AND {which}"
    return _take(db.execute(select, (value,)), UNFINISHED)[0]


def _rows(
    db: sqlite3.Connection, which: str, room: str, sight: Sight, **values: int
) -> sqlite3.Cursor:
    select = f"SELECT {COLUMNS} FROM messages WHERE {which}"
    return db.execute(select, _asked(room, sight, **values))


def _asked(room: str, sight: Sight, **values: int) -> dict[str, str | int | None]:
    return {"room": room, "since": sight.since, "asker": sight.asker, **values}


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
