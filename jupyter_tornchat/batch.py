"""A batch: what shares one commit, on its way to the disk.

However many messages it holds, it is a handful of statements; `fold.FOLD` says why.
"""

from __future__ import annotations

import sqlite3
from asyncio import Future
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from . import grants, guests
from .events import (
    Answered,
    Changed,
    Closed,
    Content,
    Entered,
    Event,
    Grant,
    Helped,
    HookMade,
    InviteMade,
    KeyMade,
    Moderated,
    Opened,
    Revoked,
    Said,
)
from .fold import fold
from .log import Entry, Receipt
from .protocol import LIMITS, Help, Refusal, RoomKind, User
from .sight import ALL, Sight
from .subject import Subject

BATCH = 128
"""Appends in one commit: enough that the disk is not the limit (50 in a commit gave 66,000 a
second on a disk of 0.4 ms), few enough that handing them out holds the loop a millisecond."""

# What a batch needs to know before it is numbered, in one row: entries that other servers wrote
# since, entries that have an id of this batch already, the rooms of this batch, and the messages
# that it is about.
FACTS = """
SELECT
  (SELECT json_group_array(json_array(offset, seq, body)) FROM
     (SELECT offset, seq, body FROM entries WHERE offset > :offset ORDER BY offset)),
  (SELECT json_group_array(json_array(e.offset, e.seq, e.body)) FROM json_each(:ids) AS asked
     JOIN entries AS e ON e.room = json_extract(asked.value, '$[0]')
                      AND e.id = json_extract(asked.value, '$[1]')),
  (SELECT json_group_array(json_array(room, seq, kind)) FROM rooms
     WHERE room IN (SELECT value FROM json_each(:rooms))),
  (SELECT json_group_array(json_array(m.room, m.seq, json_insert(json_extract(m.body,
            '$.user.id', '$.user.kind', '$.hops', '$.question', '$.job.state', '$.help.state'),
            '$[#]', asker, '$[#]', thread, '$[#]', json(iif(m.deleted, 'true', 'false')))))
     FROM json_each(:about) JOIN messages AS m ON m.room = json_extract(value, '$[0]')
                       AND m.seq = json_extract(value, '$[1]'))
"""

# What other servers wrote, a batch at a time.
NEXT = """
SELECT json_group_array(json_array(offset, seq, body)) FROM
  (SELECT offset, seq, body FROM entries WHERE offset > ? ORDER BY offset LIMIT ?)
"""

# One row for each entry: `executemany` would be a step for each of them.
INSERT = "INSERT OR ROLLBACK INTO entries (offset, kind, room, id, seq, body) VALUES "
ROW = "(?, ?, ?, ?, ?, ?)"

KINDS: dict[type[Event], str] = {
    Said: "said",
    Changed: "changed",
    Answered: "answered",
    Closed: "closed",
    Opened: "opened",
    KeyMade: "key_made",
    HookMade: "hook_made",
    Moderated: "moderated",
    Helped: "helped",
    InviteMade: "invite_made",
    Entered: "entered",
    Revoked: "revoked",
}

_event = msgspec.json.Decoder(Event)
_rows = msgspec.json.Decoder(list[tuple[int, int, str]])
_rooms = msgspec.json.Decoder(list[tuple[str, int, RoomKind]])
_subjects = msgspec.json.Decoder(list[tuple[str, int, Subject]])


class Append(NamedTuple):
    """An event on its way to the disk."""

    event: Event
    body: str
    future: Future[Receipt]
    sight: Sight = ALL
    """What of its room its sender sees."""


class Put(NamedTuple):
    """A value on its way to the disk."""

    key: str
    value: str | None
    future: Future[None]


Job = Append | Put
Answer = tuple["Future[Any]", Any]
"""A future and what it is to be given: a result or an exception."""


