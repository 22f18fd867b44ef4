"""Invites, and the guests who came by them: make, list and end."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, structs

from ..protocol import LIMITS, Refusal, RoomName
from .keys import MADE, REVOKED
from .rest import RestHandler


class NewInvite(Struct):
    """The body of `POST rooms/{room}/invites`."""

    rooms: Annotated[list[RoomName], Meta(max_length=LIMITS.invite_rooms)] = []
    """Besides the one in the address."""
    seconds: Annotated[int, Meta(ge=1, le=LIMITS.invite_seconds)] = 24 * 3600
    """For which it holds, and so the visits of all who come by it."""
    uses: Annotated[int, Meta(ge=1, le=LIMITS.invite_uses)] = 1
    """How many may come by it."""
    past: bool = False
    """Whether they see what was said before."""


class InvitesHandler(RestHandler):
    """`api/rooms/{room}/invites`: those that open the room; make one, and open the gate for it."""

    async def get(self, room: str) -> None:
        self.check_lets_in()
        room = self.room_name(room)
        await self.chat.view.room(room)
        found = await self.chat.hub.invites.of_room(room)
        mine = [structs.replace(invite, rooms=self.open_to_me(invite.rooms)) for invite in found]
        self.answer({"invites": mine})

    def open_to_me(self, rooms: list[str]) -> list[str]:
        """Those of these that are there for whoever asks: they learn of no other."""
        who, seats = self.who, self.chat.hub.seats
        return [room for room in rooms if seats.is_open(who.user, who.access, room)]

    async def post(self, room: str) -> None:
        user, room = self.opener(), self.room_name(room)
        new = self.read(NewInvite)
        rooms = list(dict.fromkeys([room, *new.rooms]))
        if len(rooms) > LIMITS.invite_rooms:
            raise Refusal("bad_frame", f"an invite opens at most {LIMITS.invite_rooms} rooms")
        for other in rooms[1:]:  # nobody lets others in where they are not, or not heard
            if no := await self.chat.closed_room(user, self.who.access, other):
                raise no
            try:
                self.voice(other)
            except Refusal as no:
                if no.code != "read_only":  # there is nothing to say there, but much to hear
                    raise
        opened = await self.chat.gate.open()
        try:
            made = await self.chat.hub.invites.make(user, rooms, new.seconds, new.uses, new.past)
        except Refusal:
            if opened:
                await self.chat.gate.close()
            raise
        self.chat.log.info(MADE, user.id, "invite", made.id, ", ".join(rooms), room)
        self.answer(made, 201)


class InviteHandler(RestHandler):
    """`api/rooms/{room}/invites/{id}`: end it, and the visits of all who came by it."""

    async def delete(self, room: str, id: str) -> None:
        user, room = self.opener(), self.room_name(room)
        await self.chat.hub.invites.revoke(user, room, id)
        self.chat.log.info(REVOKED, user.id, "invite", id, room)
        self.set_status(204)
        self.finish()


class GuestsHandler(RestHandler):
    """`api/rooms/{room}/guests`: who came by an invite, and may enter the room."""

    async def get(self, room: str) -> None:
        self.check_lets_in()
        room = self.room_name(room)
        await self.chat.view.room(room)
        self.answer({"guests": await self.chat.hub.invites.guests(room)})


class GuestHandler(RestHandler):
    """`api/rooms/{room}/guests/{id}`: show a guest out."""

    async def delete(self, room: str, id: str) -> None:
        user, room = self.opener(), self.room_name(room)
        await self.chat.hub.invites.show_out(user, room, id)
        self.chat.log.info(REVOKED, user.id, "guest", id, room)
        self.set_status(204)
        self.finish()
