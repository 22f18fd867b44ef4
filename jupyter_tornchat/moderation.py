"""Moderation: what moderators do, and what it does to who is there.

What a moderator does is an entry of its room, like a message: said to everyone in it, and kept.
What follows from it (whose seat is another one, who has to go) follows on each server of the
history when the log delivers the entry there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

from .access import Access
from .connection import Connection
from .events import Moderated, Revoked
from .liveroom import LiveRoom
from .log import Log, Receipt
from .people import People
from .protocol import (
    REASONS,
    Close,
    GrantKind,
    Moderate,
    Refusal,
    Rejected,
    Reset,
    Role,
    Seated,
    User,
)
from .seats import Seats
from .sight import Sight
from .view import View

SEATED_AT_ONCE = 20
"""Connections that are told their seats before the loop has its turn."""


class Moderation:
    """Order in all rooms.

    Args:
        log: keeps what moderators do.
        view: knows who spoke, and what somebody opened a room with.
        people: everyone who is connected.
        rooms: those that somebody is in, by name.
        now: milliseconds since 1970.
        spawn: does something apart.
    """

    def __init__(
        self,
        log: Log,
        view: View,
        people: People,
        rooms: Mapping[str, LiveRoom],
        now: Callable[[], int],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self.seats = Seats()
        self._log = log
        self._view = view
        self._people = people
        self._rooms = rooms
        self._now = now
        self._spawn = spawn

    async def start(self) -> None:
        """Begin with what moderators did before the server started."""
        self.seats.load(await self._view.seats())

    async def learn(self, room: str) -> None:
        """Ask the history for a room that another server may have opened only just."""
        self.seats.learn(await self._view.seats(room))

    def sight(self, user: User, access: Access, room: str) -> Sight:
        """What of a room somebody sees: of the threads of a help desk, even of one that is none any
        more, who does not moderate it sees their own."""
        sees_all = self.seats.moderates(user, access, room)
        return Sight(access.since.get(room, 0), None if sees_all else user.id)

    def roles(self, room: str, members: Collection[User]) -> dict[str, Role]:
        """By id: who keeps order in a room, and who of these members of it may do more or less than
        others."""
        found = dict(self.seats.roles(room))
        for user in members:
            connection = self._people.first(user.id)
            if connection is None:
                continue
            role = self.seats.role(user, connection.access, room)
            if role not in {"member", "guest"}:
                found[user.id] = role
        return found

    async def moderate(self, user: User, access: Access, frame: Moderate) -> Receipt:
        """Keep order, as a moderator says. When it returns, it is on disk and everyone is being
        told.

        Raises:
            Refusal: `no_such_room`, `not_moderator`, `forbidden`, `no_such_person`, or what
                `Log.append` refuses.
        """
        self.seats.check_moderates(user, access, frame)
        whom = None if frame.whom is None else await self._find(frame.room, frame.whom)
        if whom and frame.act != "clear" and self._moderates_all(whom):
            raise Refusal("forbidden", "they keep order in every room")
        at = self._now()
        until = at + 1000 * (frame.seconds or 0) if frame.act == "mute" else None
        seconds = frame.seconds if frame.act == "slow" else None
        deed = Moderated(
            room=frame.room,
            id=frame.id,
            user=user,
            at=at,
            act=frame.act,
            whom=whom,
            role=frame.role,
            until=until,
            seconds=seconds,
            of=frame.of,
            kind=frame.kind,
        )
        receipt = await self._log.append(deed)
        if whom is not None and frame.act in {"kick", "ban"}:
            await self._end_grants(deed, whom)
        return receipt

    def delivered(self, deed: Moderated) -> None:
        """The log has kept this."""
        self.seats.apply(deed)
        room, whom = deed.room, deed.whom
        if whom is None:
            live = self._rooms.get(room) if deed.act in {"slow", "kind"} else None
            if live is not None:
                self._spawn(self._seat_all(room, list(live.connections)))
            return
        for connection in self._people.of(whom.id):
            if deed.act == "kick" or not self._is_open(connection, room):
                self._show_out(connection, room)
            elif deed.act != "clear":
                self._seat(connection, room)

    def admit(self, connection: Connection, access: Access) -> None:
        """It was found out again what somebody may do; it may be something else by now."""
        if access == connection.access:
            return
        connection.access = access
        for room in list(connection.rooms):
            if self._is_open(connection, room):
                self._seat(connection, room)
            else:
                self._show_out(connection, room)

    # --------------------------------------------------------------------------- whom it is about

    async def _find(self, room: str, id: str) -> User:
        """Who that is: somebody who is here, of whom a moderator of the room made something, or who
        spoke in it."""
        here = self._people.connections(id)
        if here:
            return here[0].user
        for sitter in self.seats.sitters(room, 0):
            if sitter.user.id == id:
                return sitter.user
        found = await self._view.speaker(room, id)
        if found is None:
            raise Refusal("no_such_person")
        return found

    def _moderates_all(self, user: User) -> bool:
        return any(c.access.moderates for c in self._people.connections(user.id))

    async def _end_grants(self, deed: Moderated, whom: User) -> None:
        """Who is banned has no way back by what they opened the room with. A guest who is kicked,
        and may enter no other room, has to be let in anew."""
        ends: Sequence[tuple[str, str, GrantKind]] = []
        with suppress(Refusal):
            if deed.act == "ban":
                ends = await self._view.granted(deed.room, whom.id)
            elif whom.kind == "guest":
                ends = [(room, whom.id, "guest") for room in await self._only_room(deed, whom)]
        for room, id, kind in ends:
            with suppress(Refusal):  # somebody was faster
                await self._log.append(Revoked(room, id, kind, self._now(), deed.user))

    async def _only_room(self, deed: Moderated, whom: User) -> list[str]:
        """The room, where a guest was invited to no other one."""
        guests = await self._view.guests(self._now(), deed.room)
        came = {guest.invite for guest in guests if guest.user.id == whom.id}
        invites = [i for i in await self._view.invites(deed.room) if i.id in came]
        return [invite.rooms[0] for invite in invites if invite.rooms == [deed.room]]

    # ----------------------------------------------------------------------------- what follows

    def _is_open(self, connection: Connection, room: str) -> bool:
        return self.seats.is_open(connection.user, connection.access, room)

    async def _seat_all(self, room: str, connections: Collection[Connection]) -> None:
        for number, connection in enumerate(connections, 1):
            if connection.wire.open and room in connection.rooms:
                self._seat(connection, room)
            if number % SEATED_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _seat(self, connection: Connection, room: str) -> None:
        """Tell a connection that is in a room what it may do there now. Where it sees something
        else of the room now, it has to begin anew."""
        if room not in connection.rooms or connection.plain:
            return
        user, access = connection.user, connection.access
        seat = self.seats.seat(user, access, room, self._now())
        connection.send(Seated(room=room, seat=seat))
        live = self._rooms.get(room)
        if live is not None and live.show(connection, self.sight(user, access, room)):
            connection.send(Reset(room=room, epoch=self._log.epoch))

    def _show_out(self, connection: Connection, room: str) -> None:
        """A connection hears nothing more of a room, and ends where it was in no other one."""
        if room not in connection.rooms:
            return
        connection.rooms.discard(room)
        if live := self._rooms.get(room):
            live.remove(connection, grace=0.0)
        if connection.rooms:
            no = REASONS["removed"].says
            connection.send(Rejected(code="removed", reason=no, room=room))
        else:
            connection.end(Close.REMOVED)
