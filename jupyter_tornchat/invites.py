"""Invites: links by which guests come into rooms, and the visits of those who came.

Only hashes are kept: an invite's key is said once, to who makes it, and a guest's ticket to the
guest. What ends the invite ends the visits of all who came by it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec

from .events import Entered, InviteMade, Revoked
from .guests import Visit, shown
from .heart import wall_clock
from .keys import KEY_BYTES, hash_of
from .log import Log
from .protocol import Guest, Invite, Refusal, User
from .view import View


class Invites:
    """The invites to all rooms.

    Args:
        log: keeps them.
        view: knows those that are kept.
    """

    def __init__(self, log: Log, view: View) -> None:
        self._log = log
        self._view = view

    async def make(
        self, user: User, rooms: Sequence[str], seconds: int, uses: int, past: bool
    ) -> Invite:
        """A new invite, with what lets guests in.

        Args:
            rooms: that it opens; the first one is the one that it belongs to.
            seconds: for which it holds, and so its guests' visits.
            uses: how many may come by it.
            past: whether they see what was said before.

        Raises:
            Refusal: `no_such_room` or `too_many_invites`.
        """
        newest = {room: (await self._view.mark(user.id, room))[1] for room in rooms}
        key, at = secrets.token_urlsafe(KEY_BYTES), wall_clock()
        made = InviteMade(
            room=rooms[0],
            id=secrets.token_hex(8),
            rooms=list(rooms),
            hash=hash_of(key),
            until=at + seconds * 1000,
            uses=uses,
            since={} if past else newest,
            at=at,
            user=user,
        )
        await self._log.append(made)
        return msgspec.structs.replace(shown(made, 0), key=key)

    async def revoke(self, user: User, room: str, id: str) -> None:
        """From now on it lets nobody in, and who came by it is shown out.

        Raises:
            Refusal: `no_such_invite`.
        """
        for invite in await self._view.invites(room):
            if invite.id == id:
                await self._log.append(Revoked(invite.rooms[0], id, "invite", wall_clock(), user))
                return
        raise Refusal("no_such_invite")

    async def of_room(self, room: str) -> list[Invite]:
        """The invites that open a room and are not over, oldest first."""
        now = wall_clock()
        return [invite for invite in await self._view.invites(room) if invite.until > now]

    async def last(self) -> int | None:
        """When the last of all invites ends, and so the last guest's visit: milliseconds; None
        where there is none any more."""
        now = wall_clock()
        return max((i.until for i in await self._view.invites() if i.until > now), default=None)

    async def find(self, key: str) -> tuple[InviteMade, bool]:
        """What this key opens, and whether somebody more may come by it.

        Raises:
            Refusal: `bad_invite`, whatever the reason is.
        """
        found = await self._view.invite(hash_of(key))
        if found is None or found[0].until <= wall_clock():
            raise Refusal("bad_invite")
        made, used = found
        return made, used < made.uses

    # ------------------------------------------------------------------------ who came

    async def enter(self, made: InviteMade, user: User, ticket: str) -> None:
        """Somebody comes by an invite, or who has this ticket has another name from now on.

        Raises:
            Refusal: `bad_invite`, where it is used up by others or does not hold any more.
        """
        await self._log.append(Entered(made.room, made.id, hash_of(ticket), wall_clock(), user))

    async def visit(self, ticket: str) -> Visit | None:
        """Whose ticket it is, and by which invite they came; None where it opens nothing."""
        found = await self._view.guest(hash_of(ticket))
        return found if found and found.invite.until > wall_clock() else None

    async def guests(self, room: str) -> list[Guest]:
        """The guests who may enter a room, who came first first."""
        return await self._view.guests(wall_clock(), room)

    async def show_out(self, user: User, room: str, guest: str) -> None:
        """The visit of the guest with this id is over.

        Args:
            user: whose word that is.

        Raises:
            Refusal: `no_such_person`.
        """
        if all(found.user.id != guest for found in await self.guests(room)):
            raise Refusal("no_such_person")
        await self._log.append(Revoked(room, guest, "guest", wall_clock(), user))
