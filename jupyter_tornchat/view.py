"""The view: answers everything people read, from the tables that `fold` makes of the log.

A view is always local. `fold` writes, on the log's writer thread; `View` reads, on threads and
connections of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping

import msgspec

from . import grants, guests, keep, shown, slices, standings
from .events import HookMade, InviteMade, KeyMade
from .grants import Granted
from .guests import Visit
from .protocol import (
    Guest,
    Invite,
    Message,
    Room,
    RoomKey,
    StoredFile,
    User,
)
from .readers import Readers
from .seats import RoomSeats, Sitter
from .sight import Sight
from .slices import Slice
from .standings import Standing, Threshold


class View:
    """Reads the tables, each question on a reader thread.

    Args:
        connect: opens a connection for reading; called once on each reader thread.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._readers = Readers(connect)

    async def rooms(self) -> list[Room]:
        """All rooms, in the order of their names."""
        return await self._readers.ask(standings.rooms)

    async def standings(
        self, user: str, marks: Mapping[str, int], sight: Callable[[str], Sight]
    ) -> list[Standing]:
        """All rooms in the order of their names, and how they stand for a person.

        Args:
            user: the person's id.
            marks: how far they have read, by room, where that is not kept yet.
            sight: what of a room they see; asked on the event loop.
        """
        sights = {room.room: sight(room.room) for room in await self.rooms()}
        return await self._readers.ask(lambda db: standings.standings(db, user, marks, sights))

    async def mark(self, user: str, room: str) -> tuple[int, int]:
        """How far the person with this id has read a room (`NEVER`, or from 0 on), and how far one
        can.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: standings.mark(db, user, room))

    async def room(self, room: str) -> Room:
        """One room.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: standings.room(db, room))

    async def threshold(self, user: str, room: str, after: int) -> Threshold:
        """What the person with this id meets who comes into a room and knows it up to `after`:
        all of it at once, because many may come at once.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: standings.threshold(db, user, room, after))

    async def older(self, room: str, before: int, limit: int, sight: Sight) -> Slice:
        """The newest messages before `before`; `more` says that older ones exist.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.older(db, room, before, limit, sight))

    async def newer(self, room: str, after: int, limit: int, sight: Sight) -> Slice:
        """The oldest messages after `after`; `more` says that newer ones exist.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.newer(db, room, after, limit, sight))

    async def missed(self, room: str, after: int, limit: int, sight: Sight) -> Slice:
        """What was said or changed in the `limit` entries after entry `after`; `more` says that
        there is more.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.missed(db, room, after, limit, sight))

    async def message(self, room: str, seq: int, sight: Sight) -> Message:
        """One message.

        Raises:
            Refusal: `no_such_room` or `no_such_message`.
        """
        return await self._readers.ask(lambda db: slices.message(db, room, seq, sight))

    async def of_id(self, room: str, id: str, sight: Sight) -> Slice:
        """The message with this id, where there is one.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.of_id(db, room, id, sight))

    async def asker(self, room: str, seq: int) -> str:
        """In a help desk: id of whose thread message `seq` is in; else empty."""
        return await self._readers.ask(lambda db: slices.asker_of(db, room, seq))

    async def waiting(self, room: str, sight: Sight) -> list[Message]:
        """Requests for help that are not resolved, those that wait longest first; where there are
        many, some of them.

        Raises:
            Refusal: `no_such_room`.
        """
        return await self._readers.ask(lambda db: slices.waiting(db, room, sight))

    async def speaker(self, room: str, id: str) -> User | None:
        """The person with this id, as they were when they last spoke in a room; None where they
        never did."""
        return await self._readers.ask(lambda db: _speaker(db, room, id))

    async def granted(self, room: str, user: str) -> list[Granted]:
        """What the person with this id opened a room with, and nobody revoked."""
        return await self._readers.ask(lambda db: grants.granted(db, room, user))

    async def seats(self, room: str | None = None) -> list[RoomSeats]:
        """What moderators made of a room, or of each one, and of people in it."""
        return await self._readers.ask(lambda db: _seats(db, room))

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

    async def files(
        self, room: str, hashes: Collection[str], user: str, sight: Sight
    ) -> dict[str, StoredFile]:
        """Those of these files that the person with the id `user` may show in a room, by hash: that
        they uploaded to it, or see there."""
        return await self._readers.ask(lambda db: shown.files(db, room, hashes, user, sight))

    async def shows(self, room: str, hash: str, sight: Sight) -> bool:
        """Whether a message of the room shows this file."""
        return await self._readers.ask(lambda db: shown.shows(db, room, hash, sight))

    async def shown(self, hashes: Collection[str]) -> set[str]:
        """Those of these files that a message of any room shows."""
        return await self._readers.ask(lambda db: shown.shown(db, hashes))

    async def uploads(self, hashes: Collection[str]) -> list[str]:
        """The keys under which the log keeps these files, in whatever room."""
        return await self._readers.ask(lambda db: shown.uploads(db, hashes))

    async def keys(self, room: str) -> list[RoomKey]:
        """The keys of a room, oldest first.

        Raises:
            Refusal: `no_such_room`.
        """
        found = await self._readers.ask(
            lambda db: standings.room(db, room) and grants.keys(db, room)
        )
        return [RoomKey(k.id, k.name, k.at, k.user, used) for k, used in found]

    async def key(self, hash: str) -> tuple[KeyMade, int | None] | None:
        """The key with this hash, and when it was last used; None where it opens nothing."""
        return await self._readers.ask(lambda db: grants.key(db, hash))

    async def hooks(self, room: str | None = None) -> list[tuple[HookMade, str | None]]:
        """The hooks of a room or of all of them, oldest first, and how each stands."""
        return await self._readers.ask(lambda db: grants.hooks(db, room))

    async def invites(self, room: str | None = None) -> list[Invite]:
        """The invites that open a room or any room, oldest first: without those that were revoked,
        but with those whose time is over."""
        return await self._readers.ask(lambda db: guests.invites(db, room))

    async def invite(self, hash: str) -> tuple[InviteMade, int] | None:
        """The invite whose key has this hash, and how many came by it; None where there is none, or
        where it was revoked. Its time may be over."""
        return await self._readers.ask(lambda db: guests.invite(db, hash))

    async def guests(
        self, at: int, room: str | None = None, invite: str | None = None
    ) -> list[Guest]:
        """The guests whose visits last at that time (milliseconds), who came first first.

        Args:
            room: only those who may enter it.
            invite: only those who came by the invite with this id.
        """
        return await self._readers.ask(lambda db: guests.guests(db, at, room, invite))

    async def guest(self, hash: str) -> Visit | None:
        """The guest whose ticket has this hash, and the invite by which they came; None where one
        of the two was revoked. The invite's time may be over."""
        return await self._readers.ask(lambda db: guests.guest(db, hash))

    async def value(self, key: str) -> str | None:
        """What `Log.put` kept under a key."""
        return await self._readers.ask(lambda db: keep.value(db, key))

    def close(self) -> None:
        """Let go of the reader threads; blocks for a moment, so not for the event loop."""
        self._readers.close()


_user = msgspec.json.Decoder(User)


def _speaker(db: sqlite3.Connection, room: str, id: str) -> User | None:
    row = db.execute(
        """SELECT json_extract(body, '$.user') FROM messages WHERE room = ? AND user = ?
           ORDER BY seq DESC LIMIT 1""",
        (room, id),
    ).fetchone()
    return None if row is None else _user.decode(row[0])


def _seats(db: sqlite3.Connection, room: str | None) -> list[RoomSeats]:
    asked = {"room": room}
    found = {
        room: RoomSeats(room, owner and _user.decode(owner), kind, slow)
        for room, owner, kind, slow in db.execute(
            """SELECT room, user, kind, slow FROM rooms
               WHERE :room IS NULL OR room = :room ORDER BY room""",
            asked,
        )
    }
    rows = db.execute(
        """SELECT room, user, whom, coalesce(role, 'member'), nullif(muted, 0),
                  coalesce(banned, 0) FROM seats
           WHERE :room IS NULL OR room = :room ORDER BY room, user""",
        asked,
    )
    for at, id, whom, role, muted, banned in rows:
        found[at].sitters[id] = Sitter(_user.decode(whom), role, muted, bool(banned))
    return list(found.values())
