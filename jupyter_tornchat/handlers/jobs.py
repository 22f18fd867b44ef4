"""`api/rooms/{room}/jobs`: tell the room when the cell is over that runs in a kernel now."""

from __future__ import annotations

from msgspec import Struct

from ..protocol import Key, MessageId, Refusal
from .rest import RestHandler


class NewJob(Struct):
    """The body of `POST rooms/{room}/jobs`."""

    id: MessageId
    kernel: Key
    """Id of the kernel."""
    what: str = ""
    """What the room reads; where it is left out, what the kernel runs for."""


class JobsHandler(RestHandler):
    """For who may see the kernels: what a cell printed last is told to the whole room."""

    async def post(self, room: str) -> None:
        room, new = self.room_name(room), self.read(NewJob)
        user = self.voice(room)
        if not await self.sees_kernels():
            raise Refusal("forbidden", "you may not see the kernels of this server")
        message = await self.chat.runs.tell(user, room, new.id, new.kernel, new.what)
        self.answer(message, 201)
