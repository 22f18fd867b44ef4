"""Requests for help in the REST interface: how one stands, and which are open in a room."""

from __future__ import annotations

from msgspec import Struct

from ..protocol import HelpState, MessageId, Serve
from ..sight import ALL
from .message import OneMessage
from .rest import RestHandler


class NewHelp(Struct):
    """The body of `PUT rooms/{room}/messages/{seq}/help`."""

    id: MessageId
    state: HelpState


class HelpHandler(OneMessage):
    """`api/rooms/{room}/messages/{seq}/help`: claim or resolve a request, or let it wait again."""

    async def put(self, room: str, seq: str) -> None:
        new = self.read(NewHelp)
        room, place = self.room_name(room), self.seq(seq)
        await self.publish(Serve(room=room, seq=place, id=new.id, state=new.state))


class RequestsHandler(RestHandler):
    """`api/rooms/{room}/requests`: those that are open and that I may see, oldest first."""

    async def get(self, room: str) -> None:
        room = self.room_name(room)
        mine = await self.chat.view.waiting(room, self.sight(room))
        # How many wait is no secret to who waits with them; whose they are is.
        everyones = await self.chat.view.waiting(room, ALL)
        waiting = [one for one in everyones if one.help and one.help.state == "waiting"]
        self.answer({"requests": mine, "waiting": len(waiting)})