class Batch:
    """Appends that share one commit: gives each its place, or says why it gets none.

    Args:
        db: inside a write transaction.
        offset: of the newest entry that this server has handed out.
        jobs: at most `BATCH`.
    """

    def __init__(self, db: sqlite3.Connection, offset: int, jobs: list[Append]) -> None:
        self.db = db
        self.jobs = jobs
        self.answers: list[Answer] = []
        content = [job.event for job in jobs if isinstance(job.event, Content)]
        (others, same, rooms, messages) = db.execute(
            FACTS,
            {
                "offset": offset,
                "ids": _json([(event.room, event.id) for event in content]),
                "rooms": _json([room for job in jobs for room in _rooms_of(job.event)]),
                "about": _json([place for event in content if (place := _about(event))]),
            },
        ).fetchone()
        self.entries = _entries(others)
        """What is to be handed out, in order: first what other servers wrote meanwhile."""
        self.folded = offset + len(self.entries)
        self.known = {_key(entry.event): entry for entry in _entries(same)}
        found = _rooms.decode(rooms)
        self.seqs = {room: seq for room, seq, _ in found}
        self.kinds = {room: kind for room, _, kind in found}
        found = _subjects.decode(messages)
        self.subjects = {(room, seq): subject for room, seq, subject in found}

    def write(self) -> None:
        """Number and insert what can be kept, and fold it into the view."""
        rows: list[int | str | None] = []
        offset = self.folded
        for job in self.jobs:
            try:
                entry, again = self._place(job, offset + 1)
            except Refusal as refusal:
                self.answers.append((job.future, refusal))
                continue
            self.answers.append((job.future, Receipt(entry, again)))
            if not again:
                offset = entry.offset
                self.entries.append(entry)
                body = job.body if entry.event is job.event else _json(entry.event)
                rows += (offset, *_columns(job.event), entry.seq, body)
        if rows:
            self.db.execute(INSERT + ", ".join([ROW] * (offset - self.folded)), rows)
            fold(self.db, self.folded)

    def _place(self, job: Append, offset: int) -> tuple[Entry, bool]:
        event = job.event
        if not isinstance(event, Content):
            self._check(event)
            return Entry(offset, 0, event), False
        about = _about(event)
        subject = self.subjects.get(about) if about else None
        if subject and isinstance(event, Said):
            event = subject.rooted(event)
        if before := self.known.get((event.room, event.id)):
            if isinstance(before.event, Content) and before.event.body == event.body:
                return before, True
            raise Refusal("conflict")
        if event.room not in self.seqs:
            raise Refusal("no_such_room")
        if about:
            if subject is None or not job.sight.shows(about[1], subject.asker):
                raise Refusal("no_such_message")
            event = subject.take(event)
        return self._number(event, offset), False

    def _number(self, event: Content, offset: int) -> Entry:
        """Give it its place, and keep in mind what it means for what comes behind it."""
        if isinstance(event, Said) and event.reply is None and self.kinds[event.room] == "help":
            event = replace(event, asker=event.user.id, help=Help("waiting", event.at))
        seq = self.seqs[event.room] = self.seqs[event.room] + 1
        if isinstance(event, Said):
            self.subjects[event.room, seq] = Subject.of(event, seq)
        elif isinstance(event, Moderated):
            self._moderate(event)
        entry = self.known[event.room, event.id] = Entry(offset, seq, event)
        return entry

    def _moderate(self, deed: Moderated) -> None:
        if deed.kind is not None:
            self.kinds[deed.room] = deed.kind
        if deed.act == "clear" and deed.of is None:
            self._clear(deed.room, deed.whom)

    def _clear(self, room: str, whom: User | None) -> None:
        """All that somebody said in a room is taken away, or all that anybody did."""
        for place in [place for place in self.subjects if place[0] == room]:
            if whom is None:
                del self.subjects[place]
            elif self.subjects[place].author == whom.id:
                self.subjects[place].deleted = True

    @property
    def _fresh(self) -> list[Event]:
        """What this batch has before what is looked at."""
        return [entry.event for entry in self.entries if entry.offset > self.folded]

    def _check(self, event: Opened | Grant | Entered) -> None:
        if isinstance(event, Opened):
            self._open(event)
            return
        if any(room not in self.seqs for room in _rooms_of(event)):
            raise Refusal("no_such_room")
        fresh = [e for e in self._fresh if isinstance(e, Grant | Entered)]
        if isinstance(event, Entered) or (isinstance(event, Revoked) and event.kind == "guest"):
            guests.check(self.db, event, fresh)
        else:
            grants.check(self.db, event, [e for e in fresh if isinstance(e, Grant)])

    def _open(self, event: Opened) -> None:
        if event.room in self.seqs:
            raise Refusal("room_exists")
        opened = [event for event in self._fresh if isinstance(event, Opened)]
        by = event.user.id if event.user else ""
        (rooms, own) = self.db.execute(
            "SELECT count(*), count(*) FILTER (WHERE json_extract(user, '$.id') = ?) FROM rooms",
            (by,),
        ).fetchone()
        own += sum(e.user is not None and e.user.id == by for e in opened)
        if rooms + len(opened) >= LIMITS.rooms:
            raise Refusal("too_many_rooms", f"this server has {LIMITS.rooms:,} rooms already")
        if by and own >= LIMITS.rooms_created:
            raise Refusal("too_many_rooms", f"you have opened {LIMITS.rooms_created} rooms already")
        self.seqs[event.room] = 0
        self.kinds[event.room] = event.kind


def _columns(event: Event) -> tuple[str, str, str | None]:
    """`kind`, `room` and `id` of an entry's row."""
    id = event.id if isinstance(event, Content) else None
    return KINDS[type(event)], event.room, id


def _rooms_of(event: Event) -> list[str]:
    return event.rooms if isinstance(event, InviteMade) else [event.room]


def _key(event: Event) -> tuple[str, str]:
    return (event.room, event.id if isinstance(event, Content) else "")


def _about(event: Content) -> tuple[str, int] | None:
    """The place of the message that it is about."""
    seq = event.reply if isinstance(event, Said) else event.of
    return None if seq is None else (event.room, seq)


def next_entries(db: sqlite3.Connection, offset: int) -> list[Entry]:
    """The entries after `offset` that are on disk, at most a batch."""
    (found,) = db.execute(NEXT, (offset, BATCH)).fetchone()
    return _entries(found)


def _entries(found: str) -> list[Entry]:
    return [Entry(offset, seq, _event.decode(body)) for offset, seq, body in _rows.decode(found)]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def keep_values(db: sqlite3.Connection, jobs: list[Put]) -> None:
    """Write the last value of each key."""
    last = {job.key: job.value for job in jobs}
    gone = [key for key, value in last.items() if value is None]
    if gone:
        db.execute("DELETE FROM keep WHERE key IN (SELECT value FROM json_each(?))", (_json(gone),))
    if len(last) > len(gone):
        db.execute(
            """INSERT OR REPLACE INTO keep
               SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)""",
            (_json([pair for pair in last.items() if pair[1] is not None]),),
        )
